import type { Field } from '../k8s/field.ts';
import { type Direction, isolates, type NetworkPolicy, type PolicyRule } from '../k8s/networkPolicy.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, type ResourceBase } from '../k8s/resourceBase.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { foreignPolicies, isClusterWide } from './policyKinds.ts';
import { type RulePorts, readRulePorts } from './policyPorts.ts';
import { whyRefused } from './policyRefusal.ts';
import { sameNamespace } from './selection.ts';

/** Everything that may decide about the connections of a unit's Pods. */
export interface PolicyWorld {
  readonly unit: Unit;
  /** Those of the unit, and those of other units of the workspace folder that may be applied beside it. */
  readonly policies: readonly KnownPolicy[];
  /** Of these, all that are or may be in a namespace. */
  readonly policiesIn: (namespace: Field<string>) => readonly KnownPolicy[];
  /** A policy of a kind that is not evaluated and that may hold in a namespace. */
  readonly overriding: (namespace: Field<string>) => Resource | undefined;
  /** Why there may be policies that no manifest shows. */
  readonly open: string | undefined;
}

/** A NetworkPolicy, read for deciding. */
export interface KnownPolicy {
  readonly policy: NetworkPolicy;
  /** Why it may not be in the cluster, or not as it is written; `undefined` where it certainly is. */
  readonly doubt: string | undefined;
  /** `undefined` where it does not isolate in this direction. */
  readonly ingress: KnownDirection | undefined;
  readonly egress: KnownDirection | undefined;
}

export interface KnownDirection {
  readonly isolates: 'yes' | 'unknown';
  readonly rules: readonly KnownRule[];
  /** Further rules may exist. */
  readonly open: boolean;
}

export interface KnownRule {
  readonly rule: PolicyRule;
  /** Counts from 0. */
  readonly index: number;
  readonly ports: RulePorts;
}

/** The policies that count for a unit; computed again after a change of the unit or of what lies beside it. */
export function policyWorldOf(unit: Unit): PolicyWorld {
  const slot = unit.index.derive(newSlot);
  const { version } = unit.siblings;
  if (slot.made?.world.unit === unit && (slot.version === version || isCurrent(slot.made))) {
    slot.version = version;
    return slot.made.world;
  }
  slot.made = makeWorld(unit);
  slot.version = version;
  return slot.made.world;
}

/** The world with one policy more, which is certainly there. */
export function withPolicy(world: PolicyWorld, policy: NetworkPolicy): PolicyWorld {
  const known = readKnown(policy, undefined);
  const isIn = (namespace: Field<string>) => sameNamespace(policy.namespace, namespace) !== 'no';
  return {
    ...world,
    policies: [...world.policies, known],
    policiesIn: (namespace) =>
      isIn(namespace) ? [...world.policiesIn(namespace), known] : world.policiesIn(namespace),
  };
}

interface Slot {
  made: MadeWorld | undefined;
  /** At which the world was known to be current. */
  version: number | undefined;
}

interface MadeWorld {
  readonly world: PolicyWorld;
  readonly open: string | undefined;
  /** What else it was made from, and how that stood. */
  readonly stamps: readonly Stamp[];
  readonly siblings: ReadonlyMap<string, readonly Unit[]>;
}

interface Stamp {
  readonly index: ResourceIndex;
  readonly stamp: object;
}

function newSlot(): Slot {
  return { made: undefined, version: undefined };
}

/** An object that stands for an index until it changes. */
function newStamp(): object {
  return {};
}

function isCurrent({ world, open, stamps, siblings }: MadeWorld): boolean {
  const { others, siblings: all } = world.unit;
  if (world.unit.open !== open || !others.every((index, at) => stamps[at]?.index === index)) return false;
  if (!stamps.every(({ index, stamp }) => index.derive(newStamp) === stamp)) return false;
  for (const [file, units] of siblings) if (!isEqual(all.unitsOf(file), units)) return false;
  return true;
}

function isEqual(one: readonly Unit[], other: readonly Unit[]): boolean {
  return one.length === other.length && one.every((unit, at) => unit === other[at]);
}

function makeWorld(unit: Unit): MadeWorld {
  const { others, open } = unit;
  const siblings = new Map<string, readonly Unit[]>();
  const beside = policiesBeside(unit, siblings);
  const indexes = new Set([...siblings.values()].flat().map(({ index }) => index));
  const stamps = [...others, ...indexes].map((index) => ({ index, stamp: index.derive(newStamp) }));
  return { world: worldOf(unit, beside), open, stamps, siblings };
}

function worldOf(unit: Unit, beside: readonly Resource[]): PolicyWorld {
  const own = [...unit.index.ofType('networkPolicy')];
  const policies = [
    ...own.map((policy) => readKnown(policy, whyOneOf(unit.index, policy))),
    ...beside.flatMap((policy) =>
      policy.type === 'networkPolicy' ? [readKnown(policy, 'it belongs to another unit of the workspace')] : [],
    ),
  ];
  const byNamespace = new Map<string, KnownPolicy[]>();
  for (const known of policies) {
    const key = namespaceKey(known.policy.namespace);
    const list = byNamespace.get(key);
    if (list === undefined) byNamespace.set(key, [known]);
    else list.push(known);
  }
  const known = new Map<string, readonly KnownPolicy[]>();
  const foreign = [...foreignPolicies(unit.index), ...beside.filter(({ type }) => type !== 'networkPolicy')];
  return {
    unit,
    policies,
    policiesIn: (namespace) => {
      const key = namespaceKey(namespace);
      const found = known.get(key) ?? collect(byNamespace, key);
      known.set(key, found);
      return found;
    },
    overriding: (namespace) =>
      foreign.find((resource) => isClusterWide(resource) || sameNamespace(resource.namespace, namespace) !== 'no'),
    open: unit.open,
  };
}

/** A namespace that is not written or not decided may be any. */
function collect(byNamespace: ReadonlyMap<string, readonly KnownPolicy[]>, key: string): readonly KnownPolicy[] {
  if (key === UNDECIDED || key === ABSENT) return [...byNamespace.values()].flat();
  return [key, ABSENT, UNDECIDED].flatMap((one) => byNamespace.get(one) ?? []);
}

const ABSENT = 'absent';
const UNDECIDED = 'undecided';

/** A written name stands after a colon. */
function namespaceKey(namespace: Field<string>): string {
  if (namespace === undefined) return ABSENT;
  return namespace.value === undefined ? UNDECIDED : `:${namespace.value}`;
}

/**
 * The policies of other units that may be applied beside a unit: in a namespace that they name. Another variant of the same
 * objects, and inputs of tests, are not.
 */
function policiesBeside(unit: Unit, siblings: Map<string, readonly Unit[]>): readonly Resource[] {
  if (unit.isTestInput) return [];
  const found = new Set<Resource>();
  for (const index of unit.others) {
    for (const { file } of [...index.ofType('networkPolicy'), ...foreignPolicies(index)]) {
      if (siblings.has(file)) continue;
      const units = unit.siblings.unitsOf(file);
      siblings.set(file, units);
      if (units.includes(unit)) continue;
      for (const other of units) {
        if (other.isTestInput || isVariant(unit, other)) continue;
        for (const resource of other.writtenIn(file)) if (isNamedPolicy(resource, other.index)) found.add(resource);
      }
    }
  }
  return [...found];
}

function isNamedPolicy(resource: Resource, index: ResourceIndex): boolean {
  if (resource.type !== 'networkPolicy' && !foreignPolicies(index).includes(resource)) return false;
  return resource.namespace?.value !== undefined || isClusterWide(resource);
}

/** Whether two units hold one object: they are applied to different places, or one after the other. */
export function isVariant(unit: Unit, other: Unit): boolean {
  const [few, many] = [unit.index, other.index].sort((a, b) => a.size - b.size);
  if (few === undefined || many === undefined) return false;
  return [...few.ofType('workload'), ...few.ofType('networkPolicy')].some((one) => twinsOf(one, many).length > 0);
}

/** Why a policy may be another one: two manifests of one name, of which the one that is applied last counts. */
function whyOneOf(index: ResourceIndex, policy: NetworkPolicy): string | undefined {
  const [other] = twinsOf(policy, index).filter((twin) => twin !== policy);
  return other && `two manifests are named \`${describeResource(policy)}\``;
}

function twinsOf({ kind, group, name, namespace }: ResourceBase, index: ResourceIndex): readonly Resource[] {
  if (name?.value === undefined) return [];
  return index
    .named(kind, name.value)
    .filter((other) => other.group === group && sameNamespace(other.namespace, namespace) === 'yes');
}

function readKnown(policy: NetworkPolicy, doubt: string | undefined): KnownPolicy {
  const refused = whyRefused(policy);
  // What such a policy comes to is not known at all.
  const hidden = policy.opaque
    ? 'a template or patch shapes it'
    : refused === undefined
      ? undefined
      : `the API server refuses it, for ${refused}`;
  return {
    policy,
    doubt: hidden ?? doubt,
    ingress: readDirection(policy, 'ingress', hidden !== undefined),
    egress: readDirection(policy, 'egress', hidden !== undefined),
  };
}

function readDirection(policy: NetworkPolicy, direction: Direction, hidden: boolean): KnownDirection | undefined {
  if (hidden) return { isolates: 'unknown', rules: [], open: true };
  const isolating = isolates(policy, direction);
  if (isolating === false) return undefined;
  const list = policy[direction];
  return {
    isolates: isolating === true ? 'yes' : 'unknown',
    rules: (list?.rules ?? []).map((rule, index) => ({ rule, index, ports: readRulePorts(rule) })),
    open: list?.open ?? false,
  };
}
