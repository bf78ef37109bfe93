import {
  Disposable,
  type Event,
  EventEmitter,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  l10n,
  languages,
  type Uri,
  window,
  workspace,
} from 'vscode';
import type { DocumentUnit, DocumentUnits, StatusParams } from '../../server/src/lsp/messages.ts';
import { documentSelector, isWorkedOn } from './documents.ts';

/** What the status item can tell about the server. */
export type ServerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly status: StatusParams }
  | { readonly kind: 'failed'; readonly reason: string };

/** What the status item says. */
export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
}

export interface StatusItem extends Disposable {
  show(state: ServerState): void;
  shown(): StatusText;
  readonly onDidChange: Event<void>;
}

/**
 * The entry in the editor's language status (`{}` in the status bar); exists only while there is something to tell. It speaks
 * of the document in front: `unitsOf` is asked whenever another one is, and when the index may know it differently or the view
 * is another one.
 */
export function createStatusItem(
  unitsOf: (document: Uri) => Promise<DocumentUnits | undefined>,
  onDidChangeView: Event<void>,
): StatusItem {
  const item = languages.createLanguageStatusItem('kubefathom.status', documentSelector);
  item.name = 'Kubefathom';
  item.command = { command: 'kubefathom.showAs', title: l10n.t('Show As…') };
  const changed = new EventEmitter<void>();
  let state: ServerState = { kind: 'starting' };
  let units: DocumentUnits = NO_UNITS;
  let asked = 0;

  const render = (): void => {
    showState(item, state, units);
    changed.fire();
  };
  const ask = async (): Promise<void> => {
    const document = window.activeTextEditor?.document;
    const number = ++asked;
    const found = document !== undefined && isWorkedOn(document) ? await unitsOf(document.uri) : undefined;
    if (number !== asked) return;
    units = found ?? NO_UNITS;
    render();
  };
  const parts = Disposable.from(
    item,
    changed,
    { dispose: () => asked++ },
    window.onDidChangeActiveTextEditor(ask),
    workspace.onDidSaveTextDocument(ask),
    onDidChangeView(ask),
  );
  return {
    show: (next) => {
      state = next;
      render();
      if (state.kind === 'running' && !state.status.busy) void ask();
    },
    shown: () => ({ text: item.text, detail: item.detail ?? '', busy: item.busy }),
    onDidChange: changed.event,
    dispose: () => parts.dispose(),
  };
}

const NO_UNITS: DocumentUnits = { units: [] };

function showState(item: LanguageStatusItem, state: ServerState, { units, view }: DocumentUnits): void {
  item.busy = state.kind === 'starting' || (state.kind === 'running' && state.status.busy);
  switch (state.kind) {
    case 'starting':
      say(item, l10n.t('Starting'), '', LanguageStatusSeverity.Information);
      return;
    case 'failed':
      say(item, l10n.t('Stopped'), state.reason, LanguageStatusSeverity.Error);
      return;
    case 'running':
      say(item, summaryOf(state.status, units), detailOf(state.status, units, view), severityOf(state.status));
  }
}

function say(item: LanguageStatusItem, text: string, detail: string, severity: LanguageStatusSeverity): void {
  item.text = text;
  item.detail = detail;
  item.severity = severity;
  item.accessibilityInformation = { label: ['Kubefathom', text, detail].filter((part) => part !== '').join(', ') };
}

/** `overlays/staging · 12 of 240 objects`. */
function summaryOf({ objects: all }: StatusParams, units: readonly DocumentUnit[]): string {
  const [unit, ...more] = units;
  if (unit === undefined) return countOf(all);
  if (more.length > 0) return `${l10n.t('{0} and {1} more', nameOf(unit), more.length)} · ${countOf(all)}`;
  const count = unit.objects === all ? countOf(all) : l10n.t('{0} of {1} objects', unit.objects, all);
  return `${nameOf(unit)} · ${count}`;
}

function countOf(objects: number): string {
  return objects === 1 ? l10n.t('1 object') : l10n.t('{0} objects', objects);
}

export function nameOf({ kind, label }: DocumentUnit): string {
  if (kind === 'loose') return l10n.t('loose manifests');
  return kind === 'chart' ? l10n.t('chart {0}', label) : label;
}

/** Short, for the editor shows it on the same line; the output has the rest. */
function detailOf(status: StatusParams, units: readonly DocumentUnit[], view: DocumentUnit | undefined): string {
  if (status.busy) return l10n.t('Reading the workspace');
  const parts: string[] = [];
  if (view !== undefined) parts.push(l10n.t('shown as {0}', nameOf(view)));
  if (status.limit !== undefined) parts.push(l10n.t('limit of files reached'));
  if (units.some(({ kind, rendered }) => kind === 'chart' && rendered !== true)) parts.push(l10n.t('not rendered'));
  if (status.skippedCount === 1) parts.push(l10n.t('1 file not read in full'));
  else if (status.skippedCount > 1) parts.push(l10n.t('{0} files not read in full', status.skippedCount));
  return parts.join(', ');
}

function severityOf({ limit }: StatusParams): LanguageStatusSeverity {
  return limit === undefined ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
}
