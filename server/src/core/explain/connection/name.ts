import type { DnsAnswer } from '../../cluster/dns.ts';
import { isInZone, parseClusterName } from '../../cluster/dnsName.ts';
import { type Lookup, lookUpName, type Resolver, resolverOf } from '../../cluster/dnsResolver.ts';
import { UNNAMED_NAMESPACE } from '../../cluster/dnsWorld.ts';
import type { HostReference } from '../../cluster/hostReferences.ts';
import { nearestTo } from '../../cluster/lookup.ts';
import { type Reason, reasonAt } from '../../cluster/reason.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { code } from '../link.ts';
import { missingName } from './missingName.ts';
import { type ConnectionWorld, ok, open, placed, remark } from './model.ts';
import type { NameResult, NameTarget } from './nameResult.ts';
import { byOtherResolver } from './otherResolver.ts';

const TITLE = 'name';

/** Looks a host up as the Pods of a workload do: the names of their search list, in order, up to the first that answers. */
export function explainName(
  world: ConnectionWorld,
  asker: Workload,
  host: string,
  reference: HostReference | undefined,
): NameResult {
  const { dns } = world;
  const namespace = dns.namespaceOf(asker) ?? UNNAMED_NAMESPACE;
  const resolver = resolverOf(asker, namespace, dns.zone);
  const given = reference ?? askedBy(asker, host);
  const declared = reference === undefined ? [] : [declaration(reference)];
  if (resolver.asks !== 'cluster') return byOtherResolver(world, given, resolver, declared);
  const lookup = lookUpName(dns, resolver, host, 'A');
  const both = lookup.answer.answers.length > 0 ? lookup : preferKnown(lookup, lookUpName(dns, resolver, host, 'AAAA'));
  const hit = both.candidates.find(({ answers }) => answers.length > 0);
  const tried = triedText(both.candidates);
  if (hit !== undefined) return found(world, asker, given, resolver, hit, tried, declared);
  // A headless Service without a ready endpoint, or one whose endpoints are not decided.
  const empty = both.candidates.find((answer) => serviceOf(world, answer.name, asker) !== undefined);
  const emptyService = empty && serviceOf(world, empty.name, asker);
  if (empty !== undefined && emptyService !== undefined)
    return withoutAddress(resolver, empty, emptyService, tried, declared);
  return missingName(world, given, resolver, both, tried, declared);
}

/** A host that nobody declares, as if its workload did. */
function askedBy(asker: Workload, host: string): HostReference {
  const text = {
    host: { value: host, start: 0, end: 0 },
    port: undefined,
    scheme: undefined,
    form: 'url',
    exact: false,
  };
  return { holder: asker, askers: [asker], text: { ...text, form: 'url' }, name: '' };
}

function declaration({ holder, text, name }: HostReference): Reason {
  const what = name === '' ? 'an argument' : code(name);
  return placed(holder.file, text.host, `${what} of ${code(describeResource(holder))} names ${code(text.host.value)}`);
}

/** Of both families the answers that hold something. */
function preferKnown(first: Lookup, second: Lookup): Lookup {
  return second.answer.answers.length > 0 ? second : first;
}

/** One remark for each name that the resolver tries. */
function triedText(candidates: readonly DnsAnswer[]): readonly Reason[] {
  if (candidates.length < 2) return [];
  return candidates.map(({ name, rcode, answers }) => {
    const comes =
      answers.length > 0
        ? 'found'
        : rcode === 'NXDOMAIN'
          ? 'no such name'
          : rcode === 'NOERROR'
            ? 'no address'
            : 'not known from here';
    return remark(`the resolver tries ${code(name)}: ${comes}`);
  });
}

function found(
  world: ConnectionWorld,
  asker: Workload,
  { text }: HostReference,
  resolver: Resolver,
  hit: DnsAnswer,
  tried: readonly Reason[],
  declared: readonly Reason[],
): NameResult {
  const last = hit.answers.at(-1);
  const owner = last?.name ?? hit.name;
  const host = code(text.host.value);
  const full = code(hit.name);
  const says = hit.name === text.host.value ? `${full} resolves` : `${host} resolves, as ${full}`;
  const result = (target: NameTarget | undefined, more: readonly Reason[] = []): NameResult => ({
    step: ok('name', TITLE, says, [...declared, ...tried, ...more]),
    target,
    fullName: hit.name,
    resolver,
  });
  const first = serviceOf(world, hit.name, asker);
  if (last?.to.kind === 'name' && first === undefined) return result({ kind: 'world', name: last.to.name });
  const service = last?.to.kind === 'name' ? first : (serviceOf(world, owner, asker) ?? first);
  if (service === undefined)
    return result(last?.to.kind === 'address' ? { kind: 'address', address: last.to.address } : undefined);
  const asked = parseClusterName(owner, world.dns.zone);
  const isPod = asked.kind === 'service' && asked.endpoint !== undefined;
  const pods = hit.answers.flatMap(({ to }) => (to.kind === 'pod' ? [to.pod] : []));
  const alias = owner === hit.name ? [] : [remark(`${full} is an alias: the answer is that of ${code(owner)}`)];
  return result({ kind: 'service', service, pods: isPod && pods.length > 0 ? pods : undefined }, alias);
}

/** The Service that a name of the cluster is of; of alternatives in loose files, the one near the asker. */
function serviceOf({ dns, unit }: ConnectionWorld, name: string, asker: Workload): Service | undefined {
  if (!isInZone(name, dns.zone)) return undefined;
  const asked = parseClusterName(name, dns.zone);
  if (asked.kind !== 'service' || (asked.port !== undefined && asked.protocol === undefined)) return undefined;
  const all = dns.index.services(asked.service).filter((service) => dns.namespaceOf(service) === asked.namespace);
  return nearestTo(asker, all, unit).at(-1);
}

function withoutAddress(
  resolver: Resolver,
  { name, doubts }: DnsAnswer,
  service: Service,
  tried: readonly Reason[],
  declared: readonly Reason[],
): NameResult {
  const evidence = [
    ...declared,
    ...tried,
    ...doubts,
    reasonAt(service, `${code(describeResource(service))} has the name`),
  ];
  return {
    step: open('name', TITLE, {
      says: `${code(name)} is a Service's name, but which addresses it has is not decided`,
      evidence,
      seen: ['name error'],
    }),
    target: { kind: 'service', service, pods: undefined },
    fullName: name,
    resolver,
  };
}
