import assert from 'node:assert/strict';
import { deployment, expectHover, service, titleAt } from './hoverAt.ts';

const ORDERS = `---\n${service('  selector: {app: orders}\n  ports: [{name: http, port: 80, targetPort: http}]')}---\n${deployment('orders')}`;
const ingress = (backend: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - path: /orders
            pathType: Prefix
            backend: ${backend}
`;

describe('explaining references by name', () => {
  it('follows an Ingress backend to its Pods', () => {
    const source = ingress('{service: {name: ord$0ers, port: {number: 80}}}') + ORDERS;
    expectHover(
      source,
      'backend of `shop.example/orders`** — OK',
      '`Service/orders` `http` 80/TCP',
      '→ `Deployment/orders` 8080 (container `api`)',
    );
    const whole = source.replace('$0', '').replace('kind: I', 'ki$0nd: I');
    expectHover(
      whole,
      '1 backend** — OK',
      '`shop.example/orders` → `Service/orders` `http` 80/TCP → `Deployment/orders` 8080',
    );
  });

  it('reports a targetPort in the place of a Service port', () => {
    const source =
      ingress('{service: {name: orders, port: {number: 80$080}}}') +
      ORDERS.replace('targetPort: http', 'targetPort: 8080');
    assert.match(titleAt(source), /— Problem/);
    expectHover(source, '`8080` is the targetPort of `http` 80/TCP, a backend names the Service port');
  });

  it('calls a Service that no manifest shows unknown', () => {
    assert.match(
      titleAt(ingress('{service: {name: elsew$0here, port: {number: 80}}}')),
      /— Unknown: no manifest here shows the Service `elsewhere`/,
    );
    assert.match(titleAt(ingress('{service: {name: "$0{{ .Values.name }}", port: {number: 80}}}')), /— Unknown/);
  });

  it('explains what an autoscaler scales', () => {
    const scaler = (name: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: orders, namespace: shop}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, na$0me: ${name}}
`;
    expectHover(
      scaler('orders') + ORDERS,
      '— OK',
      'scales `Deployment/orders`',
      'between 1 (default) and 5 Pods',
      'also writes `replicas: 3`',
    );
    assert.match(titleAt(scaler('order') + ORDERS), /— Problem: .*`order`/);
    assert.match(titleAt(scaler('"{{ .Values.x }}"') + ORDERS), /— Unknown: its target is not decidable/);
  });

  it('explains what a disruption budget guards', () => {
    const budget = (app: string, least = '2') => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: orders, namespace: shop}
spec:
  minAvailable: ${least}
  selector: {matchLabels: {ap$0p: ${app}}}
`;
    expectHover(
      budget('orders') + ORDERS,
      '— OK',
      '`Deployment/orders`: 3 Pods',
      'at least 2 of 3 Pods stay available: 1 may be evicted at a time',
    );
    expectHover(budget('orders', '3') + ORDERS, 'no eviction is ever allowed');
    assert.match(titleAt(budget('ordesr') + ORDERS), /— Problem/);
    assert.match(titleAt(budget('nobody') + ORDERS), /— Unknown/);
  });
});
