import type { Located } from '../base/span.ts';
import { findPair, findValue, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readList, readString } from './field.ts';
import { type HostText, readHosts, readHostWord } from './hostText.ts';

/** A value of a container that names hosts. */
export interface ContainerHosts {
  readonly from: 'env' | 'args' | 'command';
  /** The variable's name; of an argument the flag that it belongs to, empty where there is none. */
  readonly name: string;
  readonly hosts: readonly HostText[];
}

/** A ConfigMap or Secret that a container takes as variables: one key, or all of them where `key` is absent. */
export interface ConfigUse {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: Field<string>;
  readonly key: Field<string>;
}

/** What a container is told of other hosts. */
export interface Environment {
  readonly hosts: readonly ContainerHosts[];
  readonly configs: readonly ConfigUse[];
  /** Variables that are called like a host (`DB_HOST`) and hold one word or dotted name, without a port. */
  readonly words: readonly ContainerHosts[];
}

/** Most containers have none: one object for all. */
const NOTHING: Environment = { hosts: [], configs: [], words: [] };

/** Reads hosts from `env`, `args` and `command`, and what is taken from elsewhere by `valueFrom` and `envFrom`. */
export function readEnvironment(container: YamlNode, context: ReadContext): Environment {
  const hosts: ContainerHosts[] = [];
  const configs: ConfigUse[] = [];
  const words: ContainerHosts[] = [];
  for (const item of itemsOf(findValue(container, 'env'), context)) {
    const nameNode = findValue(item, 'name');
    const name = nameNode?.kind === 'scalar' ? context.intern(nameNode.text) : '';
    const value = findValue(item, 'value');
    const named = readHosts(value, context.intern);
    const word = named.length > 0 ? undefined : readHostWord(name, value, context.intern);
    if (named.length > 0) hosts.push({ from: 'env', name, hosts: named });
    if (word !== undefined) words.push({ from: 'env', name, hosts: [word] });
    const source = findValue(item, 'valueFrom');
    addUse(configs, 'ConfigMap', findValue(source, 'configMapKeyRef'), context);
    addUse(configs, 'Secret', findValue(source, 'secretKeyRef'), context);
  }
  for (const from of ['args', 'command'] as const) {
    const items = itemsOf(findValue(container, from), context);
    for (const [at, item] of items.entries()) {
      const named = readHosts(item, context.intern);
      if (named.length > 0)
        hosts.push({ from, name: context.intern(flagOf(item) ?? flagOf(items[at - 1]) ?? ''), hosts: named });
    }
  }
  for (const item of itemsOf(findValue(container, 'envFrom'), context)) {
    addUse(configs, 'ConfigMap', findValue(item, 'configMapRef'), context);
    addUse(configs, 'Secret', findValue(item, 'secretRef'), context);
  }
  return hosts.length + configs.length + words.length === 0 ? NOTHING : { hosts, configs, words };
}

/** `--issuer` of `--issuer=https://…`, or of the argument before it. */
function flagOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? /^-{1,2}[\w.-]+/.exec(node.text)?.[0] : undefined;
}

/** A value of a ConfigMap or Secret that names hosts. */
export interface ConfigHosts {
  readonly key: Located<string>;
  readonly hosts: readonly HostText[];
}

/** Reads `data` of a ConfigMap, or `stringData` of a Secret; values of several lines are files, and left out. */
export function readConfigHosts(data: YamlNode | undefined, context: ReadContext): readonly ConfigHosts[] {
  return readConfig(data, context, (_, value) => readHosts(value, context.intern));
}

/** The keys that are called like a host, as {@link Environment.words}. */
export function readConfigWords(data: YamlNode | undefined, context: ReadContext): readonly ConfigHosts[] {
  return readConfig(data, context, (name, value) => {
    const word = readHosts(value, context.intern).length > 0 ? undefined : readHostWord(name, value, context.intern);
    return word === undefined ? NONE : [word];
  });
}

function readConfig(
  data: YamlNode | undefined,
  context: ReadContext,
  read: (name: string, value: YamlNode) => readonly HostText[],
): readonly ConfigHosts[] {
  if (data?.kind !== 'mapping') return NONE;
  const found: ConfigHosts[] = [];
  for (const { name, key, value, merge } of data.pairs) {
    if (merge || name === undefined) continue;
    const hosts = read(name, value);
    if (hosts.length > 0) found.push({ key: { value: context.intern(name), start: key.start, end: key.end }, hosts });
  }
  return found.length === 0 ? NONE : found;
}

const NONE: readonly never[] = [];

function itemsOf(node: YamlNode | undefined, context: ReadContext): readonly YamlNode[] {
  return node?.kind === 'sequence' ? (readList(node, context)?.items ?? NONE) : NONE;
}

function addUse(
  uses: ConfigUse[],
  kind: ConfigUse['kind'],
  reference: YamlNode | undefined,
  context: ReadContext,
): void {
  if (reference?.kind !== 'mapping') return;
  const quiet: ReadContext = { ...context, faults: [] };
  uses.push({
    kind,
    name: readString(findPair(reference, 'name')?.value, quiet),
    key: readString(findPair(reference, 'key')?.value, quiet),
  });
}
