import { findNearest } from '../base/editDistance.ts';
import type { Located, Span } from '../base/span.ts';
import { parseIpAddress } from '../k8s/ipAddress.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Expectation } from '../sources/expectation.ts';
import type { Unit } from '../sources/unit.ts';
import { findPodPort } from './endpointPorts.ts';
import { type Reached, reachService } from './neededPorts.ts';
import { answerFor, type Decider, type Endpoint, judgeConnection } from './reach.ts';
import { describeEnd } from './reachReasons.ts';

/** Whether an expectation holds in a unit. Only what is certain fails. */
export type ExpectationVerdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'fails'; readonly reason: string; readonly deciders: readonly Decider[] }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** It speaks of something that the unit does not have; `at` is the part at fault. */
  | { readonly kind: 'invalid'; readonly message: string; readonly at: Span };

export interface ExpectationContext {
  /** Where names without a namespace are looked for first. */
  readonly namespace: string | undefined;
  /** The expectations beside it: who is named for the same end and port is not meant by `*`. */
  readonly beside: readonly Expectation[];
}

/**
 * Judges one expectation: `allow` holds where every named source reaches every Pod behind the end, `deny` where none does.
 * `*` is every workload but the end itself and those that another expectation names for it, and addresses outside.
 */
export function judgeExpectation(
  unit: Unit,
  expectation: Expectation,
  { namespace, beside }: ExpectationContext,
): ExpectationVerdict {
  const targets = findTargets(unit, expectation, namespace);
  if ('kind' in targets) return targets;
  const sources = findSources(unit, expectation, { namespace, beside });
  if ('kind' in sources) return sources;
  const wanted = expectation.verdict === 'allow' ? 'yes' : 'no';
  let doubt: string | undefined;
  for (const { workload, port, protocol, doubt: own } of targets) {
    for (const from of sources) {
      if (expectation.from.value.endsWith('*') && from.kind === 'pods' && from.workload === workload) continue;
      if (own !== undefined || port === undefined || protocol === undefined) {
        doubt ??= own ?? 'the port is not decided';
        continue;
      }
      const answer = answerFor(judgeConnection(from, { kind: 'pods', unit, workload }), protocol, port);
      if (answer.allowed === wanted) continue;
      const sides = [answer.egress, answer.ingress].flatMap((side) => (side?.allowed === answer.allowed ? [side] : []));
      const reason = `${describeEnd(from)} to ${describeEnd({ kind: 'pods', workload })}, ${protocol} ${port}: ${sides.map((side) => side.reason).join('; ')}`;
      if (answer.allowed !== 'unknown')
        return { kind: 'fails', reason, deciders: sides.flatMap(({ deciders }) => deciders) };
      doubt ??= reason;
    }
  }
  return doubt === undefined ? { kind: 'holds' } : { kind: 'unknown', reason: doubt };
}

type Problem = Extract<ExpectationVerdict, { kind: 'invalid' | 'unknown' }>;

interface Target extends Pick<Reached, 'port' | 'protocol' | 'doubt'> {
  readonly workload: Workload;
}

/** A Service goes before workloads of its name, for that is what clients connect to. */
function findTargets(unit: Unit, expectation: Expectation, namespace: string | undefined): readonly Target[] | Problem {
  const { to, port, protocol } = expectation;
  const found = findNamed(unit, to, namespace, [...unit.index.ofType('service'), ...unit.index.ofType('workload')]);
  if ('message' in found) return missing(unit, found);
  const services = found.filter((one): one is Service => one.type === 'service');
  const [service] = services;
  if (service === undefined) {
    const workloads = found.filter((one): one is Workload => one.type === 'workload');
    return workloads.map((workload): Target => onWorkload(workload, port.value, protocol ?? 'TCP'));
  }
  const isName = typeof port.value === 'string';
  const known = service.ports.filter((each) => (isName ? each.name : each.port)?.value === port.value);
  if (known.length === 0 && !service.portsOpen && !service.opaque) {
    const own = service.ports.map((each) => each.port?.value ?? '?').join(', ');
    const message = `\`${describeResource(service)}\` has no port ${port.value}${own === '' ? '' : `; it has ${own}`}`;
    return { kind: 'invalid', message, at: port };
  }
  const reached = reachService(unit, service, {
    number: isName ? undefined : Number(port.value),
    name: isName ? String(port.value) : undefined,
    isTcp: (protocol ?? 'TCP') === 'TCP',
    pod: undefined,
    readsSlices: isName,
  });
  const targets = reached.flatMap(({ workload, ...rest }) => (workload === undefined ? [] : [{ workload, ...rest }]));
  if (targets.length > 0) return targets;
  return {
    kind: 'unknown',
    reason: reached[0]?.doubt ?? `\`${describeResource(service)}\` leads to no Pods of these manifests`,
  };
}

function onWorkload(workload: Workload, port: number | string, protocol: 'TCP' | 'UDP' | 'SCTP'): Target {
  if (typeof port === 'number') return { workload, port, protocol, doubt: undefined };
  const found = findPodPort(workload, port, protocol);
  const number = found.kind === 'number' || found.kind === 'named' ? found.port : undefined;
  const doubt =
    number === undefined
      ? `whether \`${describeResource(workload)}\` has a port \`${port}\` is not decided`
      : undefined;
  return { workload, port: number, protocol, doubt };
}

function findSources(
  unit: Unit,
  { from, to, port }: Expectation,
  { namespace, beside }: ExpectationContext,
): readonly Endpoint[] | Problem {
  const toEnd = (workload: Workload): Endpoint => ({ kind: 'pods', unit, workload });
  const all = [...unit.index.ofType('workload')];
  if (from.value.startsWith('ip:')) {
    const address = parseIpAddress(from.value.slice(3));
    if (address === undefined)
      return { kind: 'invalid', message: `\`${from.value.slice(3)}\` is not an IP address`, at: from };
    return [{ kind: 'address', address }];
  }
  if (from.value !== '*' && !from.value.endsWith('/*')) {
    const found = findNamed(unit, from, namespace, all);
    return 'message' in found ? missing(unit, found) : found.map(toEnd);
  }
  const place = from.value === '*' ? undefined : from.value.slice(0, -2);
  const excepted = new Set<Resource>();
  for (const other of beside) {
    if (other.from.value.endsWith('*') || other.to.value !== to.value || other.port.value !== port.value) continue;
    const found = findNamed(unit, other.from, namespace, all);
    if (!('message' in found)) for (const workload of found) excepted.add(workload);
  }
  const outside = parseIpAddress(OUTSIDE);
  return [
    ...all.filter((one) => !excepted.has(one) && (place === undefined || one.namespace?.value === place)).map(toEnd),
    ...(place === undefined && outside !== undefined ? [{ kind: 'address', address: outside } as const] : []),
  ];
}

/** An address that stands for those outside of the cluster (RFC 5737). */
const OUTSIDE = '203.0.113.1';

/** The objects that `name`, `Kind/name`, `namespace/name` or `namespace/Kind/name` means. */
function findNamed<T extends Resource>(
  unit: Unit,
  { value, ...at }: Located<string>,
  near: string | undefined,
  candidates: readonly T[],
): readonly T[] | { readonly message: string; readonly at: Span } {
  const parts = value.split('/');
  const name = parts.at(-1) ?? '';
  const isKind = (text: string | undefined) => text !== undefined && /^[A-Z]/.test(text);
  const kind = parts.length === 3 ? parts[1] : parts.length === 2 && isKind(parts[0]) ? parts[0] : undefined;
  const place = parts.length === 3 || (parts.length === 2 && kind === undefined) ? parts[0] : undefined;
  const named = candidates.filter(
    (one) =>
      one.name?.value === name &&
      (kind === undefined || one.kind.toLowerCase() === kind.toLowerCase()) &&
      (place === undefined || one.namespace?.value === place || (one.namespace === undefined && place === near)),
  );
  if (named.length === 0) {
    const other = findNearest(
      name,
      candidates.flatMap((one) => one.name?.value ?? []),
      (known) => known,
    );
    const hint = other === undefined || other === name ? '' : `; did you mean \`${other}\`?`;
    return {
      message: `no manifest of ${unit.label === '' ? 'this folder' : `\`${unit.label}\``} has \`${value}\`${hint}`,
      at,
    };
  }
  const here = named.filter(({ namespace }) => namespace?.value === near);
  const meant = place === undefined && here.length > 0 ? here : named;
  const places = [...new Set(meant.map(({ namespace }) => namespace?.value ?? '-'))];
  if (places.length > 1)
    return {
      message: `\`${value}\` is in several namespaces (${places.join(', ')}); write \`${places[0]}/${value}\``,
      at,
    };
  return meant;
}

/** What a unit that cannot be read whole lacks may well exist. */
function missing(unit: Unit, { message, at }: { readonly message: string; readonly at: Span }): Problem {
  return unit.open === undefined
    ? { kind: 'invalid', message, at }
    : { kind: 'unknown', reason: `${message}, and ${unit.open}` };
}
