import {
  type Connection,
  type Location,
  type Position,
  type CodeAction as ProtoCodeAction,
  type TextEdit as ProtoTextEdit,
  SymbolKind,
} from 'vscode-languageserver';
import { createLineIndex } from '../core/base/lineIndex.ts';
import type { Span } from '../core/base/span.ts';
import { type CodeAction, codeActions, fixAll } from '../core/ide/codeActions.ts';
import { definition } from '../core/ide/definition.ts';
import { documentSymbols } from '../core/ide/documentSymbols.ts';
import { hover } from '../core/ide/hover.ts';
import { renderLinks } from '../core/ide/links.ts';
import { references } from '../core/ide/references.ts';
import { workspaceSymbols } from '../core/ide/workspaceSymbols.ts';
import { toTextEdits } from '../core/yaml/edit.ts';
import type { Session } from './session.ts';
import { toPath, toUri } from './uris.ts';

/** Registers everything that a user asks for at a place. Each answer is computed from the index as it is when asked. */
export function registerFeatures(connection: Connection, session: Session): void {
  connection.onHover(async ({ textDocument, position }) => {
    const at = await placeOf(session, textDocument.uri, position);
    if (at === undefined) return null;
    const { folder, settings } = at;
    const found = hover({
      folder,
      text: at.text,
      path: at.path,
      offset: at.offset,
      detail: settings.hover.detail,
      settings,
    });
    if (found === undefined) return null;
    const lines = createLineIndex(at.text);
    const targets = new Map<string, string>();
    for (const { path, offset } of found.links) {
      const line = (await session.linesOf(path)).positionAt(offset).line + 1;
      targets.set(`${path}?${offset}`, `${toUri(path)}#L${line}`);
    }
    const value = renderLinks(found.markdown, (path, offset) => targets.get(`${path}?${offset}`) ?? toUri(path));
    return {
      contents: { kind: 'markdown', value },
      range: { start: lines.positionAt(found.span.start), end: lines.positionAt(found.span.end) },
    };
  });

  connection.onDefinition(async ({ textDocument, position }) => {
    const at = await placeOf(session, textDocument.uri, position);
    return at === undefined ? null : await locate(session, definition(at));
  });

  connection.onReferences(async ({ textDocument, position }) => {
    const at = await placeOf(session, textDocument.uri, position);
    return at === undefined ? null : await locate(session, references(at));
  });

  connection.onDocumentSymbol(async ({ textDocument }) => {
    await session.settled();
    const path = toPath(textDocument.uri);
    const file = session.workspace.folderOf(path)?.index.files.get(path);
    if (file === undefined) return null;
    const lines = await session.linesOf(path);
    const range = (span: Span) => ({ start: lines.positionAt(span.start), end: lines.positionAt(span.end) });
    return documentSymbols(file).map(({ name, kind, span, selection }) => ({
      name,
      detail: kind,
      kind: SymbolKind.Object,
      range: range(span),
      selectionRange: range(selection),
    }));
  });

  connection.onWorkspaceSymbol(async ({ query }) => {
    await session.settled();
    const found = session.workspace.folders.flatMap(({ index }) => workspaceSymbols(index, query));
    return await Promise.all(
      found.map(async ({ name, kind, container, file, span }) => ({
        name: `${kind}/${name}`,
        kind: SymbolKind.Object,
        containerName: container,
        location: await toLocation(session, { file, span }),
      })),
    );
  });

  connection.onCodeAction(async ({ textDocument, range, context }) => {
    await session.settled();
    const path = toPath(textDocument.uri);
    const text = await session.workspace.textOf(path);
    const found = session.diagnose(path);
    if (text === undefined || found === undefined) return null;
    const lines = createLineIndex(text);
    const span = {
      start: lines.offsetAt(range.start.line, range.start.character),
      end: lines.offsetAt(range.end.line, range.end.character),
    };
    const wants = (kind: string) =>
      context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const all = fixAll(found);
    const actions = [
      ...(wants('quickfix') ? codeActions(found, span, text) : []),
      ...(all !== undefined && context.only !== undefined && wants(all.kind) ? [all] : []),
    ];
    const offered = actions.filter(({ rule }) => rule === undefined || session.options.ruleLink !== undefined);
    return await Promise.all(offered.map((action) => toProtoAction(session, action, context.diagnostics)));
  });
}

async function placeOf(session: Session, uri: string, position: Position) {
  await session.settled();
  const path = toPath(uri);
  const folder = session.workspace.folderOf(path);
  const text = await session.workspace.textOf(path);
  if (folder === undefined || text === undefined || !folder.settings.enable) return undefined;
  const offset = createLineIndex(text).offsetAt(position.line, position.character);
  return { folder: folder.index, settings: folder.settings, path, text, offset };
}

async function locate(
  session: Session,
  targets: readonly { readonly file: string; readonly span: Span }[],
): Promise<Location[]> {
  return await Promise.all(targets.map((target) => toLocation(session, target)));
}

async function toLocation(
  session: Session,
  { file, span }: { readonly file: string; readonly span: Span },
): Promise<Location> {
  const lines = await session.linesOf(file);
  return { uri: toUri(file), range: { start: lines.positionAt(span.start), end: lines.positionAt(span.end) } };
}

async function toProtoAction(
  session: Session,
  action: CodeAction,
  shown: readonly { code?: unknown }[],
): Promise<ProtoCodeAction> {
  const changes: Record<string, ProtoTextEdit[]> = {};
  for (const file of new Set(action.edits.map((edit) => edit.file))) {
    const text = (await session.workspace.textOf(file)) ?? '';
    const lines = createLineIndex(text);
    const edits = toTextEdits(
      text,
      action.edits.filter((edit) => edit.file === file).map(({ edit }) => edit),
    );
    changes[session.documents.get(file)?.uri ?? toUri(file)] = edits.map(({ start, end, newText }) => ({
      range: { start: lines.positionAt(start), end: lines.positionAt(end) },
      newText,
    }));
  }
  const codes = new Set(action.diagnostics.map(({ code }) => code));
  return {
    title: action.title,
    kind: action.kind,
    diagnostics: shown.filter(({ code }) => typeof code === 'string' && codes.has(code)) as NonNullable<
      ProtoCodeAction['diagnostics']
    >,
    ...(action.preferred ? { isPreferred: true } : {}),
    ...(action.rule === undefined
      ? { edit: { changes } }
      : { command: { title: action.title, command: 'kubefathom.showRule', arguments: [action.rule] } }),
  };
}
