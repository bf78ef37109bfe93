import assert from 'node:assert/strict';
import { complete, SHOP } from './completionCheck.ts';

const env = (name: string, value: string, trigger?: string) =>
  complete(
    `${SHOP}#- test.yaml
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
          env:
            - name: ${name}
              value: ${value}
`,
    trigger,
  );

const config = (data: string) =>
  complete(
    `${SHOP}#- test.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata:\n${data}\n`,
  );

describe('completion of hosts', () => {
  it('offers Services after a scheme, the own namespace first', () => {
    const found = env('ANY', 'http://$0');
    assert.deepEqual(found.labels, ['database', 'orders', 'ledger.billing']);
    assert.equal(found.choose('orders'), 'value: http://orders');
    assert.equal(env('ANY', '"http://or$0:80/path"').choose('orders'), 'value: "http://orders:80/path"');
  });

  it('offers the longer names as they are typed', () => {
    assert.deepEqual(env('ANY', 'http://orders.$0').labels, [
      'orders.shop',
      'orders.shop.svc',
      'orders.shop.svc.cluster.local',
    ]);
    assert.equal(env('ANY', 'http://orders.sh$0').choose('orders.shop.svc'), 'value: http://orders.shop.svc');
  });

  it('offers the ports of a Service behind its name', () => {
    const found = env('ANY', 'http://orders:$0', ':');
    assert.deepEqual(found.labels, ['80', '8081']);
    assert.equal(found.items[0]?.detail, 'port `web` of Service/orders');
    assert.equal(env('ANY', 'http://ledger.billing:7$0/x').choose('7000'), 'value: http://ledger.billing:7000/x');
    assert.deepEqual(env('ANY', 'http://nothing:$0').labels, []);
  });

  it('offers them for plain words where the name says that it is an address', () => {
    assert.deepEqual(env('ORDERS_HOST', '$0').labels, ['database', 'orders', 'ledger.billing']);
    assert.deepEqual(env('ORDERS_HOST', 'or$0').choose('orders'), 'value: orders');
    assert.deepEqual(env('COLOUR', 'o$0').labels, []);
    assert.deepEqual(env('COLOUR', '$0').labels, []);
  });

  it('offers them in arguments', () => {
    const args = (text: string) =>
      complete(`${SHOP}#- test.yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: web
      args:
        ${text}
`);
    assert.deepEqual(args('- --upstream=$0').labels, ['database', 'orders', 'ledger.billing']);
    assert.equal(args('- --upstream=orders:$0').choose('80'), '- --upstream=orders:80');
    assert.equal(args('- orders:$0').choose('8081'), '- orders:8081');
    assert.deepEqual(args('- --verbose=$0').labels, []);
    assert.deepEqual(args('- --url\n        - http://$0').labels, ['database', 'orders', 'ledger.billing']);
  });

  it('offers them in ConfigMaps, in files too', () => {
    assert.equal(config('  ORDERS_URL: http://$0').choose('orders'), 'ORDERS_URL: http://orders');
    assert.equal(
      config('  nginx.conf: |\n    location / {\n      proxy_pass http://or$0;\n    }').choose('orders'),
      'proxy_pass http://orders;',
    );
    assert.deepEqual(config('  nginx.conf: |\n    server $0').labels, []);
  });

  it('answers a colon only behind a host', () => {
    assert.deepEqual(env('ANY', 'http:$0', ':').labels, []);
    assert.deepEqual(env('ORDERS_HOST', '$0', ' ').labels, ['database', 'orders', 'ledger.billing']);
  });

  it('offers what a kustomization calls a Service in the end', () => {
    const found = complete(`#- base/all.yaml
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {selector: {app: orders}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, env: [{name: URL, value: "http://$0"}]}]}
#- base/kustomization.yaml
namePrefix: dev-
resources: [all.yaml]
`);
    assert.deepEqual(found.labels, ['dev-orders']);
  });
});
