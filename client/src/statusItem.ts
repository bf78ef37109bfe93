import { type Disposable, type LanguageStatusItem, LanguageStatusSeverity, l10n, languages } from 'vscode';
import type { StatusParams } from '../../server/src/lsp/messages.ts';
import { documentSelector } from './documents.ts';

/** What the status item can tell about the server. */
export type ServerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly status: StatusParams }
  | { readonly kind: 'failed'; readonly reason: string };

export interface StatusItem extends Disposable {
  show(state: ServerState): void;
}

/** The entry in the editor's language status (`{}` in the status bar); exists only while there is something to tell. */
export function createStatusItem(): StatusItem {
  const item = languages.createLanguageStatusItem('kubefathom.status', documentSelector);
  item.name = 'Kubefathom';
  item.command = { command: 'kubefathom.showOutput', title: l10n.t('Show Output') };
  return {
    show: (state) => showState(item, state),
    dispose: () => item.dispose(),
  };
}

function showState(item: LanguageStatusItem, state: ServerState): void {
  item.busy = state.kind === 'starting' || (state.kind === 'running' && state.status.busy);
  switch (state.kind) {
    case 'starting':
      say(item, l10n.t('Starting'), '', LanguageStatusSeverity.Information);
      return;
    case 'failed':
      say(item, l10n.t('Stopped'), state.reason, LanguageStatusSeverity.Error);
      return;
    case 'running':
      say(item, summaryOf(state.status), detailOf(state.status), severityOf(state.status));
  }
}

function say(item: LanguageStatusItem, text: string, detail: string, severity: LanguageStatusSeverity): void {
  item.text = text;
  item.detail = detail;
  item.severity = severity;
  item.accessibilityInformation = { label: ['Kubefathom', text, detail].filter((part) => part !== '').join(', ') };
}

function summaryOf({ objects, unit }: StatusParams): string {
  const count = objects === 1 ? l10n.t('1 object') : l10n.t('{0} objects', objects);
  return unit === undefined ? count : `${count} · ${unit}`;
}

function detailOf(status: StatusParams): string {
  if (status.busy) return l10n.t('Reading the workspace');
  const parts: string[] = [];
  if (status.limit !== undefined) parts.push(status.limit);
  const [first] = status.skipped;
  if (first !== undefined && status.skippedCount === 1) {
    parts.push(l10n.t('Skipped {0}: {1}; what it may hold is unknown', first.file, first.reason));
  } else if (status.skippedCount > 0) {
    parts.push(l10n.t('{0} files skipped; what they may hold is unknown', status.skippedCount));
  }
  return parts.join('; ');
}

function severityOf({ limit }: StatusParams): LanguageStatusSeverity {
  return limit === undefined ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
}
