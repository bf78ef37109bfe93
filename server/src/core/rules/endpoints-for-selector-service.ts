import { sameNamespace } from '../cluster/selection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { selectsPods } from '../k8s/service.ts';
import { defineRule } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const endpointsForSelectorService = defineRule({
  id: 'endpoints-for-selector-service',
  types: ['endpoints'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Hand-written endpoints belong to a Service with a selector',
  why: `For a Service with a selector the controllers write the endpoints themselves. A hand-written Endpoints object of its name
is overwritten with the addresses of the Pods. A hand-written EndpointSlice stays and is served together with the Pods, so a part of
the connections goes to its addresses. Only a Service without selector leaves its endpoints to you.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: database
spec:
  selector:
    app: database
  ports:
    - port: 5432
---
apiVersion: v1
kind: Endpoints
metadata:
  name: database
        ^^^^^^^^ \`Service/database\` has a selector, so the controller overwrites these addresses with those of the Pods it selects
subsets:
  - addresses:
      - ip: 192.0.2.10
    ports:
      - port: 5432
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
apiVersion: v1
kind: Endpoints
metadata:
  name: database
subsets:
  - addresses:
      - ip: 192.0.2.10
    ports:
      - port: 5432
`,
  *check(endpoints, { unit }) {
    const name = endpoints.service?.value;
    if (endpoints.service === undefined || name === undefined || endpoints.isManaged) return;
    for (const service of unit.index.services(name)) {
      const { selector } = service;
      if (service.opaque || selector === undefined || !selectsPods(service) || selector.requirements.length === 0)
        continue;
      if (sameNamespace(service.namespace, endpoints.namespace) !== 'yes') continue;
      if (areAppliedTogether(unit, service, endpoints) === 'no') continue;
      const { start, end } = selector.requirements[0]?.key ?? headSpan(service);
      const consequence =
        endpoints.kind === 'Endpoints'
          ? 'so the controller overwrites these addresses with those of the Pods it selects'
          : 'so a part of its connections goes to these addresses, beside the Pods it selects';
      yield {
        at: endpoints.service,
        message: `\`${describeResource(service)}\` has a selector, ${consequence}`,
        related: [{ file: service.file, start, end, message: 'the selector' }],
      };
      return;
    }
  },
});
