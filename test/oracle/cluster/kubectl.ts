import { withoutNulls } from '../../../server/src/core/cluster/serviceSpec.ts';
import type { JsonObject } from '../../../server/src/core/k8s/api/defaults/draft.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import type { YamlDocument } from '../../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { type ApiServer, type Outcome, toList, toObject } from './apiServer.ts';
import type { AppliedDocument } from './scenario.ts';

/** How kubectl is called. */
export interface ApplyOptions {
  readonly namespace: string;
  /** `--namespace` is given: objects may name no other one. */
  readonly isForced: boolean;
  /** Unknown fields are left out. */
  readonly isLenient: boolean;
  /** `--server-side`: what is null is sent. */
  readonly isServerSide: boolean;
}

/** Reads the options of a scenario. */
export function readOptions(flags: readonly string[], namespace: string): ApplyOptions {
  const optionOf = (...names: readonly string[]) => flags[flags.findIndex((flag) => names.includes(flag)) + 1];
  const has = (...names: readonly string[]) => flags.some((flag) => names.includes(flag));
  const isForced = has('-n', '--namespace');
  return {
    namespace: (isForced ? optionOf('-n', '--namespace') : undefined) ?? namespace,
    isForced,
    isLenient: has('--validate') && ['false', 'ignore', 'warn'].includes(optionOf('--validate') ?? ''),
    isServerSide: has('--server-side') && optionOf('--server-side') !== 'false',
  };
}

/** Applies the documents of a file one after the other, and says of each what kubectl says. */
export function applyFile(
  server: ApiServer,
  file: string,
  text: string,
  options: ApplyOptions,
): readonly AppliedDocument[] {
  const { documents, problems } = parseYaml(text);
  const results = documents.flatMap((document) => {
    const applied = applyDocument(server, document, options);
    return applied === undefined ? [] : [{ file, document: document.index, ...applied }];
  });
  if (problems.length === 0) return results;
  return [...results, { file, document: results.length, result: 'refused' }];
}

function applyDocument(
  server: ApiServer,
  { root, problems, complete }: YamlDocument,
  options: ApplyOptions,
): Omit<AppliedDocument, 'file' | 'document'> | undefined {
  if (problems.some(({ code }) => UNREADABLE.has(code)) || !complete) return { result: 'refused' };
  const value = toJson(root);
  if (value === null) return undefined;
  const manifest = toObject(options.isServerSide ? value : withoutNulls(value));
  const metadata = toObject(manifest.metadata);
  const head = {
    ...(typeof manifest.kind === 'string' ? { kind: manifest.kind } : {}),
    ...(typeof metadata.name === 'string' ? { name: metadata.name } : {}),
    ...(typeof metadata.namespace === 'string' ? { namespace: metadata.namespace } : {}),
  };
  if (!isList(manifest)) return { ...head, result: server.apply(manifest as JsonObject, options).result };
  return { ...head, result: applyList(server, manifest, options) };
}

const UNREADABLE: ReadonlySet<string> = new Set(['syntax', 'value', 'template', 'separator', 'limit']);

function isList({ kind, items }: { readonly [name: string]: unknown }): boolean {
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
}

/** Items may leave out what the list says (`ServiceList`); a list in a list makes kubectl give up before it begins. */
function applyList(server: ApiServer, list: { readonly [name: string]: unknown }, options: ApplyOptions): string {
  const { kind, apiVersion } = list;
  const itemKind = String(kind) === 'List' ? {} : { apiVersion, kind: String(kind).slice(0, -'List'.length) };
  const items = toList(list.items).map((item) => ({ ...itemKind, ...toObject(item) }));
  if (items.some((item) => String(item.kind).endsWith('List'))) return 'refused';
  const lines = items.flatMap((item) => {
    const outcome = server.apply(item as JsonObject, options);
    return outcome.result === 'refused' ? [] : [lineOf(outcome)];
  });
  return lines.length === 0 ? 'refused' : lines.join('\n');
}

function lineOf({ result, object }: Exclude<Outcome, { readonly result: 'refused' }>): string {
  const { kind, group, name } = object;
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name} ${result}`;
}
