import { dirname, joinPath } from '../base/path.ts';
import type { Located } from '../base/span.ts';
import { type Field, isTemplateWritten, type ReadContext, readList, readString } from '../k8s/field.ts';
import { findValue, isNull, type YamlNode } from '../yaml/node.ts';

/** What of a `kustomization.yaml` decides which files it reaches and what it may change in them. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  /** Entries of `resources`, `bases` and `components`. */
  readonly entries: readonly KustomizationEntry[];
  /** Files that hold patches, generator input, configuration: part of the build, no objects of their own. */
  readonly fragments: readonly string[];
  readonly namespace: Field<string>;
  readonly renames: boolean;
  /** `commonLabels`, or `labels` that reach further than the objects' own: selectors and templates may gain or change pairs. */
  readonly relabels: boolean;
  readonly patches: readonly PatchTarget[];
  /** Objects appear that no file shows: charts, remote resources, plugins. Generated ConfigMaps and Secrets do not count. */
  readonly generates: boolean;
  /** Replacements, vars or transformers that may change any field. */
  readonly rewrites: boolean;
}

export interface KustomizationEntry extends Located<string> {
  /** The path that it names, a file or a folder; `undefined` for a remote one. */
  readonly path: string | undefined;
}

/** Which objects a patch may change; an absent part matches all. Both may be regular expressions. */
export interface PatchTarget {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  /** A strategic merge patch in a file of its own: the objects in that file name the targets. */
  readonly file?: string;
}

const FILE_NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** Whether kustomize takes a file of this name for a kustomization. */
export function isKustomizationFile(name: string): boolean {
  return FILE_NAMES.has(name);
}

/** Whether an entry leads outside the repository: a URL or a Git address. */
export function isRemote(entry: string): boolean {
  return /^[a-z+]+:\/\/|^git@|^[\w.-]+\.[a-z]+\/[^/]+\/|\?ref=|^github\.com[:/]/i.test(entry);
}

/** Reads a kustomization. Relative paths are resolved against its folder. */
export function readKustomization(file: string, root: YamlNode, context: ReadContext): Kustomization {
  const folder = dirname(file);
  const lists = ['resources', 'bases', 'components'].map((key) => readList(findValue(root, key), context));
  const entries = lists.flatMap((list) => list?.items ?? []).flatMap((item) => readEntry(item, folder, context));
  const patches: PatchTarget[] = [];
  const fragments: string[] = [];
  for (const item of listAt(root, 'patchesStrategicMerge', context))
    addPatch(readText(item), undefined, folder, patches, fragments);
  for (const key of ['patches', 'patchesJson6902']) {
    for (const item of listAt(root, key, context)) {
      const path = readText(findValue(item, 'path'));
      addPatch(readText(findValue(item, 'patch')) ?? path, findValue(item, 'target'), folder, patches, fragments);
      if (path !== undefined) fragments.push(joinPath(folder, path));
    }
  }
  for (const key of ['configurations', 'crds', 'generators', 'transformers', 'validators', 'replacements']) {
    for (const item of listAt(root, key, context)) {
      const path = readText(item) ?? readText(findValue(item, 'path'));
      if (path !== undefined && !path.includes('\n')) fragments.push(joinPath(folder, path));
    }
  }
  for (const key of ['configMapGenerator', 'secretGenerator']) {
    for (const generator of listAt(root, key, context)) {
      for (const part of ['files', 'envs']) {
        for (const item of listAt(generator, part, context)) {
          const path = readText(item)?.replace(/^[^=]*=/, '');
          if (path !== undefined) fragments.push(joinPath(folder, path));
        }
      }
    }
  }
  const has = (key: string) => !isNull(findValue(root, key));
  return {
    file,
    folder,
    entries,
    fragments,
    namespace: readString(findValue(root, 'namespace'), context),
    renames: has('namePrefix') || has('nameSuffix'),
    relabels: has('commonLabels') || listAt(root, 'labels', context).some(reachesSelectorsOrTemplates),
    patches,
    generates:
      has('helmCharts') ||
      has('generators') ||
      has('helmChartInflationGenerator') ||
      lists.some((list) => list?.open === true) ||
      entries.some((entry) => entry.path === undefined),
    rewrites: has('replacements') || has('vars') || has('transformers'),
  };
}

function readEntry(node: YamlNode, folder: string, context: ReadContext): readonly KustomizationEntry[] {
  const entry = readString(node, context);
  if (entry?.value === undefined) return [];
  return [{ ...entry, path: isRemote(entry.value) ? undefined : joinPath(folder, entry.value) }];
}

function reachesSelectorsOrTemplates(label: YamlNode): boolean {
  return ['includeSelectors', 'includeTemplates', 'fields'].some((key) => {
    const value = findValue(label, key);
    return !isNull(value) && !(value?.kind === 'scalar' && value.value === false);
  });
}

function listAt(node: YamlNode, key: string, context: ReadContext): readonly YamlNode[] {
  return readList(findValue(node, key), context)?.items ?? [];
}

function readText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && !isTemplateWritten(node) ? node.value : undefined;
}

function addPatch(
  text: string | undefined,
  target: YamlNode | undefined,
  folder: string,
  patches: PatchTarget[],
  fragments: string[],
): void {
  if (target !== undefined && target.kind === 'mapping') {
    patches.push({ kind: readText(findValue(target, 'kind')), name: readText(findValue(target, 'name')) });
    return;
  }
  if (text === undefined) return;
  if (text.includes('\n')) {
    for (const part of text.split(/^---/m)) {
      patches.push({ kind: /^kind:[ \t]*(\S+)/m.exec(part)?.[1], name: /^ +name:[ \t]*(\S+)/m.exec(part)?.[1] });
    }
  } else {
    fragments.push(joinPath(folder, text));
    patches.push({ kind: undefined, name: undefined, file: joinPath(folder, text) });
  }
}
