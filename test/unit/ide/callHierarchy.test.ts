import assert from 'node:assert/strict';
import { basename } from '../../../server/src/core/base/path.ts';
import {
  type Call,
  type CallItem,
  incomingCalls,
  outgoingCalls,
  prepareCalls,
} from '../../../server/src/core/ide/callHierarchy.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const SHOP = `
#- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web
          env: [{name: ORDERS_URL, value: "http://orders"}]
          envFrom: [{configMapRef: {name: env}}]
#- env.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: env, namespace: shop}
data: {DB: "db:5432", MAIL: "smtp://mail.example.com:25"}
#- orders.yaml
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers: [{name: api, image: api, ports: [{containerPort: 8080}], readinessProbe: {httpGet: {port: 8080}}}]
#- db.yaml
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db, ports: [{containerPort: 5432}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: []}
#- ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {defaultBackend: {service: {name: orders, port: {number: 80}}}}
`;

/** `Deployment/web (allowed · shop): web.yaml orders`, the declaring texts behind the file of the item. */
function callsAt(source: string, direction: 'incoming' | 'outgoing'): readonly string[] {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  const folder = indexFixture(files);
  const [item] = prepareCalls({ folder, ...cursor });
  assert.ok(item?.end, 'nothing is here');
  const find = direction === 'incoming' ? incomingCalls : outgoingCalls;
  const textOf = (file: string, { start, end }: { readonly start: number; readonly end: number }) =>
    files.find(({ path }) => path === file)?.text.slice(start, end) ?? assert.fail(file);
  const show = ({ item: { name, detail, file, span, selection }, places }: Call) => {
    assert.ok(span.start <= selection.start && selection.end <= span.end);
    const written = places.map((place) => textOf(place.file, place));
    return `${name} (${detail}): ${basename(file)} ${written.join(', ')}`;
  };
  return find(folder, item.end, 'cluster.local').map(show);
}

describe('calls', () => {
  it('lead to a Service from those that are told its name, and from Ingresses', () => {
    assert.deepEqual(
      callsAt(
        SHOP.replace('name: orders, namespace: shop}\nspec: {sel', 'name: ord$0ers, namespace: shop}\nspec: {sel'),
        'incoming',
      ),
      ['Deployment/web (allowed · shop): web.yaml orders', 'Ingress/shop (allowed · shop): ingress.yaml orders'],
    );
  });

  it('lead to a workload, from probes too; what policies deny says by which', () => {
    assert.deepEqual(
      callsAt(
        SHOP.replace('kind: Deployment\nmetadata: {name: orders', 'kind: Deploy$0ment\nmetadata: {name: orders'),
        'incoming',
      ),
      [
        'Deployment/web (allowed · shop): web.yaml orders',
        'Ingress/shop (allowed · shop): ingress.yaml orders',
        'kubelet (probes, allowed from the own node · shop): orders.yaml 8080',
      ],
    );
    assert.deepEqual(callsAt(SHOP.replace('kind: Pod', 'kind: P$0od'), 'incoming'), [
      'Deployment/web (denied by NetworkPolicy/db · shop · told by ConfigMap/env): env.yaml db:5432',
    ]);
  });

  it('lead from a workload to Services and hosts, those in values of ConfigMaps too', () => {
    assert.deepEqual(
      callsAt(
        SHOP.replace('kind: Deployment\nmetadata: {name: web', 'kind: D$0eployment\nmetadata: {name: web'),
        'outgoing',
      ),
      [
        'Service/orders (allowed · shop): orders.yaml orders',
        'Service/db (denied by NetworkPolicy/db · shop): db.yaml db:5432',
        'mail.example.com (outside of the manifests): env.yaml mail.example.com:25',
      ],
    );
  });

  it('lead from a Service to its Pods, and from an Ingress to its Services', () => {
    assert.deepEqual(callsAt(SHOP.replace('{selector: {app: db}', '{sel$0ector: {app: db}'), 'outgoing'), [
      'Pod/db (shop): db.yaml {app: db}',
    ]);
    assert.deepEqual(callsAt(SHOP.replace('defaultBackend', 'def$0aultBackend'), 'outgoing'), [
      'Service/orders (allowed · shop): orders.yaml orders',
    ]);
  });

  it('start at nothing else, and end where an object is gone', () => {
    const { files, cursor } = parseFixture(SHOP.replace('kind: ConfigMap', 'kind: Config$0Map'));
    assert.ok(cursor);
    const folder = indexFixture(files);
    assert.deepEqual(prepareCalls({ folder, ...cursor }), []);
    const gone = {
      kind: 'object',
      unit: 'loose:/work',
      file: '/work/a.yaml',
      objectKind: 'Service',
      name: 'gone',
    } as const;
    assert.deepEqual([...incomingCalls(folder, gone, ''), ...outgoingCalls(folder, gone, '')], []);
  });

  it('start once in each unit', () => {
    const { files, cursor } = parseFixture(`
#- base/service.yaml
apiVersion: v1
kind: Service
metadata: {name: we$0b}
#- base/kustomization.yaml
resources: [service.yaml]
#- dev/kustomization.yaml
namespace: dev
resources: [../base]
#- prod/kustomization.yaml
namespace: prod
resources: [../base]
`);
    assert.ok(cursor);
    const found: readonly CallItem[] = prepareCalls({ folder: indexFixture(files), ...cursor });
    assert.deepEqual(
      found.map(({ detail }) => detail),
      ['dev · dev', 'prod · prod'],
    );
  });
});
