import assert from 'node:assert/strict';
import { complete, SHOP } from './completionCheck.ts';

const at = (text: string) => complete(`${SHOP}#- test.yaml\n${text}`);

const ingress = (backend: string) =>
  at(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: shop}
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
${backend}
`);

describe('completion of ports', () => {
  it('offers the ports of the Pods that a Service selects', () => {
    const service = (target: string) =>
      at(`apiVersion: v1
kind: Service
metadata: {name: new, namespace: shop}
spec:
  selector: {app: orders}
  ports:
    - port: 80
      targetPort: ${target}
`);
    const found = service('$0');
    assert.deepEqual(found.labels, ['http', '8080', 'metrics', '9090']);
    assert.equal(found.items[0]?.detail, 'port 8080 of container api, Deployment/orders');
    assert.equal(found.items[1]?.detail, 'port `http` of container api, Deployment/orders');
    assert.equal(found.choose('8080'), 'targetPort: 8080');
    assert.equal(service('"80$0"').choose('8080'), 'targetPort: 8080');
    assert.equal(service('"$0"').choose('http'), 'targetPort: "http"');
  });

  it('offers the ports of the backend that is written beside', () => {
    const names = ingress('              service: {name: orders, port: {name: $0}}');
    assert.deepEqual(names.labels, ['web', 'admin']);
    assert.deepEqual(ingress('              service: {name: orders, port: {number: $0}}').labels, ['80', '8081']);
    const half = ingress(
      '              service:\n                name: orders\n                port:\n                  number: 8$0',
    );
    assert.equal(half.choose('8081'), 'number: 8081');
    assert.deepEqual(ingress('              service: {name: nothing, port: {number: $0}}').labels, []);
  });

  it('offers the ports of the probed container', () => {
    const found = at(`apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
    - name: a
      ports: [{name: one, containerPort: 1000}]
    - name: b
      ports: [{name: two, containerPort: 2000}]
      readinessProbe:
        httpGet:
          path: /
          port: $0
`);
    assert.deepEqual(found.labels, ['two', '2000']);
  });

  it('offers the ports of the Pods that a policy speaks of', () => {
    const policy = (rules: string) =>
      at(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
${rules}
`);
    assert.deepEqual(policy('  ingress:\n    - ports:\n        - port: $0').labels, [
      'http',
      '8080',
      'metrics',
      '9090',
    ]);
    assert.deepEqual(
      policy('  egress:\n    - to: [{podSelector: {matchLabels: {app: database}}}]\n      ports:\n        - port: $0')
        .labels,
      ['sql', '5432'],
    );
  });

  it('offers the names that monitors may ask for', () => {
    const monitor = at(`apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: pods, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  podMetricsEndpoints: [{port: $0}]
`);
    assert.deepEqual(monitor.labels, ['http', 'metrics']);
  });
});

describe('completion of names', () => {
  it('offers the Services of the namespace', () => {
    const found = ingress('              service: {name: $0}');
    assert.deepEqual(found.labels, ['database', 'orders']);
    assert.equal(found.items[1]?.detail, 'Service, ClusterIP, ports 80 (web), 8081 (admin)');
    assert.equal(found.items[1]?.documentation, 'In namespace shop');
  });

  it('offers headless Services first to a StatefulSet', () => {
    const found = at(`apiVersion: apps/v1
kind: StatefulSet
metadata: {name: new, namespace: shop}
spec:
  serviceName: $0
  selector: {matchLabels: {app: new}}
  template: {metadata: {labels: {app: new}}, spec: {containers: [{name: a}]}}
`);
    assert.deepEqual(found.labels, ['database', 'orders']);
  });

  it('offers what an autoscaler can scale', () => {
    const target = (text: string) =>
      at(`apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: more, namespace: shop}
spec:
  maxReplicas: 3
  scaleTargetRef:
${text}
`);
    assert.deepEqual(target('    apiVersion: apps/v1\n    kind: $0').labels, ['Deployment', 'StatefulSet']);
    assert.deepEqual(target('    kind: Deployment\n    name: $0').labels, ['orders']);
    assert.deepEqual(target('    kind: StatefulSet\n    name: $0').labels, ['database']);
  });

  it('offers backends of routes, in the namespace that they name', () => {
    const route = (ref: string) =>
      at(`apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: shop}
spec:
  rules:
    - backendRefs:
        - ${ref}
`);
    assert.deepEqual(route('name: $0').labels, ['database', 'orders']);
    assert.deepEqual(route('name: $0\n          namespace: billing').labels, ['ledger']);
    assert.deepEqual(route('name: ledger\n          namespace: billing\n          port: $0').labels, ['7000']);
    assert.equal(route('$0').labels.length, 0);
  });

  it('offers the written name, which a kustomization changes in both places', () => {
    const found = complete(`#- base/all.yaml
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {selector: {app: orders}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate}
spec:
  defaultBackend: {service: {name: $0, port: {number: 80}}}
#- base/kustomization.yaml
namePrefix: dev-
resources: [all.yaml]
`);
    assert.deepEqual(found.labels, ['orders']);
  });

  it('works where the rest of the document cannot be read', () => {
    const found = at(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: shop}
spec:
  defaultBackend:
    service:
      name: or$0
      port:
        num
  rules: [
`);
    assert.deepEqual(found.labels, ['database', 'orders']);
  });
});
