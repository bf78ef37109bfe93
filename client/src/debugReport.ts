import { type ExtensionContext, env, UIKind, version, workspace } from 'vscode';
import { changedSettings } from './settings.ts';
import type { ServerState } from './statusItem.ts';

/** What a bug report needs, as Markdown. It names no file, folder or object of the user's. */
export function debugReport(context: ExtensionContext, state: ServerState | undefined): string {
  const { name, version: own } = context.extension.packageJSON as { readonly name: string; readonly version: string };
  const folders = workspace.workspaceFolders ?? [];
  const lines = [
    `- ${name} ${own}, server ${serverText(state)}`,
    `- ${env.appName} ${version}, ${env.uiKind === UIKind.Web ? 'web' : 'desktop'}${env.remoteName === undefined ? '' : `, remote ${env.remoteName}`}`,
    `- workspace: ${workspace.isTrusted ? 'trusted' : 'restricted'}, folders: ${folders.map((folder) => folder.uri.scheme).join(', ') || 'none'}`,
    `- changed settings: \`${JSON.stringify(changedSettings())}\``,
  ];
  if (state?.kind === 'running') {
    const { objects, files, skipped, skippedCount, busy, limit } = state.status;
    lines.push(
      `- index: ${objects} objects in ${files} files, ${skippedCount} skipped${busy ? ', still reading' : ''}`,
    );
    const reasons = [...new Set(skipped.map((file) => file.reason))];
    if (reasons.length > 0) lines.push(`- reasons to skip: ${reasons.join('; ')}`);
    if (limit !== undefined) lines.push(`- limit: ${limit}`);
  }
  return `${lines.join('\n')}\n`;
}

function serverText(state: ServerState | undefined): string {
  if (state === undefined) return 'not running';
  return state.kind === 'running' ? state.status.version : state.kind;
}
