import assert from 'node:assert/strict';
import {
  type BuiltResource,
  buildKustomization,
  type KustomizeResult,
} from '../../../server/src/core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../../../server/src/core/sources/kustomize/context.ts';
import { type JsonValue, toJson } from '../../../server/src/core/yaml/json.ts';

export type FileTexts = Readonly<Record<string, string>>;

/** Reads `#- path` files of one text, below `/repo`. */
export function readFiles(text: string): FileTexts {
  const files: Record<string, string> = {};
  for (const part of text.split(/^#- /m).slice(1)) {
    const end = part.indexOf('\n');
    files[`/repo/${part.slice(0, end).trim()}`] = part.slice(end + 1);
  }
  return files;
}

export function toFiles(texts: FileTexts): KustomizeFiles {
  return { read: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined) };
}

export function build(text: string, folder = ''): KustomizeResult & { readonly texts: FileTexts } {
  const texts = readFiles(text);
  return { ...buildKustomization(`/repo${folder === '' ? '' : `/${folder}`}`, toFiles(texts)), texts };
}

/** The built objects as data; the build must be one that the real kustomize accepts. */
export function buildData(text: string, folder = ''): readonly JsonValue[] {
  const { resources, problems, unknown } = build(text, folder);
  assert.deepEqual(problems, []);
  assert.deepEqual(unknown, []);
  return resources.map(({ root }) => toJson(root));
}

/** The problems as `code at "text"`. */
export function describeProblems(text: string, folder = ''): readonly string[] {
  const { problems, texts } = build(text, folder);
  return problems.map(
    ({ code, file, start, end }) => `${code} at ${JSON.stringify((texts[file] ?? '').slice(start, end))}`,
  );
}

export function findBuilt(resources: readonly BuiltResource[], kind: string): BuiltResource {
  const found = resources.find(({ root }) =>
    root.pairs.some(({ name, value }) => name === 'kind' && isText(value, kind)),
  );
  assert.ok(found, `no ${kind} was built`);
  return found;
}

function isText(value: BuiltResource['root']['pairs'][number]['value'], text: string): boolean {
  return value.kind === 'scalar' && value.text === text;
}
