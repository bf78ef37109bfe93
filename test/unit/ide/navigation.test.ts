import assert from 'node:assert/strict';
import { basename } from '../../../server/src/core/base/path.ts';
import { findDefinitions } from '../../../server/src/core/ide/definition.ts';
import { findReferences } from '../../../server/src/core/ide/references.ts';
import { indexFixture } from '../../check.ts';
import { type FixtureFile, parseFixture } from '../../fixture.ts';

const FILES = `#- service.yaml
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  selector: {app: orders}
  ports: [{name: web, port: 80, targetPort: http}]
#- pods.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: shop}
spec:
  serviceName: orders
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: api
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {port: http}}
#- ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: shop}
spec: {defaultBackend: {service: {name: orders, port: {name: web}}}}
#- scaler.yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: more, namespace: shop}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: store}}
#- budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: orders}}}
#- policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  ingress: [{from: [{podSelector: {matchLabels: {app: orders}}}], ports: [{port: http}]}]
#- slice.yaml
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: orders-1, namespace: shop, labels: {kubernetes.io/service-name: orders}}
`;

/** The fixture with the cursor behind `before` in one of its files. */
function cursorIn(file: string, before: string, source = FILES): string {
  const at = source.indexOf(before, source.indexOf(`#- ${file}`));
  assert.notEqual(at, -1, `${before} is in ${file}`);
  return `${source.slice(0, at + before.length)}$0${source.slice(at + before.length)}`;
}

function show(
  files: readonly FixtureFile[],
  found: readonly { file: string; span: { start: number; end: number }; sure: boolean }[],
) {
  return found.map(({ file, span, sure }) => {
    const text = files.find(({ path }) => path === file)?.text ?? '';
    const line = text.slice(0, span.start).split('\n').length;
    return `${basename(file)}:${line} ${text.slice(span.start, span.end)}${sure ? '' : ' (possible)'}`;
  });
}

function definitions(source: string): readonly string[] {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  return show(files, findDefinitions({ folder: indexFixture(files), ...cursor }));
}

function references(source: string, includeDeclaration = false): readonly string[] {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  return show(files, findReferences({ folder: indexFixture(files), ...cursor, includeDeclaration }));
}

describe('definition', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a Service selector', 'service.yaml', 'selector: {ap', 'pods.yaml:8 app: orders'],
    ['a target port name', 'service.yaml', 'targetPort: ht', 'pods.yaml:12 http'],
    ['a workload selector', 'pods.yaml', 'matchLabels: {ap', 'pods.yaml:8 app: orders'],
    ['a governing Service', 'pods.yaml', 'serviceName: or', 'service.yaml:3 orders'],
    ['a probe port', 'pods.yaml', 'httpGet: {port: ht', 'pods.yaml:12 http'],
    ['a backend Service', 'ingress.yaml', 'service: {name: or', 'service.yaml:3 orders'],
    ['a backend port', 'ingress.yaml', 'port: {name: w', 'service.yaml:6 web'],
    ['a scaled workload', 'scaler.yaml', 'kind: StatefulSet, name: st', 'pods.yaml:3 store'],
    ['a budget selector', 'budget.yaml', 'matchLabels: {ap', 'pods.yaml:8 app: orders'],
    ['a policy selector', 'policy.yaml', 'podSelector: {matchLabels: {ap', 'pods.yaml:8 app: orders'],
    ['a policy peer', 'policy.yaml', 'from: [{podSelector: {matchLabels: {ap', 'pods.yaml:8 app: orders'],
    ['a policy port', 'policy.yaml', 'port: ht', 'pods.yaml:12 http'],
    ['the Service of a slice', 'slice.yaml', 'service-name: or', 'service.yaml:3 orders'],
  ];
  for (const [what, file, before, expected] of cases) {
    it(`follows ${what}`, () => assert.deepEqual(definitions(cursorIn(file, before)), [expected]));
  }

  it('follows hosts and their ports in values, to the Service and back', () => {
    const source = `apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {selector: {app: orders}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {ORDERS: 'http://orders:80/api', OTHER: 'http://elsewhere:80'}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: c, args: ['--orders=orders.io:80', '--orders', 'orders:80']}]}
`;
    assert.deepEqual(definitions(source.replace('//ord', '//ord$0')), ['test.yaml:3 orders']);
    assert.deepEqual(definitions(source.replace('orders:80/', 'orders:8$00/')), ['test.yaml:4 80']);
    assert.deepEqual(definitions(source.replace('//else', '//else$0')), []);
    assert.deepEqual(references(source.replace('name: ord', 'name: ord$0')), [
      'test.yaml:9 orders',
      'test.yaml:14 orders',
    ]);
  });

  it('marks what is only possible', () => {
    const source = cursorIn('service.yaml', 'selector: {ap').replace('name: store, namespace: shop', 'name: store');
    assert.deepEqual(definitions(source), ['pods.yaml:8 app: orders (possible)']);
    const templated = cursorIn('service.yaml', 'selector: {ap').replace(
      'labels: {app: orders}',
      'labels: {app: "{{ .Values.app }}"}',
    );
    assert.deepEqual(definitions(templated), ['pods.yaml:8 app (possible)']);
  });

  it('finds nothing in another namespace, nor where nothing is', () => {
    assert.deepEqual(
      definitions(
        cursorIn('ingress.yaml', 'service: {name: or').replace(
          'name: gate, namespace: shop',
          'name: gate, namespace: web',
        ),
      ),
      [],
    );
    assert.deepEqual(definitions(cursorIn('service.yaml', 'kind: Se')), []);
  });
});

describe('references', () => {
  it('finds all selectors of a template label', () => {
    assert.deepEqual(references(cursorIn('pods.yaml', 'labels: {app: or')), [
      'budget.yaml:4 app: orders',
      'pods.yaml:6 app: orders',
      'policy.yaml:5 app: orders',
      'policy.yaml:6 app: orders',
      'service.yaml:5 app: orders',
    ]);
  });

  it('finds what uses a container port', () => {
    assert.deepEqual(references(cursorIn('pods.yaml', 'ports: [{name: ht')), [
      'pods.yaml:13 http',
      'policy.yaml:6 http',
      'service.yaml:6 http',
    ]);
  });

  it('finds what uses a Service, and its port', () => {
    assert.deepEqual(references(cursorIn('service.yaml', 'metadata: {name: or')), [
      'ingress.yaml:4 orders',
      'pods.yaml:5 orders',
      'slice.yaml:3 orders',
    ]);
    assert.deepEqual(references(cursorIn('service.yaml', 'ports: [{name: w')), ['ingress.yaml:4 web']);
  });

  it('finds what scales a workload', () => {
    assert.deepEqual(references(cursorIn('pods.yaml', 'metadata: {name: st')), ['scaler.yaml:4 store']);
  });

  it('starts from a use as well as from what is used, and includes that on demand', () => {
    assert.deepEqual(references(cursorIn('ingress.yaml', 'port: {name: w'), true), [
      'ingress.yaml:4 web',
      'service.yaml:6 web',
    ]);
    assert.deepEqual(references(cursorIn('scaler.yaml', 'kind: StatefulSet, name: st')), ['scaler.yaml:4 store']);
  });

  it('says the same in both directions', () => {
    const { files } = parseFixture(FILES);
    const folder = indexFixture(files);
    for (const { path, text } of files) {
      for (let offset = 0; offset <= text.length; offset++) {
        for (const { origin, file, span } of findDefinitions({ folder, path, offset })) {
          const back = findReferences({ folder, path: file, offset: span.start, includeDeclaration: false });
          assert.ok(
            back.some(
              (reference) =>
                reference.file === path && reference.span.start === origin.start && reference.span.end === origin.end,
            ),
            `${path}:${offset} is a reference to ${file}:${span.start}`,
          );
        }
      }
    }
  });
});
