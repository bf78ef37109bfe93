import {
  commands,
  Disposable,
  EventEmitter,
  l10n,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { BuiltUnitParams, DocumentUnit } from '../../server/src/lsp/messages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';
import { nameOf } from './statusItem.ts';

/** Of read-only documents that show what a unit comes to; the query says which, as JSON. */
const scheme = 'kubefathom-unit';

/** Lets documents show units, in step with the index, and registers the commands that open them. */
export function showBuiltUnits(server: LanguageServer): Disposable {
  const changed = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const built = await server.builtUnit(JSON.parse(uri.query) as BuiltUnitParams);
      return built?.text ?? `# ${l10n.t('There is no such unit now.')}\n`;
    },
  };
  const refresh = (): void => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
  };
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, provider),
    server.onDidChangeIndex(refresh),
    server.onDidChangeState((state) => {
      if (state?.kind === 'running' && !state.status.busy) refresh();
    }),
    commands.registerCommand('kubefathom.showBuiltUnit', () => showBuiltUnit(server, false)),
    commands.registerCommand('kubefathom.showBuiltUnitWithOrigins', () => showBuiltUnit(server, true)),
  );
}

/** Shows the unit of the file in front beside it: the one that is chosen for its folder, else one that the user picks. */
async function showBuiltUnit(server: LanguageServer, origins: boolean): Promise<void> {
  const file = currentFile();
  await server.whenReady();
  const folder = file && (await server.folderUnits(file));
  if (file === undefined || folder === undefined || folder.units.length === 0) {
    void window.showInformationMessage(
      l10n.t('This folder has no kustomization: its manifests are applied as they are written.'),
    );
    return;
  }
  const own = (await server.unitsOf(file))?.units.filter(({ kind }) => kind !== 'loose') ?? [];
  const candidates = own.length > 0 ? own : folder.units;
  const unit = candidates.find(({ id }) => id === folder.view?.id) ?? (await pickUnit(candidates));
  if (unit === undefined) return;
  const document = await workspace.openTextDocument(uriOf({ uri: folder.uri, unit: unit.id, origins }, unit));
  await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
}

async function pickUnit(units: readonly DocumentUnit[]): Promise<DocumentUnit | undefined> {
  const [only, more] = units;
  if (more === undefined) return only;
  const items = units.map((unit) => ({ label: nameOf(unit), unit }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Unit to show as it would be applied') }))?.unit;
}

/** The path is what the tab says. */
function uriOf(params: BuiltUnitParams, { label }: DocumentUnit): Uri {
  const folder = Uri.parse(params.uri).path.split('/').at(-1) ?? '';
  const name = label === '.' ? folder : label;
  const suffix = params.origins ? l10n.t('built, with origins') : l10n.t('built');
  return Uri.from({ scheme, path: `/${name} (${suffix}).yaml`, query: JSON.stringify(params) });
}
