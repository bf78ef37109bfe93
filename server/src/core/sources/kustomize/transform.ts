import type { Span } from '../../base/span.ts';
import { exactPlace, fileOf, type Layer, placeIn, refuse } from './context.ts';
import { type FieldSpec, type FieldWriter, isSpecFor, visitPath } from './fieldSpec.ts';
import type { MapEntry } from './fields.ts';
import { text } from './fields.ts';
import {
  type BuildNode,
  type BuildScalar,
  isTaggedNull,
  memberOf,
  newScalar,
  own,
  type Place,
  rawTextOf,
  replaceMember,
  setField,
  textOf,
  withText,
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
  visitPath(resource, spec, {
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

/** A scalar whose whole value stands in the kustomization; `undefined` after a refusal. */
export function overwrite(
  layer: Layer,
  resource: BuildResource,
  node: BuildNode,
  value: string,
  tag: Tag,
  place: Span,
): BuildScalar | undefined {
  if (node.kind !== 'scalar') {
    const at = { file: fileOf(node, resource), start: node.start, end: node.end };
    refuse(layer, 'bad-value', at, 'kustomize sets a plain value here', placeIn(layer, place));
    return undefined;
  }
  const base = isMade(node) ? undefined : { file: fileOf(node, resource), start: node.start, end: node.end };
  return newScalar(value, tag, exactPlace(layer, place, base), node.style);
}

/** Whether a transformer has just made the node, to write into it. */
function isMade({ text: content, origin }: BuildScalar): boolean {
  return content === '' && origin?.kind === 'kustomization';
}

/** A scalar of which a part has changed: the place stays that of the written text. */
export function amend(resource: BuildResource, node: BuildScalar, value: string, by: Place): BuildScalar {
  const { origin } = node;
  const made = withText(node, value, '');
  made.origin = {
    file: fileOf(node, resource),
    kind: origin?.kind === 'generated' ? 'generated' : 'kustomization',
    exact: false,
    by,
    ...(origin?.base === undefined ? {} : { base: origin.base }),
  };
  return made;
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
    const write = (node: BuildNode) =>
      unsetOnly && textOf(node) !== ''
        ? undefined
        : overwrite(layer, resource, node, namespace.value, 'str', namespace);
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
  const write = (subject: BuildNode) => {
    if (subject.kind !== 'mapping') return undefined;
    const isMeant =
      mode === 'defaultOnly'
        ? textOf(memberOf(subject, 'name')) === 'default'
        : textOf(memberOf(subject, 'kind')) === 'ServiceAccount';
    if (!isMeant) return undefined;
    const old = memberOf(subject, 'namespace');
    if (old !== undefined && !isTaggedNull(old) && unsetOnly && textOf(old) !== '') return undefined;
    const changed = own(subject, resource.owner);
    if (old === undefined || isTaggedNull(old)) {
      setField(changed, 'namespace', newScalar(namespace.value, 'str', exactPlace(layer, namespace)));
    } else {
      const made = overwrite(layer, resource, old, namespace.value, 'str', namespace);
      if (made !== undefined) replaceMember(changed, 'namespace', made);
    }
    return changed;
  };
  const subjects = memberOf(resource.root, 'subjects');
  if (subjects?.kind !== 'sequence') return;
  changeItems(resource, 'subjects', write);
}

/** Writes the items of a list that stands in an object's root. */
function changeItems(resource: BuildResource, name: string, write: (item: BuildNode) => BuildNode | undefined): void {
  visitPath(
    resource,
    { path: name, parts: [name], create: false },
    {
      place: resource.root,
      write: (list) => {
        if (list.kind !== 'sequence') return undefined;
        const items = list.items.map((item) => write(item) ?? item);
        if (items.every((item, index) => item === list.items[index])) return undefined;
        const changed = own(list, resource.owner);
        changed.items = items;
        return changed;
      },
      refuse: () => undefined,
    },
  );
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
        return node.kind === 'scalar' && !isMade(node)
          ? amend(resource, node, value, placeIn(layer, affix))
          : overwrite(layer, resource, node, value, '', affix);
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
    const meant = specs.filter((spec) => isSpecFor(resource.root, spec));
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
        const changed = own(node, resource.owner);
        setField(changed, name, made, newScalar(name, '', exactPlace(layer, key)));
        return changed;
      };
      for (const spec of meant) writeField(layer, resource, spec, { make: 'mapping', write }, key);
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
      const write = (node: BuildNode) => overwrite(layer, resource, node, count.value, 'int', count);
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
