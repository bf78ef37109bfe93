import type { Awaitable } from '../../base/awaitable.ts';
import { basename } from '../../base/path.ts';
import { isKustomizationFile } from '../../sources/kustomization.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { findValue, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import type { Group } from './group.ts';
import type { Refusal, RenamePlace } from './plan.ts';
import type { WrittenService } from './services.ts';
import { hostsInTexts } from './texts.ts';

/**
 * What names a Service besides the fields that the index keeps: patches of it, selectors of patches in kustomizations, webhooks,
 * and texts of many lines. Only here are texts read that the index has let go of.
 */
export async function namesElsewhere(
  folder: WorkspaceFolder,
  group: Group,
  service: WrittenService,
  to: string,
  textOf: (path: string) => Awaitable<string | undefined>,
): Promise<readonly RenamePlace[] | Refusal> {
  // Where a patch deletes the Service, the patch still says its name.
  const units = [...new Set([...folder.unitsOf(service.file), ...group.keys()])];
  const places = patchesOf(folder, units, service, to);
  for (const file of folder.files.values()) {
    const own = folder.unitsOf(file.path).filter((unit) => units.includes(unit));
    if (own.length === 0) continue;
    if (!isKustomizationFile(basename(file.path)) && !file.resources.some(({ type }) => MAY_NAME.has(type))) continue;
    const text = await textOf(file.path);
    if (text === undefined || !text.includes(service.name)) continue;
    if (isKustomizationFile(basename(file.path))) {
      const found = inKustomization(file.path, text, service, to);
      if (!Array.isArray(found)) return found as Refusal;
      places.push(...found);
    } else for (const unit of own) places.push(...hostsInTexts(unit, file.path, text, service, to));
  }
  return places;
}

const MAY_NAME: ReadonlySet<string> = new Set(['configMap', 'workload', 'service', 'ingress', 'other']);

/** Patches that say the Service's name to be laid over it. */
function patchesOf(
  folder: WorkspaceFolder,
  units: readonly Unit[],
  { file, start, name }: WrittenService,
  to: string,
): RenamePlace[] {
  const places: RenamePlace[] = [];
  for (const source of folder.files.values()) {
    for (const resource of source.resources) {
      if (resource.type !== 'service' || resource.name?.value !== name) continue;
      if (source.path === file && resource.start === start) continue;
      const isPatch = folder
        .unitsOf(source.path)
        .some(
          (unit) =>
            units.includes(unit) && !unit.index.inFile(source.path).some((each) => each.start === resource.start),
        );
      if (isPatch) places.push(placeAt(source.path, resource.name, name, to));
    }
  }
  return places;
}

function placeAt(file: string, { start, end }: { start: number; end: number }, old: string, to: string): RenamePlace {
  return {
    file,
    start,
    end,
    how: 'scalar',
    becomes: new Map([[old, to]]),
    care: 'meaning',
    note: undefined,
    owner: basename(file),
  };
}

/** Where a kustomization says which objects something is for. */
function inKustomization(
  file: string,
  text: string,
  { name }: WrittenService,
  to: string,
): readonly RenamePlace[] | Refusal {
  const places: RenamePlace[] = [];
  const pending: { readonly node: YamlNode; readonly key: string }[] = [];
  const { root } = parseSingle(text);
  if (root !== undefined) pending.push({ node: root, key: '' });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, key } = next;
    if (node.aliasOf !== undefined) continue;
    if (node.kind === 'sequence') for (const item of node.items) pending.push({ node: item, key });
    else if (node.kind === 'mapping') {
      const selected = SELECTS.has(key) && isServiceKind(findValue(node, 'kind')) ? findValue(node, 'name') : undefined;
      if (selected?.kind === 'scalar' && selected.text === name) places.push(placeAt(file, selected, name, to));
      for (const pair of node.pairs) pending.push({ node: pair.value, key: pair.name ?? '' });
    } else if (key === 'patch' && saysName(node, name))
      return { refused: `A patch inside ${basename(file)} says \`${name}\`: it has to be changed by hand first.` };
  }
  return places;
}

const SELECTS: ReadonlySet<string> = new Set(['target', 'source', 'select', 'objref']);

function isServiceKind(kind: YamlNode | undefined): boolean {
  return kind === undefined || (kind.kind === 'scalar' && (kind.text === 'Service' || kind.value === null));
}

function saysName({ text }: YamlScalar, name: string): boolean {
  return text.split(/[^a-z0-9-]+/).includes(name) && /\bkind:\s*["']?Service\b/.test(text);
}
