import assert from 'node:assert/strict';
import { complete, SHOP } from './completionCheck.ts';

const service = (selector: string) => `${SHOP}#- test.yaml
apiVersion: v1
kind: Service
metadata:
  name: new
  namespace: shop
spec:
  selector:
${selector}
  ports:
    - port: 80
`;

const policy = (spec: string) => `${SHOP}#- test.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
${spec}
`;

describe('completion of labels', () => {
  it('offers the keys of the namespace, with their colon', () => {
    const found = complete(service('    $0'));
    assert.deepEqual(found.labels, ['app', 'tier', 'version']);
    assert.equal(found.choose('app'), 'app:');
    assert.equal(found.items[0]?.newText, 'app: ');
    assert.equal(found.items[0]?.detail, 'label of Deployment/orders, StatefulSet/database');
    assert.equal(found.items[0]?.documentation, 'Values here: orders, database');
  });

  it('offers keys for a half-typed one, beside what is written', () => {
    const found = complete(service('    app: orders\n    ti$0'));
    assert.deepEqual(found.labels, ['tier', 'version']);
    assert.equal(found.choose('tier'), 'tier:');
  });

  it('replaces a key and leaves its value', () => {
    assert.equal(complete(service('    ap$0p: orders')).choose('tier'), 'tier: orders');
  });

  it('offers values of the key, with quotes where YAML needs them', () => {
    assert.deepEqual(complete(service('    app: $0')).labels, ['database', 'orders']);
    assert.equal(complete(service('    version: $0')).choose('1'), 'version: "1"');
    assert.equal(complete(service('    version: "$0"')).choose('1'), 'version: "1"');
    assert.equal(complete(service("    version: '$0'")).choose('1'), "version: '1'");
    assert.equal(complete(service('    version: "$0')).choose('1'), 'version: "1"');
  });

  it('offers first what fits the rest of the selector', () => {
    assert.deepEqual(complete(service('    app: orders\n    tier: $0')).labels, ['api', 'data']);
    assert.deepEqual(complete(service('    app: database\n    tier: $0')).labels, ['data', 'api']);
  });

  it('puts in the blank that a colon needs', () => {
    const found = complete(service('    app:$0'));
    assert.equal(found.choose('orders'), 'app: orders');
  });

  it('replaces the whole value from its middle', () => {
    assert.equal(complete(service('    app: da$0tabase')).choose('orders'), 'app: orders');
  });

  it('offers them in flow mappings', () => {
    assert.deepEqual(complete(service('    {app: $0}').replace('selector:\n    ', 'selector: ')).labels, [
      'database',
      'orders',
    ]);
    assert.equal(
      complete(service('    {ap$0}').replace('selector:\n    ', 'selector: ')).choose('app'),
      'selector: {app: }',
    );
  });

  it('knows a workload selects its own Pods', () => {
    const found = complete(`${SHOP}#- test.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector:
    matchLabels:
      app: $0
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web}]}
`);
    assert.deepEqual(found.labels, ['web']);
  });

  it('offers keys and values in expressions', () => {
    const at = (expression: string) => complete(policy(`  podSelector:\n    matchExpressions:\n      - ${expression}`));
    assert.deepEqual(at('key: $0').labels, ['app', 'tier', 'version']);
    assert.equal(at('key: $0').choose('app'), '- key: app');
    assert.deepEqual(at('{key: app, operator: In, values: [$0]}').labels, ['database', 'orders']);
    assert.deepEqual(at('{key: app, operator: In, values: [orders, $0]}').labels, ['database']);
    const list = (item: string) => at(`key: app\n        operator: In\n        values:\n          ${item}`);
    assert.equal(list('- $0').choose('orders'), '- orders');
    assert.equal(list('-$0').choose('orders'), '- orders');
    assert.deepEqual(list('- orders\n          - d$0').labels, ['database']);
  });

  it('looks for peers where their namespaceSelector does', () => {
    const peer = (rest: string) => complete(policy(`  podSelector: {}\n  ingress:\n    - from:\n        - ${rest}`));
    assert.deepEqual(peer('podSelector: {matchLabels: {app: $0}}').labels, ['database', 'orders']);
    assert.deepEqual(
      peer('namespaceSelector: {matchLabels: {team: finance}}\n          podSelector: {matchLabels: {app: $0}}').labels,
      ['ledger', 'database', 'orders'],
    );
    assert.deepEqual(peer('namespaceSelector: {matchLabels: {$0}}').labels, ['kubernetes.io/metadata.name', 'team']);
    assert.deepEqual(peer('namespaceSelector:\n            matchLabels:\n              $0').labels, [
      'kubernetes.io/metadata.name',
      'team',
    ]);
    assert.deepEqual(
      peer('namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: $0').labels,
      ['shop', 'billing'],
    );
  });

  it('offers them in affinity, budgets and monitors', () => {
    const budget = complete(`${SHOP}#- test.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: $0}}}
`);
    assert.deepEqual(budget.labels, ['database', 'orders']);
    const affinity = complete(`${SHOP}#- test.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web}]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: $0
`);
    assert.deepEqual(affinity.labels, ['web', 'database', 'orders']);
  });

  it('says nothing about keys and values that refer to nothing', () => {
    assert.deepEqual(complete(`${SHOP}#- test.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: $0}\n`).labels, []);
    assert.deepEqual(complete(service('    app: orders # $0')).labels, []);
    assert.deepEqual(complete(`${SHOP}#- test.yaml\napiVersion: v1\nkind: Service\nspec:\n  $0\n`).labels, []);
  });

  it('answers a blank only where a value begins', () => {
    assert.deepEqual(complete(service('    app: $0'), ' ').labels, ['database', 'orders']);
    assert.deepEqual(complete(service('    app: o$0'), ' ').labels, []);
    assert.deepEqual(complete(service('    app:$0'), ':').labels, []);
  });
});

describe('completion of labels in kustomizations', () => {
  it('offers what Pods have in the end, in the namespace in which they are', () => {
    const source = `#- base/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    $0
  ports: [{port: 80}]
#- base/kustomization.yaml
resources: [web.yaml]
labels: [{pairs: {part-of: shop}, includeTemplates: true}]
#- overlay/kustomization.yaml
namespace: shop
resources: [../base, other.yaml]
#- overlay/other.yaml
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: elsewhere, labels: {role: other}}
spec: {containers: [{name: web}]}
`;
    assert.deepEqual(complete(source).labels, ['app', 'part-of', 'role']);
  });
});
