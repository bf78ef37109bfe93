import { dns1035LabelFault } from '../k8s/validity.ts';
import { defineRule } from './rule.ts';
import { isActionOfController } from './shared/ingressBackends.ts';
import { findMissingService } from './shared/missingService.ts';

export const ingressBackendServiceMissing = defineRule({
  id: 'ingress-backend-service-missing',
  types: ['ingress'],
  severity: 'warning',
  reads: 'unit',
  summary: 'An Ingress leads to a Service that no manifest defines in its namespace',
  why: `An Ingress reaches Services of its own namespace alone. The API server does not look whether they exist; the controller
answers requests of such a path with an error (503 from ingress-nginx) until there is one.`,
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
                name: chekout
                      ^^^^^^^ there is no Service \`chekout\`, so requests to this backend fail; did you mean \`checkout\`?
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: checkout
      port:
        number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
`,
  *check(ingress, context) {
    const said = new Set<string>();
    for (const backend of ingress.backends) {
      if (backend.resource || isActionOfController(ingress, backend)) continue;
      if (backend.service?.value === undefined || dns1035LabelFault(backend.service.value) !== undefined) continue;
      const finding = findMissingService(
        {
          referrer: ingress,
          wanted: backend.service,
          namespace: ingress.namespace,
          siblings: ingress.backends.flatMap(({ service }) => service?.value ?? []),
          reach: "an Ingress's reach",
        },
        context,
      );
      if (finding === undefined || (finding.severity === 'hint' && said.has(backend.service.value))) continue;
      said.add(backend.service.value);
      yield finding;
    }
  },
});
