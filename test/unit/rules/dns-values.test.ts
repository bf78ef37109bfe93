import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = allRules.filter(({ id }) =>
  ['dns-port-not-on-service', 'dns-service-unknown', 'statefulset-pod-dns-invalid', 'hostnetwork-dns-policy'].includes(
    id,
  ),
);

const SERVICE = (name: string, ports: string, more = '', namespace = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${namespace}}\nspec: {selector: {app: ${name}}, ports: [${ports}]${more}}\n---\n`;

const POD = (name: string, container: string, spec = '', namespace = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${spec}containers: [{name: c, image: c, ${container}}]}
---
`;
const ENV = (value: string, name = 'URL') => `env: [{name: ${name}, value: "${value}"}]`;
const SET = (name: string, rest: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  ${rest}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: c, ports: [{containerPort: 5432}]}]}
---
`;
const SHOP = ', namespace: shop';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n';

function find(text: string): readonly string[] {
  return diagnose(parseFixture(text), rules).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe('ports of hosts in values', () => {
  const orders = SERVICE('orders', '{port: 80, targetPort: 8080, nodePort: 30080}');

  it('finds the wrong port in environment, arguments and ConfigMaps that become variables', () => {
    const expected =
      /^warning dns-port-not-on-service: Service `orders` has no port 8080, so connections to it fail; 8080 is the target of its port 80$/;
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {ORDERS: "orders:8080"}\n---\n';
    for (const text of [
      orders + POD('web', ENV('http://orders:8080')),
      orders + POD('web', ENV('orders:8080')),
      orders + POD('web', ENV('mongodb://orders:80,orders:8080/x')),
      orders + POD('web', 'args: ["--orders=orders:8080"]'),
      orders + POD('web', 'command: ["sh", "-c", "curl http://orders:8080/x"]'),
      orders + config + POD('web', 'envFrom: [{configMapRef: {name: web}}]'),
      orders + config + POD('web', 'env: [{name: A, valueFrom: {configMapKeyRef: {name: web, key: ORDERS}}}]'),
    ]) {
      const [first, ...rest] = find(text);
      assert.match(first ?? '', expected, text);
      assert.deepEqual(rest, []);
    }
  });

  it('knows full names and names of other namespaces', () => {
    const there = SERVICE('orders', '{port: 80}', '', SHOP);
    for (const host of [
      'orders.shop',
      'orders.shop.svc',
      'orders.shop.svc.cluster.local',
      'orders.shop.svc.cluster.local.',
    ])
      assert.equal(find(there + POD('web', ENV(`http://${host}:81`), '', ', namespace: front')).length, 1, host);
    expectClean(there + POD('web', ENV('http://orders:81'), '', ', namespace: front'), rules);
  });

  it('says what the number is', () => {
    assert.match(find(orders + POD('web', ENV('orders:30080')))[0] ?? '', /30080 is the nodePort of its port 80/);
    assert.match(find(orders + POD('web', ENV('orders:99')))[0] ?? '', /^$/);
    assert.match(find(orders + POD('web', ENV('orders:443')))[0] ?? '', /; its only port is 80$/);
    assert.match(find(orders + POD('web', ENV('https://orders')))[0] ?? '', /^hint .*`https:\/\/` means port 443/);
  });

  it('is silent where the port is right, or not decided', () => {
    for (const text of [
      orders + POD('web', ENV('http://orders')),
      orders + POD('web', ENV('orders:80')),
      POD('web', ENV('orders:81')),
      orders + POD('web', ENV('http://orders.com:81')),
      orders + POD('web', ENV('orders:${PORT}')),
      orders + POD('web', ENV('http://orders:$(PORT)')),
      SERVICE('orders', '{port: "${PORT}"}') + POD('web', ENV('orders:81')),
      SERVICE('orders', '{port: 80}', ', type: ExternalName, externalName: a.example.com') +
        POD('web', ENV('orders:81')),
      SERVICE('redis', '{port: 6379}') + POD('web', ENV('redis:7', 'REDIS')),
      SERVICE('redis', '{port: 6379}') + POD('web', ENV('redis:7000', 'REDIS_IMAGE')),
      orders + POD('orders', ENV('orders:9093', 'PEER')),
      orders + POD('web', ENV('PLAINTEXT://orders:9092', 'KAFKA_LISTENERS')),
      orders + POD('web', 'args: ["--issuer", "https://orders:444"]'),
      `${orders}apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {ORDERS: "orders:81"}\n---\n`,
      `#- a/s.yaml\n${orders}#- b/s.yaml\n${SERVICE('orders', '{port: 81}')}#- c/w.yaml\n${POD('web', ENV('orders:81'))}`,
      `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: orders}\n---\n${POD('web', ENV('orders:81'))}`,
    ])
      assert.deepEqual(find(text), [], text);
  });

  it('asks the Pods of a headless Service, for a hint', () => {
    const db = SERVICE('db', '{port: 5432}', ', clusterIP: None');
    const pods = SET('db', 'serviceName: db');
    assert.match(
      find(db + pods + POD('web', ENV('db:5433')))[0] ?? '',
      /^hint .*declares port 5433.*declared is 5432$/,
    );
    expectClean(db + pods + POD('web', ENV('db:5432')), rules);
    expectClean(db + POD('db', ENV('x')) + POD('web', ENV('db:5433')), rules);
  });
});

describe('names of Services in values', () => {
  const orders = SERVICE('orders', '{port: 80}', '', SHOP);
  const web = (value: string) => POD('web', ENV(value), '', SHOP);

  it('warns of a slip, and hints where nothing is near', () => {
    assert.match(
      find(NAMESPACE + orders + web('http://ordres.shop.svc'))[0] ?? '',
      /^warning .*did you mean `orders`\?$/,
    );
    assert.match(
      find(NAMESPACE + orders + web('payments.shop.svc.cluster.local'))[0] ?? '',
      /^hint .*no manifest here shows/,
    );
    assert.match(find(NAMESPACE + orders + web('ordres:80'))[0] ?? '', /^warning dns-service-unknown/);
  });

  it('is silent where others may provide the name', () => {
    for (const text of [
      orders + web('http://ordres.elsewhere.svc'),
      NAMESPACE + orders + web('https://kubernetes.default.svc'),
      NAMESPACE + orders + web('ordres:81'),
      NAMESPACE + orders + web('ordres'),
      NAMESPACE + orders + web('http://ordres.example.com:80'),
      `${NAMESPACE + orders + web('http://ordres.shop.svc')}apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: x}\n---\n`,
      `${NAMESPACE + orders + web('http://pg-rw.shop.svc')}apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: shop}\n---\n`,
      NAMESPACE + SERVICE('"${NAME}"', '{port: 80}', '', SHOP) + orders + web('http://ordres.shop.svc'),
    ])
      assert.deepEqual(find(text), [], text);
  });
});

describe('names of Pods in values', () => {
  const nodes = SERVICE('pg-nodes', '{port: 5432}', ', clusterIP: None');
  const set = nodes + SET('pg', 'serviceName: pg-nodes\n  replicas: 2');

  it('finds the wrong Service, and ordinals that there are not', () => {
    const other = SERVICE('pg', '{port: 5432}');
    assert.match(find(set + other + POD('web', ENV('pg-0.pg:5432')))[0] ?? '', /^warning .*no names below `pg`$/);
    assert.match(find(set + POD('web', ENV('http://pg-2.pg-nodes:5432')))[0] ?? '', /^warning .*there is no `pg-2`$/);
    assert.match(find(set + POD('web', ENV('pg-0.mirror:5432')))[0] ?? '', /^hint /);
    assert.match(
      find(nodes + SET('pg', 'replicas: 1') + POD('web', ENV('pg-0.pg-nodes:5432')))[0] ?? '',
      /no `serviceName`/,
    );
  });

  it('is silent where there may be more Pods, or the name is right', () => {
    const scaler =
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: pg}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: pg}, maxReplicas: 9}\n---\n';
    for (const text of [
      set + POD('web', ENV('pg-0.pg-nodes:5432,pg-1.pg-nodes:5432')),
      set + scaler + POD('web', ENV('pg-7.pg-nodes:5432')),
      nodes + SET('pg', 'serviceName: pg-nodes\n  replicas: ${N}') + POD('web', ENV('pg-7.pg-nodes:5432')),
      nodes + SET('pg', 'serviceName: pg-nodes\n  replicas: 0') + POD('web', ENV('pg-7.pg-nodes:5432')),
      nodes +
        SET('pg', 'serviceName: pg-nodes\n  replicas: 2\n  ordinals: {start: 5}') +
        POD('web', ENV('pg-6.pg-nodes:5432')),
      nodes + SET('pg', 'serviceName: "${S}"\n  replicas: 2') + POD('web', ENV('pg-1.pg:5432')),
    ])
      assert.deepEqual(find(text), [], text);
  });
});

describe('the resolver of Pods in the network of their node', () => {
  const orders = SERVICE('orders', '{port: 80}');

  it('warns where they ask for names of the cluster', () => {
    for (const value of ['http://orders', 'orders:80', 'https://kubernetes.default.svc', 'x.y.svc.cluster.local'])
      assert.equal(find(orders + POD('agent', ENV(value), 'hostNetwork: true, ')).length, 1, value);
    assert.equal(
      find(orders + POD('agent', ENV('orders:80'), 'hostNetwork: true, dnsPolicy: ClusterFirst, ')).length,
      1,
    );
  });

  it('is silent without such names, and where the policy is chosen', () => {
    for (const spec of [
      '',
      'hostNetwork: true, dnsPolicy: Default, ',
      'hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, ',
      'hostNetwork: "${H}", ',
    ])
      assert.deepEqual(find(orders + POD('agent', ENV('orders:80'), spec)), [], spec);
    for (const value of ['https://metrics.example.com', 'http://10.0.0.1:80', 'orders'])
      assert.deepEqual(find(orders + POD('agent', ENV(value), 'hostNetwork: true, ')), [], value);
  });
});
