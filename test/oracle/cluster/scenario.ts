import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One folder of recorded answers of a control plane: manifests that were applied in order, and what came of them. */
export interface Scenario {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  /** Options of kubectl. */
  readonly flags: readonly string[];
  /** Namespaces that exist beforehand. */
  readonly namespaces: readonly string[];
  readonly expected: Expected;
}

export interface Expected {
  readonly apply: readonly AppliedDocument[];
  readonly services: readonly ExpectedService[];
  readonly unattachedEndpointSlices?: readonly Json[];
  readonly endpointsWithoutService?: readonly Json[];
  readonly pods: readonly Json[];
  readonly dns: readonly {
    readonly name: string;
    readonly type: string;
    readonly rcode: string;
    readonly answers: Json[];
  }[];
}

export interface AppliedDocument {
  readonly file: string;
  readonly document: number;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly result: string;
}

export interface ExpectedService {
  readonly name: string;
  readonly namespace: string;
  readonly spec: Json;
  readonly endpointSlices: readonly Json[];
  readonly endpoints: Json | null;
}

export interface Json {
  readonly [name: string]: unknown;
}

interface Description {
  readonly namespace?: string;
  readonly namespaces?: readonly string[];
  readonly manifests?: readonly string[];
  readonly flags?: string | readonly string[];
}

/** The scenarios of a folder; those of real applications only where their files are at hand. */
export function readScenarios(folder: string, corpus: string): readonly Scenario[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'scenario.json')))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => readScenario(path.join(folder, name), name, corpus) ?? []);
}

function readScenario(folder: string, name: string, corpus: string): Scenario | undefined {
  const read = (file: string) => readFileSync(file, 'utf8');
  const description = JSON.parse(read(path.join(folder, 'scenario.json'))) as Description;
  const own = path.join(folder, 'manifests');
  const files =
    description.manifests?.map((file) => ({ path: file, full: path.join(corpus, file) })) ??
    readdirSync(own)
      .sort()
      .map((file) => ({ path: `manifests/${file}`, full: path.join(own, file) }));
  if (!files.every(({ full }) => existsSync(full))) return undefined;
  const namespace = description.namespace ?? 'default';
  return {
    name,
    files: files.map(({ path: shown, full }) => ({ path: shown, text: read(full) })),
    namespace,
    flags: [description.flags ?? []].flat().flatMap((flag) => flag.split(/[\s=]+/)),
    namespaces: description.namespaces ?? [namespace],
    expected: JSON.parse(read(path.join(folder, 'expected.json'))) as Expected,
  };
}
