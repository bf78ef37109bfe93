import { type PodPort, type ResolvedServicePort, resolveServicePorts } from '../cluster/endpointPorts.ts';
import { findNearMiss, type NearMiss } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { type Selection, sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import type { EndpointsObject } from '../k8s/endpoints.ts';
import type { Ingress } from '../k8s/ingress.ts';
import { selectorText } from '../k8s/labels.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import { protocolOf, type Service, type ServicePort, selectsPods } from '../k8s/service.ts';
import { isJob, replicasOf, type Workload } from '../k8s/workload.ts';
import { gravest, OK, unknown, type Verdict } from './card.ts';
import {
  type ExplainContext,
  groupByName,
  kubectl,
  linkGroup,
  linkResource,
  linkSome,
  nearby,
  plural,
  podCount,
  shellName,
} from './context.ts';
import { code, linkTo } from './link.ts';
import { findReadiness, type Readiness } from './readiness.ts';

/** What the unit's manifests say about the Pods behind a Service. */
export interface ServiceFacts {
  readonly selection: Selection;
  readonly ports: readonly ResolvedServicePort[];
  /** One line per matched workload. */
  readonly selectorLines: readonly string[];
  /** That no workload matches, and the near miss. */
  readonly faultLines: readonly string[];
  readonly readiness: Readiness;
  /** One line per Service port. */
  readonly portLines: readonly string[];
  /** Of the selector, every port, and the Pods' readiness. */
  readonly verdict: Verdict;
  /** Of the selector alone. */
  readonly selectorVerdict: Verdict;
}

/** Predicts selection and ports of a Service that selects Pods. */
export function findServiceFacts(service: Service, context: ExplainContext): ServiceFacts {
  const { unit } = context;
  const selector = service.selector;
  const whole =
    selector !== undefined && selectsPods(service)
      ? selectWorkloads(unit.index, selector, service.namespace)
      : { matched: [], possible: [] };
  const selection = { ...whole, matched: nearby(service, whole.matched, unit) };
  const ports = resolveServicePorts(unit, service).map((port) => ({
    ...port,
    on: port.on.filter(({ workload }) => selection.matched.includes(workload)),
  }));
  const { lines, fault, verdict } = describeSelection(service, selection, context);
  const readiness = findReadiness(service, selection);
  const portVerdicts = ports.map((port) => portVerdict(port));
  return {
    selection,
    ports,
    selectorLines: [...lines, ...elsewhereLines(whole.matched.length - selection.matched.length)],
    portLines: ports.map((port) => portLine(port)),
    faultLines: fault,
    readiness,
    verdict: gravest([opaqueVerdict(service), verdict, ...portVerdicts, readiness.verdict]),
    selectorVerdict: verdict,
  };
}

/** Unknown where a patch or template shapes the object. */
export function opaqueVerdict(resource: { readonly opaque: boolean }): Verdict {
  return resource.opaque ? unknown('a template or patch shapes this object') : OK;
}

/** Hand-written endpoints that name the Service. */
export function handWrittenEndpoints(service: Service, { unit }: ExplainContext): readonly EndpointsObject[] {
  const name = service.name?.value;
  if (name === undefined) return [];
  return [...unit.index.ofType('endpoints')].filter(
    (candidate) => candidate.service?.value === name && sameNamespace(candidate.namespace, service.namespace) !== 'no',
  );
}

/** `` `http` 80/TCP ``, for one port of a Service. */
export function portLabel(port: ServicePort): string {
  const name = port.name?.value === undefined || port.name.value === '' ? '' : `${code(port.name.value)} `;
  return `${name}${port.port?.value ?? '?'}/${protocolOf(port) ?? '?'}`;
}

/** `8080 (container `api`)`, or why there is none. */
export function podPortText({ workload, found }: PodPort): string {
  switch (found.kind) {
    case 'number': {
      if (found.declared === undefined) return `${found.port} (declared by no container, which may be fine)`;
      return `${found.port} (${containerText(found.declared.owner.name?.value)})`;
    }
    case 'named':
      return `${found.port} (${containerText(found.owner.name?.value)})`;
    case 'none':
      return `no such port on ${linkResource(workload)} (${declaredPortsText(workload)})`;
    case 'unknown':
      return `not decidable for ${linkResource(workload)}`;
  }
}

/** `` `http` 8080, `dns` 53/UDP ``: what a Service can reach by name or number; `no declared port`. */
export function declaredPortsText({ template }: Workload, max = 6): string {
  const ports = template.containers.flatMap((container) =>
    container.role === 'init'
      ? []
      : container.ports.map((port) => {
          const name = port.name === undefined ? '' : `${code(port.name.value)} `;
          const protocol = containerProtocolOf(port) ?? 'TCP';
          return `${name}${port.containerPort?.value ?? '?'}${protocol === 'TCP' ? '' : `/${protocol}`}`;
        }),
  );
  if (ports.length === 0) return 'no declared port';
  const more = ports.length > max ? ', …' : '';
  return `declared ${ports.length === 1 ? 'port' : 'ports'} ${ports.slice(0, max).join(', ')}${more}`;
}

function containerText(name: string | undefined): string {
  return name === undefined ? 'container without a name' : `container ${code(name)}`;
}

/** Whether all Pods that the Service selects have a port's target. What is certainly wrong is for the rules to say. */
export function portVerdict({ port, target, protocol, on, perhapsOn }: ResolvedServicePort): Verdict {
  if (target === undefined || protocol === undefined) return unknown(`where ${portLabel(port)} leads is templated`);
  const missing = on.filter(({ found }) => found.kind === 'none');
  const [first] = missing;
  if (first !== undefined && missing.length === on.length && perhapsOn.every(({ found }) => found.kind === 'none'))
    return unknown(`no Pod that is selected here has a ${protocol} port named ${code(String(target))}`);
  const [some] = missing.filter(({ workload }) => !isJob(workload) && replicasOf(workload) !== 0);
  if (some !== undefined)
    return unknown(`${linkResource(some.workload)} has no ${protocol} port named ${code(String(target))}, others have`);
  const undecided = [...on, ...perhapsOn].find(({ found }) => found.kind === 'unknown');
  if (undecided !== undefined)
    return unknown(`whether ${linkResource(undecided.workload)} has the port ${code(String(target))} is not decidable`);
  return OK;
}

function portLine(resolved: ResolvedServicePort): string {
  const { port, target, on } = resolved;
  const from = `${portLabel(port)} → targetPort ${target === undefined ? 'not decidable' : code(String(target))}`;
  const given = port.targetPort === undefined ? ' (by default the same)' : '';
  const ends = [...new Set(on.map((podPort) => podPortText(podPort)))];
  if (ends.length === 0) return `${from}${given}`;
  return `${from}${given} → ${ends.slice(0, 3).join(' · ')}${ends.length > 3 ? ' · …' : ''}`;
}

function elsewhereLines(count: number): readonly string[] {
  if (count === 0) return [];
  return [`${plural(count, 'workload')} in other folders would match too, if applied to the same namespace`];
}

interface Described {
  readonly lines: readonly string[];
  readonly fault: readonly string[];
  readonly verdict: Verdict;
}

function describeSelection(service: Service, { matched, possible }: Selection, context: ExplainContext): Described {
  const { selector, namespace } = service;
  if (selector === undefined || !selectsPods(service)) return { lines: [], fault: [], verdict: OK };
  const text = code(selectorText(selector));
  const lines = groupByName(matched).map(
    (group) => `selector ${text} → ${linkGroup(group)}: ${podCount(group.first, context.unit)}`,
  );
  if (possible.length > 0) {
    const start = matched.length > 0 ? 'perhaps also' : `selector ${text} → perhaps`;
    lines.push(`${start} ${linkSome(possible)}: not decidable`);
  }
  if (matched.length > 0) return { lines, fault: [], verdict: OK };
  if (possible.length > 0) return { lines, fault: [], verdict: unknown('which Pods it selects is not decidable') };
  const fault = [`selector ${text} → no Pod template of these manifests`];
  const why = whyMoreMayExist(context.unit, namespace);
  const miss = findNearMiss(context.unit.index, selector, namespace, service.file);
  if (miss === undefined) return { lines: [], fault, verdict: absence(service, why, context) };
  const verdict = unknown(
    why === undefined
      ? `selects no Pod of these manifests; ${linkResource(miss.workload)} differs in one pair`
      : `selects no Pod of these manifests, but ${why}`,
  );
  return { lines: [], fault: [...fault, nearMissLine(miss)], verdict };
}

/** The one pair that keeps a workload from being selected. */
export function nearMissLine({ workload, requirement, differs, actual }: NearMiss): string {
  const wanted = `${requirement.key.value}=${requirement.values[0]?.value ?? ''}`;
  const found =
    differs === 'value'
      ? `${requirement.key.value}=${actual.value}`
      : `${actual.value}=${requirement.values[0]?.value}`;
  const place = linkTo(found, { file: workload.file, offset: actual.start });
  return `near miss: ${linkResource(workload)} has ${place}, the selector wants ${code(wanted)}`;
}

/** Without a near miss nothing says that a Pod should be here: it may come from elsewhere. */
function absence(service: Service, why: string | undefined, context: ExplainContext): Verdict {
  if (why !== undefined) return unknown(`no manifest here has such Pods, but ${why}`);
  const elsewhere = context.unit.others.some(
    (index) =>
      service.selector !== undefined && selectWorkloads(index, service.selector, service.namespace).matched.length > 0,
  );
  if (elsewhere) return unknown('such Pods exist in this folder, but outside what is applied together with this file');
  if (handWrittenEndpoints(service, context).length > 0)
    return unknown('no manifest here has such Pods; hand-written endpoints name this Service');
  return unknown('no manifest here has such Pods; they may come from elsewhere');
}

/** The Ingresses that lead to a Service. */
export function ingressesTo(service: Service, { unit }: ExplainContext): readonly Ingress[] {
  const name = service.name?.value;
  if (name === undefined) return [];
  const found = [...unit.index.ofType('ingress')].filter(
    (ingress) =>
      sameNamespace(ingress.namespace, service.namespace) !== 'no' &&
      ingress.backends.some((backend) => backend.service?.value === name),
  );
  return nearby(service, found, unit);
}

/** Commands that read the Service and its slices. */
export function readSlices(service: Service, { settings }: ExplainContext): readonly string[] {
  const name = shellName(service.name);
  const base = kubectl(service, settings);
  return [`${base} get svc ${name}`, `${base} get endpointslices -l kubernetes.io/service-name=${name}`];
}
