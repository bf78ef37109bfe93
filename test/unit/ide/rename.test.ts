import assert from 'node:assert/strict';
import { preparedAt, refusalAt, renameAt } from './renameCheck.ts';

const SHOP = `#- orders.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
        tier: api
    spec:
      containers:
        - name: api
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {port: http}
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  selector:
    app: "orders"
  ports:
    - name: web
      port: 80
      targetPort: http
#- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      affinity:
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: orders}}
      containers:
        - name: web
          env:
            - name: ORDERS_URL
              value: http://orders.shop:80/api
            - name: ORDERS_HOST
              value: orders
            - name: COLOUR
              value: orders
          args:
            - --orders=orders:80
            - |
              curl http://orders/health
              echo orders
#- policies.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: orders, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  ingress:
    - from:
        - podSelector:
            matchExpressions:
              - {key: app, operator: In, values: [web, orders]}
      ports: [{port: http}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: orders, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: orders}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders, port: {name: web}}}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files, namespace: shop}
data:
  ORDERS: "http://orders.shop.svc.cluster.local:80"
  nginx.conf: |
    location / {
      proxy_pass http://orders.shop;
    }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route, namespace: shop}
spec:
  rules: [{backendRefs: [{name: orders, port: 80}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: other}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: api}]}
`;

const at = (marked: string) => {
  const plain = marked.replace('$0', '');
  assert.ok(SHOP.includes(plain), plain);
  return SHOP.replace(plain, marked);
};

describe('rename of a label', () => {
  const CHANGES = [
    'orders.yaml:7 care: app: purchases',
    'orders.yaml:11 meaning: app: purchases',
    'orders.yaml:29 meaning: app: "purchases"',
    'web.yaml:13 meaning: labelSelector: {matchLabels: {app: purchases}}',
    'policies.yaml:5 meaning: podSelector: {matchLabels: {app: purchases}}',
    'policies.yaml:10 meaning: - {key: app, operator: In, values: [web, purchases]}',
    'policies.yaml:16 meaning: spec: {maxUnavailable: 1, selector: {matchLabels: {app: purchases}}}',
  ];

  it('follows the pair through every selector that takes these Pods, and leaves other namespaces alone', async () => {
    const { changes, notes } = await renameAt(at('        app: or$0ders\n        tier: api'), 'purchases');
    assert.deepEqual(changes, CHANGES);
    assert.deepEqual(notes, [
      'Deployment/orders: `spec.selector` of a Deployment never changes; delete it and apply it again',
    ]);
  });

  it('gives the same from each of its places', async () => {
    for (const marked of [
      'app: "ord$0ers"',
      'labelSelector: {matchLabels: {app: $0orders}}',
      'values: [web, orders$0]',
    ])
      assert.deepEqual((await renameAt(at(marked), 'purchases')).changes, CHANGES);
  });

  it('writes quotes where the new value needs them', async () => {
    const { changes } = await renameAt(at('        tier: a$0pi'), '1.0');
    assert.deepEqual(changes, ['orders.yaml:12 meaning: tier: "1.0"']);
  });

  it('renames keys of pairs, unless something asks for more of the key', async () => {
    const { changes } = await renameAt(at('        ti$0er: api'), 'layer');
    assert.deepEqual(changes, ['orders.yaml:12 meaning: layer: api']);
    assert.match(await refusalAt(at('        a$0pp: orders\n        tier'), 'name'), /for more than `orders`/);
  });

  it('takes a new pair', async () => {
    const { changes } = await renameAt(at('        tier: a$0pi'), 'layer=back');
    assert.deepEqual(changes, ['orders.yaml:12 meaning: layer: back']);
  });

  it('refuses what would make one group of two', async () => {
    assert.match(await refusalAt(at('        app: or$0ders\n        tier: api'), 'web'), /two groups would become one/);
    const other = `${at('        tier: a$0pi')}---
apiVersion: v1
kind: Service
metadata: {name: by-tier, namespace: shop}
spec: {selector: {tier: back}, ports: [{port: 1}]}
`;
    assert.match(await refusalAt(other, 'back'), /^Service\/by-tier speaks of `tier=back` already/);
  });

  it('shows where kinds that are not evaluated speak of the pair', async () => {
    const cilium = `${SHOP}---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec: {endpointSelector: {matchLabels: {"k8s:tier": api}}, ingress: [{fromEndpoints: [{matchLabels: {tier: api}}]}]}
`;
    const { changes, notes } = await renameAt(cilium.replace('        tier: api', '        tier: a$0pi'), 'back');
    assert.equal(changes.length, 2);
    assert.match(changes[1] ?? '', /"k8s:tier": back\}.*tier: back/);
    assert.match(notes.join(), /^CiliumNetworkPolicy\/api: this kind is not evaluated/);
    assert.match(
      await refusalAt(cilium.replace('        tier: api', '        ti$0er: api'), 'layer'),
      /not known here/,
    );
  });

  it('refuses invalid names', async () => {
    assert.match(await refusalAt(at('        tier: a$0pi'), 'not valid'), /^The label value `not valid` may hold only/);
    assert.match(await refusalAt(at('        ti$0er: api'), 'a/b/c'), /^The label key/);
    assert.match(await refusalAt(at('        ti$0er: api'), 'pod-template-hash'), /controllers/);
  });
});

describe('rename of a port', () => {
  it('follows a container port to Services, probes and policies', async () => {
    const { changes } = await renameAt(at('- name: ht$0tp'), 'api');
    assert.deepEqual(changes, [
      'orders.yaml:17 meaning: - name: api',
      'orders.yaml:20 meaning: httpGet: {port: api}',
      'orders.yaml:33 meaning: targetPort: api',
      'policies.yaml:11 meaning: ports: [{port: api}]',
    ]);
    assert.deepEqual((await renameAt(at('targetPort: ht$0tp'), 'api')).changes, changes);
    assert.deepEqual((await renameAt(at('ports: [{port: $0http}]'), 'api')).changes, changes);
  });

  it('follows the port of a Service to Ingresses', async () => {
    const { changes } = await renameAt(at('- name: we$0b\n      port'), 'public');
    assert.deepEqual(
      changes.map((change) => change.split(' ')[0]),
      ['orders.yaml:31', 'policies.yaml:25'],
    );
    assert.deepEqual((await renameAt(at('port: {name: we$0b}'), 'public')).changes, changes);
  });

  it('refuses names that are taken, and invalid ones', async () => {
    const two = SHOP.replace(
      'containerPort: 8080',
      'containerPort: 8080\n            - {name: admin, containerPort: 9}',
    );
    assert.match(await refusalAt(two.replace('- name: http', '- name: ht$0tp'), 'admin'), /has a port `admin` already/);
    assert.match(await refusalAt(at('- name: ht$0tp'), 'Http'), /^The port name/);
    assert.match(await refusalAt(at('- name: ht$0tp'), '8080'), /holds no letter/);
  });
});

describe('rename of a Service', () => {
  const CHANGES = [
    'orders.yaml:25 meaning: name: purchases',
    'web.yaml:18 text: value: http://purchases.shop:80/api',
    'web.yaml:20 text: value: purchases',
    'web.yaml:24 text: - --orders=purchases:80',
    'web.yaml:26 text: curl http://purchases/health',
    'policies.yaml:25 meaning: http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: purchases, port: {name: web}}}}]}',
    'policies.yaml:31 text: ORDERS: "http://purchases.shop.svc.cluster.local:80"',
    'policies.yaml:34 text: proxy_pass http://purchases.shop;',
    'policies.yaml:41 meaning: rules: [{backendRefs: [{name: purchases, port: 80}]}]',
  ];

  it('follows the name through objects and texts', async () => {
    const { changes } = await renameAt(at('  name: or$0ders\n  namespace: shop\nspec:\n  selector:'), 'purchases');
    assert.deepEqual(changes, CHANGES);
  });

  it('gives the same from its references', async () => {
    for (const marked of ['service: {name: or$0ders', 'http://or$0ders.shop:80', 'backendRefs: [{name: $0orders'])
      assert.deepEqual((await renameAt(at(marked), 'purchases')).changes, CHANGES);
    assert.equal(preparedAt(at('http://or$0ders.shop:80')), 'orders');
  });

  it('refuses a name that is taken, and invalid ones', async () => {
    const two = `${at('service: {name: or$0ders')}---
apiVersion: v1
kind: Service
metadata: {name: taken, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 1}]}
`;
    assert.match(await refusalAt(two, 'taken'), /^Service\/taken exists already/);
    assert.match(await refusalAt(at('service: {name: or$0ders'), '1st'), /^The name `1st`/);
  });

  it('follows it into annotations and names of other Services', async () => {
    const { changes } = await renameAt(
      `apiVersion: v1
kind: Service
metadata: {name: au$0th, namespace: shop}
spec: {selector: {app: auth}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: login, namespace: web}
spec: {type: ExternalName, externalName: auth.shop.svc.cluster.local}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: gate
  namespace: web
  annotations: {nginx.ingress.kubernetes.io/auth-url: "http://auth.shop.svc.cluster.local/check"}
spec: {defaultBackend: {service: {name: login, port: {number: 80}}}}
`,
      'guard',
    );
    assert.deepEqual(
      changes.map((change) => change.split(': ')[0]),
      ['test.yaml:3 meaning', 'test.yaml:9 text', 'test.yaml:16 text'],
    );
  });

  it('follows the name of a Pod below it', async () => {
    const named = SHOP.replace(
      'value: orders\n            - name: COLOUR',
      'value: orders-0.orders\n            - name: COLOUR',
    );
    const { changes } = await renameAt(
      named.replace('service: {name: orders', 'service: {name: $0orders'),
      'purchases',
    );
    assert.ok(changes.includes('web.yaml:20 text: value: orders-0.purchases'), changes.join('\n'));
  });

  it('says what a StatefulSet takes', async () => {
    const { changes, notes } = await renameAt(
      `apiVersion: v1
kind: Service
metadata: {name: d$0b}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{containerPort: 5432}]}]}
`,
      'database',
    );
    assert.deepEqual(changes, [
      'test.yaml:3 meaning: metadata: {name: database}',
      'test.yaml:10 care: serviceName: database',
    ]);
    assert.match(notes.join(), /never changes/);
  });
});

describe('places that cannot be renamed', () => {
  it('refuses keys that stand twice', async () => {
    const twice = SHOP.replace('    app: "orders"\n', '    app: "orders"\n    app: "orders"\n');
    assert.match(
      await refusalAt(twice.replace('{app: orders}}', '{app: or$0ders}}'), 'purchases'),
      /says the same under `app` twice/,
    );
    const other = SHOP.replace('    app: "orders"\n', '    app: other\n    app: "orders"\n');
    assert.match(
      await refusalAt(other.replace('{app: orders}}', '{app: or$0ders}}'), 'purchases'),
      /has the key `app` twice/,
    );
  });

  it('offers nothing where nothing refers', () => {
    assert.equal(preparedAt(at('kind: Ser$0vice')), undefined);
    assert.equal(preparedAt(at('containerPort: 80$0')), undefined);
  });

  it('refuses templates and charts', async () => {
    const open = SHOP.replace('app: orders\n        tier: api', 'app: o$0rders\n{{ include "labels" . }}');
    assert.match(await refusalAt(open, 'purchases'), /shaped by a template|cannot be renamed/);
    assert.match(
      preparedAt(`#- Chart.yaml
name: c
#- templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: or$0ders}
spec: {selector: {app: orders}, ports: [{port: 80}]}
`) ?? '',
      /^refused: .*Helm chart/,
    );
  });

  it('refuses kinds that are known by their Pod template alone', async () => {
    const rollout = SHOP.replace(
      'apiVersion: apps/v1\nkind: Deployment',
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout',
    );
    assert.match(await refusalAt(rollout.replace('app: "orders"', 'app: "or$0ders"'), 'purchases'), /^Rollout\/orders/);
  });
});
