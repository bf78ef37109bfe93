import type { YamlNode } from '../../yaml/node.ts';
import type { DeploymentGap, GitOpsObject } from './deployment.ts';
import { at, entriesAt, itemsAt, newGap, rawText, textAt } from './fields.ts';
import type { Repository } from './repository.ts';
import type { Variables } from './substitution.ts';

/**
 * The variables of `spec.postBuild`: `substitute` wins over `substituteFrom`, there the last one. What a ConfigMap or Secret
 * of the cluster holds is known where this repository declares it once, or each time the same; `undefined` without `postBuild`.
 */
export function readVariables(
  object: GitOpsObject,
  repository: Repository,
): { readonly variables: Variables | undefined; readonly gap: DeploymentGap | undefined } {
  const postBuild = at(object.root, 'spec', 'postBuild');
  if (postBuild === undefined) return { variables: undefined, gap: undefined };
  const values = new Map<string, string>();
  let unclear: YamlNode | undefined;
  for (const reference of itemsAt(postBuild, 'substituteFrom')) {
    const found = findValues(reference, textAt(object.root, 'metadata', 'namespace'), repository);
    if (found === undefined) {
      // It may set any of those before it anew.
      values.clear();
      unclear = reference;
    }
    for (const [name, value] of found ?? []) {
      if (value === undefined) values.delete(name);
      else values.set(name, value);
    }
    if (found !== undefined && [...found.values()].includes(undefined)) unclear ??= reference;
  }
  for (const { name, value } of entriesAt(postBuild, 'substitute')) {
    const text = textAt(value);
    if (text !== undefined) values.set(name, oneLine(text));
    else {
      values.delete(name);
      unclear ??= value;
    }
  }
  const always = textAt(postBuild, 'substituteStrategy') === 'Always';
  const name = rawText(at(unclear, 'name')) ?? '';
  const message =
    name === '' ? 'the value of a variable is not known' : `it is not known which variables \`${name}\` holds`;
  return {
    variables: { values, open: unclear !== undefined, ...(always ? { always } : {}) },
    gap: unclear && newGap('values', 'all', message, unclear, object),
  };
}

/** The entries of what a reference names, `undefined` for those that cannot be read; nothing where no file declares it. */
function findValues(
  reference: YamlNode,
  namespace: string | undefined,
  repository: Repository,
): ReadonlyMap<string, string | undefined> | undefined {
  const kind = textAt(reference, 'kind');
  const name = textAt(reference, 'name');
  if ((kind !== 'ConfigMap' && kind !== 'Secret') || name === undefined) return undefined;
  const candidates = repository.findObjects(kind, name).filter(({ root }) => {
    const own = textAt(root, 'metadata', 'namespace');
    return own === undefined || namespace === undefined || own === namespace;
  });
  const [first, ...others] = candidates.map(({ root }) => readEntries(root));
  if (first === undefined) return undefined;
  const isSame = others.every(
    (other) =>
      other.size === first.size && [...other].every(([key, value]) => first.has(key) && first.get(key) === value),
  );
  return isSame ? first : undefined;
}

function readEntries(root: YamlNode): ReadonlyMap<string, string | undefined> {
  const entries = new Map<string, string | undefined>();
  const isSecret = textAt(root, 'kind') === 'Secret';
  for (const { name, value } of entriesAt(root, 'data')) entries.set(name, isSecret ? undefined : readValue(value));
  for (const { name, value } of entriesAt(root, 'stringData')) entries.set(name, readValue(value));
  return entries;
}

/** Encrypted values and such that are to be replaced themselves are not known. */
function readValue(value: YamlNode): string | undefined {
  const text = textAt(value);
  return text === undefined || /^ENC\[|\$\{/.test(text) ? undefined : oneLine(text);
}

/** Flux drops line breaks from values. */
function oneLine(text: string): string {
  return text.replaceAll('\n', '');
}
