import assert from 'node:assert/strict';
import { describeNode, toGraph } from '../../../client/webview/graphModel.ts';
import { createPeerFinder, filterRows, shownRows, sortRows } from '../../../client/webview/rows.ts';
import { computeReachability } from '../../../server/src/core/ide/reachability.ts';
import type { UnitReachability } from '../../../server/src/lsp/reachabilityMessages.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

/** Deployments with a Service each; `web` is told of `orders`, `orders` of `db`, of which only the first is let in. */
const SHOP = `${deployment('web', 'orders')}${deployment('orders', 'db')}${deployment('db')}${deployment('spare')}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: spare}}}]}]}
`;

function deployment(name: string, host?: string): string {
  const env = host === undefined ? '' : `env: [{name: URL, value: "http://${host}"}]`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, ports: [{containerPort: 80}], ${env}}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
---
`;
}

function load(source: string): UnitReachability {
  const [unit] = indexFixture(parseFixture(source).files).units;
  assert.ok(unit);
  return { unit: { id: unit.id, kind: 'loose', label: '', objects: unit.index.size }, ...computeReachability(unit) };
}

describe('the view of reachability', () => {
  const data = load(SHOP);
  const rows = shownRows(data);
  const namesOf = (list: readonly { readonly row: { readonly name: string } }[]) => list.map(({ row }) => row.name);
  const rowOf = (name: string) => rows.find(({ row }) => row.name === name) ?? assert.fail(name);

  it('sorts by each column, equal ones by name', () => {
    assert.deepEqual(namesOf(sortRows(rows, 'workload', true)), ['web', 'spare', 'orders', 'db']);
    assert.deepEqual(namesOf(sortRows(rows, 'denied', true)), ['db', 'orders', 'spare', 'web']);
    assert.deepEqual(namesOf(sortRows(rows, 'needs', true)), ['orders', 'web', 'db', 'spare']);
    assert.deepEqual(namesOf(sortRows(rows, 'callers', false)), ['db', 'orders', 'spare', 'web']);
    const excess = sortRows(rows, 'excess', true).map(({ row }) => [row.excess.workloads, row.excess.ports.length]);
    assert.deepEqual(excess, [
      [3, 0],
      [3, 0],
      [2, 0],
      [1, 1],
    ]);
  });

  it('filters by words, and by what is in trouble', () => {
    assert.deepEqual(namesOf(filterRows(rows, 'service or', false)), []);
    assert.deepEqual(namesOf(filterRows(rows, 'SHOP or', false)), ['orders']);
    assert.deepEqual(namesOf(filterRows(rows, '', true)), ['db', 'orders']);
  });

  it('lists whom a row may call, and who may call it', () => {
    const finder = createPeerFinder(data);
    const show = (peers: ReturnType<typeof finder.calls>) =>
      peers.map(({ rows: list, addresses, allowed }) =>
        [
          addresses ??
            list
              .map((at) => data.rows[at]?.name)
              .sort()
              .join(),
          allowed,
        ].join(': '),
      );
    assert.deepEqual(show(finder.callers(rowOf('db'))), ['spare: everything']);
    assert.deepEqual(show(finder.calls(rowOf('web'))), [
      'orders: everything',
      'spare: everything',
      'addresses outside the cluster: everything',
    ]);
  });

  it('draws needs by their Services, and what is allowed beyond them only when asked', () => {
    const plain = toGraph(data, rows, false);
    const titles = new Map(plain.nodes.map(({ id, kind, title }) => [id, `${kind} ${title}`]));
    const arrows = plain.edges.map(
      ({ from, to, kind, label }) => `${titles.get(from)} > ${titles.get(to)}: ${kind} ${label}`,
    );
    for (const arrow of [
      'Deployment web > Service orders: declared-allowed TCP 80',
      'Deployment orders > Service db: declared-denied TCP 80, denied',
      'Ingress gate > Service web: declared-allowed TCP 80',
      'Service db > Deployment db: selects ',
    ])
      assert.ok(arrows.includes(arrow), `${arrow} is drawn`);
    assert.ok(plain.excess > 0 && plain.edges.every(({ kind }) => kind !== 'allowed'));
    const all = toGraph(data, rows, true);
    assert.equal(all.edges.filter(({ kind }) => kind === 'allowed').length, plain.excess);
    assert.deepEqual(new Set(plain.nodes.map(({ namespace }) => namespace)), new Set(['shop']));
  });

  it('draws of some rows what touches them', () => {
    const part = toGraph(data, filterRows(rows, 'spare', false), false);
    assert.deepEqual(part.nodes.map(({ kind, title }) => `${kind} ${title}`).sort(), [
      'Deployment spare',
      'Service spare',
    ]);
  });

  it('says in words what a node is connected with', () => {
    const graph = toGraph(data, rows, false);
    const node = graph.nodes.find(({ kind, title }) => kind === 'Service' && title === 'db') ?? assert.fail();
    assert.equal(
      describeNode(graph, node),
      'Service db, namespace shop; selects Deployment db; needed by, but denied to, Deployment orders (TCP 80, denied)',
    );
  });
});
