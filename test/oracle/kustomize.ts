import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { FILE_NAMES } from '../../server/src/core/sources/kustomize/accumulate.ts';
import type { BuiltResource } from '../../server/src/core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../../server/src/core/sources/kustomize/context.ts';
import type { JsonValue } from '../../server/src/core/yaml/json.ts';
import { toJson } from '../../server/src/core/yaml/json.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

/** Files of the disk, each read once. */
export function diskFiles(): KustomizeFiles {
  const texts = new Map<string, string | undefined>();
  return {
    read(file) {
      if (!texts.has(file)) texts.set(file, isFile(file) ? readFileSync(file, 'utf8') : undefined);
      return texts.get(file);
    },
    realPath: (file) => (existsSync(file) ? realpathSync(file) : file),
    readBytes: (file) => (isFile(file) ? readFileSync(file) : undefined),
  };
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

/** The folders with a kustomization in and below a folder. */
export function findRoots(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile() && FILE_NAMES.includes(entry.name)) ? [folder] : [];
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git')
    .map((entry) => path.join(folder, entry.name))
    .sort();
  return [...own, ...below.flatMap(findRoots)];
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
