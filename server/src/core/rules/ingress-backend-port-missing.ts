import { findNearest } from '../base/editDistance.ts';
import { findPodPort, type ResolvedServicePort, resolveServicePorts } from '../cluster/endpointPorts.ts';
import { belongsTogether, lookUp, nearestTo, standsBeside } from '../cluster/lookup.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { IntOrString } from '../k8s/field.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import { isHeadless, type Service, type ServicePort, serviceTypeOf } from '../k8s/service.ts';
import { portNameFault } from '../k8s/validity.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { Severity } from '../workspace/config.ts';
import { defineRule, type Finding, type Fix, type Related, replaceScalar } from './rule.ts';
import { isActionOfController } from './shared/ingressBackends.ts';

export const ingressBackendPortMissing = defineRule({
  id: 'ingress-backend-port-missing',
  types: ['ingress'],
  severity: 'error',
  reads: 'unit',
  summary: 'An Ingress leads to a port that its Service does not have',
  why: `An Ingress names a port of the *Service*, by its \`port\` number or its \`name\`; the container's port (\`targetPort\`)
means nothing there. Where the Service has no such port the API server accepts the Ingress all the same, and the controller
answers every request of the path with an error (503 from ingress-nginx).

An ExternalName Service often has no ports at all. ingress-nginx and others connect to the *number* that the Ingress gives,
whatever the Service has, so that is a hint only. A *name* of a port leads nowhere without that port, and is a warning.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 8080
                          ^^^^ Service \`shop\` has no port 8080, so requests to \`/\` fail; 8080 is the target of its port 80
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 80
      targetPort: 8080
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: shop
      port:
        name: http
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 80
      targetPort: 8080
`,
  *check(ingress, { unit }) {
    for (const backend of ingress.backends) {
      if (backend.resource || isActionOfController(ingress, backend)) continue;
      const finding = checkBackend(ingress, backend, unit);
      if (finding !== undefined) yield finding;
    }
  },
});

function checkBackend(ingress: Ingress, backend: IngressBackend, unit: Unit): Finding | undefined {
  const name = backend.service?.value;
  const wanted = backend.port?.value;
  if (name === undefined || wanted === undefined || backend.port === undefined) return undefined;
  if (typeof wanted === 'string' && portNameFault(wanted) !== undefined) return undefined;
  const services = nearestTo(ingress, lookUp(unit.index.services(name), ingress.namespace).here, unit);
  const [service] = services;
  if (service === undefined || !services.every((each) => certainlyLacks(each, wanted))) return undefined;
  const candidate = findCandidate(unit, service, wanted);
  const { start, end } = backend.port;
  const what = backend.place === 'default' ? 'requests to the default backend' : `requests to ${describePath(backend)}`;
  const severity = severityOf(ingress, services, wanted, unit);
  const isAliasByNumber = typeof wanted === 'number' && services.some(isAlias);
  const consequence = isAliasByNumber
    ? `: it is an ExternalName Service, for which some controllers take the number as it is, and others let ${what} fail`
    : `, so ${what} fail`;
  return {
    at: { start, end },
    severity,
    message: `Service \`${name}\` has no port ${describePort(wanted)}${consequence}${describeCandidate(wanted, candidate, service)}`,
    related: services.slice(0, 3).map(relatedPorts),
    fixes: fixesOf(ingress, backend, service, candidate, severity === 'error' && services.length === 1),
  };
}

interface Candidate {
  readonly port: ServicePort;
  readonly reason: 'target' | 'near' | 'only';
}

/** Without any port a Service is a piece of one, unless it is headless or an alias: the API server wants ports. */
function certainlyLacks(service: Service, wanted: IntOrString): boolean {
  if (service.opaque || service.portsOpen || serviceTypeOf(service) === undefined) return false;
  if (service.ports.length === 0 && serviceTypeOf(service) !== 'ExternalName' && !isHeadless(service)) return false;
  return service.ports.every(({ port, name }) =>
    typeof wanted === 'number'
      ? port?.value !== undefined && port.value !== wanted
      : name === undefined || (name.value !== undefined && name.value !== wanted),
  );
}

/** What the user probably means: the port that leads to this port of the Pods, else a similar name, else the Service's only port. */
function findCandidate(unit: Unit, service: Service, wanted: IntOrString): Candidate | undefined {
  const targets = resolveServicePorts(unit, service).flatMap((each) => (leadsTo(each, wanted) ? [each.port] : []));
  const [target, another] = targets;
  if (target !== undefined && another === undefined) return { port: target, reason: 'target' };
  const near =
    typeof wanted === 'string' ? findNearest(wanted, service.ports, (port) => port.name?.value ?? '') : undefined;
  if (near !== undefined) return { port: near, reason: 'near' };
  const [only, second] = service.ports;
  return only !== undefined && second === undefined ? { port: only, reason: 'only' } : undefined;
}

/** Whether the Service port leads to a port of the Pods, by its number or its name: on all of them that it selects. */
function leadsTo({ target, protocol, on }: ResolvedServicePort, wanted: IntOrString): boolean {
  if (target === wanted) return true;
  const numberOf = (workload: Workload, port: IntOrString | undefined) => {
    const found = findPodPort(workload, port, protocol);
    return found.kind === 'named' || found.kind === 'number' ? found.port : undefined;
  };
  return (
    on.length > 0 &&
    on.every(({ workload }) => {
      const number = numberOf(workload, wanted);
      return number !== undefined && number === numberOf(workload, target);
    })
  );
}

/**
 * Certain is an equal namespace written in both, or none in files of one folder. Where one is unspecified, or folders
 * differ, another Service of the name may be meant, in the same folder less likely than elsewhere. Controllers connect to
 * the number itself for an ExternalName Service, whose ports mean nothing to them.
 */
function severityOf(ingress: Ingress, services: readonly Service[], wanted: IntOrString, unit: Unit): Severity {
  if (services.some(isAlias)) return typeof wanted === 'number' ? 'hint' : 'warning';
  const isBeside = standsBeside(ingress, services, unit);
  const isSame = services.some(({ namespace }) => sameNamespace(namespace, ingress.namespace) === 'yes');
  const isCertain = isSame && (isBeside || ingress.namespace !== undefined);
  const mayBeAnother = unit.others.some((other) =>
    lookUp(other.services(services[0]?.name?.value ?? ''), ingress.namespace).here.some(
      (service) => !certainlyLacks(service, wanted),
    ),
  );
  if (mayBeAnother && (unit.kind === 'loose' || !isCertain)) return 'hint';
  if (isCertain) return 'error';
  const isTogether = isSame && services.some((service) => belongsTogether(ingress, service, unit));
  return isTogether || isBeside ? 'warning' : 'hint';
}

function isAlias(service: Service): boolean {
  return serviceTypeOf(service) === 'ExternalName';
}

function describePath({ host, path }: IngressBackend): string {
  return `\`${host?.value ?? ''}${path?.value ?? '/'}\``;
}

function describePort(port: IntOrString): string {
  return typeof port === 'number' ? String(port) : `named \`${port}\``;
}

function describeCandidate(wanted: IntOrString, candidate: Candidate | undefined, service: Service): string {
  if (candidate === undefined) {
    const ports = service.ports.map(describeServicePort);
    return ports.length === 0 || ports.length > 4 ? '' : `; it has ${ports.join(', ')}`;
  }
  const { port, reason } = candidate;
  if (reason === 'target')
    return `; ${typeof wanted === 'number' ? wanted : `\`${wanted}\``} is the target of its port ${port.port?.value ?? ''}`;
  if (reason === 'near') return `; did you mean \`${port.name?.value ?? ''}\`?`;
  return `; its only port is ${describeServicePort(port)}`;
}

function describeServicePort({ name, port }: ServicePort): string {
  return name?.value === undefined ? String(port?.value ?? '?') : `${port?.value ?? '?'} (\`${name.value}\`)`;
}

function relatedPorts(service: Service): Related {
  const place = service.ports[0]?.port ?? headSpan(service);
  const ports = service.ports.map(describeServicePort).join(', ');
  return {
    file: service.file,
    start: place.start,
    end: place.end,
    message:
      ports === ''
        ? `Service \`${service.name?.value ?? ''}\` has no ports`
        : `Service \`${service.name?.value ?? ''}\` has ${ports}`,
  };
}

function fixesOf(
  ingress: Ingress,
  backend: IngressBackend,
  service: Service,
  candidate: Candidate | undefined,
  isCertain: boolean,
): readonly Fix[] {
  const port = candidate?.port;
  // The port behind which the wanted one lies leads to the very same place.
  const safe = isCertain && candidate?.reason === 'target';
  if (port === undefined || backend.port === undefined) return [];
  const name = port.name?.value;
  const number = port.port?.value;
  if (backend.portKind === 'number' && number !== undefined)
    return [
      {
        title: `Change ${backend.port.value} to ${number}`,
        safe,
        edits: [replaceScalar(ingress.file, backend.port, number)],
      },
    ];
  if (backend.portKind !== 'name') return [];
  const written = backend.port.value;
  if (name !== undefined)
    return [
      {
        title: `Change \`${written}\` to \`${name}\``,
        safe,
        edits: [replaceScalar(ingress.file, backend.port, name)],
      },
    ];
  if (typeof written !== 'string' || number === undefined) return [];
  return [
    {
      title: `Name port ${number} of Service \`${service.name?.value ?? ''}\` \`${written}\``,
      safe: false,
      edits: [{ file: service.file, edit: { kind: 'insert-pair', mapping: port, key: 'name', value: written } }],
    },
  ];
}
