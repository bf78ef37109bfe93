import assert from 'node:assert/strict';
import { refusalAt, renameAt } from './renameCheck.ts';

const BASE = `#- base/all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: api
          ports: [{name: http, containerPort: 8080}]
          env: [{name: SELF, value: "http://dev-orders:80"}]
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector: {app: orders}
  ports: [{name: web, port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate}
spec: {ingressClassName: nginx, rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders, port: {name: web}}}}]}}]}
#- base/kustomization.yaml
resources: [all.yaml]
`;

const at = (source: string, marked: string) => {
  const plain = marked.replace('$0', '');
  assert.ok(source.includes(plain), plain);
  return source.replace(plain, marked);
};

describe('rename in kustomizations', () => {
  const OVERLAYS = `${BASE}#- dev/kustomization.yaml
namePrefix: dev-
namespace: dev
resources: [../base]
#- prod/kustomization.yaml
namespace: prod
resources: [../base, budget.yaml]
patches: [{path: replicas.yaml}]
#- prod/replicas.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  template:
    metadata: {labels: {app: orders, stage: prod}}
#- prod/budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: orders}}}
`;

  it('follows a label through overlays and patches', async () => {
    const { changes } = await renameAt(at(OVERLAYS, 'selector: {app: ord$0ers}'), 'purchases');
    assert.deepEqual(changes, [
      'base/all.yaml:5 care: selector: {matchLabels: {app: purchases}}',
      'base/all.yaml:7 meaning: metadata: {labels: {app: purchases}}',
      'base/all.yaml:19 meaning: selector: {app: purchases}',
      'prod/replicas.yaml:6 meaning: metadata: {labels: {app: purchases, stage: prod}}',
      'prod/budget.yaml:4 meaning: spec: {maxUnavailable: 1, selector: {matchLabels: {app: purchases}}}',
    ]);
    const fromPatch = await renameAt(at(OVERLAYS, '{labels: {app: or$0ders, stage'), 'purchases');
    assert.deepEqual(fromPatch.changes, changes);
  });

  it('renames a label that a kustomization writes where it is written', async () => {
    const labelled = OVERLAYS.replace(
      'namespace: dev\n',
      'namespace: dev\nlabels: [{pairs: {part-of: shop}, includeSelectors: true}]\n',
    );
    const { changes } = await renameAt(at(labelled, 'part-of: sh$0op'), 'store');
    assert.deepEqual(
      changes.map((change) => change.replace(/ .*labels/, ' labels')),
      ['dev/kustomization.yaml:3 labels: [{pairs: {part-of: store}, includeSelectors: true}]'],
    );
  });

  it('keeps what builds add to names', async () => {
    const { changes } = await renameAt(at(OVERLAYS, 'metadata:\n  name: ord$0ers'), 'purchases');
    assert.deepEqual(
      changes.map((change) => change.replace(/spec: .*(backend.*)$/, '$1')),
      [
        'base/all.yaml:12 text: env: [{name: SELF, value: "http://dev-purchases:80"}]',
        'base/all.yaml:17 meaning: name: purchases',
        'base/all.yaml:25 meaning: backend: {service: {name: purchases, port: {name: web}}}}]}}]}',
      ],
    );
  });

  it('takes patches and their selectors along', async () => {
    const patched = `${BASE}#- overlay/kustomization.yaml
resources: [../base]
patches:
  - path: type.yaml
  - target: {kind: Service, name: orders}
    path: json.yaml
#- overlay/type.yaml
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {type: NodePort}
#- overlay/json.yaml
- {op: add, path: /metadata/labels, value: {a: b}}
`;
    const { changes } = await renameAt(at(patched, 'metadata:\n  name: ord$0ers'), 'purchases');
    assert.deepEqual(
      changes.filter((change) => change.startsWith('overlay')),
      [
        'overlay/kustomization.yaml:4 meaning: - target: {kind: Service, name: purchases}',
        'overlay/type.yaml:3 meaning: metadata: {name: purchases}',
      ],
    );
    const deleted = patched
      .replace('spec: {type: NodePort}', '$patch: delete')
      .replace(/ {2}- target:[\s\S]*?path: json.yaml\n/, '');
    assert.deepEqual(
      (
        await renameAt(
          at(`${deleted}#- plain/kustomization.yaml\nresources: [../base]\n`, 'metadata:\n  name: ord$0ers'),
          'purchases',
        )
      ).changes.filter((change) => change.startsWith('overlay')),
      ['overlay/type.yaml:3 meaning: metadata: {name: purchases}'],
    );
    const inline = patched.replace(
      'path: type.yaml',
      'patch: |-\n      apiVersion: v1\n      kind: Service\n      metadata: {name: orders}\n      spec: {type: NodePort}',
    );
    assert.match(await refusalAt(at(inline, 'metadata:\n  name: ord$0ers'), 'purchases'), /A patch inside/);
  });
});

describe('rename of the labels of Services', () => {
  const MONITORED = `apiVersion: v1
kind: Service
metadata: {name: orders, labels: {scrape: yes-please}}
spec: {selector: {app: orders}, ports: [{name: metrics, port: 9090}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders, scrape: yes-please}}
    spec: {containers: [{name: a, ports: [{name: m, containerPort: 9090}]}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: all}
spec: {selector: {matchLabels: {scrape: yes-please}}, endpoints: [{port: metrics}]}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: all}
spec: {selector: {matchLabels: {scrape: yes-please}}, podMetricsEndpoints: [{port: m}]}
`;

  it('keeps them apart from those of Pods', async () => {
    const services = await renameAt(at(MONITORED, 'name: orders, labels: {scrape: yes$0-please}'), 'often');
    assert.deepEqual(
      services.changes.map((change) => change.split(' ')[0]),
      ['test.yaml:3', 'test.yaml:18'],
    );
    const pods = await renameAt(at(MONITORED, 'app: orders, scrape: yes$0-please'), 'often');
    assert.deepEqual(
      pods.changes.map((change) => change.split(' ')[0]),
      ['test.yaml:12', 'test.yaml:23'],
    );
  });

  it('follows ports to monitors', async () => {
    const service = await renameAt(at(MONITORED, '{name: met$0rics, port'), 'prom');
    assert.deepEqual(
      service.changes.map((change) => change.split(' ')[0]),
      ['test.yaml:4', 'test.yaml:18'],
    );
    const pods = await renameAt(at(MONITORED, '{port: $0m}'), 'prom');
    assert.deepEqual(
      pods.changes.map((change) => change.split(' ')[0]),
      ['test.yaml:13', 'test.yaml:23'],
    );
  });
});

describe('rename of a Service that extends the API server', () => {
  it('follows webhooks and custom resources', async () => {
    const { changes } = await renameAt(
      `apiVersion: v1
kind: Service
metadata: {name: ho$0ok, namespace: system}
spec: {selector: {app: hook}, ports: [{port: 443}]}
---
apiVersion: v1
kind: Pod
metadata: {name: hook, namespace: system, labels: {app: hook}}
spec: {containers: [{name: hook, ports: [{containerPort: 443}]}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
  - name: hook.example.com
    clientConfig: {service: {name: hook, namespace: system, path: /}}
    admissionReviewVersions: [v1]
    sideEffects: None
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: hook, namespace: system}
spec: {hosts: [hook], http: [{route: [{destination: {host: hook.system.svc.cluster.local}}]}]}
`,
      'guard',
    );
    assert.deepEqual(
      changes.map((change) => change.split(': ')[0]),
      ['test.yaml:3 meaning', 'test.yaml:16 meaning', 'test.yaml:23 text'],
    );
  });
});
