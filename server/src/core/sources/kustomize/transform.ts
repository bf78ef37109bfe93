import type { Span } from '../../base/span.ts';
import { exactPlace, fileOf, type Layer, placeIn, refuse } from './context.ts';
import { type FieldSpec, type FieldWriter, isSpecFor, visitField } from './fieldSpec.ts';
import type { MapEntry } from './fields.ts';
import { text } from './fields.ts';
import {
  type BuildNode,
  type BuildScalar,
  isMissing,
  isTaggedNull,
  memberOf,
  newScalar,
  type Place,
  rawTextOf,
  setField,
  setScalar,
  textOf,
} from './node.ts';
import type { Step } from './plan.ts';
import {
  allIds,
  type BuildResource,
  currentId,
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
  const base = isMade(node) ? undefined : { file: fileOf(node, resource), start: node.start, end: node.end };
  setScalar(node, value, tag);
  delete node.unknown;
  Object.assign(node, exactPlace(layer, place, base));
}

/** Whether a transformer has just made the node, to write into it. */
function isMade({ text: content, origin }: BuildScalar): boolean {
  return content === '' && origin?.kind === 'kustomization';
}

/** Changes a part of a scalar: the place stays that of the written text. */
export function amend(resource: BuildResource, node: BuildScalar, value: string, by: Place): void {
  const { origin } = node;
  setScalar(node, value, '');
  node.origin = {
    file: fileOf(node, resource),
    kind: origin?.kind === 'generated' ? 'generated' : 'kustomization',
    exact: false,
    by,
    ...(origin?.base === undefined ? {} : { base: origin.base }),
  };
}

export interface NamespaceOptions {
  readonly unsetOnly: boolean;
  readonly subjects: 'defaultOnly' | 'allServiceAccounts' | 'none';
}

const NAMESPACE_DEFAULTS: NamespaceOptions = { unsetOnly: false, subjects: 'defaultOnly' };

/** Sets the namespace of every object that can have one, of default subjects and of what the tables name. */
export function namespaceStep(
  layer: Layer,
  namespace: Setting<string>,
  specs: readonly FieldSpec[],
  { unsetOnly, subjects }: NamespaceOptions = NAMESPACE_DEFAULTS,
): Step {
  const apply = (resource: BuildResource) => {
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
    return keyOfId(currentId(resource));
  };
  const check: Step['check'] = (_, at, keys) => {
    const seen = new Set<string>();
    for (const key of keys) {
      if (seen.has(key)) {
        const [, , kind, name] = key.split('|');
        const message = `the namespace \`${namespace.value}\` makes ${kind} \`${name}\` the name of two objects`;
        refuse(at, 'duplicate-id', namespace, message);
      }
      seen.add(key);
    }
  };
  return { apply, check };
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
export function affixStep(
  layer: Layer,
  affix: Setting<string>,
  specs: readonly FieldSpec[],
  side: 'prefix' | 'suffix',
): Step {
  const apply = (resource: BuildResource) => {
    const id = originalId(resource);
    const isFixed = id.kind === 'CustomResourceDefinition' || id.kind === 'Namespace';
    if (isFixed || (id.kind === 'APIService' && id.group === 'apiregistration.k8s.io')) return undefined;
    for (const spec of specs) {
      if (!isSelected(id, spec)) continue;
      if (spec.path === 'metadata/name' && affix.value !== '') {
        if (side === 'prefix') resource.prefixes = [...resource.prefixes, affix.value];
        else resource.suffixes = [...resource.suffixes, affix.value];
        storeId(resource);
      }
      const write = (node: BuildNode) => {
        const old = rawTextOf(node);
        const value = side === 'prefix' ? affix.value + old : old + affix.value;
        if (node.kind === 'scalar' && !isMade(node)) amend(resource, node, value, placeIn(layer, affix));
        else overwrite(layer, resource, node, value, '', affix);
        return undefined;
      };
      writeField(layer, resource, spec, { make: 'scalar', tag: 'str', write }, affix);
    }
    return '';
  };
  return { apply };
}

/** Adds labels or annotations at every place of the table. */
export function entriesStep(layer: Layer, pairs: readonly MapEntry[], specs: readonly FieldSpec[]): Step {
  const apply = (resource: BuildResource) => {
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
    return '';
  };
  return { apply };
}

/** Sets the number of replicas of the objects with this name, today's or an earlier one. */
export function replicasStep(
  layer: Layer,
  name: Setting<string>,
  count: Setting<string>,
  specs: readonly FieldSpec[],
): Step {
  const apply = (resource: BuildResource) => {
    let isFound = false;
    for (const spec of specs) {
      if (!allIds(resource).some((id) => id.name === name.value && isSelected(id, spec))) continue;
      isFound = true;
      const write = (node: BuildNode) => {
        overwrite(layer, resource, node, count.value, 'int', count);
        return undefined;
      };
      writeField(layer, resource, spec, { make: 'scalar', tag: 'int', write }, count);
    }
    return isFound ? '' : undefined;
  };
  const check: Step['check'] = ({ open }, at, told) => {
    if (told.length > 0 || open) return;
    const message = `no workload of this build is named \`${name.value}\`, so kustomize refuses the build`;
    refuse(at, 'no-target', name, message);
  };
  return { apply, check };
}
