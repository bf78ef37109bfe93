import type { Awaitable } from '../../base/awaitable.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { parseYaml } from '../../yaml/parse.ts';
import type { Group } from './group.ts';
import type { LabelPair } from './labels.ts';
import type { Refusal, RenamePlace } from './plan.ts';
import { scalarsIn } from './scalars.ts';

/**
 * Selectors of custom resources (policies of network plugins, meshes) that ask for a pair of labels of Pods. What they mean is not
 * known here, so each needs a look; a new key they may not even take.
 */
export async function customSelectors(
  folder: WorkspaceFolder,
  group: Group,
  from: LabelPair,
  to: LabelPair,
  textOf: (path: string) => Awaitable<string | undefined>,
): Promise<readonly RenamePlace[] | Refusal> {
  const places: RenamePlace[] = [];
  for (const [unit, mentions] of group) {
    const bearers = mentions.filter(({ side }) => side === 'bears').map(({ resource }) => resource);
    for (const [file, objects] of customsNear(folder, unit, bearers)) {
      const text = await textOf(file);
      if (text === undefined || !text.includes(from.value)) continue;
      for (const { holder, start, end } of pairsIn(file, text, objects, from)) {
        const owner = describeResource(holder);
        if (from.key !== to.key)
          return {
            refused: `${owner} speaks of \`${from.key}=${from.value}\` too, and what it means by it is not known here.`,
          };
        const note = `${owner}: this kind is not evaluated; see whether it means these Pods`;
        places.push({
          file,
          start,
          end,
          how: 'scalar',
          becomes: new Map([[from.value, to.value]]),
          care: 'care',
          note,
          owner,
        });
      }
    }
  }
  return places;
}

/** Custom resources that may live where a bearer does, by their files. */
function customsNear(
  folder: WorkspaceFolder,
  unit: Unit,
  bearers: readonly Resource[],
): ReadonlyMap<string, readonly Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of unit.index.customResources) {
    if (resource.type !== 'other' || folder.chartOf(resource.file) !== undefined) continue;
    if (!bearers.some(({ namespace }) => sameNamespace(namespace, resource.namespace) !== 'no')) continue;
    const objects = found.get(resource.file) ?? [];
    found.set(resource.file, objects);
    objects.push(resource);
  }
  return found;
}

/** Where selectors in a file's objects say the value of a pair. Cilium writes where a label is from before its key. */
function* pairsIn(file: string, text: string, objects: readonly Resource[], { key, value }: LabelPair) {
  const { documents } = parseYaml(text, { wanted: (document) => document.includes(value) });
  const keys = [key, `k8s:${key}`, `any:${key}`];
  for (const { root } of documents) {
    for (const { node, name, path } of root === undefined ? [] : scalarsIn(root)) {
      if (node.text !== value || !keys.includes(name)) continue;
      const above = path.slice(0, -name.length - 1);
      if (!/\.(?:matchLabels|\w*[sS]electors?(?:\.labels)?)$/.test(above)) continue;
      const holder = objects.find((each) => each.file === file && each.start <= node.start && node.end <= each.end);
      if (holder !== undefined) yield { holder, start: node.start, end: node.end };
    }
  }
}
