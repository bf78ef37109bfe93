import {
  type CancellationToken,
  commands,
  Disposable,
  DocumentLink,
  EventEmitter,
  l10n,
  languages,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type {
  ConnectionChoice,
  ConnectionDraft,
  ConnectionNext,
  ConnectionParams,
  ExplainedConnection,
} from '../../server/src/lsp/connectionMessages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';

/** Of read-only documents that explain a connection; the query says which, as JSON. */
const scheme = 'kubefathom-connection';

/** Lets documents explain connections, in step with the index, and registers the command that asks which one. */
export function explainConnections(server: LanguageServer): Disposable {
  const changed = new EventEmitter<Uri>();
  /** What open documents show, for their links. */
  const shown = new Map<string, ExplainedConnection>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const explained = await server.explainConnection(JSON.parse(uri.query) as ConnectionParams);
      if (explained === undefined) return `${l10n.t('Nothing is known of this connection now.')}\n`;
      shown.set(uri.toString(), explained);
      return explained.text;
    },
  };
  const refresh = (): void => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
  };
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, provider),
    languages.registerDocumentLinkProvider(
      { scheme },
      {
        provideDocumentLinks: (document, _: CancellationToken) => linksOf(document, shown.get(document.uri.toString())),
      },
    ),
    workspace.onDidCloseTextDocument(({ uri }) => void shown.delete(uri.toString())),
    server.onDidChangeIndex(refresh),
    server.onDidChangeState((state) => {
      if (state?.kind === 'running' && !state.status.busy) refresh();
    }),
    commands.registerCommand('kubefathom.explainConnection', () => explainConnection(server)),
  );
}

/** Links of a text that the document holds no more lead to wrong places, and are left out. */
function linksOf(document: TextDocument, explained: ExplainedConnection | undefined): DocumentLink[] {
  if (explained === undefined || document.getText() !== explained.text) return [];
  return explained.links.map(({ start, end, target }) => {
    const link = new DocumentLink(new Range(document.positionAt(start), document.positionAt(end)), Uri.parse(target));
    link.tooltip = l10n.t('Open the manifest');
    return link;
  });
}

/** Asks what the place of the cursor leaves open, and shows the explanation beside it. */
async function explainConnection(server: LanguageServer): Promise<void> {
  const file = currentFile();
  await server.whenReady();
  const position =
    window.activeTextEditor?.document.uri.toString() === file?.toString()
      ? window.activeTextEditor?.selection.active
      : undefined;
  const start =
    file &&
    (await server.connectionChoices(
      file,
      position === undefined ? {} : { position: { line: position.line, character: position.character } },
    ));
  if (file === undefined || start === undefined) {
    void window.showInformationMessage(l10n.t('There are no manifests here whose connections could be explained.'));
    return;
  }
  const draft = await complete(server, file, start);
  if (draft === undefined) return;
  const folder = workspace.getWorkspaceFolder(file)?.uri ?? file;
  const params: ConnectionParams = { uri: folder.toString(), draft };
  const explained = await server.explainConnection(params);
  const title = explained === undefined || explained.title === '' ? l10n.t('connection') : explained.title;
  const uri = Uri.from({ scheme, path: `/${title.replaceAll('/', ' ')}.md`, query: JSON.stringify(params) });
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
}

/** Asks until nothing is open; undefined where the user turns away. */
async function complete(
  server: LanguageServer,
  file: Uri,
  start: ConnectionNext,
): Promise<ConnectionDraft | undefined> {
  let next: ConnectionNext | undefined = start;
  while (next?.ask !== undefined) {
    const draft = await pick(next);
    if (draft === undefined) return undefined;
    next = await server.connectionChoices(file, { draft });
  }
  return next?.draft;
}

interface ChoiceItem extends QuickPickItem {
  /** Undefined: what the user writes. */
  readonly choice: ConnectionChoice | undefined;
}

async function pick({ ask, choices, draft }: ConnectionNext): Promise<ConnectionDraft | undefined> {
  const items: ChoiceItem[] = choices.map((choice) => ({
    label: choice.label,
    description: choice.description,
    ...(choice.detail === '' ? {} : { detail: choice.detail }),
    choice,
  }));
  const isOpen = ask === 'to' || (ask === 'from' && draft.to?.kind === 'object');
  if (isOpen) {
    const label = ask === 'to' ? l10n.t('Another host…') : l10n.t('An address outside of the cluster…');
    items.push({ label: '', kind: QuickPickItemKind.Separator, choice: undefined }, { label, choice: undefined });
  }
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Explain Connection'),
    placeHolder: QUESTIONS[ask ?? 'start'](),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) return undefined;
  if (picked.choice !== undefined) return picked.choice.draft;
  return ask === 'to' ? await askForHost(draft) : await askForAddress(draft);
}

async function askForAddress(draft: ConnectionDraft): Promise<ConnectionDraft | undefined> {
  const written = await window.showInputBox({
    title: l10n.t('Explain Connection'),
    prompt: l10n.t('The address that a client outside of the cluster comes from'),
    placeHolder: '203.0.113.7',
    validateInput: (text) => (ADDRESS.test(text.trim()) ? undefined : l10n.t('This is no IP address.')),
  });
  const address = written?.trim() ?? '';
  return address === '' ? undefined : { ...draft, from: { kind: 'outside', address } };
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)$/;

async function askForHost(draft: ConnectionDraft): Promise<ConnectionDraft | undefined> {
  const written = await window.showInputBox({
    title: l10n.t('Explain Connection'),
    prompt: l10n.t('A host as a program is told it, with a port'),
    placeHolder: 'orders.shop:80',
    validateInput: (text) => (HOST.test(text.trim()) ? undefined : l10n.t('This is no host with a port.')),
  });
  const [, host, port] = HOST.exec(written?.trim() ?? '') ?? [];
  if (host === undefined || port === undefined) return undefined;
  return { ...draft, to: { kind: 'host', host }, port: Number(port) };
}

const HOST = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9.])?):(\d{1,5})$/;

const QUESTIONS: Readonly<Record<'start' | 'from' | 'to' | 'port', () => string>> = {
  start: () => l10n.t('Which one is meant?'),
  from: () => l10n.t('Who opens the connection?'),
  to: () => l10n.t('What is it opened to?'),
  port: () => l10n.t('On which port?'),
};
