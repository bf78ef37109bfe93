import type { Service } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { answerDns, type DnsAnswer } from './dns.ts';
import { createDnsWorld, type DnsFacts, type DnsWorld } from './dnsWorld.ts';
import type { PredictedEndpoint, PredictedPort, PredictedService } from './prediction.ts';

/** What becomes of Services: of their endpoints, and of the names that DNS has for them. */
export interface NamesDifference {
  /** Sorted by Service; only those of which endpoints change. */
  readonly endpoints: readonly EndpointsChange[];
  /** Sorted by name. */
  readonly dns: readonly DnsChange[];
}

export interface EndpointsChange {
  /** `shop/web`. */
  readonly service: string;
  readonly before: Service | undefined;
  readonly after: Service | undefined;
  readonly lost: readonly EndpointChange[];
  readonly gained: readonly EndpointChange[];
  /** How many ready Pods or addresses each side has. */
  readonly counts: { readonly before: number; readonly after: number };
}

/** Pods of one owner that come or go on the same ports. */
export interface EndpointChange {
  /** `deployment/web`, or an address that is written by hand. */
  readonly who: string;
  readonly count: number;
  /** `http 8080/TCP`; of Pods that stay, those ports that change. */
  readonly ports: readonly string[];
  readonly isCertain: boolean;
}

export interface DnsChange {
  readonly name: string;
  readonly service: Service;
  /** What the name leads to; `undefined`: nothing. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isCertain: boolean;
}

/** The objects of one side that an API server takes, and what their cluster is like. */
export interface NamesSide {
  readonly index: ResourceIndex;
  readonly facts: DnsFacts;
}

/** Compares what the controllers and the DNS server make of two sets of manifests, in the steady state. */
export function compareNames(before: NamesSide, after: NamesSide): NamesDifference {
  const [old, now] = [createSide(before), createSide(after)];
  const names = [...new Set([...old.services.keys(), ...now.services.keys()])].sort();
  const endpoints = names.flatMap((name) => compareEndpoints(name, old, now));
  const hosts = [...new Set([...old.hosts.keys(), ...now.hosts.keys()])].sort();
  const dns = hosts.flatMap((host) => compareHost(host, old, now));
  return { endpoints, dns };
}

interface Side {
  readonly world: DnsWorld;
  readonly services: ReadonlyMap<string, PredictedService>;
  /** The Service of each name. */
  readonly hosts: ReadonlyMap<string, Service>;
}

function createSide({ index, facts }: NamesSide): Side {
  const world = createDnsWorld(index, facts);
  const services = new Map<string, PredictedService>();
  const hosts = new Map<string, Service>();
  for (const service of index.ofType('service')) {
    const namespace = world.namespaceOf(service);
    if (namespace === undefined || service.name?.value === undefined) continue;
    const predicted = world.predict(service);
    services.set(`${namespace}/${service.name.value}`, predicted);
    const host = `${service.name.value}.${namespace}.svc.${world.zone}`.toLowerCase();
    hosts.set(host, service);
    for (const { endpoints } of predicted.slices)
      for (const { hostname } of endpoints)
        if (hostname !== undefined) hosts.set(`${hostname}.${host}`.toLowerCase(), service);
  }
  return { world, services, hosts };
}

function compareEndpoints(name: string, old: Side, now: Side): readonly EndpointsChange[] {
  const [before, after] = [old.services.get(name), now.services.get(name)];
  const [one, other] = [endpointsOf(before), endpointsOf(after)];
  const lost = missingIn(one, other, after?.kind !== 'unknown');
  const gained = missingIn(other, one, before?.kind !== 'unknown');
  if (lost.length === 0 && gained.length === 0) return [];
  const counts = { before: one.size, after: other.size };
  return [{ service: name, before: before?.service, after: after?.service, lost, gained, counts }];
}

interface KnownEndpoint {
  readonly owner: string;
  readonly ports: Set<string>;
  /** That it is there, on these ports. */
  isCertain: boolean;
  /** How many Pods the owner has is not decided. */
  isCounted: boolean;
}

/** By Pod or address, whatever the family. */
function endpointsOf(predicted: PredictedService | undefined): ReadonlyMap<string, KnownEndpoint> {
  const found = new Map<string, KnownEndpoint>();
  for (const { endpoints, ports } of predicted?.slices ?? []) {
    if (ports.length === 0) continue;
    for (const endpoint of endpoints) {
      if (endpoint.ready === false) continue;
      const who = endpoint.pod?.reference ?? endpoint.addresses.join(', ');
      const owner = who.replace(/#\d+$/, '');
      const known = found.get(who) ?? { owner, ports: new Set(), isCertain: true, isCounted: true };
      found.set(who, known);
      for (const port of ports) known.ports.add(portText(port));
      known.isCertain &&= isSure(endpoint) && ports.every(({ doubt }) => doubt === undefined);
      known.isCounted &&= endpoint.doubts.every(({ about }) => about !== 'count');
    }
  }
  return found;
}

function isSure({ doubts }: PredictedEndpoint): boolean {
  return doubts.every(({ about }) => about === 'hostname' || about === 'hints' || about === 'count');
}

function portText({ name, port, protocol, doubt }: PredictedPort): string {
  const number = port ?? (doubt === undefined ? 'any' : 'unknown');
  return `${name === '' ? '' : `${name} `}${number}/${protocol}`;
}

function missingIn(
  some: ReadonlyMap<string, KnownEndpoint>,
  others: ReadonlyMap<string, KnownEndpoint>,
  isDecided: boolean,
): readonly EndpointChange[] {
  const found = new Map<string, EndpointChange>();
  const owners = new Set([...others.values()].map(({ owner }) => owner));
  for (const [who, { owner, ports, isCertain, isCounted }] of some) {
    const other = others.get(who);
    const missing = [...ports].filter((port) => !other?.ports.has(port)).sort();
    if (missing.length === 0) continue;
    // Pods of which the number is not decided are certainly gone only where their owner is.
    const sure = isDecided && isCertain && other?.isCertain !== false && (isCounted || !owners.has(owner));
    const key = JSON.stringify([owner, missing, sure]);
    const known = found.get(key);
    found.set(key, { who: owner, count: (known?.count ?? 0) + 1, ports: missing, isCertain: sure });
  }
  return [...found.values()];
}

function compareHost(name: string, old: Side, now: Side): readonly DnsChange[] {
  const service = now.hosts.get(name) ?? old.hosts.get(name);
  const [before, after] = [old, now].map(({ world }) => recordsOf(world, name));
  if (service === undefined || before === undefined || after === undefined) return [];
  if (before.text === after.text) return [];
  const isCertain = before.isCertain && after.isCertain;
  return [{ name, service, before: before.text, after: after.text, isCertain }];
}

interface Meaning {
  /** What kind of thing the name leads to: Pods of a headless Service come and go without changing it. */
  readonly text: string | undefined;
  readonly isCertain: boolean;
}

function recordsOf(world: DnsWorld, name: string): Meaning {
  const answers = (['A', 'AAAA', 'CNAME'] as const).map((type) => answerDns(world, name, type));
  const texts = [...new Set(answers.flatMap(meaningsOf))].sort();
  const isCertain = answers.every(
    ({ rcode, doubts }) => rcode !== 'unknown' && (texts.length > 0 || doubts.length === 0),
  );
  return { text: texts.length === 0 ? undefined : texts.join(', '), isCertain };
}

function meaningsOf({ answers, name }: DnsAnswer): readonly string[] {
  return answers.flatMap(({ to, name: owner, type }) => {
    if (owner !== name) return [];
    if (type === 'CNAME') return to.kind === 'name' ? [`the name ${to.name}`] : [];
    if (to.kind === 'address') return [`the address ${to.address}`];
    return to.kind === 'clusterIP' ? ["the Service's address"] : to.kind === 'pod' ? ['the addresses of its Pods'] : [];
  });
}
