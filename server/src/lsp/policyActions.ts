import { CodeActionTriggerKind, CreateFile, type InitializeParams, TextDocumentEdit } from 'vscode-languageserver';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { finishGeneration, type Generation, isAtHead, planGeneration } from '../core/ide/policies/generate.ts';
import { toTextEdits } from '../core/yaml/edit.ts';
import { type MoreActions, placeOf, toRange } from './features.ts';
import type { Session } from './session.ts';

const TITLE = 'Generate least-privilege policies for declared needs (+DNS)';
export const POLICIES_KIND = 'refactor.kubefathom.policies';

/**
 * The offer to write NetworkPolicies for the workload at a place. While somebody only moves the cursor, it shows at the name of
 * the workload; asked for, anywhere in it. Clients that show disabled actions are told why there is none.
 */
export function createPolicyActions(session: Session, { capabilities }: InitializeParams): MoreActions {
  const edits = capabilities.workspace?.workspaceEdit;
  const canCreate = edits?.documentChanges === true && edits.resourceOperations?.includes('create') === true;
  const showsDisabled = capabilities.textDocument?.codeAction?.disabledSupport === true;
  return async (uri, range, { only, triggerKind }) => {
    const isWanted = only?.some((kind) => POLICIES_KIND === kind || POLICIES_KIND.startsWith(`${kind}.`)) ?? true;
    const at = isWanted ? await placeOf(session, uri, range.start) : undefined;
    if (at === undefined || !at.complete) return [];
    if (triggerKind === CodeActionTriggerKind.Automatic && !isAtHead(at)) return [];
    const found = planGeneration({ ...at, canCreate });
    if (found === undefined) return [];
    if (found.kind === 'policy')
      return [{ title: TITLE, kind: POLICIES_KIND, edit: await toEdit(session, found, canCreate) }];
    return showsDisabled && only !== undefined
      ? [{ title: TITLE, kind: POLICIES_KIND, disabled: { reason: found.why.replaceAll('`', '') } }]
      : [];
  };
}

async function toEdit(session: Session, generation: Extract<Generation, { kind: 'policy' }>, inSteps: boolean) {
  const texts = new Map<string, string>();
  for (const path of [...generation.wanted, generation.plan.workload.file, generation.file]) {
    const text = await session.workspace.textOf(path);
    if (text !== undefined) texts.set(path, text);
  }
  const { created, edits } = finishGeneration(generation, texts);
  const changes = [...new Set(edits.map(({ file }) => file))].map((file) => {
    const text = texts.get(file) ?? '';
    const lines = createLineIndex(text);
    const own = edits.filter((edit) => edit.file === file).map(({ edit }) => edit);
    const textEdits = toTextEdits(text, own).map((edit) => ({ range: toRange(lines, edit), newText: edit.newText }));
    return { uri: session.uriOf(file), textEdits };
  });
  if (!inSteps) return { changes: Object.fromEntries(changes.map(({ uri, textEdits }) => [uri, textEdits])) };
  const start = { line: 0, character: 0 };
  return {
    documentChanges: [
      ...(created === undefined
        ? []
        : [
            CreateFile.create(session.uriOf(created.file)),
            TextDocumentEdit.create({ uri: session.uriOf(created.file), version: null }, [
              { range: { start, end: start }, newText: created.text },
            ]),
          ]),
      ...changes.map(({ uri, textEdits }) => TextDocumentEdit.create({ uri, version: null }, textEdits)),
    ],
  };
}
