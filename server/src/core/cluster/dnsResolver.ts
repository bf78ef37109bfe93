import type { DnsConfig } from '../k8s/dnsConfig.ts';
import type { Workload } from '../k8s/workload.ts';
import { answerDns, type DnsAnswer, type RecordType } from './dns.ts';
import { isInZone, normalName } from './dnsName.ts';
import type { DnsWorld } from './dnsWorld.ts';
import { type Reason, reasonAt } from './reason.ts';

/** How a Pod looks names up: what `/etc/resolv.conf` in it says. */
export interface Resolver {
  /** Whom it asks: the cluster's DNS server, the servers of its node, those that the Pod names, or it is not decided. */
  readonly asks: 'cluster' | 'node' | 'own' | 'unknown';
  readonly searches: readonly string[];
  readonly ndots: number;
  /** Why it is so, or what of it is not known. */
  readonly reasons: readonly Reason[];
  /** Whether the search list and ndots are certain; the node's own search domains are never known, and are left out. */
  readonly isSure: boolean;
}

/** How many dots make a Pod with the cluster's DNS try a name as it is first (pkg/kubelet/network/dns/dns.go). */
const CLUSTER_NDOTS = 5;

/**
 * The resolver of the Pods of a workload, or, without one, of a Pod of the namespace with the default policy.
 * Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/; kubernetes pkg/kubelet/network/dns/dns.go,
 * `getPodDNSType` and `appendDNSConfig`.
 */
export function resolverOf(workload: Workload | undefined, namespace: string, zone: string): Resolver {
  const cluster: Resolver = {
    asks: 'cluster',
    searches: [`${namespace}.svc.${zone}`, `svc.${zone}`, zone],
    ndots: CLUSTER_NDOTS,
    reasons: [],
    isSure: true,
  };
  if (workload === undefined) return cluster;
  const { dnsPolicy, hostNetwork, dnsConfig } = workload.template;
  const at = (text: string, place: { readonly start: number; readonly end: number } | undefined): Reason => ({
    ...reasonAt(workload, text),
    ...(place && { start: place.start, end: place.end }),
  });
  const policy = dnsPolicy === undefined || dnsPolicy.value === '' ? 'ClusterFirst' : dnsPolicy.value;
  const isOpen =
    workload.opaque || policy === undefined || (hostNetwork !== undefined && hostNetwork.value === undefined);
  if (isOpen) {
    const text = 'which resolver its Pods have is not decided';
    return withConfig(
      { ...cluster, asks: 'unknown', isSure: false, reasons: [at(text, dnsPolicy)] },
      dnsConfig,
      workload,
    );
  }
  const node: Resolver = { asks: 'node', searches: [], ndots: 1, reasons: [], isSure: true };
  if (policy === 'Default') {
    const text = "`dnsPolicy: Default` takes the node's resolver, which usually knows no Services";
    return withConfig({ ...node, reasons: [at(text, dnsPolicy)] }, dnsConfig, workload);
  }
  if (policy === 'ClusterFirst' && hostNetwork?.value === true) {
    const text =
      "with `hostNetwork`, `ClusterFirst` falls back to the node's resolver, which usually knows no Services";
    return withConfig({ ...node, reasons: [at(text, hostNetwork)] }, dnsConfig, workload);
  }
  if (policy === 'None') {
    const text = '`dnsPolicy: None` asks the servers that `dnsConfig` names';
    return withConfig({ ...node, asks: 'own', reasons: [at(text, dnsPolicy)] }, dnsConfig, workload);
  }
  return withConfig(cluster, dnsConfig, workload);
}

/** `dnsConfig` adds search domains at the end, and its options replace equal ones. */
function withConfig(resolver: Resolver, config: DnsConfig | undefined, workload: Workload): Resolver {
  if (config === undefined) return resolver;
  const added = config.searches.map((field) => field?.value);
  const ndots = config.options.findLast(({ name }) => name?.value === 'ndots')?.value;
  const number =
    ndots?.value !== undefined && /^\d+$/.test(ndots.value) ? Math.min(Number(ndots.value), 15) : undefined;
  const isOpen =
    config.open ||
    added.includes(undefined) ||
    config.options.some(
      ({ name, value }) => name?.value === undefined || (value !== undefined && value.value === undefined),
    );
  const searches = [...resolver.searches, ...added.flatMap((search) => search ?? [])].map(normalName);
  const reasons = isOpen ? [reasonAt(workload, 'its `dnsConfig` is not decided')] : [];
  return {
    ...resolver,
    searches: [...new Set(searches)],
    ndots: number ?? resolver.ndots,
    reasons: [...resolver.reasons, ...reasons],
    isSure: resolver.isSure && !isOpen,
  };
}

/**
 * The names that a resolver tries, in their order: with fewer dots than `ndots` the search list first, else the name as it is.
 * A name with a dot at its end is tried alone. (As glibc does it; musl does not try the search list for names with many dots.)
 */
export function candidateNames(
  name: string,
  { searches, ndots }: Pick<Resolver, 'searches' | 'ndots'>,
): readonly string[] {
  const plain = normalName(name);
  if (name.endsWith('.')) return [plain];
  const listed = searches.map((search) => (search === '' ? plain : `${plain}.${search}`));
  const dots = plain.split('.').length - 1;
  return [...new Set(dots >= ndots ? [plain, ...listed] : [...listed, plain])];
}

/** What a Pod's program gets for a name. */
export interface Lookup {
  /** The questions that the resolver puts, in order, up to the first one with answers. */
  readonly candidates: readonly DnsAnswer[];
  /** The answer that the program gets: the first one that holds something, else one that says that there is nothing. */
  readonly answer: DnsAnswer;
  /** What of the resolver is not known. */
  readonly doubts: readonly Reason[];
}

/** Looks a name up as a Pod with this resolver does. */
export function lookUpName(world: DnsWorld, resolver: Resolver, name: string, type: RecordType): Lookup {
  const candidates: DnsAnswer[] = [];
  for (const candidate of candidateNames(name, resolver)) {
    const answer = askResolver(world, resolver, candidate, type);
    candidates.push(answer);
    if (answer.answers.length > 0) break;
  }
  return { candidates, answer: answerOf(candidates, name, type), doubts: resolver.reasons };
}

function askResolver(world: DnsWorld, resolver: Resolver, name: string, type: RecordType): DnsAnswer {
  const answer = answerDns(world, name, type);
  if (resolver.asks === 'cluster') return answer;
  // The node's servers know nothing of the cluster's zone, as a rule; other names are not ours to answer at all.
  const rcode = resolver.asks === 'node' && isInZone(name, world.zone) ? 'NXDOMAIN' : 'unknown';
  const doubts = rcode === 'unknown' && resolver.reasons.length > 0 ? resolver.reasons : [];
  return { ...answer, rcode, answers: [], doubts, conditions: [] };
}

/** An earlier name that may exist leaves open which answer the Pod gets. */
function answerOf(candidates: readonly DnsAnswer[], name: string, type: RecordType): DnsAnswer {
  const last = candidates.at(-1);
  const nothing: DnsAnswer = {
    name: normalName(name),
    type,
    rcode: 'NXDOMAIN',
    answers: [],
    doubts: [],
    conditions: [],
  };
  if (last === undefined) return nothing;
  const open = candidates.find(({ rcode }) => rcode === 'unknown');
  const answered = candidates.find(({ answers }) => answers.length > 0);
  return open ?? answered ?? candidates.find(({ rcode }) => rcode === 'NOERROR') ?? last;
}
