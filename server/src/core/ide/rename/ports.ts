import type { Span } from '../../base/span.ts';
import { lookUp, nearestTo } from '../../cluster/lookup.ts';
import { monitoredServices, monitoredWorkloads } from '../../cluster/monitored.ts';
import { selectPeerPods, selectPolicyPods } from '../../cluster/policySelection.ts';
import { type Selection, selectWorkloads } from '../../cluster/selection.ts';
import type { PolicyPort, PolicyRule } from '../../k8s/networkPolicy.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../../k8s/service.ts';
import { dns1123LabelFault, portNameFault } from '../../k8s/validity.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Mention, Subject } from './mention.ts';
import { templateField } from './selectors.ts';

/** A named port of containers, with all that refers to it by the name: Services, probes, policies, monitors. */
export function containerPortSubject(from: string, to: string): Subject {
  return portSubject(containerPortMentions, from, to, faultIn(to, portNameFault));
}

/** A named port of a Service, with the backends and monitors that refer to it by the name. */
export function servicePortSubject(from: string, to: string): Subject {
  return portSubject(servicePortMentions, from, to, faultIn(to, dns1123LabelFault));
}

type MentionsOf = (unit: Unit, name: string) => readonly Mention[];

function portSubject(mentionsOf: MentionsOf, from: string, to: string, fault: string | undefined): Subject {
  return {
    mentionsIn: (unit) => mentionsOf(unit, from),
    fault,
    conflict: (unit, group) => conflictOf(mentionsOf(unit, to), group, to),
  };
}

function faultIn(name: string, faultOf: (name: string) => string | undefined): string | undefined {
  const fault = faultOf(name);
  return fault === undefined ? undefined : `The port name \`${name}\` ${fault}.`;
}

function conflictOf(others: readonly Mention[], group: readonly Mention[], to: string): string | undefined {
  for (const other of others) {
    if (other.side === 'refers') {
      if (group.some((mention) => mention.side === 'bears' && other.means?.(mention) === true))
        return `${describeResource(other.resource)} speaks of a port \`${to}\` there already: it would mean another port than before.`;
      continue;
    }
    const isTaken = group.some(({ side, resource, means }) =>
      side === 'bears' ? resource === other.resource : means?.(other) === true,
    );
    if (isTaken) return `${describeResource(other.resource)} has a port \`${to}\` already: the two would be mixed up.`;
  }
  return undefined;
}

function containerPortMentions(unit: Unit, name: string): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const resource of unit.index.all) {
    switch (resource.type) {
      case 'workload':
        mentions.push(...ownMentions(resource, name));
        break;
      case 'service':
        mentions.push(...targetMentions(unit, resource, name));
        break;
      case 'networkPolicy':
        for (const [direction, rules] of [
          ['ingress', resource.ingress],
          ['egress', resource.egress],
        ] as const) {
          const rulesOf = rules?.rules ?? [];
          mentions.push(
            ...rulesOf.flatMap((rule) =>
              ruleMentions(resource, rule, name, () =>
                direction === 'ingress'
                  ? [selectPolicyPods(unit.index, resource)]
                  : rule.peers.map((peer) => selectPeerPods(unit, resource, peer)),
              ),
            ),
          );
        }
        break;
      case 'monitor':
        if (resource.kind === 'PodMonitor')
          for (const { port } of resource.endpoints)
            mentions.push(
              ...referrer(resource, port, name, ['spec'], () => [monitoredWorkloads(unit.index, resource)]),
            );
        break;
    }
  }
  return mentions;
}

function ownMentions(workload: Workload, name: string): readonly Mention[] {
  const field = [...templateField(workload), 'spec', 'containers'];
  return workload.template.containers.flatMap((container): readonly Mention[] => {
    const declared = container.ports.flatMap((port): readonly Mention[] =>
      port.name?.value === name ? [{ resource: workload, side: 'bears', span: port.name, says: name, field }] : [],
    );
    const probes = container.probes.flatMap(({ port }): readonly Mention[] => {
      if (port?.value !== name) return [];
      const means = ({ resource, span }: Mention) =>
        resource === workload && container.ports.some((each) => each.name?.value === name && isSame(each.name, span));
      return [{ resource: workload, side: 'refers', span: port, says: name, field, means }];
    });
    return [...declared, ...probes];
  });
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

function targetMentions(unit: Unit, service: Service, name: string): readonly Mention[] {
  const { selector } = service;
  if (selector === undefined || !selectsPods(service)) return [];
  return service.ports.flatMap(({ targetPort }) =>
    referrer(service, targetPort, name, ['spec', 'ports'], () => [
      selectWorkloads(unit.index, selector, service.namespace),
    ]),
  );
}

function ruleMentions(
  policy: Resource,
  { ports }: PolicyRule,
  name: string,
  select: () => readonly Selection[],
): readonly Mention[] {
  return ports.flatMap(({ port }: PolicyPort) => referrer(policy, port, name, ['spec'], select));
}

interface Written extends Span {
  readonly value?: string | number | undefined;
}

/** What refers to a port of the Pods that something selects. */
function referrer(
  resource: Resource,
  port: Written | undefined,
  name: string,
  field: readonly string[],
  select: () => readonly Selection[],
): readonly Mention[] {
  if (port?.value !== name) return [];
  let taken: ReadonlySet<Resource> | undefined;
  const means = (bearer: Mention) => {
    taken ??= new Set(select().flatMap(({ matched, possible }) => [...matched, ...possible]));
    return taken.has(bearer.resource);
  };
  return [{ resource, side: 'refers', span: { start: port.start, end: port.end }, says: name, field, means }];
}

function servicePortMentions(unit: Unit, name: string): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const resource of unit.index.all) {
    if (resource.type === 'service') {
      for (const port of resource.ports)
        if (port.name?.value === name)
          mentions.push({ resource, side: 'bears', span: port.name, says: name, field: ['spec', 'ports'] });
    } else if (resource.type === 'ingress') {
      for (const { service, port } of resource.backends)
        if (port?.value === name) mentions.push(...named(unit, resource, port, name, service?.value, ['spec']));
    } else if (resource.type === 'endpoints') {
      for (const port of resource.ports)
        if (port.name?.value === name)
          mentions.push(...named(unit, resource, port.name, name, resource.service?.value, ['ports']));
    } else if (resource.type === 'monitor' && resource.kind === 'ServiceMonitor') {
      let taken: ReadonlySet<Resource> | undefined;
      const means = (bearer: Mention) => {
        if (taken === undefined) {
          const { matched, possible } = monitoredServices(unit.index, resource);
          taken = new Set([...matched, ...possible]);
        }
        return taken.has(bearer.resource);
      };
      for (const { port } of resource.endpoints)
        if (port?.value === name)
          mentions.push({ resource, side: 'refers', span: port, says: name, field: ['spec'], means });
    }
  }
  return mentions;
}

/** What refers to a port of the Service of a name. */
function named(
  unit: Unit,
  resource: Resource,
  span: Span,
  says: string,
  service: string | undefined,
  field: readonly string[],
): readonly Mention[] {
  if (service === undefined) return [];
  const found = nearestTo(resource, lookUp(unit.index.services(service), resource.namespace).here, unit);
  const means = (bearer: Mention) => found.some((each) => each === bearer.resource);
  return [{ resource, side: 'refers', span, says, field, means }];
}
