import { selectorText, type Ternary } from '../k8s/labels.ts';
import type { IpBlock, NetworkPolicy, PolicyPeer } from '../k8s/networkPolicy.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import { mayAddContainers, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { type AddressRange, cutAddresses, firstAddress, rangesInBlock } from './addressRanges.ts';
import { Partition } from './partition.ts';
import { mayBeSubjects, type PodField, podFieldOf, type Taken, takePeerPods } from './podField.ts';
import { isolationBy, takenBy } from './policy.ts';
import { type AddressEnd, mayHoldPods, onHost } from './policyPeers.ts';
import { type KnownPolicy, type KnownRule, type PolicyWorld, policyWorldOf } from './policyWorld.ts';
import type { UnitPods } from './reach.ts';

/** Whom the policies of some units can tell apart. */
export interface ReachClasses {
  readonly classes: readonly EndClass[];
  /** The classes that a rule's peers take. */
  readonly peersOf: (isolating: SubjectPolicy, rule: KnownRule) => PeerClasses;
}

/** Ends that no policy can tell from each other. */
export interface EndClass {
  readonly members: readonly MatrixEnd[];
  readonly first: MatrixEnd;
  /** `undefined`: addresses, for which no policies count. */
  readonly world: PolicyWorld | undefined;
  /** The policies that isolate its Pods, or may. */
  readonly policies: readonly SubjectPolicy[];
  readonly onHost: boolean;
  /** Equal where every port name that a policy uses stands for the same numbers. */
  readonly portsKey: string;
}

/** A workload's Pods, or addresses outside the cluster. */
export type MatrixEnd = UnitPods | RangeEnd;

export interface RangeEnd extends AddressEnd {
  readonly range: AddressRange;
}

export interface SubjectPolicy {
  readonly number: number;
  readonly known: KnownPolicy;
  readonly world: PolicyWorld;
  readonly ingress: Ternary;
  readonly egress: Ternary;
}

export interface PeerClasses {
  readonly everyone: Ternary;
  /** Of each peer, the numbers of the classes. */
  readonly taken: readonly Taken[];
}

/** Sorts the Pods of units, and the addresses outside the cluster, into classes. */
export function classify(units: readonly Unit[]): ReachClasses {
  const field = createField(units);
  const { partition, worlds } = field;
  let number = 0;
  for (const world of worlds) {
    for (const known of world.policies) {
      const isolated = splitSubjects(field, world, known, number);
      number++;
      if (!isolated) continue;
      for (const direction of [known.ingress, known.egress])
        for (const { rule } of direction?.rules ?? [])
          for (const peer of rule.peers) field.takenBy(world.unit, known.policy, peer);
    }
  }
  const { classOf, members } = partition.finish();
  const known = new Map<Taken, Taken>();
  const toClasses = (taken: Taken): Taken => {
    const found = known.get(taken) ?? {
      certain: classesOf(taken.certain, classOf),
      perhaps: classesOf(taken.perhaps, classOf),
    };
    known.set(taken, found);
    return found;
  };
  return {
    classes: members.flatMap((list) => toClass(list, field)),
    peersOf: ({ world, known: { policy } }, { rule }) => ({
      everyone: rule.peersOpen ? 'unknown' : rule.peers.length === 0 ? 'yes' : 'no',
      taken: rule.peers.map((peer) => toClasses(field.takenBy(world.unit, policy, peer))),
    }),
  };
}

/** Classes are taken as a whole or not at all. */
function classesOf(numbers: readonly number[], classOf: readonly number[]): readonly number[] {
  return [...new Set(numbers.map((number) => classOf[number] ?? 0))];
}

/** All ends, while they are told apart. */
interface Field {
  readonly worlds: readonly PolicyWorld[];
  readonly ends: readonly MatrixEnd[];
  /** In the order of the worlds. */
  readonly pods: readonly PodField[];
  /** By the numbers of the ends. */
  readonly portsKeys: readonly string[];
  readonly policiesOf: readonly SubjectPolicy[][];
  readonly partition: Partition;
  /** What a peer takes; equal peers take the same. */
  readonly takenBy: (unit: Unit, policy: NetworkPolicy, peer: PolicyPeer) => Taken;
}

/** Blocks beyond this number are not told apart: whether one holds an address is unknown then. */
const MAX_BLOCKS = 400;

function createField(units: readonly Unit[]): Field {
  const worlds = units.map(policyWorldOf);
  const names = portNamesIn(worlds);
  const partition = new Partition();
  const ends: MatrixEnd[] = [];
  const portsKeys: string[] = [];
  const pods = worlds.map((world, at) => {
    const numbers = new Map<Workload, number>();
    for (const workload of world.unit.index.ofType('workload')) {
      const isOverridden = world.overriding(workload.namespace) !== undefined;
      const portsKey = portsKeyOf(workload, names);
      portsKeys.push(portsKey);
      numbers.set(workload, partition.add(`${at} ${onHost(workload)} ${isOverridden} ${portsKey}`));
      ends.push({ kind: 'pods', unit: world.unit, workload });
    }
    return podFieldOf(world.unit, numbers);
  });
  const blocks = blocksIn(worlds);
  const isCut = blocks.length <= MAX_BLOCKS;
  const ranges = cutAddresses(isCut ? blocks : []);
  const firstRange = ends.length;
  for (const range of ranges) {
    partition.add('outside');
    ends.push({ kind: 'address', range, address: firstAddress(range) });
  }
  const known = units.map(() => ({ byPeer: new Map<PolicyPeer, Taken>(), byKey: new Map<string, Taken>() }));
  const takenBy: Field['takenBy'] = (unit, policy, peer) => {
    const own = known[units.indexOf(unit)];
    const seen = own?.byPeer.get(peer);
    if (seen !== undefined) return seen;
    const key = peerKey(policy, peer);
    const found = own?.byKey.get(key);
    if (found !== undefined) {
      own?.byPeer.set(peer, found);
      return found;
    }
    const { ipBlock, podSelector, namespaceSelector, decided } = peer;
    const isReadable = decided && (ipBlock ?? podSelector ?? namespaceSelector) !== undefined;
    const taken = !isReadable
      ? { certain: [], perhaps: ends.map((_, number) => number) }
      : ipBlock === undefined
        ? takePeerPods(pods, unit, policy, peer)
        : takeAddresses(ranges, firstRange, ipBlock, isCut && ipBlock.decided);
    own?.byPeer.set(peer, taken);
    own?.byKey.set(key, taken);
    partition.split(taken.certain);
    partition.split(taken.perhaps);
    return taken;
  };
  const policiesOf = ends.map((): SubjectPolicy[] => []);
  return { worlds, ends, pods, portsKeys, policiesOf, partition, takenBy };
}

/** The ranges follow the Pods in the list of ends. */
function takeAddresses(ranges: readonly AddressRange[], firstRange: number, block: IpBlock, isCut: boolean): Taken {
  const pods = mayHoldPods(block) ? Array.from({ length: firstRange }, (_, number) => number) : [];
  const places = isCut ? rangesInBlock(ranges, block) : undefined;
  if (places === undefined) return { certain: [], perhaps: [...pods, ...ranges.map((_, at) => firstRange + at)] };
  return { certain: places.map((place) => firstRange + place), perhaps: pods };
}

/** Tells those that a policy isolates from the others; says whether there are any. */
function splitSubjects(
  { pods, worlds, partition, policiesOf }: Field,
  world: PolicyWorld,
  known: KnownPolicy,
  number: number,
): boolean {
  const own = pods[worlds.indexOf(world)];
  const taken = { yes: [] as number[], unknown: [] as number[] };
  for (const workload of own === undefined ? [] : mayBeSubjects(own, known.policy)) {
    const verdict = takenBy(known.policy, workload);
    const end = own?.numbers.get(workload);
    if (verdict !== 'no' && end !== undefined) taken[verdict].push(end);
  }
  let isIsolating = false;
  for (const verdict of ['yes', 'unknown'] as const) {
    const ingress = isolationBy(known, verdict, 'ingress');
    const egress = isolationBy(known, verdict, 'egress');
    if (taken[verdict].length === 0 || (ingress === 'no' && egress === 'no')) continue;
    const isolating: SubjectPolicy = { number, known, world, ingress, egress };
    for (const end of taken[verdict]) policiesOf[end]?.push(isolating);
    partition.split(taken[verdict]);
    isIsolating = true;
  }
  return isIsolating;
}

function toClass(members: readonly number[], { ends, worlds, policiesOf, portsKeys }: Field): readonly EndClass[] {
  const [number] = members;
  const first = number === undefined ? undefined : ends[number];
  if (number === undefined || first === undefined) return [];
  const isPods = first.kind === 'pods';
  return [
    {
      members: members.flatMap((member) => ends[member] ?? []),
      first,
      world: isPods ? worlds.find(({ unit }) => unit === first.unit) : undefined,
      policies: policiesOf[number] ?? [],
      onHost: isPods && onHost(first.workload) !== 'no',
      portsKey: portsKeys[number] ?? '',
    },
  ];
}

/** Peers with equal keys take the same ends. */
function peerKey(
  { namespace }: NetworkPolicy,
  { podSelector, namespaceSelector, ipBlock, decided }: PolicyPeer,
): string {
  if (!decided) return '?';
  if (ipBlock !== undefined) return `block ${blockKey(ipBlock)}`;
  const own = namespace === undefined ? '-' : (namespace.value ?? '?');
  const where = namespaceSelector === undefined ? `in ${own}` : `by ${selectorText(namespaceSelector)}`;
  return `${where} pods ${podSelector === undefined ? '-' : selectorText(podSelector)}`;
}

function blockKey({ cidr, except, decided }: IpBlock): string {
  return [decided ? cidr?.value : undefined, ...except.map((item) => item?.value)].map((text) => text ?? '?').join(' ');
}

function rulesIn(worlds: readonly PolicyWorld[]): readonly KnownRule[] {
  const directions = worlds.flatMap(({ policies }) => policies.flatMap(({ ingress, egress }) => [ingress, egress]));
  return directions.flatMap((direction) => direction?.rules ?? []);
}

function portNamesIn(worlds: readonly PolicyWorld[]): ReadonlySet<string> {
  return new Set(rulesIn(worlds).flatMap(({ ports }) => ports.named.map(({ name }) => name)));
}

function blocksIn(worlds: readonly PolicyWorld[]): readonly IpBlock[] {
  const blocks = rulesIn(worlds).flatMap(({ rule }) => rule.peers.flatMap(({ ipBlock }) => ipBlock ?? []));
  return [...new Map(blocks.map((block) => [blockKey(block), block])).values()];
}

/** What decides which number a name of a policy stands for at a workload's Pods (see `findNamedPort`). */
function portsKeyOf(workload: Workload, names: ReadonlySet<string>): string {
  if (names.size === 0) return '';
  const { containers, containersOpen } = workload.template;
  const isOpen = containersOpen || containers.length === 0 || mayAddContainers(workload);
  let key = `${workload.opaque} ${isOpen}`;
  for (const { role, ports, portsOpen } of containers) {
    if (portsOpen && role === 'container') key += ' open';
    for (const port of ports) {
      const { name, containerPort, decided } = port;
      if (!decided || (name !== undefined && names.has(name.value)))
        key += ` ${role} ${name?.value} ${containerPort?.value} ${containerProtocolOf(port)} ${decided}`;
    }
  }
  return key;
}
