import {
  commands,
  Disposable,
  l10n,
  Range,
  Uri,
  ViewColumn,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
} from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageclient';
import {
  type OffsetParams,
  type ReachabilityUnits,
  rangeRequest,
  reachabilityRequest,
  reachabilityUnitsRequest,
  type UnitReachability,
} from '../../server/src/lsp/reachabilityMessages.ts';
import type { ShowMessage, ViewMessage, ViewState } from '../webview/messages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';
import { pageFor } from './reachabilityPage.ts';
import { nameOf } from './statusItem.ts';

const viewType = 'kubefathom.reachability';

/** What the view shows: a unit of a workspace folder. */
interface Shown {
  readonly folder: string;
  readonly unit: string;
}

/** Registers the command that shows who may call whom, in one panel, which follows edits and survives a restart of the window. */
export function showReachability(server: LanguageServer, extensionUri: Uri): Disposable {
  let open: ReachabilityPanel | undefined;
  const dist = Uri.joinPath(extensionUri, 'dist');
  const take = (panel: WebviewPanel, shown: Shown): void => {
    open?.panel.dispose();
    const own = fillPanel(panel, server, dist, shown);
    open = own;
    panel.onDidDispose(() => {
      if (open === own) open = undefined;
    });
  };
  const serializer: WebviewPanelSerializer<ViewState> = {
    deserializeWebviewPanel: async (panel, state) => {
      if (state?.folder === undefined || state.unit === undefined) panel.dispose();
      else take(panel, { folder: state.folder, unit: state.unit });
    },
  };
  return Disposable.from(
    { dispose: () => open?.panel.dispose() },
    window.registerWebviewPanelSerializer(viewType, serializer),
    commands.registerCommand('kubefathom.showReachability', async () => {
      const shown = await chooseUnit(server);
      if (shown === undefined) return;
      if (open !== undefined) {
        open.show(shown);
        open.panel.reveal();
        return;
      }
      const title = l10n.t('Reachability');
      const panel = window.createWebviewPanel(viewType, title, ViewColumn.Beside, { localResourceRoots: [dist] });
      take(panel, shown);
    }),
  );
}

/** The unit of the file in front: the one that its folder is shown as, else one that the user picks. */
async function chooseUnit(server: LanguageServer): Promise<Shown | undefined> {
  const file = currentFile();
  if (server.state() === undefined) await server.start();
  await server.whenReady();
  const found = file && (await server.ask<ReachabilityUnits>(reachabilityUnitsRequest, { uri: file.toString() }));
  if (found === undefined || found.units.length === 0) {
    void window.showInformationMessage(l10n.t('This folder has no workloads that Kubefathom could show.'));
    return undefined;
  }
  const own = found.units.filter(({ id }) => found.own.includes(id));
  const candidates = own.length > 0 ? own : found.units;
  const viewed = candidates.find(({ id }) => id === found.view);
  const items = candidates.map((unit) => ({ label: nameOf(unit), unit }));
  const picked =
    viewed ??
    (items.length === 1
      ? candidates[0]
      : (await window.showQuickPick(items, { placeHolder: l10n.t('Unit to show the reachability of') }))?.unit);
  return picked && { folder: found.uri, unit: picked.id };
}

interface ReachabilityPanel {
  readonly panel: WebviewPanel;
  show(shown: Shown): void;
}

/** Fills a panel and keeps it in step with the index while it is visible. */
function fillPanel(panel: WebviewPanel, server: LanguageServer, dist: Uri, first: Shown): ReachabilityPanel {
  let shown = first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastDuration = 0;
  let asked = 0;

  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (!panel.visible) return;
    const number = ++asked;
    const started = Date.now();
    await server.whenReady();
    const { folder, unit } = shown;
    const units = await server.ask<ReachabilityUnits>(reachabilityUnitsRequest, { uri: folder });
    const data = await server.ask<UnitReachability>(reachabilityRequest, { uri: folder, unit });
    lastDuration = Date.now() - started;
    if (number !== asked || !panel.visible) return;
    const names = (units?.units ?? []).map((one) => ({ id: one.id, name: nameOf(one) }));
    const name = data && nameOf(data.unit);
    panel.title = name === undefined ? l10n.t('Reachability') : l10n.t('Reachability: {0}', name);
    const message: ShowMessage = { type: 'show', folder, unit, units: names, ...(data === undefined ? {} : { data }) };
    void panel.webview.postMessage(message);
  };
  /** What costs much is not asked for at every key. */
  const refreshSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), Math.min(Math.max(300, 2 * lastDuration), 5000));
  };
  const receive = async (message: ViewMessage): Promise<void> => {
    switch (message.type) {
      case 'ready':
        if (server.state() === undefined) await server.start();
        return refresh();
      case 'choose':
        shown = { ...shown, unit: message.unit };
        return refresh();
      case 'open':
        return openPlace(server, panel, { uri: message.uri, start: message.place.start, end: message.place.end });
    }
  };

  panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const parts = Disposable.from(
    panel.webview.onDidReceiveMessage(receive),
    server.onDidChangeIndex(refreshSoon),
    server.onDidChangeState((state) => {
      if (state?.kind === 'running' && !state.status.busy) refreshSoon();
    }),
    { dispose: () => clearTimeout(timer) },
  );
  panel.onDidDispose(() => parts.dispose());
  // A view that becomes visible loads anew and says that it is ready.
  panel.webview.html = pageFor(panel.webview, dist, l10n.t('Reachability'));
  return {
    panel,
    show: (next) => {
      shown = next;
      void refresh();
    },
  };
}

/** Opens a place beside the view, so that both can be seen. */
async function openPlace(server: LanguageServer, panel: WebviewPanel, params: OffsetParams): Promise<void> {
  const range = await server.ask<ProtocolRange>(rangeRequest, params);
  if (range === undefined) return;
  const { start, end } = range;
  await window.showTextDocument(Uri.parse(params.uri), {
    selection: new Range(start.line, start.character, end.line, end.character),
    viewColumn: panel.viewColumn === ViewColumn.One ? ViewColumn.Two : ViewColumn.One,
    preview: true,
  });
}
