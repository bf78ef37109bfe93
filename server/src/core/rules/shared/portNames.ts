import { findPodPort } from '../../cluster/endpointPorts.ts';
import { selectPeerPods, selectPolicyPods } from '../../cluster/policySelection.ts';
import { matchWorkload, sameNamespace } from '../../cluster/selection.ts';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort } from '../../k8s/networkPolicy.ts';
import { type ContainerPort, containerProtocolOf } from '../../k8s/ports.ts';
import { protocolOf, type Service, type ServicePort, selectsPods } from '../../k8s/service.ts';
import { portNameFault } from '../../k8s/validity.ts';
import type { Container, Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { type FileEdit, replaceScalar } from '../rule.ts';

/** A name for a Service port that no other port of the Service has: `metrics`, `https`, `dns-tcp`, `port-9090`. */
export function freePortName(service: Service, port: ServicePort): string {
  const taken = new Set(service.ports.flatMap((other) => (other === port ? [] : (other.name?.value ?? []))));
  const protocol = (protocolOf(port) ?? 'tcp').toLowerCase();
  const number = port.port?.value;
  const target = port.targetPort?.value;
  const own = port.name?.value;
  const bases = [
    own,
    typeof target === 'string' ? target : undefined,
    number === undefined ? undefined : WELL_KNOWN_PORTS.get(number),
    number === undefined ? 'port' : `port-${number}`,
  ];
  for (const base of bases) {
    if (base === undefined || portNameFault(base) !== undefined) continue;
    for (const name of [base, `${base}-${protocol}`]) if (!taken.has(name) && name.length <= 15) return name;
  }
  return firstFree('port', taken);
}

/** A valid port name that looks like an invalid one and is not among `taken`: `http_web` gives `http-web`. */
export function toValidPortName(name: string, taken: ReadonlySet<string>): string {
  const clean = tidy(name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  const lettered = /[a-z]/.test(clean) ? clean : tidy(`port-${clean}`);
  const short = shorten(lettered, 15);
  return taken.has(short) ? firstFree(shorten(short, 12), taken) : short;
}

/** The same for a Service's own port, whose name may have 63 characters and no letter. */
export function toValidServicePortName(name: string, taken: ReadonlySet<string>): string {
  const clean = shorten(tidy(name.toLowerCase().replace(/[^a-z0-9]+/g, '-')), 63) || 'port';
  return taken.has(clean) ? firstFree(shorten(clean, 59), taken) : clean;
}

/**
 * Gives a container port another name, with the probes of its container, and the Services and NetworkPolicies of the unit
 * that mean this very port by the old one.
 */
export function renameContainerPort(
  unit: Unit,
  workload: Workload,
  container: Container,
  port: ContainerPort,
  name: string,
): readonly FileEdit[] {
  const old = port.name;
  if (old === undefined) return [];
  const edits = [replaceScalar(workload.file, old, name)];
  const isFirst = container.ports.find((other) => other.name?.value === old.value) === port;
  for (const probe of isFirst ? container.probes : [])
    if (probe.port?.value === old.value) edits.push(replaceScalar(workload.file, probe.port, name));
  for (const service of unit.index.ofType('service')) {
    for (const used of service.ports) {
      if (used.targetPort === undefined || used.targetPort.value !== old.value) continue;
      if (!leadsTo(service, workload)) break;
      const found = findPodPort(workload, old.value, protocolOf(used));
      if (found.kind === 'named' && found.declaration === port)
        edits.push(replaceScalar(service.file, used.targetPort, name));
    }
  }
  return [...edits, ...renameInPolicies(unit, workload, port, old.value, name)];
}

function renameInPolicies(
  unit: Unit,
  workload: Workload,
  port: ContainerPort,
  old: string,
  name: string,
): readonly FileEdit[] {
  const edits: FileEdit[] = [];
  for (const policy of unit.index.ofType('networkPolicy')) {
    for (const direction of ['ingress', 'egress'] as const) {
      for (const { peers, ports } of policy[direction]?.rules ?? []) {
        const used = ports.filter(
          (each) => each.port?.value === old && policyProtocolOf(each) === containerProtocolOf(port),
        );
        if (used.length === 0 || !receives(unit, policy, direction, peers, workload)) continue;
        for (const { port: written } of used)
          if (written !== undefined) edits.push(replaceScalar(policy.file, written, name));
      }
    }
  }
  return edits;
}

function policyProtocolOf({ protocol }: PolicyPort): string | undefined {
  return protocol === undefined ? 'TCP' : protocol.value;
}

/** Whether the traffic of a rule certainly goes to a workload's Pods: those that the policy selects, or its peers. */
function receives(
  unit: Unit,
  policy: NetworkPolicy,
  direction: Direction,
  peers: readonly PolicyPeer[],
  workload: Workload,
): boolean {
  if (direction === 'ingress') return selectPolicyPods(unit.index, policy).matched.includes(workload);
  return peers.some((peer) => selectPeerPods(unit, policy, peer).matched.includes(workload));
}

/** Whether a Service certainly selects a workload's Pods, in a namespace that may be theirs. */
export function leadsTo(service: Service, workload: Workload): boolean {
  return (
    selectsPods(service) &&
    service.selector !== undefined &&
    sameNamespace(service.namespace, workload.namespace) !== 'no' &&
    matchWorkload(service.selector, workload) === 'yes'
  );
}

const WELL_KNOWN_PORTS: ReadonlyMap<number, string> = new Map([
  [25, 'smtp'],
  [53, 'dns'],
  [80, 'http'],
  [443, 'https'],
  [1883, 'mqtt'],
  [3306, 'mysql'],
  [5432, 'postgres'],
  [5672, 'amqp'],
  [6379, 'redis'],
  [8080, 'http'],
  [8443, 'https'],
  [9092, 'kafka'],
  [27017, 'mongodb'],
]);

function firstFree(base: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}

function tidy(name: string): string {
  return name.replace(/-{2,}/g, '-').replace(/^-|-$/g, '');
}

/** Cut at the last hyphen that leaves a word, else hard. */
function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  const cut = name.slice(0, length);
  const hyphen = name[length] === '-' ? length : cut.lastIndexOf('-');
  return tidy(hyphen >= 4 ? cut.slice(0, hyphen) : cut);
}
