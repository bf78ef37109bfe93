import { effectivePairs, findPair, isNull, type YamlNode } from '../../yaml/node.ts';

/** What a field of a kustomization may hold; a list is written `[shape]`. */
export type Shape = 'string' | 'bool' | 'int' | 'any' | readonly [Shape] | { readonly map: Shape } | Fields;

export interface Fields {
  readonly fields: { readonly [name: string]: Shape };
}

export interface FieldFault {
  readonly node: YamlNode;
  readonly kind: 'unknown-field' | 'wrong-type';
  readonly message: string;
}

/** Checks a tree against a shape as Go's strict JSON decoder does: names in any case, null everywhere, no unknown names. */
export function findFieldFaults(node: YamlNode, shape: Shape): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  check(node, shape, faults);
  return faults;
}

/** The value of a field whose name may be written in any case; `undefined` for null. */
export function field(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') return undefined;
  const exact = findPair(node, name)?.value;
  if (exact !== undefined) return isNull(exact) ? undefined : exact;
  const lower = name.toLowerCase();
  const found = effectivePairs(node).find((pair) => pair.name?.toLowerCase() === lower)?.value;
  return isNull(found) ? undefined : found;
}

export function text(node: YamlNode | undefined): string {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
}

export function textField(node: YamlNode | undefined, name: string): string {
  return text(field(node, name));
}

export function flag(node: YamlNode | undefined, name: string): boolean {
  const found = field(node, name);
  return found?.kind === 'scalar' && found.value === true;
}

export function items(node: YamlNode | undefined, name: string): readonly YamlNode[] {
  const found = field(node, name);
  return found?.kind === 'sequence' ? found.items : [];
}

/** The pairs of a map of texts, sorted by name. */
export function entries(node: YamlNode | undefined): readonly MapEntry[] {
  if (node?.kind !== 'mapping') return [];
  return effectivePairs(node)
    .flatMap(({ name, key, value }) => (name === undefined ? [] : [{ name, key, value }]))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export interface MapEntry {
  readonly name: string;
  readonly key: YamlNode;
  readonly value: YamlNode;
}

function check(node: YamlNode, shape: Shape, faults: FieldFault[]): void {
  if (shape === 'any' || isNull(node) || node.unknown !== undefined) return;
  if (typeof shape === 'string') {
    if (node.kind !== 'scalar' || !isOfType(node.value, shape)) {
      faults.push({ node, kind: 'wrong-type', message: `this must be ${WORDS[shape]}` });
    }
  } else if (isListShape(shape)) {
    if (node.kind !== 'sequence') faults.push({ node, kind: 'wrong-type', message: 'this must be a list' });
    else for (const item of node.items) check(item, shape[0], faults);
  } else if (node.kind !== 'mapping') {
    faults.push({ node, kind: 'wrong-type', message: 'this must be a mapping' });
  } else if ('map' in shape) {
    for (const pair of effectivePairs(node)) check(pair.value, shape.map, faults);
  } else {
    for (const { name, key, value } of effectivePairs(node)) {
      const inner = name === undefined ? undefined : findShape(shape, name);
      if (inner !== undefined) check(value, inner, faults);
      else {
        const shown = key.kind === 'scalar' ? key.text : '';
        faults.push({ node: key, kind: 'unknown-field', message: `kustomize knows no field \`${shown}\` here` });
      }
    }
  }
}

function isListShape(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function findShape({ fields }: Fields, name: string): Shape | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const lower = name.toLowerCase();
  return Object.entries(fields).find(([known]) => known.toLowerCase() === lower)?.[1];
}

const WORDS = { string: 'text', bool: '`true` or `false`', int: 'a whole number' } as const;

function isOfType(value: unknown, type: 'string' | 'bool' | 'int'): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

const TEXTS: Shape = { map: 'string' };
const STRINGS: Shape = ['string'];
const GVK = { group: 'string', version: 'string', kind: 'string' } as const;
const ID = { ...GVK, name: 'string', namespace: 'string' } as const;

const SELECTOR: Shape = { fields: { ...ID, annotationSelector: 'string', labelSelector: 'string' } };

const FIELD_SPECS: Shape = [{ fields: { ...GVK, path: 'string', create: 'bool' } }];

const PATCHES: Shape = [{ fields: { path: 'string', patch: 'string', target: SELECTOR, options: { map: 'bool' } } }];

const GENERATOR_OPTIONS: Shape = {
  fields: { labels: TEXTS, annotations: TEXTS, disableNameSuffixHash: 'bool', immutable: 'bool' },
};

const GENERATOR = {
  namespace: 'string',
  name: 'string',
  behavior: 'string',
  literals: STRINGS,
  files: STRINGS,
  envs: STRINGS,
  env: 'string',
  options: GENERATOR_OPTIONS,
} as const;

const FIELD_OPTIONS: Shape = {
  fields: { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' },
};

const REPLACEMENT = {
  source: { fields: { ...ID, fieldPath: 'string', options: FIELD_OPTIONS } },
  sourceValue: 'string',
  targets: [{ fields: { select: SELECTOR, reject: [SELECTOR], fieldPaths: STRINGS, options: FIELD_OPTIONS } }],
} as const;

const IMAGES: Shape = [
  { fields: { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' } },
];

/** The shape of one replacement in a file of its own. */
export const REPLACEMENT_SHAPE: Shape = { fields: REPLACEMENT };

/** Every field of a kustomization or component (api/types/kustomization.go). */
export const KUSTOMIZATION_SHAPE: Shape = {
  fields: {
    apiVersion: 'string',
    kind: 'string',
    metadata: { fields: { name: 'string', namespace: 'string', labels: TEXTS, annotations: TEXTS } },
    openapi: TEXTS,
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    commonLabels: TEXTS,
    labels: [{ fields: { pairs: TEXTS, includeSelectors: 'bool', includeTemplates: 'bool', fields: FIELD_SPECS } }],
    commonAnnotations: TEXTS,
    patchesStrategicMerge: STRINGS,
    patchesJson6902: PATCHES,
    patches: PATCHES,
    images: IMAGES,
    imageTags: IMAGES,
    replacements: [{ fields: { ...REPLACEMENT, path: 'string' } }],
    replicas: [{ fields: { name: 'string', count: 'int' } }],
    vars: [
      {
        fields: {
          name: 'string',
          objref: { fields: { apiVersion: 'string', ...ID } },
          fieldref: { fields: { fieldPath: 'string' } },
        },
      },
    ],
    sortOptions: {
      fields: { order: 'string', legacySortOptions: { fields: { orderFirst: STRINGS, orderLast: STRINGS } } },
    },
    resources: STRINGS,
    components: STRINGS,
    crds: STRINGS,
    bases: STRINGS,
    configMapGenerator: [{ fields: GENERATOR }],
    secretGenerator: [{ fields: { ...GENERATOR, type: 'string' } }],
    helmGlobals: 'any',
    helmCharts: 'any',
    helmChartInflationGenerator: 'any',
    generatorOptions: GENERATOR_OPTIONS,
    configurations: STRINGS,
    generators: STRINGS,
    transformers: STRINGS,
    validators: STRINGS,
    buildMetadata: STRINGS,
  },
};

/** A file of `configurations` (api/internal/plugins/builtinconfig). */
export const CONFIGURATION_SHAPE: Shape = {
  fields: {
    namePrefix: FIELD_SPECS,
    nameSuffix: FIELD_SPECS,
    namespace: FIELD_SPECS,
    commonLabels: FIELD_SPECS,
    labels: FIELD_SPECS,
    templateLabels: FIELD_SPECS,
    commonAnnotations: FIELD_SPECS,
    nameReference: [{ fields: { ...GVK, fieldSpecs: FIELD_SPECS } }],
    varReference: FIELD_SPECS,
    images: FIELD_SPECS,
    replicas: FIELD_SPECS,
  },
};
