import { basename, dirname, joinPath } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import { isKustomizationFile, KUSTOMIZATION_FILES } from '../../sources/kustomization.ts';
import { locateInScalar } from '../../sources/kustomize/inline.ts';
import { isRemoteEntry } from '../../sources/kustomize/load.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { effectivePairs, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';

/**
 * What a field takes. `objects`: a file with objects, or the folder of a kustomization · `folder`, `component`: the folder of a
 * kustomization, or of a component · `patch`, `yaml`: a file of YAML · `text`: any file.
 */
export type Accepts = 'objects' | 'folder' | 'component' | 'patch' | 'yaml' | 'text';

/** A path that stands in a kustomization. */
export interface WrittenPath extends Span {
  /** The field, items left out: `configMapGenerator.files`. */
  readonly field: string;
  readonly accepts: Accepts;
  readonly path: string;
  /** Where it leads, whether something is there or not. */
  readonly target: string;
}

/** What the fields of a kustomization that hold paths take, by their names with items left out. */
export const PATH_FIELDS: Readonly<Record<string, Accepts>> = {
  resources: 'objects',
  bases: 'folder',
  components: 'component',
  'patches.path': 'patch',
  patchesStrategicMerge: 'patch',
  'patchesJson6902.path': 'patch',
  'replacements.path': 'yaml',
  configurations: 'yaml',
  crds: 'yaml',
  'openapi.path': 'text',
  generators: 'objects',
  transformers: 'objects',
  validators: 'objects',
  'configMapGenerator.files': 'text',
  'configMapGenerator.envs': 'text',
  'configMapGenerator.env': 'text',
  'secretGenerator.files': 'text',
  'secretGenerator.envs': 'text',
  'secretGenerator.env': 'text',
  'helmCharts.valuesFile': 'yaml',
  'helmCharts.additionalValuesFiles': 'yaml',
  'helmChartInflationGenerator.values': 'yaml',
};

/** Whether an entry of a field may be `name=path`. */
export function takesNames(field: string): boolean {
  return field.endsWith('Generator.files');
}

/** Whether a field of paths holds one; the others are lists. */
export function isScalarField(field: string): boolean {
  return /\.(?:path|env|valuesFile|values)$/.test(field);
}

/** The paths of a kustomization file within reach: addresses, placeholders and what stands inline are left out. */
export function writtenPaths(file: string, text: string): readonly WrittenPath[] {
  if (!isKustomizationFile(basename(file))) return [];
  const found: WrittenPath[] = [];
  collect(parseSingle(text).root, '', (field, accepts, node) => {
    const skipped = takesNames(field) ? node.text.indexOf('=') + 1 : 0;
    const path = node.text.slice(skipped);
    if (path.trim() === '' || /[\n{}]/.test(path) || isRemoteEntry(path)) return;
    const span = locateInScalar(node, text)({ start: skipped, end: node.text.length });
    found.push({ ...span, field, accepts, path, target: joinPath(dirname(file), path) });
  });
  return found;
}

/** The file that a path leads to: itself, or the kustomization of the folder; `undefined` where none is known. */
export function destinationOf(folder: WorkspaceFolder, target: string): string | undefined {
  if (folder.files.has(target)) return target;
  const inner = KUSTOMIZATION_FILES.map((name) => joinPath(target, name)).find((file) => folder.files.has(file));
  return inner ?? (folder.siblings.texts.read(target) === undefined ? undefined : target);
}

/** A path of a kustomization that leads to a file, or to the folder of that kustomization. */
export interface Listing {
  readonly file: string;
  readonly written: WrittenPath;
}

/** Where kustomizations of a workspace folder name a file, or the folder of a kustomization, sorted by file. */
export function listingsOf(folder: WorkspaceFolder, path: string): readonly Listing[] {
  const target = isKustomizationFile(basename(path)) ? dirname(path) : path;
  const found: Listing[] = [];
  for (const { kustomization } of folder.files.values()) {
    const text = kustomization && folder.siblings.texts.read(kustomization.file);
    if (kustomization === undefined || text === undefined || !mayLeadTo(text, target)) continue;
    for (const written of writtenPaths(kustomization.file, text)) {
      if (written.target === target) found.push({ file: kustomization.file, written });
    }
  }
  return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.written.start - b.written.start));
}

/** Whether a text can hold a path to a target: its name, unless the path only climbs. */
function mayLeadTo(text: string, target: string): boolean {
  return text.includes(basename(target)) || text.includes('..');
}

function collect(
  node: YamlNode | undefined,
  field: string,
  add: (field: string, accepts: Accepts, node: YamlScalar) => void,
): void {
  if (node === undefined || node.aliasOf !== undefined) return;
  if (node.kind === 'sequence') for (const item of node.items) collect(item, field, add);
  else if (node.kind === 'mapping') {
    for (const { name, value } of effectivePairs(node))
      collect(value, field === '' ? `${name}` : `${field}.${name}`, add);
  } else {
    const accepts = Object.hasOwn(PATH_FIELDS, field) ? PATH_FIELDS[field] : undefined;
    if (accepts !== undefined && typeof node.value === 'string') add(field, accepts, node);
  }
}
