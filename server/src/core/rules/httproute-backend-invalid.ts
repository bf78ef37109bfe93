import { lookUp, nearestTo } from '../cluster/lookup.ts';
import { isServiceRef, type ObjectRef, type Route } from '../k8s/gateway.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { type Service, targetPortOf } from '../k8s/service.ts';
import { dns1035LabelFault } from '../k8s/validity.ts';
import { defineRule, type Finding, type RuleContext, replaceScalar } from './rule.ts';
import { findMissingService } from './shared/missingService.ts';

export const httprouteBackendInvalid = defineRule({
  id: 'httproute-backend-invalid',
  types: ['route'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A backend of a route names a Service or port that does not exist',
  why: `A \`backendRef\` of a route names a Service and one of *its* ports by number: neither the name of the port nor the port of
the Pods. Where either is missing the route reports \`ResolvedRefs: False\`, and requests are answered with status 500. A reference to
a Service without \`port\` is refused by the API server.`,
  source: 'https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
    - backendRefs:
        - name: orders
          port: 8080
                ^^^^ \`Service/orders\` has no port 8080, so requests to this backend fail; that is the target port of its port 80
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: 8080
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  rules:
    - backendRefs:
        - name: orders
          port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: 8080
`,
  *check(route, context) {
    for (const backend of route.backends) {
      const { name } = backend;
      if (!isServiceRef(backend) || name?.value === undefined) continue;
      if (backend.port === undefined) {
        const message = `the reference to Service \`${name.value}\` has no \`port\`; the API server refuses the route`;
        yield { at: name, severity: 'error', message };
      } else if (dns1035LabelFault(name.value) === undefined) yield* checkBackend(route, backend, name.value, context);
    }
  },
});

function* checkBackend(route: Route, backend: ObjectRef, name: string, context: RuleContext): Iterable<Finding> {
  const { unit } = context;
  const namespace = backend.namespace ?? route.namespace;
  if (backend.name === undefined || (backend.namespace !== undefined && backend.namespace.value === undefined)) return;
  const { here } = lookUp(unit.index.services(name), namespace);
  if (here.length === 0) {
    const missing = findMissingService(
      {
        referrer: route,
        wanted: { value: name, start: backend.name.start, end: backend.name.end },
        namespace,
        siblings: route.backends.flatMap((other) => other.name?.value ?? []),
        reach: backend.namespace === undefined ? 'a reference without `namespace`' : undefined,
      },
      context,
    );
    if (missing !== undefined) yield missing;
    return;
  }
  const port = backend.port?.value;
  const services = nearestTo(route, here, unit);
  const [service] = services;
  if (port === undefined || service === undefined || services.some((each) => mayHavePort(each, port))) return;
  if (unit.others.some((index) => lookUp(index.services(name), namespace).here.some((each) => mayHavePort(each, port))))
    return;
  yield wrongPort(route, backend, service, port);
}

function mayHavePort(service: Service, number: number): boolean {
  if (service.opaque || service.portsOpen || service.ports.length === 0) return true;
  return service.ports.some(({ port }) => port?.value === number || (port !== undefined && port.value === undefined));
}

function wrongPort(route: Route, backend: ObjectRef, service: Service, number: number): Finding {
  const target = service.ports.find((port) => targetPortOf(port) === number);
  const [only] = service.ports;
  const meant = target ?? (service.ports.length === 1 ? only : undefined);
  const why =
    target?.port?.value === undefined
      ? `it has ${service.ports.map(({ port }) => port?.value).join(', ')}`
      : `that is the target port of its port ${target.port.value}`;
  const { start, end } = headSpan(service);
  return {
    at: backend.port ?? backend,
    message: `\`${describeResource(service)}\` has no port ${number}, so requests to this backend fail; ${why}`,
    related: [{ file: service.file, start, end, message: `\`${describeResource(service)}\` is defined here` }],
    ...(meant?.port?.value !== undefined &&
      backend.port !== undefined && {
        fixes: [
          {
            title: `Change ${number} to ${meant.port.value}`,
            safe: false,
            edits: [replaceScalar(route.file, backend.port, meant.port.value)],
          },
        ],
      }),
  };
}
