import assert from 'node:assert/strict';
import { documentSymbols } from '../../../server/src/core/ide/documentSymbols.ts';
import { workspaceSymbols } from '../../../server/src/core/ide/workspaceSymbols.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { deployment, service } from '../explain/hoverAt.ts';

const folder = indexFixture(
  parseFixture(`#- apps/orders.yaml
${service('  ports: [{name: http, port: 80, targetPort: web}, {port: 53, protocol: UDP}]')}---
${deployment('orders')}#- web/web.yaml
apiVersion: v1
kind: Service
metadata: {name: frontend}
---
apiVersion: v1
kind: Service
metadata: {generateName: x-}
`).files,
);

describe('workspace symbols', () => {
  const found = (query: string) =>
    workspaceSymbols(folder, query).map(({ name, kind, container }) => `${kind} ${name} in ${container}`);

  it('lists all objects that have a name', () => {
    assert.deepEqual(found(''), ['Service frontend in web', 'Service orders in shop', 'Deployment orders in shop']);
  });

  it('finds by the characters in order, names before kinds', () => {
    assert.deepEqual(found('frnt'), ['Service frontend in web']);
    assert.deepEqual(found('ORD'), ['Service orders in shop', 'Deployment orders in shop']);
    assert.deepEqual(found('deployment/ord'), ['Deployment orders in shop']);
    assert.deepEqual(found('nothing'), []);
  });
});

describe('document symbols', () => {
  it('outlines objects with ports and containers', () => {
    const [first, second] = documentSymbols(folder, '/work/apps/orders.yaml');
    assert.deepEqual(
      [first, second].map(
        (symbol) =>
          `${symbol?.name} ${symbol?.detail} ${symbol?.children.map(({ name, detail }) => `${name} ${detail}`).join(' | ')}`,
      ),
      ['Service/orders shop http 80/TCP → web | 53/UDP → 53', 'Deployment/orders shop api example/api:1'],
    );
    assert.deepEqual(
      second?.children[0]?.children.map(({ name }) => name),
      ['http 8080/TCP'],
    );
  });

  it('keeps every selection inside of its symbol, and every symbol inside of its parent', () => {
    const aliased = indexFixture([
      {
        path: '/work/a.yaml',
        text: 'apiVersion: v1\nkind: Service\nmetadata: {name: &n web}\nspec:\n  selector: &s {app: web}\n  ports: [{name: *n, port: 80}]\n---\napiVersion: v1\nkind: Pod\n',
      },
    ]);
    const check = (symbols: ReturnType<typeof documentSymbols>, start: number, end: number) => {
      for (const { span, selection, children } of symbols) {
        assert.ok(start <= span.start && span.start <= selection.start && selection.end <= span.end && span.end <= end);
        check(children, span.start, span.end);
      }
    };
    check(documentSymbols(aliased, '/work/a.yaml'), 0, Number.MAX_SAFE_INTEGER);
    assert.deepEqual(documentSymbols(aliased, '/work/none.yaml'), []);
  });
});
