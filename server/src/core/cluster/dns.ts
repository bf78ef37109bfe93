import type { IpAddress } from '../k8s/ipAddress.ts';
import { formatIpAddress } from '../k8s/ipAddress.ts';
import { addressOfReverse, isInZone, normalName, parseClusterName } from './dnsName.ts';
import { type DnsHit, type DnsTarget, hitsOfService } from './dnsRecords.ts';
import { namesOfAddress } from './dnsReverse.ts';
import type { DnsWorld } from './dnsWorld.ts';
import type { Reason } from './reason.ts';

export type RecordType = 'A' | 'AAAA' | 'SRV' | 'CNAME' | 'PTR' | 'TXT';

/** One record of an answer. */
export interface DnsRecord {
  /** The name that it belongs to: the question's, or one further down a chain of CNAMEs. */
  readonly name: string;
  readonly type: RecordType;
  readonly to: DnsTarget;
  /** Of an SRV record; `undefined` there: not decided. */
  readonly port?: number | undefined;
}

/** What the cluster's DNS server says to a question. */
export interface DnsAnswer {
  /** As compared: in lower case, without a dot at its end. */
  readonly name: string;
  readonly type: RecordType;
  /**
   * `NOERROR` without answers: the name exists, but not with that type. `unknown`: the manifests do not decide it, for the
   * reasons in `doubts`.
   */
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'unknown';
  readonly answers: readonly DnsRecord[];
  /** Why answers may be missing or too many, or the name may (not) exist. */
  readonly doubts: readonly Reason[];
  /** What has to happen until it is so: a probe that answers, an address that is not drawn. */
  readonly conditions: readonly string[];
}

/** The version of the schema that Kubernetes' DNS follows (https://github.com/kubernetes/dns/blob/master/docs/specification.md). */
const SCHEMA_VERSION = '1.1.0';

/** Names further down a chain are not followed (CoreDNS plugin/backend_lookup.go, `maxCnameChainLength`). */
const MAX_CHAIN = 11;

/**
 * What CoreDNS's plugin `kubernetes` (with `pods insecure`, as kubeadm sets it up) answers for what the manifests come to.
 * Names outside the cluster's zone are unknown, words alone excepted.
 * Sources: https://github.com/coredns/coredns, plugin/kubernetes and plugin/backend_lookup.go; the specification of
 * Kubernetes' DNS, https://github.com/kubernetes/dns/blob/master/docs/specification.md.
 */
export function answerDns(world: DnsWorld, question: string, type: RecordType): DnsAnswer {
  const name = normalName(question);
  const reverse = addressOfReverse(name);
  if (reverse !== null) return answerReverse(world, name, type, reverse);
  if (!isInZone(name, world.zone)) return outside(world, name, type);
  if (type === 'TXT' && name === `dns-version.${world.zone}`)
    return { ...empty(name, type), answers: [{ name, type, to: { kind: 'name', name: SCHEMA_VERSION } }] };
  const found = find(world, name);
  if (found.status === 'none')
    return { ...empty(name, type), ...pick(found), rcode: found.isSure ? 'NXDOMAIN' : 'unknown' };
  if (type === 'A' || type === 'AAAA') return addresses(world, name, type, found, []);
  const answers = recordsOf(name, type, found.hits);
  // A text is asked of what has records only: CoreDNS denies the existence of all else.
  const rcode = type === 'TXT' && found.hits.length === 0 ? 'NXDOMAIN' : 'NOERROR';
  return { ...empty(name, type), ...pick(found), rcode, answers };
}

function empty(name: string, type: RecordType): DnsAnswer {
  return { name, type, rcode: 'NOERROR', answers: [], doubts: [], conditions: [] };
}

function outside({ zone }: DnsWorld, name: string, type: RecordType): DnsAnswer {
  // No top-level domain has addresses that a Pod could mean.
  if (!name.includes('.'))
    return {
      ...empty(name, type),
      rcode: 'NXDOMAIN',
      conditions: [`no DNS server outside the cluster knows \`${name}\``],
    };
  const text = `\`${name}\` is not in \`${zone}\`: the cluster's DNS server passes it on to others`;
  return { ...empty(name, type), rcode: 'unknown', doubts: [{ text, file: '', start: 0, end: 0 }] };
}

interface Found {
  /** `empty`: the name exists and has nothing. */
  readonly status: 'hits' | 'empty' | 'none';
  readonly hits: readonly DnsHit[];
  /** Whether the status is certain. */
  readonly isSure: boolean;
  readonly doubts: readonly Reason[];
  readonly conditions: readonly string[];
}

function pick({ doubts, conditions }: Found): Pick<DnsAnswer, 'doubts' | 'conditions'> {
  return { doubts, conditions };
}

const NOTHING: Found = { status: 'none', hits: [], isSure: true, doubts: [], conditions: [] };

function find(world: DnsWorld, name: string): Found {
  const asked = parseClusterName(name, world.zone);
  if (asked.kind === 'none') return NOTHING;
  if (asked.kind === 'apex') return { ...NOTHING, status: 'empty' };
  const namespace = world.namespace(asked.namespace);
  if (asked.kind === 'namespace' || asked.kind === 'pod') {
    if (namespace.exists !== 'yes') return { ...NOTHING, isSure: namespace.exists === 'no', doubts: namespace.doubts };
    if (asked.kind === 'namespace') return { ...NOTHING, status: 'empty' };
    return asked.address === undefined ? NOTHING : { ...NOTHING, status: 'hits', hits: [hitOfPod(asked.address)] };
  }
  const { services, doubts: more } = world.services(asked.service, asked.namespace);
  const fullName = `${asked.service}.${asked.namespace}.svc.${world.zone}`;
  const all = services.map((service) => hitsOfService(service, asked, fullName));
  const hits = all.flatMap((each) => each.hits);
  const doubts = [...more, ...all.flatMap((each) => each.doubts)];
  const conditions = all.flatMap((each) => each.conditions);
  if (hits.length > 0) return { status: 'hits', hits, isSure: doubts.length === 0, doubts, conditions };
  const missing = services.length === 0 ? world.whyServiceMayExist(asked.service, asked.namespace) : [];
  const all_ = [...doubts, ...missing];
  return { status: 'none', hits, isSure: all_.length === 0, doubts: all_, conditions };
}

/** `pods insecure`: an address in a name is given back, whether or not a Pod has it. */
function hitOfPod(address: IpAddress): DnsHit {
  const target: DnsTarget = { kind: 'address', address: formatIpAddress(address) };
  return { family: address.family === 6 ? 'IPv6' : 'IPv4', target, srv: target, port: undefined };
}

/** Follows names of ExternalName Services within the zone. */
function addresses(
  world: DnsWorld,
  name: string,
  type: 'A' | 'AAAA',
  found: Found,
  before: readonly string[],
): DnsAnswer {
  const family = type === 'A' ? 'IPv4' : 'IPv6';
  const answers: DnsRecord[] = [];
  const doubts: Reason[] = [...found.doubts];
  const conditions: string[] = [...found.conditions];
  let isSure = true;
  for (const { family: own, target } of found.hits) {
    if (own !== 'name') {
      if (own === family) answers.push({ name, type, to: target });
      continue;
    }
    if (target.kind !== 'name') continue;
    const next = normalName(target.name);
    if (next === name || before.includes(next) || before.length >= MAX_CHAIN) continue;
    const alias: DnsRecord = { name, type: 'CNAME', to: target };
    if (!isInZone(next, world.zone)) {
      answers.push(alias);
      continue;
    }
    const nextFound = find(world, next);
    const rest = nextFound.status === 'none' ? undefined : addresses(world, next, type, nextFound, [...before, name]);
    if (rest === undefined || rest.rcode === 'unknown') {
      doubts.push(...nextFound.doubts);
      isSure &&= nextFound.isSure;
      continue;
    }
    doubts.push(...rest.doubts);
    conditions.push(...rest.conditions);
    // A chain that ends in nothing is left out whole.
    if (rest.answers.length > 0) answers.push(alias, ...rest.answers);
  }
  const rcode = answers.length === 0 && !isSure ? 'unknown' : 'NOERROR';
  return { name, type, rcode, answers: unique(answers), doubts, conditions };
}

function recordsOf(name: string, type: RecordType, hits: readonly DnsHit[]): readonly DnsRecord[] {
  if (type === 'CNAME') {
    const [first] = hits;
    return first?.family === 'name' ? [{ name, type, to: first.target }] : [];
  }
  if (type !== 'SRV') return [];
  return unique(
    hits.flatMap(({ family, srv, port }): readonly DnsRecord[] =>
      family === 'name' || port === undefined ? [] : [{ name, type, to: srv, port }],
    ),
  );
}

function unique(records: readonly DnsRecord[]): readonly DnsRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    const key = `${record.name} ${record.type} ${keyOf(record.to)} ${record.port ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function keyOf(target: DnsTarget): string {
  switch (target.kind) {
    case 'clusterIP':
      return `clusterIP ${target.service.namespace?.value ?? ''}/${target.service.name?.value ?? ''}`;
    case 'pod':
    case 'podName':
      return `${target.kind} ${target.pod.namespace?.value ?? ''}/${target.pod.reference}`;
    case 'address':
      return target.address;
    case 'name':
      return normalName(target.name);
  }
}

function answerReverse(world: DnsWorld, name: string, type: RecordType, address: string | undefined): DnsAnswer {
  const nothing: DnsAnswer = { ...empty(name, type), rcode: 'NXDOMAIN' };
  if (type !== 'PTR' || address === undefined) return nothing;
  const { names, doubts } = namesOfAddress(world, address);
  if (names.length > 0)
    return {
      ...empty(name, type),
      answers: names.map((to) => ({ name, type, to: { kind: 'name', name: to } })),
      doubts,
    };
  const condition = `the cluster draws \`${address}\` for no Service and no Pod`;
  return { ...nothing, doubts, conditions: [condition] };
}
