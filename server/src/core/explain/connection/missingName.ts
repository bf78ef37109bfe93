import type { Lookup, Resolver } from '../../cluster/dnsResolver.ts';
import { type HostReference, meaningsOf, namespaceOf, targetOfHost } from '../../cluster/hostReferences.ts';
import { lookUp } from '../../cluster/lookup.ts';
import { knownNamespaces } from '../../cluster/namespaces.ts';
import { isExternalService, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { type Reason, reasonAt } from '../../cluster/reason.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import { findMissingService, type MissingService } from '../../rules/shared/hostServices.ts';
import { plural } from '../context.ts';
import { code } from '../link.ts';
import { type ConnectionStep, type ConnectionWorld, fails, open, remark } from './model.ts';
import type { NameResult, NameTarget } from './nameResult.ts';
import { namesOf } from './served.ts';

const TITLE = 'name';

/** A name that leads to no Service, as far as the manifests show. */
export function missingName(
  world: ConnectionWorld,
  reference: HostReference,
  resolver: Resolver,
  lookup: Lookup,
  tried: readonly Reason[],
  declared: readonly Reason[],
): NameResult {
  const { unit, settings, isWhole = false } = world;
  const host = reference.text.host.value;
  const evidence = [...declared, ...tried];
  const result = (step: ConnectionStep, target?: NameTarget, fullName?: string): NameResult => ({
    step,
    target,
    fullName,
    resolver,
  });
  const known = targetOfHost(unit, reference, settings.clusterDomain);
  const [service] = known?.services ?? [];
  if (service !== undefined && known !== undefined && known.meaning.pod === undefined) {
    const text = `whether ${code(describeResource(service))} is in the namespace that ${code(host)} is looked for in is not decided`;
    const step = open('name', TITLE, {
      says: text,
      evidence: [...evidence, reasonAt(service, 'the Service of that name')],
    });
    return result(step, { kind: 'service', service, pods: undefined });
  }
  const meanings = meaningsOf(host, settings.clusterDomain);
  const absent = findMissingService(unit, reference, settings);
  const elsewhere = absent?.elsewhere ?? servicesElsewhere(world, reference);
  // `orders.shop` is a name of the cluster where the workspace has the namespace.
  const namespaces = knownNamespaces(unit);
  const mayBeService = meanings.some(
    ({ isFull, pod, namespace }) =>
      isFull || (pod === undefined && namespace !== undefined && namespaces.has(namespace)),
  );
  const isOutside = !mayBeService && host.replace(/\.$/, '').includes('.');
  if (isOutside && absent === undefined && elsewhere.length === 0) {
    const says = `${code(host)} is no name of these manifests: the cluster's DNS passes it on to the servers of the world`;
    return result(open('name', TITLE, { says, evidence, seen: ['name error'] }), { kind: 'world', name: host });
  }
  const isSure =
    absent?.severity === 'warning' ||
    (isWhole && lookup.answer.rcode === 'NXDOMAIN') ||
    (elsewhere.length > 0 && isClosed(world, reference));
  const fix = fixOf(reference, absent, elsewhere);
  const doubts = lookup.candidates.flatMap((answer) => answer.doubts).filter(isOfCluster);
  const failure = {
    evidence: [
      ...evidence,
      ...elsewhere.slice(0, 3).map((other) => reasonAt(other, whereText(other))),
      ...servicesThere(world, reference),
      ...doubts.slice(0, 3),
    ],
    fix,
    seen: ['name error'] as const,
  };
  const wanted = wantedText(reference, world);
  return result(
    isSure
      ? fails('name', TITLE, { says: `${code(host)} does not resolve: there is no ${wanted}`, ...failure })
      : open('name', TITLE, { says: `no manifest here shows a ${wanted}`, ...failure }),
  );
}

/** A doubt that tells more than that a name is none of the cluster's. */
function isOfCluster({ text }: Reason): boolean {
  return !text.includes('passes it on');
}

function wantedText({ text, holder }: HostReference, { settings }: ConnectionWorld): string {
  const [meaning] = meaningsOf(text.host.value, settings.clusterDomain).filter(
    ({ isFull, pod }) => isFull || pod === undefined,
  );
  if (meaning === undefined) return `name ${code(text.host.value)} in the cluster`;
  const place = namespaceOf(meaning, holder)?.value;
  return `Service ${code(meaning.service)}${place === undefined ? '' : ` in namespace ${code(place)}`}`;
}

function whereText({ namespace }: Service): string {
  return namespace?.value === undefined
    ? 'there is one without a namespace'
    : `there is one in namespace ${code(namespace.value)}`;
}

/** Services of the name in other namespaces than the one that is asked. */
function servicesElsewhere({ unit, settings }: ConnectionWorld, { text, holder }: HostReference): readonly Service[] {
  return meaningsOf(text.host.value, settings.clusterDomain).flatMap((meaning) =>
    meaning.pod !== undefined || meaning.namespace !== undefined
      ? []
      : lookUp(unit.index.services(meaning.service), namespaceOf(meaning, holder)).elsewhere,
  );
}

/** What could be meant: the Services of the namespace that is asked. */
function servicesThere({ unit, settings }: ConnectionWorld, { text, holder }: HostReference): readonly Reason[] {
  const [meaning] = meaningsOf(text.host.value, settings.clusterDomain).filter(
    ({ isFull, pod }) => isFull || pod === undefined,
  );
  const place = meaning && namespaceOf(meaning, holder);
  if (place?.value === undefined) return [];
  const there = [...unit.index.ofType('service')].filter(({ namespace }) => namespace?.value === place.value);
  if (there.length === 0) return [];
  const names = there.length > MAX_NAMES ? `${plural(there.length, 'Service')}, none of that name` : namesOf(there);
  return [remark(`namespace ${code(place.value)} has ${names}`)];
}

const MAX_NAMES = 6;

function isClosed({ unit, settings }: ConnectionWorld, { holder, text }: HostReference): boolean {
  if (holder.namespace?.value === undefined) return false;
  if (isExternalService(settings.external, text.host.value, holder.namespace)) return false;
  return whyMoreMayExist(unit, holder.namespace, settings.external) === undefined;
}

function fixOf(
  { text }: HostReference,
  absent: MissingService | undefined,
  elsewhere: readonly Service[],
): string | undefined {
  const near = absent?.near?.name?.value;
  if (near !== undefined && absent !== undefined)
    return `write ${code(text.host.value.replace(absent.meaning.service, near))} if ${code(near)} is meant`;
  const [other, another] = elsewhere;
  const place = other?.namespace?.value;
  return other?.name?.value !== undefined && place !== undefined && another === undefined
    ? `write ${code(`${other.name.value}.${place}`)}, with the namespace of the Service`
    : undefined;
}
