import { lookUp, nearestTo } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { EndpointsObject } from '../k8s/endpoints.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, replaceScalar } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const endpointsliceServiceMismatch = defineRule({
  id: 'endpointslice-service-mismatch',
  types: ['endpoints'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Hand-written endpoints do not fit the Service that they are for',
  why: `An EndpointSlice belongs to the Service that its label \`kubernetes.io/service-name\` names, an Endpoints object to the Service of
its own name. Where no such Service exists, nobody reads them. Their ports are joined with those of the Service by *name*: a port whose name
differs, or that has a name where the Service's single port has none, serves nothing.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: database
spec:
  ports:
    - name: postgres
      port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database-1
  labels:
    kubernetes.io/service-name: database
addressType: IPv4
ports:
  - name: postgresql
          ^^^^^^^^^^ \`Service/database\` has no port named \`postgresql\`, so this port serves nothing; its port is named \`postgres\`
    port: 5432
endpoints:
  - addresses:
      - 192.0.2.10
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: database
spec:
  ports:
    - port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database-1
  labels:
    kubernetes.io/service-name: database
addressType: IPv4
ports:
  - port: 5432
endpoints:
  - addresses:
      - 192.0.2.10
`,
  *check(endpoints, { unit }) {
    const name = endpoints.service?.value;
    if (name === undefined || name === '' || endpoints.isManaged) return;
    const services = unit.index.services(name);
    const { here } = lookUp(services, endpoints.namespace);
    if (here.length === 0) yield* missing(endpoints, name, unit);
    for (const service of nearestTo(endpoints, here, unit)) {
      if (service.opaque || sameNamespace(service.namespace, endpoints.namespace) !== 'yes' || selectsPods(service))
        continue;
      if (areAppliedTogether(unit, service, endpoints) !== 'no') yield* wrongPorts(endpoints, service);
    }
  },
});

/** A Service of nearly this name that needs endpoints is evidence of a slip; without one they may be for another folder's. */
function* missing(endpoints: EndpointsObject, name: string, unit: Unit): Iterable<Finding> {
  if (endpoints.service === undefined) return;
  if (unit.others.some((index) => lookUp(index.services(name), endpoints.namespace).here.length > 0)) return;
  for (const service of unit.index.ofType('service')) {
    const own = service.name?.value;
    if (own === undefined || selectsPods(service) || !isTypo(name, own)) continue;
    if (sameNamespace(service.namespace, endpoints.namespace) !== 'yes') continue;
    if (areAppliedTogether(unit, service, endpoints) === 'no') continue;
    yield {
      at: endpoints.service,
      message: `there is no Service \`${name}\`, so nobody uses these endpoints; did you mean \`${own}\`?`,
      related: [
        { file: service.file, ...spanOf(service), message: `\`${describeResource(service)}\` has no selector` },
      ],
      fixes: [
        {
          title: `Change \`${name}\` to \`${own}\``,
          safe: false,
          edits: [replaceScalar(endpoints.file, endpoints.service, own)],
        },
      ],
    };
    return;
  }
}

function* wrongPorts(endpoints: EndpointsObject, service: Service): Iterable<Finding> {
  if (service.portsOpen || service.ports.length === 0) return;
  const names = service.ports.map(({ name }) => (name === undefined ? '' : name.value));
  if (names.some((name) => name === undefined)) return;
  for (const { name, port } of endpoints.ports) {
    const own = name === undefined ? '' : name.value;
    const at = name ?? port;
    if (own === undefined || at === undefined || names.includes(own)) continue;
    const [only] = names;
    const lack = own === '' ? 'no port without a name' : `no port named \`${own}\``;
    const have = only === '' ? 'its port has no name' : `its port is named \`${only}\``;
    yield {
      at,
      message: `\`${describeResource(service)}\` has ${lack}, so this port serves nothing${names.length === 1 ? `; ${have}` : ''}`,
      related: [{ file: service.file, ...spanOf(service), message: 'the Service' }],
      ...(name !== undefined &&
        names.length === 1 &&
        only !== undefined &&
        only !== '' && {
          fixes: [
            {
              title: `Change \`${own}\` to \`${only}\``,
              safe: false,
              edits: [replaceScalar(endpoints.file, name, only)],
            },
          ],
        }),
    };
  }
}

function spanOf(service: Service): { readonly start: number; readonly end: number } {
  const { start, end } = headSpan(service);
  return { start, end };
}
