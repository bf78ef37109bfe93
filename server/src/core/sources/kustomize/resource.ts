import {
  type BuildMapping,
  clearField,
  copyMapping,
  copyNode,
  isEmpty,
  memberOf,
  newString,
  type Owner,
  own,
  pairOf,
  rawTextOf,
  replaceMember,
  textOf,
  valueAt,
} from './node.ts';

export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

/** A former name of an object: references to it follow. */
export interface FormerId {
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
}

/** What is asked of an object over and over, told once nothing changes it any more. */
export interface Settled {
  readonly id: ResourceId;
  readonly key: string;
  readonly former: readonly ResourceId[];
  /** All names that the object had. */
  readonly formerNames: readonly string[];
  /** For kustomize's own use: not written. */
  readonly isLocal: boolean;
  /** What the order of objects is told from, once it was asked for. */
  order: { readonly kind: string; readonly name: string } | undefined;
}

/** An object while it is being built, and what kustomize notes beside it (there as annotations). */
export interface BuildResource {
  /** Shared with other objects, but for the nodes that are the object's own ({@link own}). */
  root: BuildMapping;
  readonly owner: Owner;
  /** Nothing in `root` is shared. */
  isWhole: boolean;
  /** Deleted by a patch. */
  gone: boolean;
  /** The file that positions without an origin count in. */
  readonly file: string;
  /** The kustomization that brought it in first. */
  readonly from: string;
  former: readonly FormerId[];
  prefixes: readonly string[];
  suffixes: readonly string[];
  /** Made by a generator: `create`, `merge`, `replace` or nothing said. */
  behavior: string | undefined;
  needsHash: boolean;
  vars: readonly string[];
  /** Something that cannot be evaluated may have changed it. */
  opaque: boolean;
  /** Where it comes from and what changed it, as YAML, when `buildMetadata` is set. */
  provenance: string | undefined;
  transformations: readonly string[];
  settled: Settled | undefined;
}

export function newResource(root: BuildMapping, file: string, from: string): BuildResource {
  return {
    root,
    owner: Symbol(),
    isWhole: false,
    gone: false,
    file,
    from,
    former: [],
    prefixes: [],
    suffixes: [],
    behavior: undefined,
    needsHash: false,
    vars: [],
    opaque: false,
    provenance: undefined,
    transformations: [],
    settled: undefined,
  };
}

/** A copy to be changed, which shares its tree with the original. */
export function copyResource(resource: BuildResource): BuildResource {
  return { ...resource, owner: Symbol(), isWhole: false, settled: undefined };
}

/** Makes everything in an object its own, for what changes nodes anywhere in place. */
export function makeWhole(resource: BuildResource): BuildMapping {
  if (!resource.isWhole) {
    resource.root = copyMapping(resource.root);
    resource.isWhole = true;
  }
  return resource.root;
}

/** The object's root, to be changed in place. */
export function ownRoot(resource: BuildResource): BuildMapping {
  resource.root = own(resource.root, resource.owner);
  return resource.root;
}

/** Makes the object's metadata its own, with all that stands in it. */
export function ownMetadata(resource: BuildResource): void {
  const root = ownRoot(resource);
  const metadata = memberOf(root, 'metadata');
  if (metadata !== undefined) replaceMember(root, 'metadata', copyNode(metadata));
}

/** Says that nothing changes the object any more but in a copy. */
export function seal(resource: BuildResource): BuildResource {
  resource.settled = settledOf(resource);
  return resource;
}

export function settledOf(resource: BuildResource): Settled {
  if (resource.settled !== undefined) return resource.settled;
  const id = currentId(resource);
  const former = formerIds(resource);
  const local = valueAt(resource.root, 'metadata', 'annotations', 'config.kubernetes.io/local-config');
  return {
    id,
    key: keyOfId(id),
    former,
    formerNames: namesOf(former),
    isLocal: local !== undefined && rawTextOf(local) !== 'false',
    order: undefined,
  };
}

function namesOf(ids: readonly ResourceId[]): readonly string[] {
  const [first, second] = ids;
  if (first === undefined) return NONE;
  return second === undefined ? [first.name] : [...new Set(ids.map(({ name }) => name))];
}

const NONE: readonly never[] = [];

/** The id as a text: two objects of a build with the same are one too many. */
export function keyOf(resource: BuildResource): string {
  return settledOf(resource).key;
}

export function gvkOf(root: BuildMapping): Gvk {
  const apiVersion = rawTextOf(memberOf(root, 'apiVersion'));
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: rawTextOf(memberOf(root, 'kind')),
  };
}

export function nameOf({ root }: BuildResource): string {
  return textOf(valueAt(root, 'metadata', 'name'));
}

export function namespaceOf({ root }: BuildResource): string {
  return textOf(valueAt(root, 'metadata', 'namespace'));
}

export function currentId(resource: BuildResource): ResourceId {
  if (resource.settled !== undefined) return resource.settled.id;
  const { group, version, kind } = gvkOf(resource.root);
  return { group, version, kind, name: nameOf(resource), namespace: namespaceOf(resource) };
}

/** Every id that the object had, the oldest first; the group and version are those of today. */
export function formerIds(resource: BuildResource): readonly ResourceId[] {
  if (resource.settled !== undefined) return resource.settled.former;
  if (resource.former.length === 0) return NONE;
  const { group, version } = gvkOf(resource.root);
  return resource.former.map(({ kind, name, namespace }) => ({ group, version, kind, name, namespace }));
}

export function originalId(resource: BuildResource): ResourceId {
  return formerIds(resource)[0] ?? currentId(resource);
}

export function allIds(resource: BuildResource): readonly ResourceId[] {
  return [...formerIds(resource), currentId(resource)];
}

/** Remembers the id that the object has now, before it changes. */
export function storeId(resource: BuildResource): void {
  const id = currentId(resource);
  const { name, kind } = id;
  resource.former = [...resource.former, { name, namespace: effectiveNamespace(id), kind }];
}

export function equalIds(a: ResourceId, b: ResourceId): boolean {
  return a.name === b.name && equalGvks(a, b) && effectiveNamespace(a) === effectiveNamespace(b);
}

export function equalGvks(a: Gvk, b: Gvk): boolean {
  return a.kind === b.kind && a.group === b.group && a.version === b.version;
}

/** Whether an empty part of the selector or the same text stands for each part of the kind. */
export function isSelected(gvk: Gvk, selector: Partial<Gvk>): boolean {
  const { group = '', version = '', kind = '' } = selector;
  return (
    (kind === '' || kind === gvk.kind) &&
    (group === '' || group === gvk.group) &&
    (version === '' || version === gvk.version)
  );
}

export function keyOfId(id: ResourceId): string {
  // Joined, it is one text; put together by pieces it would be held as these.
  return [id.group, id.version, id.kind, id.name, effectiveNamespace(id)].join('|');
}

/** For people: `Deployment web` or `Deployment shop/web`. */
export function describeId({ kind, name, namespace }: ResourceId): string {
  return namespace === '' ? `${kind} \`${name}\`` : `${kind} \`${namespace}/${name}\``;
}

export const NO_NAMESPACE = '_non_namespaceable_';

export function effectiveNamespace(id: ResourceId): string {
  if (isClusterKind(id)) return NO_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

/**
 * Whether kustomize holds a kind for one without a namespace: by the exact apiVersions of Kubernetes 1.21
 * (kyaml, openapi.go). Newer ones and custom resources count as namespaced.
 */
export function isClusterKind({ group, version, kind }: Gvk): boolean {
  return CLUSTER_KINDS.get(kind)?.has(group === '' ? version : `${group}/${version}`) ?? false;
}

const CLUSTER_KINDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    MutatingWebhookConfiguration: ['admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1beta1'],
    ValidatingWebhookConfiguration: ['admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1beta1'],
    CustomResourceDefinition: ['apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1'],
    APIService: ['apiregistration.k8s.io/v1', 'apiregistration.k8s.io/v1beta1'],
    CertificateSigningRequest: ['certificates.k8s.io/v1', 'certificates.k8s.io/v1beta1'],
    FlowSchema: ['flowcontrol.apiserver.k8s.io/v1beta1'],
    PriorityLevelConfiguration: ['flowcontrol.apiserver.k8s.io/v1beta1'],
    IngressClass: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1'],
    RuntimeClass: ['node.k8s.io/v1', 'node.k8s.io/v1beta1'],
    PodSecurityPolicy: ['policy/v1beta1'],
    ClusterRole: ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1beta1'],
    ClusterRoleBinding: ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io/v1beta1'],
    PriorityClass: ['scheduling.k8s.io/v1', 'scheduling.k8s.io/v1beta1'],
    CSIDriver: ['storage.k8s.io/v1', 'storage.k8s.io/v1beta1'],
    CSINode: ['storage.k8s.io/v1', 'storage.k8s.io/v1beta1'],
    StorageClass: ['storage.k8s.io/v1', 'storage.k8s.io/v1beta1'],
    VolumeAttachment: ['storage.k8s.io/v1', 'storage.k8s.io/v1beta1'],
    ComponentStatus: ['v1'],
    Namespace: ['v1'],
    Node: ['v1'],
    NodeProxyOptions: ['v1'],
    PersistentVolume: ['v1'],
  }).map(([kind, versions]) => [kind, new Set(versions)]),
);

/** Whether kustomize's own annotations stand on the object at this moment, so that it has a map of annotations. */
export function hasBuildNotes(resource: BuildResource): boolean {
  return (
    resource.former.length > 0 ||
    resource.prefixes.length > 0 ||
    resource.suffixes.length > 0 ||
    resource.behavior !== undefined ||
    resource.needsHash ||
    resource.provenance !== undefined
  );
}

/** The labels or annotations as kustomize reads them: unresolved texts, nothing for collections. */
export function textMap(root: BuildMapping, field: 'labels' | 'annotations'): Map<string, string> {
  const map = valueAt(root, 'metadata', field);
  const texts = new Map<string, string>();
  if (map?.kind === 'mapping') for (const { key, value } of map.pairs) texts.set(key.text, rawTextOf(value));
  return texts;
}

/** Makes every value of the labels or annotations, which must be the object's own, text, as kustomize does when it sets the map anew; an empty map goes. */
export function restateMap(root: BuildMapping, field: 'labels' | 'annotations'): void {
  const metadata = memberOf(root, 'metadata');
  if (metadata?.kind !== 'mapping') return;
  const map = memberOf(metadata, field);
  if (map === undefined) return;
  if (map.kind !== 'mapping' || map.pairs.length === 0) {
    clearField(metadata, field);
    return;
  }
  const seen = new Map<string, number>();
  for (const [index, pair] of map.pairs.entries()) {
    const { value } = pair;
    if (value.kind !== 'scalar') pair.value = newString('', value);
    else if (value.tag !== 'str') {
      value.tag = 'str';
      value.style = 'plain';
    }
    pair.key.tag = 'str';
    seen.set(pair.key.text, index);
  }
  if (seen.size < map.pairs.length) map.pairs = map.pairs.filter((pair, index) => seen.get(pair.key.text) === index);
}

/** Setting a field to the text that it has leaves only its type to be told from the text again. */
export function retype(mapping: BuildMapping, name: string): void {
  const node = pairOf(mapping, name)?.value;
  if (node?.kind === 'scalar') node.tag = '';
}

export function isGone(resource: BuildResource): boolean {
  return resource.gone || isEmpty(resource.root);
}
