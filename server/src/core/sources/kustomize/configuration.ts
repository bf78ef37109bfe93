import type { YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { derive, type Layer, noteUnread, refuse } from './context.ts';
import { DEFAULT_CONFIG, EMPTY_CONFIG, type NameReference, type TransformerConfig } from './defaultConfig.ts';
import { type FieldSpec, splitPath } from './fieldSpec.ts';
import { CONFIGURATION_SHAPE, findFieldFaults, flag, items, textField } from './fields.ts';
import { readText } from './load.ts';
import { compareGvks } from './order.ts';
import { isSelected } from './resource.ts';

const LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const;

/** The defaults with what the files of `configurations` add. */
export function readConfigurations(layer: Layer, paths: readonly YamlNode[]): TransformerConfig {
  if (paths.length === 0) return DEFAULT_CONFIG;
  let config = EMPTY_CONFIG;
  for (const path of paths) {
    const found = readText(layer, path);
    if (found === undefined) continue;
    if ('unknown' in found) {
      noteUnread(layer, path, found.unknown, 'all');
      continue;
    }
    const { root, problems } = parseSingle(found.text);
    const fault = problems.find(({ code }) => code === 'syntax' || code === 'value' || code === 'duplicate-key');
    if (fault !== undefined) {
      refuse(layer, 'malformed', { file: found.file, start: fault.start, end: fault.end }, fault.message);
      continue;
    }
    if (root === undefined || root.kind !== 'mapping') continue;
    for (const { node, kind, message } of findFieldFaults(root, CONFIGURATION_SHAPE)) {
      refuse(layer, kind, { file: found.file, start: node.start, end: node.end }, message);
    }
    config = mergeConfigs(layer, config, readConfiguration(root), path);
  }
  return mergeConfigs(layer, DEFAULT_CONFIG, config, layer.root);
}

function readConfiguration(root: YamlNode): TransformerConfig {
  const lists = Object.fromEntries(LISTS.map((name) => [name, sortSpecs(items(root, name).map(readFieldSpec))]));
  const nameReference = items(root, 'nameReference').map(
    (node): NameReference => ({
      group: textField(node, 'group'),
      version: textField(node, 'version'),
      kind: textField(node, 'kind'),
      specs: items(node, 'fieldSpecs').map(readFieldSpec),
    }),
  );
  return { ...EMPTY_CONFIG, ...lists, nameReference };
}

export function readFieldSpec(node: YamlNode): FieldSpec {
  return {
    group: textField(node, 'group'),
    version: textField(node, 'version'),
    kind: textField(node, 'kind'),
    path: textField(node, 'path'),
    parts: splitPath(textField(node, 'path'), '/'),
    create: flag(node, 'create'),
  };
}

/**
 * Adds rules to rules. Both may be the same, which changes nothing; else the result is sorted by kinds, and a rule for
 * all kinds that comes after one for a single kind with the same path is taken for known, as it is in kustomize.
 */
export function mergeConfigs(
  layer: Layer,
  config: TransformerConfig,
  other: TransformerConfig,
  place: YamlNode,
): TransformerConfig {
  if (other === EMPTY_CONFIG || other === config) return config;
  if (config === EMPTY_CONFIG && other === DEFAULT_CONFIG) return other;
  const { cache, problems } = layer.build;
  const merged = derive(cache.configs, config, () => new WeakMap<TransformerConfig, TransformerConfig>());
  const known = merged.get(other);
  if (known !== undefined) return known;
  const before = problems.length;
  const result = addConfig(layer, config, other, place);
  if (problems.length === before) merged.set(other, result);
  return result;
}

function addConfig(
  layer: Layer,
  config: TransformerConfig,
  other: TransformerConfig,
  place: YamlNode,
): TransformerConfig {
  const lists = Object.fromEntries(
    LISTS.map((name) => [name, sortSpecs(mergeSpecs(layer, config[name], other[name], place))]),
  );
  const references: NameReference[] = [...config.nameReference];
  for (const reference of other.nameReference) {
    const index = references.findIndex(
      ({ group = '', version = '', kind = '' }) =>
        group === (reference.group ?? '') && version === (reference.version ?? '') && kind === (reference.kind ?? ''),
    );
    const known = references[index];
    if (known === undefined) references.push(reference);
    else references[index] = { ...known, specs: mergeSpecs(layer, known.specs, reference.specs, place) };
  }
  return { ...config, ...lists, nameReference: references };
}

function sortSpecs(specs: readonly FieldSpec[]): readonly FieldSpec[] {
  return [...specs].sort((a, b) => compareGvks(toGvk(a), toGvk(b)));
}

/** Adds specs that are not there yet; two that differ in `create` alone contradict each other. */
export function mergeSpecs(
  layer: Layer,
  specs: readonly FieldSpec[],
  other: readonly FieldSpec[],
  place: YamlNode,
): readonly FieldSpec[] {
  if (other.length === 0) return specs;
  const merged = [...specs];
  for (const spec of other) {
    const known = merged.find((own) => own.path === spec.path && isSelected(toGvk(own), spec));
    if (known === undefined) merged.push(spec);
    else if (known.create !== spec.create) {
      refuse(layer, 'bad-value', place, `\`create\` of \`${spec.path}\` contradicts another entry for the same field`);
    }
  }
  return merged;
}

function toGvk({ group = '', version = '', kind = '' }: FieldSpec): { group: string; version: string; kind: string } {
  return { group, version, kind };
}
