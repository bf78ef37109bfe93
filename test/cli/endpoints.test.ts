import assert from 'node:assert/strict';
import { assertRefused, kubefathom, temporaryFolder } from './run.ts';

const SHOP = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: http}}
---
apiVersion: v1
kind: Service
metadata: {name: pg}
spec: {clusterIP: None, selector: {app: pg}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg}
spec:
  serviceName: pg
  selector: {matchLabels: {app: pg}}
  template: {metadata: {labels: {app: pg}}, spec: {containers: [{name: pg, image: "postgres:17"}]}}
`;

describe('kubefathom endpoints', () => {
  const folder = temporaryFolder();

  it('prints the slices of one Service as JSON', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    const { code, out } = await kubefathom(['endpoints', shop, '--service', 'shop/web', '--format', 'json']);
    assert.equal(code, 0);
    const pod = { ready: true, serving: true, terminating: false, readyWhen: 'GET /healthz on http answers' };
    const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }];
    assert.deepEqual(JSON.parse(out), {
      services: [
        {
          name: 'web',
          namespace: 'shop',
          labels: { app: 'web' },
          spec: {
            clusterIP: 'allocated',
            clusterIPs: ['allocated'],
            internalTrafficPolicy: 'Cluster',
            ipFamilies: ['IPv4'],
            ipFamilyPolicy: 'SingleStack',
            ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
            selector: { app: 'web' },
            sessionAffinity: 'None',
            type: 'ClusterIP',
          },
          endpointSlices: [
            {
              addressType: 'IPv4',
              managedBy: 'endpointslice-controller.k8s.io',
              ports,
              endpoints: [
                { pod: 'deployment/web#1', ...pod },
                { pod: 'deployment/web#2', ...pod },
              ],
            },
          ],
          endpoints: { subsets: [{ addresses: ['deployment/web#1', 'deployment/web#2'], ports }] },
        },
      ],
    });
  });

  it('prints a table, Pods of one owner together', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    const { code, out } = await kubefathom(['endpoints', shop, '-n', 'data']);
    assert.equal(code, 0);
    assert.equal(
      out,
      `data/pg  headless
  IPv4  5432/TCP
    statefulset/pg/pg-0  pg-0  ready

shop/web  ClusterIP
  IPv4  http 8080/TCP
    deployment/web  2 Pods  ready when GET /healthz on http answers
`,
    );
  });

  it('says unknown, and why, where a template decides', async () => {
    const shop = folder.write('shop.yaml', SHOP.replace('replicas: 2', 'replicas: ${REPLICAS}'));
    const { out } = await kubefathom(['endpoints', shop, '--service', 'web', '--format', 'json']);
    const [service] = JSON.parse(out).services;
    const [endpoint] = service.endpointSlices[0].endpoints;
    assert.equal(endpoint.count, 'unknown');
    assert.equal(endpoint.reason, 'the number of replicas is not decided');
  });

  it('names what the API server refuses', async () => {
    const shop = folder.write('shop.yaml', SHOP.replace('port: 80,', 'port: 0,'));
    const { out } = await kubefathom(['endpoints', shop]);
    assert.match(
      out,
      /^Service shop\/web is refused by the API server \(shop\.yaml:4\)\n {2}spec\.ports\[0\]\.port: /m,
    );
    assert.doesNotMatch(out, /^shop\/web/m);
    await assertRefused(['endpoints', shop, '--service', 'shop/web'], /the API server refuses Service `shop\/web`/);
  });

  it('refuses what it cannot answer', async () => {
    const shop = folder.write('shop.yaml', SHOP);
    await assertRefused(['endpoints', shop, '--service', 'web/web'], /no Service `web\/web`.*did you mean `shop\/web`/);
    await assertRefused(['endpoints', shop, '--service', 'a/b/c'], /NAMESPACE\/NAME/);
    await assertRefused(['endpoints', 'no-such-folder'], /there is no file or folder/);
  });
});
