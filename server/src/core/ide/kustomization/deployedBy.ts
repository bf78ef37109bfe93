import { basename } from '../../base/path.ts';
import { touches } from '../../base/span.ts';
import { code } from '../../explain/link.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { PlaceRequest } from '../locate.ts';
import { describeValue } from './describe.ts';
import { compareTrees } from './difference.ts';

const MAX_FIELDS = 5;

/**
 * Which kustomizations deploy the object at a place, and in which fields they leave it different; empty for an object that
 * none deploys.
 */
export function describeDeployment({ folder, path, offset }: PlaceRequest): readonly string[] {
  const built = folder.unitsOf(path).flatMap((unit) => {
    if (unit.kind !== 'kustomization' && unit.kind !== 'deployment') return [];
    const objects = unit.writtenIn(path).filter((object) => object.file === path && touches(object, offset));
    const root = objects.map((object) => unit.rootOf(object)).find((tree) => tree !== undefined);
    return root === undefined ? [] : [{ label: unit.label, root }];
  });
  if (built.length === 0) return [];
  const labels = built.map(({ label }) => label);
  const shown = labels.slice(0, 4).map(code);
  if (labels.length > shown.length) shown.push(`${labels.length - shown.length} more`);
  const differing = describeDifferences(built);
  return [`deployed by ${new Intl.ListFormat('en').format(shown)}`, ...(differing === '' ? [] : [differing])];
}

interface Version {
  readonly label: string;
  readonly root: YamlNode;
}

/** ``differs in `spec.replicas` (dev `1`, prod `3`)`` */
function describeDifferences(versions: readonly Version[]): string {
  const [first, ...rest] = versions;
  if (first === undefined) return '';
  const values = new Map<string, string[]>();
  for (const [index, { root }] of rest.entries()) {
    for (const { path, before, after } of compareTrees(first.root, root)) {
      const known = values.get(path) ?? versions.map(() => describeValue(before));
      known[index + 1] = describeValue(after);
      values.set(path, known);
    }
  }
  if (values.size === 0) return '';
  const names = shortNames(versions.map(({ label }) => label));
  const fields = [...values]
    .sort(([a], [b]) => weight(a) - weight(b))
    .slice(0, MAX_FIELDS)
    .map(([path, each]) => `${code(path)} (${joinValues(names, each)})`);
  const more = values.size - fields.length;
  return `differs in ${fields.join(', ')}${more > 0 ? ` and ${more} more fields` : ''}`;
}

/** Of many versions those that have a value in common stand together. */
function joinValues(names: readonly string[], values: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    groups.set(value, [...(groups.get(value) ?? []), name]);
  }
  return [...groups].map(([value, own]) => `${own.join(' and ')} ${value}`).join(', ');
}

/** The last names of folders where these tell them apart. */
function shortNames(labels: readonly string[]): readonly string[] {
  const short = labels.map((label) => basename(`/${label}`));
  return new Set(short).size === labels.length ? short : labels;
}

/** What runs comes before what it is called. */
function weight(path: string): number {
  const depth = path.split('.').length;
  return depth + (path.startsWith('metadata') ? 100 : /label|annotation/i.test(path) ? 50 : 0);
}
