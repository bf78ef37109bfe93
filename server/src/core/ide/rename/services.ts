import type { Located, Span } from '../../base/span.ts';
import { normalName } from '../../cluster/dnsName.ts';
import { hostsOf, isHostHolder, targetOfHost } from '../../cluster/hostReferences.ts';
import { lookUp, nearestTo } from '../../cluster/lookup.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Field } from '../../k8s/field.ts';
import { isServiceRef } from '../../k8s/gateway.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import { dns1035LabelFault } from '../../k8s/validity.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Mention, Subject } from './mention.ts';
import { templateField } from './selectors.ts';

/** A Service as it is written, by its place. */
export interface WrittenService extends Span {
  readonly file: string;
  readonly name: string;
}

/** A Service with all that calls it by name. What builds make of the name is kept: `dev-orders` gets `dev-` before the new name. */
export function serviceSubject(service: WrittenService, to: string): Subject {
  const fault = dns1035LabelFault(to);
  return {
    mentionsIn: (unit, only) =>
      servicesIn(unit, service).flatMap((built) => mentionsOf(unit, service.name, built, only)),
    fault: fault === undefined ? undefined : `The name \`${to}\` ${fault}.`,
    conflict: (unit) =>
      servicesIn(unit, service)
        .map((built) => conflictOf(unit, service, built, to))
        .find(Boolean),
  };
}

/** What a written Service is in a unit. */
export function servicesIn({ index }: Unit, { file, start }: WrittenService): readonly Service[] {
  return index
    .inFile(file)
    .filter((resource): resource is Service => resource.type === 'service' && resource.start === start);
}

/** The name that a unit gives to a Service of which the written name is another one then. */
export function renamedTo(built: string, written: string, to: string): string {
  const at = built.indexOf(written);
  return at < 0 ? to : `${built.slice(0, at)}${to}${built.slice(at + written.length)}`;
}

function conflictOf(unit: Unit, { name }: WrittenService, built: Service, to: string): string | undefined {
  const next = renamedTo(built.name?.value ?? name, name, to);
  const fault = dns1035LabelFault(next);
  if (fault !== undefined) return `The name \`${next}\` ${fault}.`;
  const taken = unit.index
    .services(next)
    .find((other) => other !== built && sameNamespace(other.namespace, built.namespace) !== 'no');
  return taken === undefined
    ? undefined
    : `${describeResource(taken)} exists already: the two Services would become one.`;
}

function mentionsOf(unit: Unit, written: string, built: Service, only: Resource | undefined): readonly Mention[] {
  const name = built.name?.value;
  if (built.name === undefined || name === undefined) return [];
  const own: Mention = { resource: built, side: 'bears', span: built.name, says: name, field: ['metadata', 'name'] };
  return [
    own,
    ...(only === undefined ? [...unit.index.all] : [only]).flatMap((resource) =>
      referrers(unit, written, built, name, resource),
    ),
  ];
}

function referrers(unit: Unit, written: string, built: Service, name: string, resource: Resource): readonly Mention[] {
  const at = (place: Located<string>, field: readonly string[]): Mention => {
    const { start, end } = place;
    return {
      resource,
      side: 'refers',
      span: { start, end },
      says: name,
      field,
      means: ({ resource: it }) => it === built,
    };
  };
  const named = (place: Field<string>, field: readonly string[], namespace = resource.namespace) => {
    if (place?.value === undefined) return [];
    const isMeant = place.value === name && means(unit, built, resource, name, namespace);
    return isMeant || isLeftBehind(unit, written, built, place.value, namespace) ? [at(place, field)] : [];
  };
  const hosts = isHostHolder(resource) ? hostMentions(unit, built, resource, at) : [];
  switch (resource.type) {
    case 'ingress':
      return resource.backends.flatMap(({ service }) => named(service, ['spec', 'rules']));
    case 'endpoints':
      return named(resource.service, resource.kind === 'Endpoints' ? ['metadata', 'name'] : ['metadata', 'labels']);
    case 'route':
      return resource.backends.flatMap((ref) =>
        isServiceRef(ref) ? named(ref.name, ['spec', 'rules'], ref.namespace ?? resource.namespace) : [],
      );
    case 'referenceGrant':
      return resource.to.flatMap(({ kind, name: granted }) =>
        kind?.value === 'Service' ? named(granted, ['spec', 'to']) : [],
      );
    case 'workload':
      return [
        ...named(resource.serviceName, ['spec', 'serviceName']),
        ...named(resource.template.subdomain, [...templateField(resource), 'spec', 'subdomain']),
        ...hosts,
      ];
    default:
      return hosts;
  }
}

function means(unit: Unit, built: Service, resource: Resource, name: string, namespace: Field<string>): boolean {
  return nearestTo(resource, lookUp(unit.index.services(name), namespace).here, unit).includes(built);
}

/**
 * Whether a name is the written one of a Service that a build calls otherwise, and nothing there is called so: builds leave a
 * reference alone where it says less of the namespace than the Service does.
 */
function isLeftBehind(unit: Unit, written: string, built: Service, name: string, namespace: Field<string>): boolean {
  if (name !== written || built.name?.value === written || unit.index.services(written).length > 0) return false;
  return sameNamespace(namespace, built.namespace) !== 'no';
}

/** The label of each host that is the Service's name. */
function hostMentions(
  unit: Unit,
  built: Service,
  holder: Parameters<typeof hostsOf>[0],
  at: (place: Located<string>, field: readonly string[]) => Mention,
): readonly Mention[] {
  const field = holder.type === 'workload' ? [...templateField(holder), 'spec', 'containers'] : ['data'];
  return hostsOf(holder).flatMap((text): readonly Mention[] => {
    if (!normalName(text.host.value).includes(built.name?.value ?? '')) return [];
    const target = targetOfHost(unit, { holder, text });
    if (target === undefined || !target.services.includes(built)) return [];
    const { pod, service } = target.meaning;
    const skipped = pod === undefined ? 0 : pod.length + 1;
    const { host, exact } = text;
    const isPlain = exact && normalName(host.value).slice(skipped).startsWith(service);
    const span = isPlain ? { start: host.start + skipped, end: host.start + skipped + service.length } : host;
    return [{ ...at({ value: service, ...span }, field), text: { exact: isPlain } }];
  });
}
