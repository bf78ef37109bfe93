import { l10n, type QuickPickItem, QuickPickItemKind, Range, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type { OfferedEnvironment } from '../../server/src/core/ide/offeredEnvironments.ts';
import { addEnvironmentRequest, type ConfigText, type DocumentUnit } from '../../server/src/lsp/messages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';
import { nameOf } from './statusItem.ts';

interface ViewItem extends QuickPickItem {
  readonly unit: string | null;
}

/** A unit that there would be if the configuration named it. */
interface OfferItem extends QuickPickItem {
  readonly offer: OfferedEnvironment;
}

/**
 * Asks which unit hovers and navigation in the folder of the file in front are to speak of. Charts with further files of values
 * are offered, too: the one that is picked is added to the configuration.
 */
export async function chooseView(server: LanguageServer): Promise<void> {
  const file = currentFile();
  await server.whenReady();
  const folder = file && (await server.folderUnits(file));
  if (folder === undefined || folder.units.length + folder.offers.length === 0) {
    void window.showInformationMessage(
      l10n.t('This folder has no kustomization: there is one way only to show its manifests.'),
    );
    return;
  }
  const chosen = folder.view?.id ?? null;
  const views: ViewItem[] = [
    { label: l10n.t('all'), description: l10n.t('hovers name the units that differ'), unit: null },
    ...folder.units.map(toItem),
  ].map((item) =>
    item.unit === chosen ? { ...item, description: `${item.description} · ${l10n.t('chosen')}` } : item,
  );
  const separator = { label: l10n.t('add to the configuration'), kind: QuickPickItemKind.Separator };
  const offers = folder.offers.length === 0 ? [] : [separator, ...folder.offers.map(toOffer)];
  const items: (ViewItem | OfferItem | QuickPickItem)[] = [...views, ...offers];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Show this workspace as…'),
    placeHolder: l10n.t('Hovers and definitions keep to this unit; findings stay those of all'),
  });
  if (picked !== undefined && 'unit' in picked) await server.chooseView({ uri: folder.uri, unit: picked.unit });
  if (picked === undefined || !('offer' in picked)) return;
  const config = await server.ask<ConfigText>(addEnvironmentRequest, { uri: folder.uri, offer: picked.offer });
  await writeConfig(config);
}

/** Writes and saves the configuration, which makes it count, and shows it. */
async function writeConfig(config: ConfigText | undefined): Promise<void> {
  if (config === undefined) {
    void window.showWarningMessage(l10n.t('The configuration cannot be added to: correct what is wrong in it first.'));
    return;
  }
  const uri = Uri.parse(config.uri);
  const edit = new WorkspaceEdit();
  if (!config.exists) edit.createFile(uri, { ignoreIfExists: true });
  const lines = config.exists ? (await workspace.openTextDocument(uri)).lineCount : 0;
  edit.replace(uri, new Range(0, 0, lines, 0), config.text);
  if (!(await workspace.applyEdit(edit))) return;
  const document = await workspace.openTextDocument(uri);
  await document.save();
  await window.showTextDocument(document);
}

function toOffer(offer: OfferedEnvironment): OfferItem {
  const { name, chart, values } = offer;
  const own = values.startsWith(`${chart}/`) ? values.slice(chart.length + 1) : values;
  return {
    label: l10n.t('{0} with {1}', chart, own),
    description: l10n.t('environment {0}, in .kubefathom.yaml', name),
    offer,
  };
}

function toItem(unit: DocumentUnit): ViewItem & { readonly description: string } {
  const { id, objects } = unit;
  const description = objects === 1 ? l10n.t('1 object') : l10n.t('{0} objects', objects);
  return { label: nameOf(unit), description, unit: id };
}
