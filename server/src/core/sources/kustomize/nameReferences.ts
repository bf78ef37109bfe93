import {
  type Accumulator,
  type BuildProblem,
  derive,
  fileOf,
  type Layer,
  type Reference,
  type ReferenceTable,
  type Referring,
} from './context.ts';
import type { NameReference, TransformerConfig } from './defaultConfig.ts';
import { type FieldSpec, visitPath } from './fieldSpec.ts';
import { keep } from './kept.ts';
import {
  type BuildMapping,
  type BuildNode,
  type BuildScalar,
  copyScalar,
  isMissing,
  memberOf,
  newScalar,
  type Origin,
  own,
  rawTextOf,
  replaceMember,
  setField,
} from './node.ts';
import {
  type BuildResource,
  copyResource,
  currentId,
  describeId,
  effectiveNamespace,
  type formerIds,
  type Gvk,
  isClusterKind,
  isSelected,
  nameOf,
  namespaceOf,
  originalId,
  type ResourceId,
  seal,
  settledOf,
} from './resource.ts';
import { finalValue } from './scalar.ts';

/** An object whose id may have changed, with what a reference to it is found by. */
interface Candidate {
  readonly resource: BuildResource;
  readonly ids: ReturnType<typeof formerIds>;
}

/** Follows every change of a name into the fields that refer to it (api/filters/nameref). */
export function fixNameReferences(accumulator: Accumulator, layer: Layer, config: TransformerConfig): void {
  const byName = new Map<string, Candidate[]>();
  for (const resource of accumulator.resources) {
    const { former: ids, formerNames } = settledOf(resource);
    for (const name of formerNames) {
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [{ resource, ids }]);
      else list.push({ resource, ids });
    }
  }
  const { cache, problems } = layer.build;
  const table = derive(cache.references, config, () => groupByKind(config));
  const known = keep(cache.referring.get(layer.folder), accumulator.resources, (resource, old) =>
    old?.config === config && isCurrent(old, byName) ? old : { config, ...follow(resource, byName, table) },
  );
  cache.referring.set(layer.folder, known);
  accumulator.resources = known.values.map(({ resource }) => resource);
  for (const referring of known.values) for (const problem of referring.problems) problems.push(problem);
}

/** Whether every name that was looked up still leads to the same objects. */
function isCurrent({ names }: Referring, byName: ReadonlyMap<string, readonly Candidate[]>): boolean {
  if (names === undefined) return true;
  for (const [name, resources] of names) {
    const now = byName.get(name);
    if ((now?.length ?? 0) !== resources.length) return false;
    if (now?.some(({ resource }, index) => resource !== resources[index])) return false;
  }
  return true;
}

function follow(
  original: BuildResource,
  byName: ReadonlyMap<string, readonly Candidate[]>,
  table: ReferenceTable,
): Omit<Referring, 'config'> {
  const id = currentId(original);
  const pass: Pass = {
    referrer: copyResource(original),
    id,
    bound: isClusterKind(id) ? undefined : boundNamespaces(original),
    byName,
    names: undefined,
    problems: [],
  };
  checkSubjects(pass);
  for (const reference of referencesOf(originalId(original), table)) new FieldFixer(pass, reference).run();
  const { referrer, names, problems } = pass;
  return { resource: referrer.root === original.root ? original : seal(referrer), names, problems };
}

/** A look at all references of an object. */
interface Pass {
  /** A copy. */
  readonly referrer: BuildResource;
  /** Of the referrer, as it was before. */
  readonly id: ResourceId;
  /** The namespaces of accounts that it names, as it was before; `undefined` where it may refer to anything. */
  readonly bound: ReadonlySet<string> | undefined;
  readonly byName: ReadonlyMap<string, readonly Candidate[]>;
  /** What was looked up. */
  names: Map<string, readonly BuildResource[]> | undefined;
  readonly problems: BuildProblem[];
}

function tell({ referrer, problems }: Pass, node: BuildNode, message: string): void {
  problems.push({ code: 'bad-value', message, file: fileOf(node, referrer), start: node.start, end: node.end });
}

/** The namespace of an account that a RoleBinding names is text. */
function checkSubjects(pass: Pass): void {
  const { root } = pass.referrer;
  if (rawTextOf(memberOf(root, 'kind')) !== 'RoleBinding') return;
  const subjects = memberOf(root, 'subjects');
  for (const subject of subjects?.kind === 'sequence' ? subjects.items : []) {
    const namespace = memberOf(subject, 'namespace');
    if (namespace === undefined || rawTextOf(memberOf(subject, 'kind')) !== 'ServiceAccount') continue;
    if (namespace.kind === 'scalar' && typeof finalValue(namespace.tag, namespace.text, namespace.style) === 'string')
      continue;
    tell(pass, namespace, 'the namespace of an account is text, and kustomize refuses the build where it is not');
  }
}

function groupByKind({ nameReference }: TransformerConfig): ReferenceTable {
  const groups = new Map<string, Reference[]>();
  let order = 0;
  for (const target of nameReference) {
    for (const spec of target.specs) {
      const kind = spec.kind ?? '';
      const list = groups.get(kind);
      const reference = { target, spec, order: order++ };
      if (list === undefined) groups.set(kind, [reference]);
      else list.push(reference);
    }
  }
  return { byKind: groups, known: new Map() };
}

/** The fields of objects of a kind that may hold names, in their order. */
function referencesOf(gvk: Gvk, { byKind, known }: ReferenceTable): readonly Reference[] {
  const key = `${gvk.group}|${gvk.version}|${gvk.kind}`;
  let found = known.get(key);
  if (found === undefined) {
    found = [...(byKind.get(gvk.kind) ?? []), ...(byKind.get('') ?? [])]
      .filter(({ spec }) => isSelected(gvk, spec))
      .sort((a, b) => a.order - b.order);
    known.set(key, found);
  }
  return found;
}

/** The references in one field of one object. */
class FieldFixer {
  readonly #pass: Pass;
  readonly #referrer: BuildResource;
  readonly #target: NameReference;
  readonly #spec: FieldSpec;

  constructor(pass: Pass, { target, spec }: Reference) {
    this.#pass = pass;
    this.#referrer = pass.referrer;
    this.#target = target;
    this.#spec = spec;
  }

  run(): void {
    visitPath(this.#referrer, this.#spec, {
      place: this.#referrer.root,
      write: (node) => this.#fix(node),
      refuse: (node, message) => tell(this.#pass, node, message),
    });
  }

  #find(name: string): readonly Candidate[] {
    const candidates = this.#pass.byName.get(name) ?? [];
    this.#pass.names ??= new Map();
    const { names } = this.#pass;
    if (!names.has(name))
      names.set(
        name,
        candidates.map(({ resource }) => resource),
      );
    return this.#visible(candidates, name);
  }

  /** What takes the node's place; `undefined` where nothing changes. */
  #fix(node: BuildNode): BuildNode | undefined {
    if (isMissing(node)) return undefined;
    if (node.kind === 'mapping') return this.#fixMapping(node);
    if (node.kind === 'scalar') return this.#fixScalar(node);
    let changed: typeof node | undefined;
    for (const [index, item] of node.items.entries()) {
      if (item.kind === 'sequence') {
        tell(this.#pass, item, 'kustomize expects names or mappings with a name here');
        continue;
      }
      const fixed = this.#fix(item);
      if (fixed === undefined) continue;
      changed ??= own(node, this.#referrer.owner);
      changed.items[index] = fixed;
    }
    return changed;
  }

  #fixScalar(node: BuildScalar): BuildNode | undefined {
    const found = this.#select(node, this.#find(node.text), (a, b) => nameOf(a) === nameOf(b));
    if (found === undefined) return undefined;
    const isOpen = isNameUnknown(found);
    if (!isOpen && nameOf(found) === node.text) return undefined;
    const fixed = copyScalar(node);
    fixed.text = nameOf(found);
    fixed.tag = '';
    fixed.origin = this.#originOf(node, found);
    if (isOpen) fixed.unknown = 'odd';
    return fixed;
  }

  #fixMapping(node: BuildMapping): BuildNode | undefined {
    const name = memberOf(node, 'name');
    if (name?.kind !== 'scalar') {
      tell(this.#pass, node, 'kustomize looks for the name of another object here, and there is no `name`');
      return undefined;
    }
    const old = name.text;
    let candidates = this.#find(old);
    const namespace = memberOf(node, 'namespace');
    if (namespace !== undefined) {
      const wanted = rawTextOf(namespace);
      const original = candidates.filter(({ resource }) => effectiveNamespace(originalId(resource)) === wanted);
      candidates =
        original.length > 0
          ? original
          : candidates.filter(({ resource }) => effectiveNamespace(currentId(resource)) === wanted);
    }
    const isSame = (a: BuildResource, b: BuildResource) => nameOf(a) === nameOf(b) && namespaceOf(a) === namespaceOf(b);
    const found = this.#select(node, candidates, isSame);
    if (found === undefined) return undefined;
    const isOpen = isNameUnknown(found);
    if (!isOpen && nameOf(found) === old && namespaceOf(found) === '') return undefined;
    const fixed = copyScalar(name);
    fixed.text = nameOf(found);
    fixed.tag = '';
    if (isOpen) fixed.unknown = 'odd';
    if (nameOf(found) !== old) fixed.origin = this.#originOf(name, found);
    const changed = own(node, this.#referrer.owner);
    replaceMember(changed, 'name', fixed);
    if (namespaceOf(found) === '') return changed;
    if (namespace?.kind === 'scalar' && namespace.text === namespaceOf(found)) {
      replaceMember(changed, 'namespace', { ...namespace, tag: '' });
      return changed;
    }
    const place = memberOf(memberOf(found.root, 'metadata'), 'namespace') ?? found.root;
    const { start, end } = place;
    const origin = place.origin ?? { file: found.file, kind: 'written', exact: true };
    setField(changed, 'namespace', newScalar(namespaceOf(found), '', { start, end, origin }));
    return changed;
  }

  /** A changed reference stays at the written name; what changed it is what changed the other object's name. */
  #originOf(node: BuildScalar, found: BuildResource): Origin {
    const cause = memberOf(memberOf(found.root, 'metadata'), 'name')?.origin?.by;
    return {
      file: fileOf(node, this.#referrer),
      kind: node.origin?.kind === 'generated' ? 'generated' : 'kustomization',
      exact: false,
      ...(cause === undefined ? {} : { by: cause }),
    };
  }

  /** Objects that the referrer can refer to: cluster-wide ones, those of its namespace, accounts that a binding names. */
  #visible(candidates: readonly Candidate[], name: string): readonly Candidate[] {
    if (candidates.length === 0) return candidates;
    const { id: referrer, bound } = this.#pass;
    return candidates.filter(({ resource, ids }) => {
      if (!ids.some((id) => id.name === name) || !ids.some((id) => isSelected(id, this.#target))) return false;
      if (bound === undefined) return true;
      const id = currentId(resource);
      return (
        isClusterKind(id) || effectiveNamespace(id) === effectiveNamespace(referrer) || bound.has(namespaceOf(resource))
      );
    });
  }

  #select(
    node: BuildNode,
    visible: readonly Candidate[],
    isSame: (a: BuildResource, b: BuildResource) => boolean,
  ): BuildResource | undefined {
    if (visible.length === 0) return undefined;
    let candidates = visible.map(({ resource }) => resource);
    const role = this.#spec.path.endsWith('roleRef/name') ? roleOf(this.#referrer) : undefined;
    if (role !== undefined) {
      candidates = visible.filter(({ ids }) => ids.some((id) => isSelected(id, role))).map(({ resource }) => resource);
    }
    const { id: referrer } = this.#pass;
    if (!isClusterKind(referrer)) {
      candidates = candidates.filter((resource) => {
        const id = currentId(resource);
        return (
          isClusterKind(id) || id.kind === 'ServiceAccount' || effectiveNamespace(id) === effectiveNamespace(referrer)
        );
      });
    }
    if (candidates.length === 1) return candidates[0];
    candidates = candidates.filter((resource) => haveSameAffixes(resource, this.#referrer, true));
    if (candidates.length > 1) {
      candidates = candidates.filter((resource) => haveSameAffixes(resource, this.#referrer, false));
    }
    const [first] = candidates;
    if (first === undefined || candidates.length === 1) return first;
    if (candidates.every((resource) => isSame(first, resource))) return first;
    const names = candidates.map((resource) => describeId(currentId(resource))).join(', ');
    tell(this.#pass, node, `this may refer to several objects, so kustomize refuses the build: ${names}`);
    return undefined;
  }
}

/** Whether a name ends in a hash of what is not known. */
function isNameUnknown({ root }: BuildResource): boolean {
  return memberOf(memberOf(root, 'metadata'), 'name')?.unknown === 'odd';
}

function boundNamespaces({ root }: BuildResource): ReadonlySet<string> {
  const namespaces = new Set<string>();
  if (rawTextOf(memberOf(root, 'kind')) !== 'RoleBinding') return namespaces;
  const subjects = memberOf(root, 'subjects');
  for (const subject of subjects?.kind === 'sequence' ? subjects.items : []) {
    if (rawTextOf(memberOf(subject, 'kind')) !== 'ServiceAccount') continue;
    const namespace = rawTextOf(memberOf(subject, 'namespace'));
    if (namespace !== '') namespaces.add(namespace);
  }
  return namespaces;
}

function roleOf({ root }: BuildResource): { group: string; kind: string } | undefined {
  const role = memberOf(root, 'roleRef');
  const group = memberOf(role, 'apiGroup');
  const kind = memberOf(role, 'kind');
  return group === undefined || kind === undefined ? undefined : { group: rawTextOf(group), kind: rawTextOf(kind) };
}

/** Whether two objects went through the same renaming layers; with `loose`, one without any fits all. */
function haveSameAffixes(a: BuildResource, b: BuildResource, loose: boolean): boolean {
  const fits = (left: readonly string[], right: readonly string[]) =>
    (loose && (left.length === 0 || right.length === 0)) || endAlike(left, right);
  return fits(a.prefixes, b.prefixes) && fits(a.suffixes, b.suffixes);
}

/** Whether the shorter list is the end of the longer one. */
function endAlike(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  if (length === 0) return a.length === b.length;
  for (let index = 1; index <= length; index++) if (a.at(-index) !== b.at(-index)) return false;
  return true;
}
