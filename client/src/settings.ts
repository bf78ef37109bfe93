import { workspace } from 'vscode';

/** Whether `kubefathom.enable` is on for any folder, or for loose files where no folder is open. */
export function isEnabledAnywhere(): boolean {
  const scopes = workspace.workspaceFolders?.map((folder) => folder.uri) ?? [undefined];
  return scopes.some((scope) => workspace.getConfiguration('kubefathom', scope).get<boolean>('enable', true));
}

/** The settings that differ from their defaults, as far as a report may show them: `external` holds names from the cluster. */
export function changedSettings(): Readonly<Record<string, unknown>> {
  const configuration = workspace.getConfiguration('kubefathom');
  const changed: Record<string, unknown> = {};
  for (const name of settingNames(configuration, '')) {
    const inspected = configuration.inspect(name);
    const isSet = inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue;
    if (isSet === undefined) continue;
    changed[name] = name.startsWith('external') ? '(set)' : isSet;
  }
  return changed;
}

function settingNames(value: unknown, prefix: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return prefix === '' ? [] : [prefix];
  const names = Object.entries(value)
    .filter(([, member]) => typeof member !== 'function')
    .flatMap(([key, member]) => settingNames(member, prefix === '' ? key : `${prefix}.${key}`));
  return prefix === '' ? names : [prefix, ...names];
}
