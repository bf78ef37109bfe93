import { toJson } from '../../yaml/json.ts';
import { effectivePairs, findValue, isNull, type YamlNode } from '../../yaml/node.ts';
import type { Origin, OriginNode, Place } from '../origin.ts';
import type { DeploymentGap, GapCode, GitOpsObject } from './deployment.ts';

/** The value at a path of field names; null counts as absent. */
export function at(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  let found = node;
  for (const name of path) found = findValue(found, name);
  return isNull(found) ? undefined : found;
}

/** A string that is written as it will be; a template (`${X}`, `{{ x }}`) is none. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = at(node, ...path);
  return found?.kind === 'scalar' && found.unknown === undefined && typeof found.value === 'string'
    ? found.value
    : undefined;
}

export function flagAt(node: YamlNode | undefined, ...path: readonly string[]): boolean {
  const found = at(node, ...path);
  return found?.kind === 'scalar' && found.value === true;
}

export function itemsAt(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlNode[] {
  const found = at(node, ...path);
  return found?.kind === 'sequence' ? found.items : [];
}

export function entriesAt(
  node: YamlNode | undefined,
  ...path: readonly string[]
): readonly { readonly name: string; readonly value: YamlNode }[] {
  const found = at(node, ...path);
  if (found?.kind !== 'mapping') return [];
  return effectivePairs(found).flatMap(({ name, value }) => (name === undefined ? [] : [{ name, value }]));
}

/** The text of a scalar that may be a template; `undefined` for anything else. */
export function rawText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.unknown !== 'odd' && !isNull(node) ? node.text : undefined;
}

/** A node as a text of JSON; of large integers as much as a number of JavaScript holds, as Go's tools take them. */
export function jsonOf(node: YamlNode): string {
  return JSON.stringify(toJson(node), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}

/** Whether something in a node is a template. */
export function isTemplated(node: YamlNode | undefined): boolean {
  if (node === undefined) return false;
  if (node.unknown !== undefined) return true;
  if (node.kind === 'sequence') return node.items.some(isTemplated);
  return node.kind === 'mapping' && node.pairs.some(({ key, value }) => isTemplated(key) || isTemplated(value));
}

/** The file in which a node's positions count: built objects hold nodes of several. */
export function fileOf(node: YamlNode, file: string): string {
  return originOf(node)?.file ?? file;
}

/** Whether a node was not put together from several texts. */
export function isExact(node: YamlNode): boolean {
  return originOf(node)?.exact !== false;
}

/** Where a node of a built object comes from; nodes that were parsed have none. */
function originOf(node: YamlNode): Origin | undefined {
  return (node as OriginNode).origin;
}

export function placeOf(node: YamlNode | undefined, { file, root }: GitOpsObject): Place {
  const { start, end } = node ?? root;
  return { file: fileOf(node ?? root, file), start, end };
}

export function newGap(
  code: GapCode,
  touches: DeploymentGap['touches'],
  message: string,
  node: YamlNode | undefined,
  object: GitOpsObject,
): DeploymentGap {
  return { code, touches, message, ...placeOf(node, object) };
}

/** The group of an object's apiVersion, empty for the core group. */
export function groupOf(root: YamlNode): string {
  const version = textAt(root, 'apiVersion') ?? '';
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}
