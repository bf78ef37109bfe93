import { findNearest } from '../base/editDistance.ts';
import { basename, dirname, joinPath } from '../base/path.ts';
import type { Span } from '../base/span.ts';
import {
  effectivePairs,
  findValue,
  isNull,
  type YamlMapping,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import {
  isKnownCode,
  nearestCode,
  nestSettings,
  type PartialSettings,
  type SettingKey,
  settingKeys,
  settingTable,
  unknownCode,
} from './config.ts';
import type { Host } from './host.ts';
import type { ChoiceSchema, ObjectSchema, SettingSchema, TextSchema } from './settingSchema.ts';

/** What a configuration says, and what in it has no effect. A wrong value counts as not given. */
export interface ConfigReading {
  readonly settings: PartialSettings;
  readonly problems: readonly ConfigProblem[];
}

export interface ConfigProblem extends Span {
  readonly message: string;
}

/** The names of a repository's configuration, in the order in which they are looked for. */
export const configFileNames: readonly string[] = ['.kubefathom.yaml', '.kubefathom.yml', '.kubefathom.json'];

export function isConfigFile(file: string): boolean {
  return configFileNames.includes(basename(file));
}

/** The nearest configuration file in `folder` or above it. */
export async function findConfigFile(host: Host, folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of configFileNames) {
      const file = joinPath(at, name);
      if ((await host.stat(file))?.kind === 'file') return file;
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Reads a configuration file, YAML or JSON. With `ruleIds`, a rule that does not exist is a problem too. */
export function readConfigText(text: string, ruleIds?: readonly string[]): ConfigReading {
  const stream = parseYaml(text);
  const [first, second] = stream.documents;
  const syntax = [...stream.problems, ...stream.documents.flatMap((document) => document.problems)];
  const problems = syntax.map(({ start, end, message }): ConfigProblem => ({ start, end, message }));
  const settings = readRoot(first?.root, { ruleIds, problems, shared: true });
  if (second?.root !== undefined)
    addProblem(problems, second.root, 'only the first document of a configuration is read');
  return { settings, problems };
}

/** Reads what an editor sends for the section `kubefathom`: JSON of any shape. The spans of its problems mean nothing. */
export function readConfigValue(value: unknown, ruleIds?: readonly string[]): ConfigReading {
  const problems: ConfigProblem[] = [];
  return { settings: readRoot(toNode(value, 0), { ruleIds, problems, shared: false }), problems };
}

interface Reading {
  readonly ruleIds: readonly string[] | undefined;
  readonly problems: ConfigProblem[];
  /** Whether this is a repository's file: then settings that are each user's own have no effect. */
  readonly shared: boolean;
}

type SettingValue = readonly [SettingKey, unknown];

function readRoot(root: YamlNode | undefined, reading: Reading): PartialSettings {
  if (root === undefined || isNull(root)) return {};
  const values: SettingValue[] = [];
  if (root.kind === 'mapping') readGroup(root, '', reading, values);
  else addProblem(reading.problems, root, 'a configuration is a mapping of settings');
  return nestSettings(values);
}

function readGroup(mapping: YamlMapping, prefix: string, reading: Reading, values: SettingValue[]): void {
  const { problems, shared } = reading;
  for (const { name = '', key, value } of effectivePairs(mapping)) {
    const path = prefix + name;
    const setting = settingKeys.find((known) => known === path);
    if (setting !== undefined && shared && name.includes('.')) {
      const [group, member] = name.split('.');
      addProblem(problems, key, `there is no setting \`${path}\`; write \`${member}\` below \`${group}\``);
    } else if (setting !== undefined && shared && !settingTable[setting].shared) {
      addProblem(problems, key, `\`${path}\` is each user's own setting and has no effect in this file`);
    } else if (setting !== undefined) {
      const read = readValue(settingTable[setting].schema, path, value, reading);
      if (read !== undefined) values.push([setting, read]);
    } else if (!settingKeys.some((known) => known.startsWith(`${path}.`))) {
      addProblem(problems, key, `there is no setting \`${path}\`${suggest(name, namesBelow(prefix, shared))}`);
    } else if (value.kind === 'mapping') readGroup(value, `${path}.`, reading, values);
    else if (!isNull(value)) addProblem(problems, value, `\`${path}\` must be a mapping`);
  }
}

/** The names that may stand in a group, or at the top where `prefix` is empty. */
function namesBelow(prefix: string, shared: boolean): readonly string[] {
  const keys = settingKeys.filter((key) => key.startsWith(prefix) && (settingTable[key].shared || !shared));
  return keys.map((key) => key.slice(prefix.length).split('.')[0] ?? key);
}

/** The value as the schema wants it, or undefined with a problem. An empty value is not given: `exclude:` with nothing yet. */
function readValue(schema: SettingSchema | ObjectSchema, path: string, node: YamlNode, reading: Reading): unknown {
  const { problems } = reading;
  if (isNull(node)) return undefined;
  switch (schema.type) {
    case 'boolean':
      if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
      return addProblem(problems, node, `\`${path}\` must be true or false`);
    case 'integer': {
      const number = node.kind === 'scalar' ? node.value : undefined;
      if (
        typeof number === 'number' &&
        Number.isInteger(number) &&
        number >= schema.minimum &&
        number <= schema.maximum
      ) {
        return number;
      }
      return addProblem(
        problems,
        node,
        `\`${path}\` must be a whole number from ${schema.minimum} to ${schema.maximum}`,
      );
    }
    case 'string':
      return readText(schema, `\`${path}\``, node, problems);
    case 'array':
      if (node.kind !== 'sequence') return addProblem(problems, node, `\`${path}\` must be a list`);
      return readList(schema.items, path, node.items, reading);
    case 'object':
      if (node.kind !== 'mapping') return addProblem(problems, node, `\`${path}\` must be a mapping`);
      if ('properties' in schema) return readObject(schema, path, node, reading);
      return Object.fromEntries(
        effectivePairs(node).flatMap((pair) => readLevel(schema.additionalProperties, pair, reading)),
      );
  }
}

function readList(
  schema: TextSchema | ObjectSchema,
  path: string,
  items: readonly YamlNode[],
  reading: Reading,
): readonly unknown[] {
  if (schema.type === 'object') return readObjects(schema, path, items, reading);
  return items
    .map((item) => readText(schema, `an entry of \`${path}\``, item, reading.problems))
    .filter((item) => item !== undefined);
}

function readObjects(
  schema: ObjectSchema,
  path: string,
  items: readonly YamlNode[],
  reading: Reading,
): readonly unknown[] {
  const names = new Set<string>();
  return items.flatMap((item) => {
    if (item.kind !== 'mapping')
      return addProblem(reading.problems, item, `an entry of \`${path}\` must be a mapping`) ?? [];
    const name = findValue(item, 'name');
    if (name?.kind === 'scalar' && names.has(name.text)) {
      addProblem(reading.problems, name, `\`${path}\` has two entries with the name \`${name.text}\``);
    } else if (name?.kind === 'scalar') names.add(name.text);
    return readObject(schema, path, item, reading) ?? [];
  });
}

/** The members that are right; nothing where one is lacking that is needed. */
function readObject(
  { properties, required }: ObjectSchema,
  path: string,
  node: YamlMapping,
  reading: Reading,
): Readonly<Record<string, unknown>> | undefined {
  const object: Record<string, unknown> = {};
  for (const { name = '', key, value } of effectivePairs(node)) {
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (member === undefined) {
      const wrong = key.kind === 'scalar' ? key.text : '';
      addProblem(reading.problems, key, `\`${path}\` has no \`${wrong}\`${suggest(wrong, Object.keys(properties))}`);
      continue;
    }
    const read = readValue(member, `${path}.${name}`, value, reading);
    if (read !== undefined) object[name] = read;
  }
  const missing = required.filter((name) => !Object.hasOwn(object, name));
  for (const name of missing) {
    const isWrong = !isNull(findValue(node, name));
    const { start } = node;
    if (!isWrong) addProblem(reading.problems, { start, end: start + 1 }, `an entry of \`${path}\` needs \`${name}\``);
  }
  return missing.length === 0 ? object : undefined;
}

function readLevel(schema: ChoiceSchema, pair: YamlPair, reading: Reading): readonly (readonly [string, string])[] {
  const { ruleIds, problems } = reading;
  const id = pair.key.kind === 'scalar' ? pair.key.text : undefined;
  if (id === undefined) return [];
  if (ruleIds !== undefined && !isKnownCode(id, ruleIds))
    addProblem(problems, pair.key, unknownCode(id, nearestCode(id, ruleIds)));
  const level = readText(schema, `\`rules.${id}\``, pair.value, problems);
  return level === undefined ? [] : [[id, level]];
}

function readText(
  schema: TextSchema | ChoiceSchema,
  what: string,
  node: YamlNode,
  problems: ConfigProblem[],
): string | undefined {
  if (node.kind !== 'scalar' || node.unknown !== undefined) return addProblem(problems, node, `${what} must be text`);
  if ('enum' in schema) return readChoice(schema, what, node, problems);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(node.text)) {
    return addProblem(problems, node, `${what} ${schema.patternErrorMessage ?? `must match ${schema.pattern}`}`);
  }
  if (typeof node.value !== 'string') {
    addProblem(problems, node, `${what} must be text: without quotes, \`${node.text}\` is ${typeOf(node)}`);
  }
  return node.text;
}

/** By text: without quotes, `off` is the boolean false to Kubernetes' YAML. */
function readChoice(
  schema: ChoiceSchema,
  what: string,
  node: YamlScalar,
  problems: ConfigProblem[],
): string | undefined {
  if (schema.enum.includes(node.text)) return node.text;
  const choices = schema.enum.map((choice) => `\`${choice}\``).join(', ');
  return addProblem(
    problems,
    node,
    `${what} must be one of ${choices}, not \`${node.text}\`${suggest(node.text, schema.enum)}`,
  );
}

function typeOf({ value, text }: YamlScalar): string {
  if (typeof value === 'boolean') return `the boolean ${value}`;
  return `${value}` === text ? 'a number' : `the number ${value}`;
}

function suggest(wrong: string, candidates: readonly string[]): string {
  const near = findNearest(wrong, candidates, (candidate) => candidate);
  return near === undefined ? '' : `; did you mean \`${near}\`?`;
}

function addProblem(problems: ConfigProblem[], { start, end }: Span, message: string): undefined {
  problems.push({ start, end, message });
  return undefined;
}

/** Deeper JSON than any setting has is cut off. */
const maxDepth = 8;

/** JSON as the nodes that YAML would give, without positions. */
function toNode(value: unknown, depth: number): YamlNode {
  const span = { start: 0, end: 0 };
  if (Array.isArray(value) && depth < maxDepth) {
    return { ...span, kind: 'sequence', flow: true, items: value.map((item) => toNode(item, depth + 1)) };
  }
  if (typeof value === 'object' && value !== null && depth < maxDepth) {
    const pairs = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => ({ name, key: toNode(name, depth), value: toNode(member, depth + 1), merge: false }));
    return { ...span, kind: 'mapping', flow: true, pairs };
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return {
    ...span,
    kind: 'scalar',
    value: scalar,
    text: `${scalar ?? ''}`,
    style: typeof value === 'string' ? 'double' : 'plain',
  };
}
