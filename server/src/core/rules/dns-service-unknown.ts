import { type HostReference, hostReferencesOf } from '../cluster/hostReferences.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import { defineRule, type Finding, type Fix, type Related } from './rule.ts';
import { findMissingService, type MissingService } from './shared/hostServices.ts';
import { isNameOfPod } from './shared/podNames.ts';

export const dnsServiceUnknown = defineRule({
  id: 'dns-service-unknown',
  types: ['workload', 'configMap'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A value names a Service that no manifest defines',
  why: `The cluster's DNS server knows Services by their name and namespace. For a name that no Service has it answers that there is
no such host, and the program that asks cannot connect.

Full names (\`orders.shop.svc\`) are looked at where a manifest, a kustomization or a deployment names the namespace; shorter ones
only where a Service with the same port has nearly the same name.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services',
  bad: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  selector:
    app: orders
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.4
          env:
            - name: ORDERS_URL
              value: http://ordres.shop.svc.cluster.local/api
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ there is no Service \`ordres\` in namespace \`shop\`, so the name does not resolve; did you mean \`orders\`?
`,
  good: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  selector:
    app: orders
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.4
          env:
            - name: ORDERS_URL
              value: http://orders.shop.svc.cluster.local/api
            - name: API_SERVER
              value: https://kubernetes.default.svc
            - name: TRACES_URL
              value: http://collector.tracing.svc:4318
`,
  *check(holder, { unit, settings }) {
    for (const reference of hostReferencesOf(unit, holder)) {
      if (isNameOfPod(unit, reference, settings.clusterDomain)) continue;
      const missing = findMissingService(unit, reference, settings);
      if (missing !== undefined) yield report(reference, missing);
    }
  },
});

function report({ holder, text }: HostReference, { meaning, near, elsewhere, severity }: MissingService): Finding {
  const { start, end } = text.host;
  const place = meaning.namespace === undefined ? '' : ` in namespace \`${meaning.namespace}\``;
  const what = `Service \`${meaning.service}\`${place}`;
  const fact =
    severity === 'warning' ? `there is no ${what}, so the name does not resolve` : `no manifest here shows a ${what}`;
  const [other] = elsewhere;
  const hint =
    near?.name?.value !== undefined
      ? `; did you mean \`${near.name.value}\`?`
      : other?.namespace?.value === undefined
        ? ''
        : `; there is one in namespace \`${other.namespace.value}\``;
  const target = near ?? other;
  return {
    at: { start, end },
    severity,
    message: `${fact}${hint}`,
    related: target === undefined ? [] : [defined(target)],
    fixes: near?.name?.value === undefined ? [] : fixesOf(holder.file, text, meaning.service, near.name.value),
  };
}

function fixesOf(file: string, { host, exact }: HostReference['text'], from: string, to: string): readonly Fix[] {
  const at = host.value.toLowerCase().split('.').indexOf(from);
  const offset = host.value.split('.').slice(0, at).join('.').length + (at > 0 ? 1 : 0);
  if (!exact || at < 0) return [];
  const start = host.start + offset;
  const span = { start, end: start + from.length };
  return [
    {
      title: `Change \`${from}\` to \`${to}\``,
      safe: false,
      edits: [{ file, edit: { kind: 'text', span, newText: to } }],
    },
  ];
}

function defined(service: Service): Related {
  const { start, end } = headSpan(service);
  return { file: service.file, start, end, message: `Service \`${service.name?.value ?? ''}\` is defined here` };
}
