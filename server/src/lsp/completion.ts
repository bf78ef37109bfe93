import { type CompletionItem, CompletionItemKind, type Connection, MarkupKind } from 'vscode-languageserver';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { type CandidateKind, completeValues } from '../core/ide/completion/completion.ts';
import type { Host } from '../core/workspace/host.ts';
import { answer, placeOf, toRange } from './features.ts';
import { completePathItems } from './kustomizationFeatures.ts';
import type { Session } from './session.ts';

/** Registers completion: paths in kustomization files, and values wherever something refers to something. */
export function registerCompletion(connection: Connection, session: Session, host: Host): void {
  connection.onCompletion(
    answer(session, 'completion', async ({ textDocument, position, context }) => {
      const at = await placeOf(session, textDocument.uri, position);
      if (at === undefined) return null;
      const { clusterDomain } = at.settings;
      const { items, more } = completeValues({ ...at, clusterDomain, trigger: context?.triggerCharacter });
      if (items.length === 0) return context?.triggerCharacter === ':' ? null : await completePathItems(at, host);
      const lines = createLineIndex(at.text);
      return {
        isIncomplete: more,
        items: items.map(
          ({ label, kind, detail, documentation, span, newText, filterText }, order): CompletionItem => ({
            label,
            kind: KINDS[kind],
            detail,
            ...(documentation === undefined
              ? {}
              : { documentation: { kind: MarkupKind.PlainText, value: documentation } }),
            sortText: String(order).padStart(4, '0'),
            filterText,
            textEdit: { range: toRange(lines, span), newText },
          }),
        ),
      };
    }),
  );
}

const KINDS: Readonly<Record<CandidateKind, CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  label: CompletionItemKind.Value,
  port: CompletionItemKind.Interface,
  object: CompletionItemKind.Reference,
  kind: CompletionItemKind.Class,
  namespace: CompletionItemKind.Module,
  host: CompletionItemKind.Reference,
};
