import assert from 'node:assert/strict';
import { type DeclaredNeed, declaredNeedsOf } from '../../../server/src/core/cluster/declaredNeeds.ts';
import { describeResource } from '../../../server/src/core/k8s/resourceBase.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

describe('declared needs', () => {
  it('are hosts in variables, at the port of the Pods behind the Service', () => {
    assert.deepEqual(needsIn(`${client('http://orders/api')}${ORDERS}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host URL)',
    ]);
  });

  it('are hosts in arguments, by their own port where the Service is headless', () => {
    const headless = ORDERS.replace('spec: {', 'spec: {clusterIP: None, ');
    assert.deepEqual(needsIn(`${client('http://orders:8080', 'args')}${headless}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host http://orders:8080)',
    ]);
  });

  it('are names in variables that are called like a host, if they are those of Services', () => {
    const told = workload(
      'env: [{name: ORDERS_HOST, value: orders}, {name: HOST, value: nobody}, {name: MODE, value: orders}]',
    );
    assert.deepEqual(needsIn(`${told}${ORDERS}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host ORDERS_HOST) ?',
    ]);
    const many = ORDERS.replace('ports: [{port: 80', 'ports: [{port: 81, name: b}, {name: a, port: 80');
    assert.deepEqual(needsIn(`${told}${many}`), ['Deployment/web -> Deployment/orders ? ? (host ORDERS_HOST) ?']);
    const config = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {ORDERS_HOST: orders}
`;
    assert.deepEqual(needsIn(`${taker('ORDERS_HOST')}${ORDERS}${config}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host ORDERS_HOST) ?',
    ]);
  });

  it('come by ConfigMaps and Secrets, for the workloads that take them', () => {
    const config = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {ORDERS: "orders:80", OTHER: "stock:9090"}
---
apiVersion: v1
kind: Secret
metadata: {name: unused}
stringData: {ORDERS: "orders:80"}
`;
    assert.deepEqual(needsIn(`${taker('ORDERS')}${ORDERS}${config}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host ORDERS)',
    ]);
  });

  it('are in doubt where a ConfigMap of that name stands nearer to the workload', () => {
    const config = (value: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {ORDERS: "${value}"}
`;
    const text = `
#- a/web.yaml
${taker('ORDERS')}${ORDERS}
#- a/config.yaml
${config('orders:80')}
#- b/config.yaml
${config('orders:8081')}
`;
    assert.deepEqual(needsIn(text), [
      'Deployment/web -> Deployment/orders TCP 8080 (host ORDERS)',
      'Deployment/web -> Deployment/orders ? ? (host ORDERS) ?',
    ]);
  });

  it('have the protocol that the Service has for the port', () => {
    const udp = ORDERS.replace('port: 80,', 'port: 80, protocol: UDP,');
    assert.deepEqual(needsIn(`${client('orders:80')}${udp}`), [
      'Deployment/web -> Deployment/orders UDP ? (host URL) ?',
    ]);
    assert.deepEqual(needsIn(`${client('orders:80')}${udp.replace('targetPort: http', 'targetPort: 5000')}`), [
      'Deployment/web -> Deployment/orders UDP 5000 (host URL)',
    ]);
  });

  it('are in doubt where the Service lacks the port, and where two Services have the name', () => {
    assert.deepEqual(needsIn(`${client('http://orders:81')}${ORDERS}`), [
      'Deployment/web -> Deployment/orders TCP ? (host URL) ?',
    ]);
    const [service = ''] = ORDERS.split('---\n').filter((text) => text.includes('kind: Service'));
    assert.deepEqual(needsIn(`${client('http://orders')}${ORDERS}---\n${service}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host URL) ?',
      'Deployment/web -> Deployment/orders TCP 8080 (host URL) ?',
    ]);
  });

  it('lead outside where no Service has the name, or one is an alias', () => {
    const alias = `---
apiVersion: v1
kind: Service
metadata: {name: old}
spec: {type: ExternalName, externalName: db.example.com}
`;
    assert.deepEqual(needsIn(`${client('https://api.example.com')}`), [
      'Deployment/web -> api.example.com TCP 443 (host URL)',
    ]);
    assert.deepEqual(needsIn(`${client('http://stock:80')}`), ['Deployment/web -> in cluster stock TCP 80 (host URL)']);
    assert.deepEqual(needsIn(`${client('postgres://old/x')}${alias}`), [
      'Deployment/web -> db.example.com TCP 5432 (host URL)',
    ]);
  });

  it('are backends of Ingresses and routes, a headless Service being translated', () => {
    const text = `${ORDERS.replace('spec: {', 'spec: {clusterIP: None, ')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders, port: {number: 80}}}}]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  rules: [{backendRefs: [{name: orders, port: 80}]}]
`;
    assert.deepEqual(needsIn(text), [
      'controller -> Deployment/orders TCP 8080 (ingress orders:80)',
      'controller -> Deployment/orders TCP 8080 (route orders:80)',
    ]);
  });

  it('are probes, on a port of their own container', () => {
    const probed = ORDERS.replace('image: o', 'image: o, readinessProbe: {httpGet: {path: /up, port: http}}');
    assert.deepEqual(needsIn(probed), ['kubelet -> Deployment/orders TCP 8080 (probe readinessProbe)']);
  });

  it('are in doubt for Pods of Jobs, for templates and for undecided namespaces', () => {
    const job = `---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec: {template: {metadata: {labels: {app: orders}}, spec: {containers: [{name: m, image: m}]}}}
`;
    assert.deepEqual(
      needsIn(`${client('http://orders')}${ORDERS.replace('targetPort: http', 'targetPort: 1')}${job}`),
      ['Deployment/web -> Deployment/orders TCP 1 (host URL)', 'Deployment/web -> Job/migrate TCP 1 (host URL) ?'],
    );
    const elsewhere = ORDERS.replaceAll('name: orders}', 'name: orders, namespace: shop}');
    assert.deepEqual(needsIn(`${client('http://orders')}${elsewhere}`), [
      'Deployment/web -> Deployment/orders TCP 8080 (host URL) ?',
    ]);
    assert.deepEqual(needsIn(`${client('http://{{ host }}')}${ORDERS}`), []);
  });

  it('are computed once, and again after an edit', () => {
    const folder = indexFixture(parseFixture(`${client('http://orders')}${ORDERS}`).files);
    const [unit] = folder.unitsOf('/work/test.yaml');
    assert.ok(unit);
    const first = declaredNeedsOf(unit);
    assert.equal(declaredNeedsOf(unit), first);
    folder.apply([{ path: '/work/test.yaml', text: client('http://stock') }]);
    assert.deepEqual(declaredNeedsOf(folder.unitsOf('/work/test.yaml')[0] ?? unit).all.map(show), [
      'Deployment/web -> in cluster stock TCP 80 (host URL)',
    ]);
  });
});

const ORDERS = `---
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {selector: {app: orders}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: o, image: o, ports: [{name: http, containerPort: 8080}]}]}
`;

function client(value: string, field: 'env' | 'args' = 'env'): string {
  const told = field === 'env' ? `env: [{name: URL, value: "${value}"}]` : `args: ["${value}"]`;
  return workload(told);
}

function taker(key: string): string {
  return workload(`env: [{name: ${key}, valueFrom: {configMapKeyRef: {name: settings, key: ${key}}}}]`);
}

function workload(told: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: w, image: w, ${told}}]}
`;
}

/** `Deployment/web -> Deployment/orders TCP 8080 (host ORDERS_URL)`, with ` ?` where it is in doubt. */
function needsIn(source: string): readonly string[] {
  const { files } = parseFixture(source);
  const folder = indexFixture(files);
  const units = new Set(files.flatMap(({ path }) => folder.unitsOf(path)));
  return [...units].flatMap((unit) => declaredNeedsOf(unit).all.map(show));
}

function show({ from, to, protocol, port, doubt, evidence }: DeclaredNeed): string {
  const source = from.kind === 'pods' ? describeResource(from.workload) : from.kind;
  const target =
    to.kind === 'pods' ? describeResource(to.workload) : `${to.isInCluster ? 'in cluster ' : ''}${to.host}`;
  const what = evidence.name === '' ? evidence.text : evidence.name;
  return `${source} -> ${target} ${protocol ?? '?'} ${port ?? '?'} (${evidence.kind} ${what})${doubt === undefined ? '' : ' ?'}`;
}
