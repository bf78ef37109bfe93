import assert from 'node:assert/strict';
import { basename } from '../../../server/src/core/base/path.ts';
import { completeValues, type ValueCompletion } from '../../../server/src/core/ide/completion/completion.ts';
import { applyTextEdits } from '../../../server/src/core/yaml/edit.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

/** Two workloads with their Service in namespace `shop`, and one of another namespace. */
export const SHOP = `#- orders.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders, tier: api, version: "1"}}
    spec:
      containers:
        - name: api
          ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  selector: {app: orders}
  ports: [{name: web, port: 80, targetPort: http}, {name: admin, port: 8081}]
#- database.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database, namespace: shop}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database, tier: data}}
    spec: {containers: [{name: postgres, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec:
  clusterIP: None
  selector: {app: database}
  ports: [{port: 5432}]
#- billing/ledger.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: billing}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: ledger, ports: [{name: rpc, containerPort: 7000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: billing}
spec: {selector: {app: ledger}, ports: [{port: 7000}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: billing, labels: {team: finance}}
`;

export interface Completed {
  readonly items: readonly ValueCompletion[];
  readonly labels: readonly string[];
  /** The line of the cursor after an item was chosen. */
  choose(label: string): string;
}

/** What is offered at the cursor of a fixture. */
export function complete(source: string, trigger?: string): Completed {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  const text = files.find(({ path }) => path === cursor.path)?.text ?? '';
  const charts = files.filter(({ path }) => basename(path) === 'Chart.yaml');
  assert.deepEqual(charts, []);
  const folder = indexFixture(files);
  const { items } = completeValues({ folder, text, ...cursor, trigger, clusterDomain: 'cluster.local' });
  for (const { span, filterText, label } of items) {
    const typed = text.slice(span.start, cursor.offset);
    assert.ok(span.start <= cursor.offset && cursor.offset <= span.end, `${label} does not touch the cursor`);
    assert.ok(!text.slice(span.start, span.end).includes('\n'), `${label} replaces several lines`);
    assert.equal(typeof filterText, 'string', typed);
  }
  return {
    items,
    labels: items.map(({ label }) => label),
    choose: (label) => {
      const item = items.find((each) => each.label === label);
      assert.ok(item, `${label} is not among ${items.map((each) => each.label).join(', ')}`);
      const edited = applyTextEdits(text, [{ ...item.span, newText: item.newText }]);
      const start = edited.lastIndexOf('\n', cursor.offset - 1) + 1;
      const end = edited.indexOf('\n', start);
      return edited.slice(start, end < 0 ? edited.length : end).trim();
    },
  };
}
