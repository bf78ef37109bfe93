import { extensions, type Uri, workspace } from 'vscode';
import type { KubefathomApi } from '../../../client/src/common.ts';

/**
 * How this run was started. `desktop`: the server is a process, the folder is trusted; `restricted`: not trusted;
 * `web`: as an extension of a browser; `plain`: on a folder with YAML but without Kubernetes.
 */
export type Mode = 'desktop' | 'restricted' | 'web' | 'plain';

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

/** Presses keys in the window, as in `Control+Shift+M`. */
export async function press(keys: string): Promise<void> {
  await ask('press', { keys });
}

/** The text that the window shows in the first visible element of a CSS selector, waiting up to ten seconds for it. */
export async function visibleText(selector: string): Promise<string | undefined> {
  const text = await ask('visibleText', { selector });
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
