import type { Span } from '../../base/span.ts';
import { type Accumulator, exactPlace, fileOf, type Layer, placeIn, refuse } from './context.ts';
import type { TransformerConfig } from './defaultConfig.ts';
import { type FieldSpec, type FieldWriter, isSpecFor, visitField } from './fieldSpec.ts';
import type { MapEntry } from './fields.ts';
import { text } from './fields.ts';
import {
  type BuildNode,
  isMissing,
  isTaggedNull,
  memberOf,
  newScalar,
  rawTextOf,
  setField,
  setScalar,
  textOf,
} from './node.ts';
import {
  allIds,
  type BuildResource,
  currentId,
  describeId,
  gvkOf,
  isClusterKind,
  isSelected,
  keyOfId,
  originalId,
  storeId,
} from './resource.ts';
import type { Tag } from './scalar.ts';

/** A value and where it is written. */
export interface Setting<T> extends Span {
  readonly value: T;
}

/** Runs a writer over one object, telling what the real one would refuse. */
export function writeField(
  layer: Layer,
  resource: BuildResource,
  spec: FieldSpec,
  writer: Omit<FieldWriter, 'refuse' | 'place'>,
  place: Span,
): void {
  if (!isSpecFor(resource.root, spec)) return;
  visitField(resource.root, spec, {
    ...writer,
    place: exactPlace(layer, place),
    refuse: (node, message) =>
      refuse(
        layer,
        'bad-value',
        { file: fileOf(node, resource), start: node.start, end: node.end },
        message,
        placeIn(layer, place),
      ),
  });
}

/** Replaces a scalar's whole value by one that stands in the kustomization. */
export function overwrite(
  layer: Layer,
  resource: BuildResource,
  node: BuildNode,
  value: string,
  tag: Tag,
  place: Span,
): void {
  if (node.kind !== 'scalar') {
    const at = { file: fileOf(node, resource), start: node.start, end: node.end };
    refuse(layer, 'bad-value', at, 'kustomize sets a plain value here', placeIn(layer, place));
    return;
  }
  const isMade = node.text === '' && node.origin?.kind === 'kustomization';
  const base = isMade ? undefined : { file: fileOf(node, resource), start: node.start, end: node.end };
  setScalar(node, value, tag);
  delete node.unknown;
  Object.assign(node, exactPlace(layer, place, base));
}

/** Changes a part of a scalar: the place stays that of the written text. */
export function amend(
  layer: Layer,
  resource: BuildResource,
  node: BuildNode,
  value: string,
  tag: Tag,
  place: Span,
): void {
  if (node.kind !== 'scalar') {
    overwrite(layer, resource, node, value, tag, place);
    return;
  }
  if (node.text === '' && node.origin?.kind === 'kustomization') {
    overwrite(layer, resource, node, value, tag, place);
    return;
  }
  const { origin } = node;
  setScalar(node, value, tag);
  node.origin = {
    file: fileOf(node, resource),
    kind: origin?.kind === 'generated' ? 'generated' : 'kustomization',
    exact: false,
    by: placeIn(layer, place),
    ...(origin?.base === undefined ? {} : { base: origin.base }),
  };
}

export interface NamespaceOptions {
  readonly unsetOnly: boolean;
  readonly subjects: 'defaultOnly' | 'allServiceAccounts' | 'none';
}

const NAMESPACE_DEFAULTS: NamespaceOptions = { unsetOnly: false, subjects: 'defaultOnly' };

/** Sets the namespace of every object that can have one, of default subjects and of what the tables name. */
export function setNamespaces(
  accumulator: Accumulator,
  layer: Layer,
  namespace: Setting<string>,
  specs: readonly FieldSpec[],
  { unsetOnly, subjects }: NamespaceOptions = NAMESPACE_DEFAULTS,
): void {
  for (const resource of accumulator.resources) {
    const write = (node: BuildNode) => {
      if (!unsetOnly || textOf(node) === '') overwrite(layer, resource, node, namespace.value, 'str', namespace);
      return undefined;
    };
    storeId(resource);
    const gvk = gvkOf(resource.root);
    const isCore = rawTextOf(memberOf(resource.root, 'apiVersion')) === 'v1';
    if (!isClusterKind(gvk)) {
      writeField(layer, resource, { path: 'metadata/namespace', create: true }, { make: 'scalar', write }, namespace);
    }
    const isBinding = gvk.kind === 'RoleBinding' || gvk.kind === 'ClusterRoleBinding';
    if (isBinding && subjects !== 'none') setSubjects(resource, layer, namespace, subjects, unsetOnly);
    for (const spec of specs) {
      if (spec.path === 'metadata/namespace' || (spec.path === 'metadata/name' && !isCore)) continue;
      if (isBinding && spec.path === 'subjects/namespace' && /RoleBinding$/.test(spec.kind ?? '')) continue;
      writeField(layer, resource, spec, { make: 'scalar', tag: 'str', write }, namespace);
    }
  }
  const seen = new Set<string>();
  for (const id of accumulator.resources.map(currentId)) {
    const key = keyOfId(id);
    if (seen.has(key)) {
      refuse(layer, 'duplicate-id', namespace, `the namespace makes ${describeId(id)} the name of two objects`);
    }
    seen.add(key);
  }
}

function setSubjects(
  resource: BuildResource,
  layer: Layer,
  namespace: Setting<string>,
  mode: 'defaultOnly' | 'allServiceAccounts',
  unsetOnly: boolean,
): void {
  const subjects = memberOf(resource.root, 'subjects');
  if (isMissing(subjects)) return;
  const list = subjects.kind === 'sequence' ? subjects.items : [];
  for (const subject of list) {
    if (subject.kind !== 'mapping') continue;
    const isMeant =
      mode === 'defaultOnly'
        ? textOf(memberOf(subject, 'name')) === 'default'
        : textOf(memberOf(subject, 'kind')) === 'ServiceAccount';
    if (!isMeant) continue;
    const old = memberOf(subject, 'namespace');
    if (old === undefined || isTaggedNull(old)) {
      setField(subject, 'namespace', newScalar(namespace.value, 'str', exactPlace(layer, namespace)));
    } else if (!unsetOnly || textOf(old) === '') {
      overwrite(layer, resource, old, namespace.value, 'str', namespace);
    }
  }
}

/** Adds a prefix or suffix to names. CustomResourceDefinitions, APIServices and Namespaces keep theirs. */
export function addAffix(
  accumulator: Accumulator,
  layer: Layer,
  affix: Setting<string>,
  specs: readonly FieldSpec[],
  side: 'prefix' | 'suffix',
): void {
  for (const resource of accumulator.resources) {
    const id = originalId(resource);
    const isFixed = id.kind === 'CustomResourceDefinition' || id.kind === 'Namespace';
    if (isFixed || (id.kind === 'APIService' && id.group === 'apiregistration.k8s.io')) continue;
    for (const spec of specs) {
      if (!isSelected(id, spec)) continue;
      if (spec.path === 'metadata/name' && affix.value !== '') {
        if (side === 'prefix') resource.prefixes = [...resource.prefixes, affix.value];
        else resource.suffixes = [...resource.suffixes, affix.value];
        storeId(resource);
      }
      const write = (node: BuildNode) => {
        const old = rawTextOf(node);
        amend(layer, resource, node, side === 'prefix' ? affix.value + old : old + affix.value, '', affix);
        return undefined;
      };
      writeField(layer, resource, spec, { make: 'scalar', tag: 'str', write }, affix);
    }
  }
}

/** Adds labels or annotations at every place of the table. */
export function addEntries(
  accumulator: Accumulator,
  layer: Layer,
  pairs: readonly MapEntry[],
  specs: readonly FieldSpec[],
): void {
  for (const resource of accumulator.resources) {
    const own = specs.filter((spec) => isSpecFor(resource.root, spec));
    for (const { name, key, value } of pairs) {
      const write = (node: BuildNode) => {
        if (node.kind !== 'mapping') {
          if (isTaggedNull(node)) return undefined;
          const at = { file: fileOf(node, resource), start: node.start, end: node.end };
          refuse(layer, 'bad-value', at, 'kustomize adds to a mapping here', placeIn(layer, key));
          return undefined;
        }
        const old = memberOf(node, name);
        const base = old && { file: fileOf(old, resource), start: old.start, end: old.end };
        const made = newScalar(text(value), 'str', exactPlace(layer, value, base));
        setField(node, name, made, newScalar(name, '', exactPlace(layer, key)));
        return undefined;
      };
      for (const spec of own) writeField(layer, resource, spec, { make: 'mapping', write }, key);
    }
  }
}

/** Sets the number of replicas of the objects with this name, today's or an earlier one. */
export function setReplicas(
  accumulator: Accumulator,
  layer: Layer,
  name: Setting<string>,
  count: Setting<string>,
  config: TransformerConfig,
): void {
  let isFound = false;
  for (const spec of config.replicas) {
    for (const resource of accumulator.resources) {
      if (!allIds(resource).some((id) => id.name === name.value && isSelected(id, spec))) continue;
      isFound = true;
      const write = (node: BuildNode) => {
        overwrite(layer, resource, node, count.value, 'int', count);
        return undefined;
      };
      writeField(layer, resource, spec, { make: 'scalar', tag: 'int', write }, count);
    }
  }
  if (isFound || accumulator.open) return;
  refuse(
    layer,
    'no-target',
    name,
    `no workload of this build is named \`${name.value}\`, so kustomize refuses the build`,
  );
}
