import { findNearest } from '../base/editDistance.ts';
import { resolveServicePorts } from '../cluster/endpointPorts.ts';
import { lookUp, mayBeMadeByCustomResource, nearestTo } from '../cluster/lookup.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import { type Service, serviceTypeOf } from '../k8s/service.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, plural, shellName, titleOf } from './context.ts';
import { code } from './link.ts';
import { findServiceFacts, opaqueVerdict, podPortText, portLabel, portVerdict } from './serviceFacts.ts';

/** The Ingress as a whole. */
export function explainIngress(ingress: Ingress, context: ExplainContext): Card {
  const { settings } = context;
  const backends = ingress.backends.map((backend) => ({ backend, result: follow(ingress, backend, context) }));
  const here = backends.map(({ backend, result }) => `${routeText(backend)} → ${result.text}`);
  const controller = ingress.className?.value;
  return {
    title: `${titleOf(ingress, settings)} · ${plural(backends.length, 'backend')}`,
    verdict: gravest([opaqueVerdict(ingress), ...backends.map(({ result }) => result.verdict)]),
    here: here.length === 0 ? ['no backend'] : here,
    path: PATH,
    watch: [
      controller === undefined
        ? 'no `ingressClassName`: a default class must exist, or a controller must take it by annotation'
        : `a controller of class ${code(controller)} must run: the object alone routes nothing`,
      ...NOTES,
    ],
    verify: [`${kubectl(ingress, settings)} describe ingress ${shellName(ingress.name)}`],
    question: QUESTION,
  };
}

/** One backend of an Ingress. */
export function explainBackend(ingress: Ingress, backend: IngressBackend, context: ExplainContext): Card {
  const { settings } = context;
  const { services, verdict, lines, fault = [] } = follow(ingress, backend, context);
  const name = services[0]?.name;
  return {
    title: `${titleOf(ingress, settings)} · backend of ${routeText(backend)}`,
    verdict: gravest([opaqueVerdict(ingress), verdict]),
    fault,
    here: lines,
    path: PATH,
    watch: NOTES,
    verify: [
      `${kubectl(ingress, settings)} describe ingress ${shellName(ingress.name)}`,
      ...(name === undefined
        ? []
        : [`${kubectl(ingress, settings)} get endpointslices -l kubernetes.io/service-name=${shellName(name)}`]),
    ],
    question: QUESTION,
  };
}

const PATH = 'client → Ingress controller → Pod IP, or the virtual IP: the controller decides → Pod';
const NOTES: readonly string[] = [
  'the port is one of the Service, by number or name; never the targetPort',
  'the Service must be in the namespace of the Ingress',
  'a missing Service or endpoint shows as 502, 503 or 404, depending on the controller',
];
const QUESTION = {
  ask: 'Does an Ingress send traffic through the ClusterIP?',
  answer: 'Most controllers read the EndpointSlices and connect to the Pods themselves.',
};

interface Followed {
  readonly services: readonly Service[];
  readonly verdict: Verdict;
  readonly text: string;
  readonly lines: readonly string[];
  readonly fault?: readonly string[];
}

/** Follows a backend to its Service, its port, and the Pods behind. */
function follow(ingress: Ingress, backend: IngressBackend, context: ExplainContext): Followed {
  const nothing = (verdict: Verdict, text: string): Followed => ({ services: [], verdict, text, lines: [text] });
  if (backend.resource)
    return nothing(unknown('it leads to another object than a Service'), 'an object that is no Service');
  const name = backend.service?.value;
  if (name === undefined)
    return nothing(unknown('the name of its Service is not decidable'), 'a Service whose name is not decidable');
  const { unit } = context;
  const found = lookUp(unit.index.services(name), ingress.namespace);
  const here = nearestTo(ingress, found.here, unit);
  if (here.length === 0)
    return {
      ...nothing(
        missing(ingress, name, found.elsewhere, context),
        `Service ${code(name)}, which these manifests do not show in its namespace`,
      ),
    };
  const [first, ...others] = here.map((service) => followPort(service, backend, context));
  if (first === undefined || others.every(({ verdict }) => verdict.kind === first.verdict.kind))
    return first ?? nothing(OK, '');
  const text = `${linkSome(here)}, which differ`;
  return { ...nothing(unknown(`several Services are called ${code(name)}`), text), services: here };
}

function followPort(service: Service, backend: IngressBackend, context: ExplainContext): Followed {
  const wanted = backend.port?.value;
  const link = linkResource(service);
  const result = (
    verdict: Verdict,
    text: string,
    lines: readonly string[] = [text],
    fault: readonly string[] = [],
  ): Followed => ({ services: [service], verdict, text, lines, fault });
  if (serviceTypeOf(service) === 'ExternalName')
    return result(
      unknown('an ExternalName: whether the controller follows it is its own affair'),
      `${link}, an alias of ${code(service.externalName?.value ?? '?')}`,
    );
  if (wanted === undefined) {
    if (backend.port === undefined) return result(problem('the backend names no port'), `${link} without a port`);
    return result(unknown('the port is not decidable'), `${link}, port not decidable`);
  }
  const port = service.ports.find((candidate) =>
    typeof wanted === 'number' ? candidate.port?.value === wanted : candidate.name?.value === wanted,
  );
  if (port === undefined) {
    if (
      service.portsOpen ||
      service.opaque ||
      service.ports.some(
        ({ port: number, name }) => number?.value === undefined || (name !== undefined && name.value === undefined),
      )
    )
      return result(
        unknown(`whether ${link} has the port ${code(String(wanted))} is not decidable`),
        `${link}, port not decidable`,
      );
    const asTarget = service.ports.find((candidate) => candidate.targetPort?.value === wanted);
    const has = service.ports.map(portLabel).join(', ');
    return result(
      unknown(`${link} has no port ${code(String(wanted))}`),
      `${link}, which has no port ${code(String(wanted))}`,
      asTarget === undefined
        ? [`leads to ${link}`]
        : [
            `${link}: ${code(String(wanted))} is the targetPort of ${portLabel(asTarget)}, a backend names the Service port`,
          ],
      [`${link} has ${has === '' ? 'no ports' : has}`],
    );
  }
  const resolved = resolveServicePorts(context.unit, service).find((candidate) => candidate.port === port);
  const facts = findServiceFacts(service, context);
  const ends = (resolved?.on ?? []).map((podPort) =>
    'port' in podPort.found ? `${linkResource(podPort.workload)} ${podPortText(podPort)}` : podPortText(podPort),
  );
  const lines = [
    `${link} ${portLabel(port)}`,
    ...(ends.length > 0 ? ends.map((end) => `→ ${end}`) : [...facts.selectorLines, ...facts.faultLines]),
    ...facts.readiness.lines,
  ];
  return result(
    gravest([
      opaqueVerdict(service),
      facts.selectorVerdict,
      resolved === undefined ? OK : portVerdict(resolved),
      facts.readiness.verdict,
    ]),
    `${link} ${portLabel(port)}${ends.length > 0 ? ` → ${ends.slice(0, 2).join(' · ')}` : ''}`,
    lines,
  );
}

function missing(ingress: Ingress, name: string, elsewhere: readonly Service[], { unit }: ExplainContext): Verdict {
  const why = whyMoreMayExist(unit, ingress.namespace);
  if (why !== undefined) return unknown(`no manifest here shows the Service ${code(name)}, but ${why}`);
  const others = unit.others.some((index) => lookUp(index.services(name), ingress.namespace).here.length > 0);
  if (others || mayBeMadeByCustomResource(unit.index, name, ingress.namespace))
    return unknown(`the Service ${code(name)} is not part of what is applied together with this file`);
  if (elsewhere.length > 0)
    return unknown(`${linkSome(elsewhere)} is in another namespace, which an Ingress cannot reach`);
  const near = findNearest(
    name,
    lookUp([...unit.index.ofType('service')], ingress.namespace).here,
    (service) => service.name?.value ?? '',
  );
  if (near !== undefined)
    return unknown(`no manifest here shows the Service ${code(name)}; ${linkResource(near)} is near`);
  return unknown(`no manifest here shows the Service ${code(name)}; it may come from elsewhere`);
}

function routeText(backend: IngressBackend): string {
  if (backend.place === 'default') return 'everything else';
  const host = backend.host === undefined ? '' : (backend.host.value ?? '?');
  const path = backend.path === undefined ? '/' : (backend.path.value ?? '?');
  return code(`${host}${path}`);
}
