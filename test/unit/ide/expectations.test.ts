import assert from 'node:assert/strict';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: shop}
spec: {template: {metadata: {labels: {app: worker}}, spec: {containers: [{name: worker, image: x}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec: {template: {metadata: {labels: {app: orders}}, spec: {containers: [{name: orders, image: x, ports: [{containerPort: 8080}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: orders, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]
`;

describe('expectations in comments', () => {
  it('say nothing where they hold', () => {
    for (const holding of [
      'web -> orders:80 allow',
      'web -> orders:http allow; * -> orders:http deny',
      'Deployment/web -> shop/Service/orders:80/tcp allow -- the shop needs it',
      'web -> Deployment/orders:8080 allow',
      'worker -> orders:80 deny; ip:203.0.113.9 -> orders:80 deny',
      'shop/* -> web:80 allow',
      '* -> web:80 allow;',
    ])
      assert.deepEqual(found(holding), [], holding);
  });

  it('are errors where policies certainly decide otherwise, with the deciding policy', () => {
    const [denied] = diagnose(parseFixture(`# kubefathom-expect: worker -> orders:80 allow\n${SHOP}`), []);
    assert.equal(denied?.severity, 'error');
    assert.match(
      denied?.message ?? '',
      /^this connection is denied: Deployment\/worker to Deployment\/orders, TCP 8080: `NetworkPolicy\/orders` isolates /,
    );
    assert.deepEqual(
      denied?.related?.map(({ message }) => message),
      ['`NetworkPolicy/orders` isolates the Pods'],
    );
    assert.deepEqual(found('* -> orders:80 deny'), [
      'error `* -> orders:80 deny` this connection is allowed: Deployment/web to Deployment/orders, TCP 8080',
    ]);
    assert.deepEqual(found('* -> orders:80 allow'), [
      'error `* -> orders:80 allow` this connection is denied: Deployment/worker to Deployment/orders, TCP 8080',
    ]);
  });

  it('are information where the manifests do not decide it', () => {
    const text = SHOP.replace('podSelector: {matchLabels: {app: web}}', 'podSelector: {matchLabels: {app: "${APP}"}}');
    assert.deepEqual(found('web -> orders:80 allow', text), [
      'info `web -> orders:80 allow` whether this holds is not decided: Deployment/web to Deployment/orders, TCP 8080',
    ]);
  });

  it('name what they cannot mean, at its place', () => {
    assert.deepEqual(found('wbe -> orders:80 allow'), [
      'error `wbe` no manifest of this folder has `wbe`; did you mean `web`?',
    ]);
    assert.deepEqual(found('web -> orders:81 allow'), ['error `81` `Service/orders` has no port 81; it has 80']);
    assert.deepEqual(found('web -> orders:99999 allow'), [
      'error `99999` `99999` is neither a number from 1 to 65535 nor the name of a port',
    ]);
    assert.deepEqual(found('web -> orders allow'), ['error `orders` an expectation names a port']);
    assert.deepEqual(found('web -> orders:80/ICMP allow'), [
      'error `ICMP` the protocol is TCP, UDP or SCTP, not `ICMP`',
    ]);
    assert.deepEqual(found('web -> orders:80 forbid'), [
      'error `forbid` an expectation ends with `allow` or `deny`, not `forbid`',
    ]);
    assert.deepEqual(found('web orders'), [
      'error `web orders` an expectation is written as `web -> orders:80 allow` or `* -> db:5432 deny`',
    ]);
    assert.equal(found('').length, 1);
    const twice = `${SHOP}---\n${SHOP.split('---\n')[0]?.replace('namespace: shop', 'namespace: old')}`;
    assert.deepEqual(found('web -> orders:80 allow', twice), []);
    assert.deepEqual(found('old/web -> shop/orders:80 deny', twice), []);
  });
});

function found(expectation: string, text = SHOP): readonly string[] {
  const source = `# kubefathom-expect: ${expectation}\n${text}`;
  return diagnose(parseFixture(source), []).map(
    ({ severity, at, message }) =>
      `${severity} \`${source.slice(at.start, at.end)}\` ${message.replace(/(TCP 8080|a port): .*$/, '$1')}`,
  );
}
