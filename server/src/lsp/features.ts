import {
  type CancellationToken,
  type CodeActionContext,
  type Connection,
  type Location,
  LSPErrorCodes,
  type Position,
  type CodeAction as ProtoCodeAction,
  type Diagnostic as ProtoDiagnostic,
  type DocumentSymbol as ProtoDocumentSymbol,
  type Range,
  ResponseError,
  SymbolKind,
} from 'vscode-languageserver';
import { createLineIndex, type LineIndex } from '../core/base/lineIndex.ts';
import type { Span } from '../core/base/span.ts';
import { renderLinks } from '../core/explain/link.ts';
import { type CodeAction, codeActions, fixAll } from '../core/ide/codeActions.ts';
import { findDefinitions } from '../core/ide/definition.ts';
import { type DocumentSymbol, documentSymbols } from '../core/ide/documentSymbols.ts';
import { hover } from '../core/ide/hover.ts';
import { deprecatedFixes } from '../core/ide/kustomization/deprecatedFixes.ts';
import { findListings, findPathTarget } from '../core/ide/kustomization/navigation.ts';
import { prefixedFixes } from '../core/ide/kustomization/prefixedFixes.ts';
import { findReferences } from '../core/ide/references.ts';
import { workspaceSymbols } from '../core/ide/workspaceSymbols.ts';
import { toTextEdits } from '../core/yaml/edit.ts';
import type { Session } from './session.ts';
import { toPath } from './uris.ts';

/** What code actions offer beside answers to findings. */
export type MoreActions = (
  uri: string,
  range: Range,
  context: CodeActionContext,
) => Promise<readonly ProtoCodeAction[]>;

/** Registers everything that a user asks for at a place. Each answer is computed from the index as it is when asked. */
export function registerFeatures(connection: Connection, session: Session, moreActions: MoreActions): void {
  connection.onHover(
    answer(session, 'hover', async ({ textDocument, position }) => {
      const at = await placeOf(session, textDocument.uri, position);
      const found = at && hover({ ...at, detail: at.settings.hover.detail });
      if (at === undefined || found === undefined) return null;
      const value = await withLinks(session, found.markdown);
      return { contents: { kind: 'markdown' as const, value }, range: toRange(createLineIndex(at.text), found.span) };
    }),
  );

  connection.onDefinition(
    answer(session, 'definition', async ({ textDocument, position }) => {
      const at = await placeOf(session, textDocument.uri, position);
      if (at === undefined) return null;
      const target = findPathTarget(at);
      if (target !== undefined) return [await toLocation(session, { file: target.file, span: START })];
      return await Promise.all(findDefinitions(at).map((found) => toLocation(session, found)));
    }),
  );

  connection.onReferences(
    answer(session, 'references', async ({ textDocument, position, context: { includeDeclaration } }) => {
      const at = await placeOf(session, textDocument.uri, position);
      if (at === undefined) return null;
      const listings = findListings(at).map(({ file, written }) => ({ file, span: written }));
      const found = [...findReferences({ ...at, includeDeclaration }), ...listings];
      return await Promise.all(found.map((target) => toLocation(session, target)));
    }),
  );

  connection.onDocumentSymbol(
    answer(session, 'document symbols', async ({ textDocument }) => {
      const path = toPath(textDocument.uri);
      const folder = session.workspace.folderOf(path);
      if (folder === undefined || !folder.settings.enable) return null;
      const lines = await session.linesOf(path);
      return documentSymbols(folder.index, path).map((symbol) => toProtoSymbol(symbol, lines));
    }),
  );

  connection.onWorkspaceSymbol(
    answer(session, 'workspace symbols', async ({ query }) => {
      const found = session.workspace.folders.flatMap(({ index }) => workspaceSymbols(index, query));
      return await Promise.all(
        found.map(async ({ name, kind, container, file, span }) => ({
          name: `${kind}/${name}`,
          kind: SymbolKind.Object,
          containerName: container,
          location: await toLocation(session, { file, span }),
        })),
      );
    }),
  );

  connection.onCodeAction(
    answer(session, 'code actions', async ({ textDocument, range, context }) => {
      const path = toPath(textDocument.uri);
      const text = await session.workspace.textOf(path);
      if (text === undefined) return null;
      const found = session.diagnose(path);
      const folder = session.workspace.folderOf(path);
      const lines = createLineIndex(text);
      const start = lines.offsetAt(range.start.line, range.start.character);
      const end = lines.offsetAt(range.end.line, range.end.character);
      const wants = (kind: string) =>
        context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
      const all = context.only === undefined ? undefined : fixAll(found);
      const actions = [
        ...(wants('quickfix') ? codeActions(found, { start, end }, text) : []),
        ...(wants('quickfix') && folder !== undefined
          ? [deprecatedFixes, prefixedFixes].flatMap((fixes) => fixes(folder.index, path, text, found, { start, end }))
          : []),
        ...(all !== undefined && wants(all.kind) ? [all] : []),
      ];
      // The rule's page opens through the client's own command; without it, the link of the finding's code does.
      const offered = actions.filter(({ rule }) => rule === undefined || session.options.ruleLink !== undefined);
      const more = await moreActions(textDocument.uri, range, context);
      const answers = offered.map((action) => toProtoAction(session, action, lines, context.diagnostics));
      return [...(await Promise.all(answers)), ...more];
    }),
  );
}

/**
 * One request: waits for the edits before it, answers nothing that nobody waits for, and keeps a failure of ours from
 * reaching the user as an error message.
 */
export function answer<P, R>(session: Session, name: string, work: (params: P) => Promise<R | null>) {
  return async (params: P, token: CancellationToken): Promise<R | null | ResponseError<void>> => {
    await session.settled();
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, `${name}: cancelled`);
    try {
      return await work(params);
    } catch (error) {
      session.logError(name, error);
      return null;
    }
  };
}

/** The place that a request asks about; `undefined` for what is in no folder, or switched off. */
export async function placeOf(session: Session, uri: string, position: Position) {
  const path = toPath(uri);
  const folder = session.workspace.folderOf(path);
  const text = await session.workspace.textOf(path);
  if (folder === undefined || text === undefined || !folder.settings.enable) return undefined;
  const offset = createLineIndex(text).offsetAt(position.line, position.character);
  const view = session.viewOf(folder.index.root);
  return { folder: folder.index, settings: folder.settings, complete: folder.complete, path, text, offset, view };
}

/** Where a file begins. */
const START: Span = { start: 0, end: 0 };

/** Markdown whose links lead to lines of files. */
async function withLinks(session: Session, markdown: string): Promise<string> {
  const files = new Set<string>();
  renderLinks(markdown, ({ file }) => {
    files.add(file);
    return '';
  });
  const lines = new Map<string, LineIndex>();
  for (const file of files) lines.set(file, await session.linesOf(file));
  return renderLinks(markdown, ({ file, offset }) => {
    const line = lines.get(file)?.positionAt(offset).line ?? 0;
    return `${session.uriOf(file)}#L${line + 1}`;
  });
}

const SYMBOL_KINDS: Readonly<Record<DocumentSymbol['sort'], SymbolKind>> = {
  object: SymbolKind.Object,
  port: SymbolKind.Interface,
  container: SymbolKind.Module,
};

function toProtoSymbol(symbol: DocumentSymbol, lines: LineIndex): ProtoDocumentSymbol {
  const { name, detail, sort, span, selection, children } = symbol;
  return {
    name,
    detail,
    kind: SYMBOL_KINDS[sort],
    range: toRange(lines, span),
    selectionRange: toRange(lines, selection),
    children: children.map((child) => toProtoSymbol(child, lines)),
  };
}

async function toLocation(
  session: Session,
  { file, span }: { readonly file: string; readonly span: Span },
): Promise<Location> {
  return { uri: session.uriOf(file), range: toRange(await session.linesOf(file), span) };
}

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

/** `lines` are those of the document that was asked about, `shown` what the client shows at the place. */
async function toProtoAction(
  session: Session,
  action: CodeAction,
  lines: LineIndex,
  shown: readonly ProtoDiagnostic[],
): Promise<ProtoCodeAction> {
  const { title, kind } = action;
  const answers = ({ code, range }: ProtoDiagnostic) =>
    action.diagnostics.some((diagnostic) => {
      const { line, character } = lines.positionAt(diagnostic.at.start);
      return diagnostic.code === code && range.start.line === line && range.start.character === character;
    });
  return {
    title,
    kind,
    diagnostics: shown.filter(answers),
    ...(action.preferred ? { isPreferred: true } : {}),
    ...(action.rule === undefined
      ? { edit: { changes: await toChanges(session, action) } }
      : { command: { title, command: 'kubefathom.showRule', arguments: [action.rule] } }),
  };
}

async function toChanges(session: Session, { edits }: CodeAction) {
  const changes: Record<string, { range: Range; newText: string }[]> = {};
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const text = (await session.workspace.textOf(file)) ?? '';
    const lines = createLineIndex(text);
    const inFile = edits.filter((edit) => edit.file === file).map(({ edit }) => edit);
    changes[session.uriOf(file)] = toTextEdits(text, inFile).map((edit) => ({
      range: toRange(lines, edit),
      newText: edit.newText,
    }));
  }
  return changes;
}
