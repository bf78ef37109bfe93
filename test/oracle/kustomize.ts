import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { BuiltResource } from '../../server/src/core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../../server/src/core/sources/kustomize/context.ts';
import type { JsonValue } from '../../server/src/core/yaml/json.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

/** Files of the disk, each read once. */
export function diskFiles(): KustomizeFiles {
  const texts = new Map<string, string | undefined>();
  return {
    read(path) {
      if (!texts.has(path)) texts.set(path, isFile(path) ? readFileSync(path, 'utf8') : undefined);
      return texts.get(path);
    },
    realPath: (path) => (existsSync(path) ? realpathSync(path) : path),
    readBytes: (path) => (isFile(path) ? readFileSync(path) : undefined),
  };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** What a build gives, as data. */
export function builtToJson(resources: readonly BuiltResource[]): readonly JsonValue[] {
  return resources.map(({ root }) => toJson(root, { maxNodes: 5_000_000 }));
}

/** What the real kustomize wrote, as data. */
export function outputToJson(text: string): readonly JsonValue[] {
  return parseYaml(text).documents.map(({ root }) => toJson(root, { maxNodes: 5_000_000 }));
}

/** The first few places where two values differ, as `path: ours ≠ theirs`. */
export function findDifferences(ours: JsonValue | undefined, theirs: JsonValue | undefined, limit: number): string[] {
  const found: string[] = [];
  compare(ours, theirs, '', found, limit);
  return found;
}

function compare(
  ours: JsonValue | undefined,
  theirs: JsonValue | undefined,
  path: string,
  found: string[],
  limit: number,
): void {
  if (found.length >= limit || ours === theirs) return;
  if (isList(ours) && isList(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    for (let index = 0; index < length; index++) compare(ours[index], theirs[index], `${path}/${index}`, found, limit);
    return;
  }
  if (isMap(ours) && isMap(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      compare(ours[key], theirs[key], `${path}/${key}`, found, limit);
    }
    return;
  }
  found.push(`${path || '/'}: ${show(ours)} ≠ ${show(theirs)}`);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isMap(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
