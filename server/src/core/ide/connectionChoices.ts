import { type DeclaredNeed, declaredNeedsOf } from '../cluster/declaredNeeds.ts';
import { isVariant } from '../cluster/policyWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { Resource } from '../k8s/resource.ts';
import { type Service, serviceTypeOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import {
  type ConnectionChoice,
  type ConnectionDraft,
  type EndName,
  findEnd,
  nameEnd,
  toChoice,
  uniqueChoices,
} from './connectionEnds.ts';

/** What is to be asked next; nothing where the question is complete. */
export interface ConnectionNext {
  readonly draft: ConnectionDraft;
  readonly ask: 'start' | 'from' | 'to' | 'port' | undefined;
  readonly choices: readonly ConnectionChoice[];
}

/** What a draft lacks, with the choices for it, the likeliest first. */
export function nextChoice(folder: WorkspaceFolder, draft: ConnectionDraft, clusterDomain: string): ConnectionNext {
  const { from, to } = draft;
  const units = folder.units.filter(({ isTestInput, index }) => !isTestInput && index.size > 0);
  if (from === undefined) return { draft, ask: 'from', choices: sources(folder, draft, units, clusterDomain) };
  if (to === undefined) return { draft, ask: 'to', choices: destinations(folder, draft, from, units, clusterDomain) };
  const ports = draft.port === undefined && to.kind === 'object' ? portsOf(folder, draft, to) : [];
  return ports.length > 1 ? { draft, ask: 'port', choices: ports } : { draft, ask: undefined, choices: [] };
}

/** Who may open it: those who say so first, then all that the units hold. */
function sources(
  folder: WorkspaceFolder,
  draft: ConnectionDraft,
  units: readonly Unit[],
  clusterDomain: string,
): readonly ConnectionChoice[] {
  const goal = draft.to?.kind === 'object' ? findEnd(folder, draft.to) : undefined;
  const near =
    goal === undefined
      ? units
      : [goal.unit, ...units.filter((unit) => unit !== goal.unit && !isVariant(unit, goal.unit))];
  const declared =
    goal === undefined
      ? []
      : declaredNeedsOf(goal.unit, clusterDomain).all.flatMap((need) => callerOf(goal, need, draft));
  const others = near.flatMap((unit) => [
    ...[...unit.index.ofType('workload')]
      .filter((workload) => workload !== goal?.resource)
      .map((workload) => toChoice(unit, workload, { ...draft, from: nameEnd(unit, workload) })),
    ...(goal === undefined
      ? [...unit.index.ofType('ingress'), ...unit.index.ofType('route')].map((each) =>
          toChoice(unit, each, { ...draft, from: nameEnd(unit, each) }),
        )
      : []),
  ]);
  const outside: ConnectionChoice = {
    label: 'Outside of the cluster',
    description: '',
    detail: 'any client, by the address of a node or of a load balancer',
    draft: { ...draft, from: { kind: 'outside' } },
  };
  const callers = new Set(declared.map(({ draft: { from } }) => JSON.stringify(from)));
  const silent = others.filter(({ draft: { from } }) => !callers.has(JSON.stringify(from)));
  return uniqueChoices([...declared, ...silent.slice(0, MAX_CHOICES), outside]);
}

/** A list of more is nothing that anybody reads; the picker searches in it. */
const MAX_CHOICES = 2000;

function callerOf(
  { unit, resource }: { readonly unit: Unit; readonly resource: Resource },
  need: DeclaredNeed,
  draft: ConnectionDraft,
): readonly ConnectionChoice[] {
  const isGoal = need.service === resource || (need.to.kind === 'pods' && need.to.workload === resource);
  if (!isGoal || need.from.kind === 'kubelet') return [];
  const caller = need.from.kind === 'pods' ? need.from.workload : need.from.resource;
  if (caller === resource) return [];
  const detail = `declared: ${need.evidence.name === '' ? '' : `${need.evidence.name} `}${need.evidence.text}`;
  const isHost = need.evidence.kind === 'host' && need.service === resource;
  const host = /^(?:[a-z0-9+.]+:\/\/)?([^:/]+)/i.exec(need.evidence.text)?.[1];
  const to: EndName | undefined = isHost && host !== undefined ? { kind: 'host', host } : draft.to;
  return [{ ...toChoice(unit, caller, { ...draft, from: nameEnd(unit, caller), ...(to && { to }) }), detail }];
}

/** What may be connected to: what the source is told of first, then the Services and Pods of its unit, then others. */
function destinations(
  folder: WorkspaceFolder,
  draft: ConnectionDraft,
  from: EndName,
  units: readonly Unit[],
  clusterDomain: string,
): readonly ConnectionChoice[] {
  const source = from.kind === 'object' ? findEnd(folder, from) : undefined;
  const resource = source?.resource;
  const declared =
    source === undefined
      ? []
      : declaredNeedsOf(source.unit, clusterDomain).all.flatMap((need) => goalOf(source, need, draft));
  const near =
    source === undefined
      ? units
      : [source.unit, ...units.filter((unit) => unit !== source.unit && !isVariant(unit, source.unit))];
  const isNear = ({ namespace }: Resource) =>
    resource !== undefined && sameNamespace(namespace, resource.namespace) === 'yes';
  const services = near.flatMap((unit) => [...unit.index.ofType('service')].map((service) => ({ unit, service })));
  services.sort((a, b) => Number(isNear(b.service)) - Number(isNear(a.service)));
  const workloads = near.flatMap((unit) => [...unit.index.ofType('workload')].map((workload) => ({ unit, workload })));
  return uniqueChoices([
    ...declared,
    ...services.map(({ unit, service }) => ({
      ...toChoice(unit, service, { ...draft, to: nameEnd(unit, service) }),
      detail: serviceDetail(service),
    })),
    ...workloads.map(({ unit, workload }) => ({
      ...toChoice(unit, workload, { ...draft, to: nameEnd(unit, workload) }),
      detail: 'its Pods, without a Service',
    })),
  ]).slice(0, MAX_CHOICES);
}

function goalOf(
  { unit, resource }: { readonly unit: Unit; readonly resource: Resource },
  need: DeclaredNeed,
  draft: ConnectionDraft,
): readonly ConnectionChoice[] {
  const isOwn =
    need.from.kind === 'pods'
      ? need.from.workload === resource
      : need.from.kind === 'controller' && need.from.resource === resource;
  if (!isOwn) return [];
  const { evidence, service } = need;
  const label = evidence.name === '' ? evidence.text : `${evidence.name}: ${evidence.text}`;
  const port = /:(\d+)$/.exec(evidence.text)?.[1];
  const rest = port === undefined ? {} : { port: Number(port) };
  if (evidence.kind === 'host') {
    const host = /^(?:[a-z0-9+.]+:\/\/)?([^:/]+)/i.exec(evidence.text)?.[1] ?? '';
    return [{ label, description: '', detail: 'declared', draft: { ...draft, to: { kind: 'host', host }, ...rest } }];
  }
  return service === undefined
    ? []
    : [{ label, description: '', detail: 'declared', draft: { ...draft, to: nameEnd(unit, service), ...rest } }];
}

function serviceDetail(service: Service): string {
  const ports = service.ports.flatMap(({ name, port }) => [name?.value, port?.value].filter(Boolean).join(' ') || []);
  const type = service.clusterIP?.value === 'None' ? 'headless' : (serviceTypeOf(service) ?? '');
  return [type, ports.slice(0, 6).join(', ')].filter((text) => text !== '').join(' · ');
}

function portsOf(
  folder: WorkspaceFolder,
  draft: ConnectionDraft,
  to: Extract<EndName, { kind: 'object' }>,
): readonly ConnectionChoice[] {
  const resource = findEnd(folder, to)?.resource;
  const ports =
    resource?.type === 'service'
      ? servicePorts(resource)
      : resource?.type === 'workload'
        ? containerPorts(resource)
        : [];
  return uniqueChoices(
    ports.map(({ number, name }) => ({
      label: String(number),
      description: name,
      detail: '',
      draft: { ...draft, port: number },
    })),
  );
}

interface NamedNumber {
  readonly number: number;
  readonly name: string;
}

function servicePorts({ ports }: Service): readonly NamedNumber[] {
  return ports.flatMap(({ name, port, targetPort }) =>
    port?.value === undefined
      ? []
      : [
          {
            number: port.value,
            name: [name?.value, targetPort?.value === undefined ? undefined : `→ ${targetPort.value}`]
              .filter(Boolean)
              .join(' '),
          },
        ],
  );
}

function containerPorts({ template }: Workload): readonly NamedNumber[] {
  return template.containers.flatMap(({ ports }) =>
    ports.flatMap(({ name, containerPort }) =>
      containerPort === undefined ? [] : [{ number: containerPort.value, name: name?.value ?? '' }],
    ),
  );
}
