import assert from 'node:assert/strict';
import { assertRefused, kubefathom, temporaryFolder } from './run.ts';

const SHOP = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: pg, namespace: shop}
spec: {clusterIP: None, selector: {app: pg}, ports: [{name: sql, port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg, namespace: shop}
spec:
  serviceName: pg
  replicas: 2
  selector: {matchLabels: {app: pg}}
  template:
    metadata: {labels: {app: pg}}
    spec:
      containers:
        - name: pg
          image: postgres:17
          ports: [{name: sql, containerPort: 5432}]
          readinessProbe: {tcpSocket: {port: sql}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: agent, image: agent:1}]}
`;

describe('kubefathom dns', () => {
  const folder = temporaryFolder();

  it('tries the search list of the Pod that asks', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    const { code, out } = await kubefathom(['dns', 'web.shop', shop, '--from', 'sts/shop/pg', '--format', 'json']);
    assert.equal(code, 0);
    const hit = {
      name: 'web.shop.svc.cluster.local',
      type: 'A',
      rcode: 'NOERROR',
      answers: [{ type: 'A', to: 'clusterIP of shop/web' }],
    };
    assert.deepEqual(JSON.parse(out), {
      candidates: [{ name: 'web.shop.shop.svc.cluster.local', type: 'A', rcode: 'NXDOMAIN', answers: [] }, hit],
      answer: hit,
    });
  });

  it('asks for a full name as it is', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    const name = '_sql._tcp.pg.shop.svc.cluster.local';
    const { out } = await kubefathom(['dns', name, shop, '--type', 'srv', '--format', 'json']);
    const { candidates, answer } = JSON.parse(out);
    assert.equal(candidates.length, 1);
    assert.deepEqual(answer.answers, [
      { type: 'SRV', to: 'pg-0.pg.shop.svc.cluster.local', port: 5432 },
      { type: 'SRV', to: 'pg-1.pg.shop.svc.cluster.local', port: 5432 },
    ]);
    assert.equal(answer.when.length, 1);
    const missing = JSON.parse(
      (await kubefathom(['dns', 'pg-2.pg.shop.svc.cluster.local', shop, '--format=json'])).out,
    );
    assert.equal(missing.answer.rcode, 'NXDOMAIN');
  });

  it('tells people the same', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    const { code, out } = await kubefathom(['dns', 'pg', shop, '-n', 'shop']);
    assert.equal(code, 0);
    assert.match(out, /^A pg, asked by a Pod in namespace shop \(search shop\.svc\.cluster\.local .*ndots 5\)$/m);
    assert.match(out, /^1 {2}pg\.shop\.svc\.cluster\.local {2}A shop\/statefulset\/pg\/pg-0$/m);
    assert.match(out, /^answer {2}shop\/statefulset\/pg\/pg-0, shop\/statefulset\/pg\/pg-1$/m);
    const agent = await kubefathom(['dns', 'web', shop, '--from', 'ds/shop/agent']);
    assert.match(agent.out, /`hostNetwork`.*\(shop\.yaml:\d+:\d+\)/);
    assert.match(agent.out, /^answer {2}unknown$/m);
  });

  it('refuses what it cannot ask', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    await assertRefused(['dns'], /NAME/);
    await assertRefused(['dns', 'a..b', shop], /`a\.\.b` is no DNS name/);
    await assertRefused(['dns', 'web', shop, '--type', 'MX'], /--type is A, AAAA, SRV or CNAME/);
    await assertRefused(['dns', 'web', shop, '--from', 'web'], /--from is KIND\/NAMESPACE\/NAME/);
    await assertRefused(['dns', 'web', shop, '--from', 'deploy/shop/pg'], /there is `StatefulSet\/shop\/pg`/);
  });

  it('asks which variant is meant where they answer differently', async () => {
    const base = `apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.com}\n`;
    const overlay = (name: string) => `resources: [../base]
patches:
  - patch: '[{"op": "replace", "path": "/spec/externalName", "value": "${name}.example.com"}]'
    target: {kind: Service}
`;
    folder.write('.git/HEAD', 'ref: refs/heads/main\n');
    folder.write('base/db.yaml', base);
    folder.write('base/kustomization.yaml', 'resources: [db.yaml]\n');
    folder.write('dev/kustomization.yaml', overlay('dev'));
    folder.write('prod/kustomization.yaml', overlay('prod'));
    const { root } = folder;
    await assertRefused(['dns', 'db', root], /differs between `dev` and `prod`/);
    const { out } = await kubefathom(['dns', 'db', `${root}/prod`, '--format', 'json']);
    assert.deepEqual(JSON.parse(out).answer.answers, [{ type: 'CNAME', to: 'prod.example.com' }]);
  });
});
