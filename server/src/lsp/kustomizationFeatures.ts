import { type CompletionItem, CompletionItemKind, type Connection } from 'vscode-languageserver';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { completePaths } from '../core/ide/kustomization/completion.ts';
import { pathLinks } from '../core/ide/kustomization/navigation.ts';
import type { PlaceRequest } from '../core/ide/locate.ts';
import type { DirectoryEntry, Host } from '../core/workspace/host.ts';
import { answer, placeOf, toRange } from './features.ts';
import type { Session } from './session.ts';

/** Registers what kustomization files have beside everything else: links on paths. */
export function registerKustomizationFeatures(connection: Connection, session: Session): void {
  connection.onDocumentLinks(
    answer(session, 'document links', async ({ textDocument }) => {
      const at = await placeOf(session, textDocument.uri, { line: 0, character: 0 });
      if (at === undefined) return null;
      const lines = createLineIndex(at.text);
      return pathLinks(at.folder, at.path, at.text).map(({ start, end, file }) => ({
        range: toRange(lines, { start, end }),
        target: session.uriOf(file),
      }));
    }),
  );
}

/** The paths that can stand at a place of a kustomization file. */
export async function completePathItems(at: PlaceRequest, host: Host): Promise<CompletionItem[]> {
  const lines = createLineIndex(at.text);
  const found = await completePaths(at, (folder) => listFolder(host, folder));
  return found.map(({ path, kind, span, newText }, order) => ({
    label: path,
    kind: kind === 'folder' ? CompletionItemKind.Folder : CompletionItemKind.File,
    sortText: String(order).padStart(4, '0'),
    filterText: newText,
    textEdit: { range: toRange(lines, span), newText },
  }));
}

/** A folder that cannot be listed has nothing to offer. */
async function listFolder(host: Host, folder: string): Promise<readonly DirectoryEntry[]> {
  try {
    return await host.readDirectory(folder);
  } catch {
    return [];
  }
}
