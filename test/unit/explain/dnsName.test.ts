import assert from 'node:assert/strict';
import { deployment, expectHover, hoverAt, service, titleAt } from './hoverAt.ts';

const ORDERS = service('  selector: {app: orders}\n  ports: [{name: http, port: 80, targetPort: 8080}]');
const caller = (value: string, namespace = 'shop', more = '') =>
  `${deployment('web', '[]', `          env: [{name: A, value: "${value}"}]\n${more}`).replace('namespace: shop', `namespace: ${namespace}`)}---\n${ORDERS}`;

describe('explaining the names of Services in values', () => {
  it('follows a name through the search list to its Service and port', () => {
    expectHover(
      caller('http://or$0ders/api'),
      'host `orders`** — OK',
      '`orders` → `orders.shop.svc.cluster.local` → `Service/orders` (ClusterIP)',
      'port `http` 80/TCP',
      'kubectl -n shop exec deploy/web -- nslookup orders.shop.svc.cluster.local',
    );
    for (const value of [
      'or$0ders',
      'or$0ders:80',
      'or$0ders.shop.svc',
      'jdbc:x://or$0ders.shop.svc.cluster.local.:80/x',
    ])
      assert.match(titleAt(caller(value)), /— OK$/, value);
    assert.match(titleAt(caller('x$0:1,orders:80,orders')), /3 hosts\*\* — Unknown/);
  });

  it('tells the Service port from the targetPort', () => {
    expectHover(
      caller('http://or$0ders:8080'),
      '— Problem: Service `orders` has no port 8080',
      '`Service/orders` has `http` 80/TCP; 8080 is the targetPort of `http` 80/TCP',
    );
  });

  it('shows the names that are tried, where the first is no hit, and the Pod that a name is of', () => {
    expectHover(
      caller('http://or$0ders.shop:80', 'web'),
      'tried in order: `orders.shop.web.svc.cluster.local` no such name · `orders.shop.svc.cluster.local` hit',
    );
    const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: shop}
spec:
  serviceName: orders
  selector: {matchLabels: {app: orders}}
  template: {metadata: {labels: {app: orders}}, spec: {containers: [{name: c, image: c}]}}
`;
    expectHover(
      `${caller('http://orders-0.or$0ders:80')}---\n${set}`,
      '`orders-0.orders` → `orders-0.orders.shop.svc.cluster.local`',
      'tried in order: `orders-0.orders.shop.svc.cluster.local` hit (`statefulset/orders/orders-0`)',
    );
  });

  it('finds the Service in another namespace, and one of a near name', () => {
    expectHover(
      caller('http://or$0ders', 'web'),
      '— Unknown: no manifest here shows `orders` in namespace `web`',
      'from here it is `orders.shop`',
    );
    assert.match(titleAt(caller('http://or$0ders.shop', 'web')), /— OK$/);
    expectHover(caller('http://or$0desr'), '— Unknown', '`Service/orders` has a name near to it');
  });

  it('says nothing of the world outside and of ordinary words', () => {
    for (const value of [
      'de$0bug',
      'https://exa$0mple.com',
      'loc$0alhost:80',
      '10.0$0.0.1:80',
      'a.b.c.exa$0mple.com:80',
      'true$0',
    ])
      assert.equal(hoverAt(caller(value)), undefined, value);
  });

  it('knows Pods that ask the resolver of their node', () => {
    assert.match(
      titleAt(caller('http://or$0ders', 'shop', '      hostNetwork: true\n')),
      /— Unknown: this Pod asks its node/,
    );
  });

  it('reads arguments and ConfigMaps', () => {
    const args = deployment('web', '[]', '          args: ["--backend=or$0ders:80"]\n');
    assert.match(titleAt(`${args}---\n${ORDERS}`), /host `orders`\*\* — OK/);
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata:\n  URL: http://or$0ders\n---\n${ORDERS}`;
    expectHover(map, 'ConfigMap `shop/c` · host `orders`', '`Service/orders`');
  });
});
