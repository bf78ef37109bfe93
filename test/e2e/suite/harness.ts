import {
  type CodeAction,
  commands,
  type Diagnostic,
  extensions,
  languages,
  type Position,
  Range,
  Selection,
  type TextDocument,
  type TextEditor,
  TextEditorRevealType,
  type Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import type { KubefathomApi } from '../../../client/src/common.ts';
import { equal } from '../assert.ts';

/**
 * How this run was started. `desktop`: the server is a process, the folder is trusted; `restricted`: not trusted;
 * `web`: as an extension of a browser; `plain`: on a folder with YAML but without Kubernetes; `overlays`: on the example with
 * kustomizations.
 */
export type Mode = 'desktop' | 'restricted' | 'web' | 'plain' | 'overlays';

/** Put in place when the suite is bundled, for each run anew. */
declare const KUBEFATHOM_E2E: { readonly address: string; readonly mode: Mode };

export const mode: Mode = KUBEFATHOM_E2E.mode;

/** Declares tests of some modes; in the others they do not exist. */
export function describeIn(modes: readonly Mode[], title: string, tests: () => void): void {
  if (modes.includes(mode)) describe(title, tests);
}

/** Asks the program that drives the browser. `false` where no page can be driven, as in a desktop window. */
export async function ask(action: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const response = await fetch(KUBEFATHOM_E2E.address, { method: 'POST', body: JSON.stringify({ action, ...params }) });
  const { value, error } = (await response.json()) as { readonly value?: unknown; readonly error?: string };
  if (error !== undefined) throw new Error(`${action}: ${error}`);
  return value;
}

/** Saves what the window shows as out/screenshots/NAME.png. */
export async function screenshot(name: string): Promise<void> {
  await ask('screenshot', { name });
}

/** Rests the mouse on the text under the text cursor and waits for the hover; false where no page can be driven. */
export async function hoverAtCursor(): Promise<boolean> {
  return (await ask('hoverAtCursor')) === true;
}

/** A line for whoever reads the results of this run. */
export async function note(text: string): Promise<void> {
  await ask('note', { text });
}

/** Presses keys in the window, as in `Control+Shift+M`. */
export async function press(keys: string): Promise<void> {
  await ask('press', { keys });
}

/** The text that the window shows in the first visible element of a CSS selector, waiting up to ten seconds for it. */
export async function visibleText(selector: string): Promise<string | undefined> {
  const text = await ask('visibleText', { selector });
  return typeof text === 'string' ? text : undefined;
}

/**
 * Acts on the first element of a CSS selector (with `text`, if given) in a webview, waiting for it; the text that it shows.
 * `undefined` where no page can be driven.
 */
export async function inFrame(
  selector: string,
  options: { readonly text?: string; readonly act?: 'click' | 'focus' } = {},
): Promise<string | undefined> {
  const text = await ask('inFrame', { selector, ...options });
  return typeof text === 'string' ? text : undefined;
}

/** The extension under test, activated. */
export async function activateExtension(): Promise<KubefathomApi> {
  const extension = extensions.getExtension<KubefathomApi>('kubefathom.kubefathom');
  if (extension === undefined) throw new Error('the extension is not installed');
  return extension.activate();
}

/** A file of the folder that is open. */
export function fileInFolder(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('no folder is open');
  return folder.uri.with({ path: `${folder.uri.path}/${path}` });
}

/** Resolves when `condition` holds; looks again whenever `subscribe` calls back. Mocha's timeout ends a wait in vain. */
export function until(
  condition: () => boolean,
  subscribe: (changed: () => void) => { dispose(): unknown },
): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) {
      resolve();
      return;
    }
    const subscription = subscribe(() => {
      if (!condition()) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** Opens a file of the folder in the editor, with the cursor before the first `marker` after the line that `after` is in. */
export async function openAt(path: string, marker = '', after = ''): Promise<TextEditor> {
  const editor = await window.showTextDocument(fileInFolder(path), { preview: false });
  const position = placeOf(editor.document, marker, after);
  editor.selection = new Selection(position, position);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}

/** Where `marker` begins; `after` is a text before it that tells it from its likes. */
export function placeOf(document: TextDocument, marker: string, after = ''): Position {
  const text = document.getText();
  const start = text.indexOf(after);
  const at = text.indexOf(marker, start + after.length);
  if (start < 0 || at < 0) throw new Error(`${document.fileName} has no ${JSON.stringify(after + marker)}`);
  return document.positionAt(at);
}

/** Replaces one text of a document by another, without saving. */
export async function replaceIn(document: TextDocument, before: string, by: string, after = ''): Promise<void> {
  const start = placeOf(document, before, after);
  const end = document.positionAt(document.offsetAt(start) + before.length);
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(start, end), by);
  if (!(await workspace.applyEdit(edit))) throw new Error('the edit was refused');
}

/** Gives all open documents back the text that is on the disk, and closes their editors. */
export async function closeAll(): Promise<void> {
  for (const document of workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.files.revert');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}

/** The findings that the Problems panel shows in a file, or in all: `ingress.yaml:25 ingress-backend-port-missing`, sorted. */
export function findings(path?: string): readonly string[] {
  return languages
    .getDiagnostics()
    .flatMap(([uri, found]) =>
      found.filter(({ source }) => source === 'kubefathom').map((finding) => describeFinding(uri, finding)),
    )
    .filter((text) => path === undefined || text.startsWith(`${path}:`))
    .sort();
}

/** The findings of a file with one code. */
export function findingsOf(path: string, code: string): readonly Diagnostic[] {
  return languages.getDiagnostics(fileInFolder(path)).filter((finding) => codeOf(finding) === code);
}

function describeFinding(uri: Uri, finding: Diagnostic): string {
  return `${workspace.asRelativePath(uri)}:${finding.range.start.line + 1} ${codeOf(finding)}`;
}

function codeOf({ code }: Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

/** Resolves when `read` gives what is expected; looks again whenever findings change, and tells the difference when it never does. */
export async function untilFindings(read: () => unknown, expected: unknown): Promise<void> {
  await untilEqual(read, expected, languages.onDidChangeDiagnostics);
}

export async function untilEqual(
  read: () => unknown,
  expected: unknown,
  subscribe: (changed: () => void) => { dispose(): unknown },
): Promise<void> {
  const wanted = JSON.stringify(expected);
  const isThere = until(() => JSON.stringify(read()) === wanted, subscribe);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 15_000);
  });
  await Promise.race([isThere, late]);
  clearTimeout(timer);
  equal(read(), expected);
}

/** The code actions offered at the cursor, as the menu orders them. */
export async function actionsAt({ document, selection }: TextEditor, kind?: string): Promise<readonly CodeAction[]> {
  const command = 'vscode.executeCodeActionProvider';
  return commands.executeCommand<CodeAction[]>(command, document.uri, selection, kind, 20);
}

/** Carries out an offer as the menu does. */
export async function carryOut(action: CodeAction | undefined): Promise<void> {
  if (action === undefined) throw new Error('no such action is offered');
  if (action.edit !== undefined && !(await workspace.applyEdit(action.edit))) throw new Error('the edit was refused');
  if (action.command !== undefined) {
    await commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
  }
}
