import { l10n, type QuickPickItem, window } from 'vscode';
import type { DocumentUnit } from '../../server/src/lsp/messages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';
import { nameOf } from './statusItem.ts';

interface ViewItem extends QuickPickItem {
  readonly unit: string | null;
}

/** Asks which unit hovers and navigation in the folder of the file in front are to speak of. */
export async function chooseView(server: LanguageServer): Promise<void> {
  const file = currentFile();
  await server.whenReady();
  const folder = file && (await server.folderUnits(file));
  if (folder === undefined || folder.units.length === 0) {
    void window.showInformationMessage(
      l10n.t('This folder has no kustomization: there is one way only to show its manifests.'),
    );
    return;
  }
  const chosen = folder.view?.id ?? null;
  const items: ViewItem[] = [
    { label: l10n.t('all'), description: l10n.t('hovers name the units that differ'), unit: null },
    ...folder.units.map(toItem),
  ].map((item) =>
    item.unit === chosen ? { ...item, description: `${item.description} · ${l10n.t('chosen')}` } : item,
  );
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Show this workspace as…'),
    placeHolder: l10n.t('Hovers and definitions keep to this unit; findings stay those of all'),
  });
  if (picked !== undefined) await server.chooseView({ uri: folder.uri, unit: picked.unit });
}

function toItem(unit: DocumentUnit): ViewItem & { readonly description: string } {
  const { id, objects } = unit;
  const description = objects === 1 ? l10n.t('1 object') : l10n.t('{0} objects', objects);
  return { label: nameOf(unit), description, unit: id };
}
