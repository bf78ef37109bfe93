import assert from 'node:assert/strict';
import { containerPortConflict } from '../../../server/src/core/rules/container-port-conflict.ts';
import { endpointsForSelectorService } from '../../../server/src/core/rules/endpoints-for-selector-service.ts';
import { endpointsliceServiceMismatch } from '../../../server/src/core/rules/endpointslice-service-mismatch.ts';
import { hpaStaticReplicas } from '../../../server/src/core/rules/hpa-static-replicas.ts';
import { ingressDuplicatePath } from '../../../server/src/core/rules/ingress-duplicate-path.ts';
import { ingressTlsHostMismatch } from '../../../server/src/core/rules/ingress-tls-host-mismatch.ts';
import { pdbBlocksEviction } from '../../../server/src/core/rules/pdb-blocks-eviction.ts';
import { selectorUsesVolatileLabel } from '../../../server/src/core/rules/selector-uses-volatile-label.ts';
import { serviceSelectsJobPods } from '../../../server/src/core/rules/service-selects-job-pods.ts';
import { serviceTargetportPartial } from '../../../server/src/core/rules/service-targetport-partial.ts';
import { statefulsetNameTooLong } from '../../../server/src/core/rules/statefulset-name-too-long.ts';
import { workloadSelectorOverlap } from '../../../server/src/core/rules/workload-selector-overlap.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = [
  containerPortConflict,
  endpointsForSelectorService,
  endpointsliceServiceMismatch,
  hpaStaticReplicas,
  ingressDuplicatePath,
  ingressTlsHostMismatch,
  pdbBlocksEviction,
  selectorUsesVolatileLabel,
  serviceSelectsJobPods,
  serviceTargetportPartial,
  statefulsetNameTooLong,
  workloadSelectorOverlap,
];

const find = (source: string): readonly string[] =>
  diagnose(parseFixture(source), rules).map(({ severity, code }) => `${severity} ${code}`);

interface Made {
  readonly kind?: string;
  readonly labels?: string;
  readonly spec?: string;
  readonly containers?: string;
}

const workload = (
  name: string,
  { kind = 'Deployment', labels = `app: ${name}`, spec = '', containers = '' }: Made = {},
) =>
  `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}
kind: ${kind}
metadata: {name: ${name}}
spec:
  ${spec === '' ? '' : `${spec}\n  `}${kind === 'Job' ? '' : `selector: {matchLabels: {${labels}}}\n  `}template:
    metadata: {labels: {${labels}}}
    spec: {containers: [${containers === '' ? '{name: main, image: x}' : containers}]}
---
`;

const service = (name: string, selector: string, ports = '{port: 80}') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {${selector}}, ports: [${ports}]}\n---\n`;

const budget = (spec: string) =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {${spec}, selector: {matchLabels: {app: web}}}\n---\n`;

const scaler = (kind: string, name: string) =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: ${kind}, name: ${name}}, maxReplicas: 5}\n---\n`;

describe('container-port-conflict', () => {
  const two = (one: string, other: string) =>
    workload('web', { containers: `{name: a, image: x, ports: [${one}]}, {name: b, image: x, ports: [${other}]}` });

  it('counts number and protocol, and no port of the host', () => {
    assert.deepEqual(find(two('{containerPort: 80}', '{containerPort: 80}')), ['warning container-port-conflict']);
    assert.deepEqual(find(two('{containerPort: 80}', '{containerPort: 80, protocol: UDP}')), []);
    assert.deepEqual(find(two('{containerPort: 80, hostPort: 80}', '{containerPort: 80, hostPort: 81}')), []);
    assert.deepEqual(find(two('{containerPort: "{{ .p }}"}', '{containerPort: "{{ .p }}"}')), []);
  });
});

describe('hpa-static-replicas', () => {
  it('is for the workload that is scaled, and not for one that is switched off', () => {
    const web = (replicas: number) => workload('web', { spec: `replicas: ${replicas}` });
    assert.deepEqual(find(web(2) + scaler('Deployment', 'web')), ['info hpa-static-replicas']);
    assert.deepEqual(find(web(0) + scaler('Deployment', 'web')), []);
    assert.deepEqual(find(web(2) + scaler('StatefulSet', 'web')), []);
    assert.deepEqual(find(web(2) + scaler('Deployment', 'api')), []);
  });
});

describe('pdb-blocks-eviction', () => {
  const web = (replicas: string) => workload('web', { spec: `replicas: ${replicas}` });

  it('rounds percentages up', () => {
    assert.deepEqual(find(web('3') + budget('minAvailable: 67%')), ['warning pdb-blocks-eviction']);
    assert.deepEqual(find(web('3') + budget('minAvailable: 66%')), []);
    assert.deepEqual(find(web('3') + budget('maxUnavailable: 1%')), []);
    assert.deepEqual(find(web('3') + budget('maxUnavailable: 0')), ['warning pdb-blocks-eviction']);
    assert.deepEqual(find(web('3') + budget('maxUnavailable: 0%')), ['warning pdb-blocks-eviction']);
  });

  it('keeps silent where the number of Pods is not known', () => {
    assert.deepEqual(find(web('"{{ .n }}"') + budget('minAvailable: 1')), []);
    assert.deepEqual(
      find(web('1') + scaler('Deployment', 'web') + budget('minAvailable: 1')).includes('warning pdb-blocks-eviction'),
      false,
    );
    assert.deepEqual(find(workload('web', { kind: 'DaemonSet' }) + budget('minAvailable: 1')), []);
    assert.deepEqual(find(web('0') + budget('minAvailable: 1')), []);
  });
});

describe('service-selects-job-pods and service-targetport-partial', () => {
  const named = '{name: main, image: x, ports: [{name: http, containerPort: 80}]}';

  it('leave a Service over Jobs alone', () => {
    assert.deepEqual(find(workload('job', { kind: 'Job' }) + service('job', 'app: job')), []);
  });

  it('speak once where a Job lacks the port', () => {
    const both = workload('web', { containers: named }) + workload('job', { kind: 'Job', labels: 'app: web' });
    assert.deepEqual(find(both + service('web', 'app: web', '{port: 80, targetPort: http}')), [
      'warning service-selects-job-pods',
    ]);
  });

  it('need no port by number, and none of what is switched off', () => {
    const other = workload('other', { labels: 'app: web, part: other' });
    const both = workload('web', { labels: 'app: web, part: web', containers: named }) + other;
    const off = other.replace('spec:\n', 'spec:\n  replicas: 0\n');
    assert.deepEqual(find(both + service('web', 'app: web', '{port: 80, targetPort: http}')), [
      'warning service-targetport-partial',
    ]);
    assert.deepEqual(find(both + service('web', 'app: web', '{port: 80, targetPort: 80}')), []);
    assert.deepEqual(
      find(
        workload('web', { labels: 'app: web, part: web', containers: named }) +
          off +
          service('web', 'app: web', '{port: 80, targetPort: http}'),
      ),
      [],
    );
  });
});

describe('hand-written endpoints', () => {
  const bare = (ports: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [${ports}]}\n---\n`;
  const slice = (ports: string, more = '') =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, labels: {kubernetes.io/service-name: db${more}}}\naddressType: IPv4\nports: [${ports}]\nendpoints: [{addresses: [192.0.2.1]}]\n---\n`;

  it('belong beside no selector, unless somebody else keeps them', () => {
    const db = service('db', 'app: db');
    assert.deepEqual(find(db + slice('{port: 80}')), ['warning endpoints-for-selector-service']);
    assert.deepEqual(find(db + slice('{port: 80}', ', endpointslice.kubernetes.io/managed-by: me')), []);
    assert.deepEqual(find(db.replace('app: db', '') + slice('{port: 80}')), []);
  });

  it('are joined with the Service by the names of ports', () => {
    assert.deepEqual(find(bare('{port: 80}') + slice('{port: 8080, name: ""}')), []);
    assert.deepEqual(find(bare('{port: 80}') + slice('{port: 8080, name: http}')), [
      'warning endpointslice-service-mismatch',
    ]);
    assert.deepEqual(find(bare('{port: 80, name: "{{ .n }}"}') + slice('{port: 8080, name: http}')), []);
    assert.deepEqual(
      find(
        bare('{port: 80}').replace('name: db', 'name: database') + slice('{port: 80}').replace(': db}', ': databse}'),
      ),
      ['warning endpointslice-service-mismatch'],
    );
    assert.deepEqual(find(bare('{port: 80}').replace('name: db', 'name: orders') + slice('{port: 80}')), []);
  });
});

describe('ingress paths and certificates', () => {
  const ingress = (name: string, rule: string, spec = '', annotations = '') => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}${annotations === '' ? '' : `, annotations: {${annotations}}`}}
spec: {${spec}rules: [${rule}]}
---
`;
  const rule = (host: string, path: string, to: string) =>
    `{host: ${host}, http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: ${to}, port: {number: 80}}}}]}}`;

  it('conflict within one class only, and not where a canary splits them', () => {
    const first = ingress('a', rule('x.example.com', '/', 'web'));
    const second = (spec: string, annotations = '') =>
      ingress('b', rule('x.example.com', '/', 'api'), spec, annotations);
    assert.deepEqual(find(first + second('')), ['warning ingress-duplicate-path']);
    assert.deepEqual(find(first + second('ingressClassName: internal, ')), []);
    assert.deepEqual(find(first + second('', 'nginx.ingress.kubernetes.io/canary: "true"')), []);
    assert.deepEqual(find(first + second('').replace('api', 'web')), []);
    assert.deepEqual(find(first + second('').replace('/, pathType', '/x, pathType')), []);
  });

  it('a wildcard certificate stands for one label, one without hosts for all', () => {
    const tls = (hosts: string) => `tls: [{secretName: s${hosts}}], `;
    const host = rule('a.example.com', '/', 'web');
    assert.deepEqual(find(ingress('a', host, tls(", hosts: ['*.example.com']"))), []);
    assert.deepEqual(find(ingress('a', host, tls(''))), []);
    assert.deepEqual(find(ingress('a', host, tls(', hosts: ["{{ .host }}"]'))), []);
    assert.deepEqual(find(ingress('a', host, tls(", hosts: ['*.com', a.example.com]"))), [
      'hint ingress-tls-host-mismatch',
    ]);
    assert.deepEqual(find(ingress('a', host, tls(', hosts: [b.example.com]'))), [
      'hint ingress-tls-host-mismatch',
      'warning ingress-tls-host-mismatch',
    ]);
  });
});

describe('selectors and names of workloads', () => {
  it('overlap only where both take the other one', () => {
    const wide = workload('web', { labels: 'app: web' });
    assert.deepEqual(find(wide + workload('api', { labels: 'app: web' })), ['info workload-selector-overlap']);
    assert.deepEqual(find(wide + workload('api', { labels: 'app: web, part: api' })), []);
    const sets = workload('web', { kind: 'ReplicaSet' }) + workload('api', { kind: 'ReplicaSet', labels: 'app: web' });
    assert.deepEqual(find(sets), ['warning workload-selector-overlap']);
  });

  it('may ask for a chart by a name that never changes', () => {
    assert.deepEqual(find(service('web', 'chart: web')), []);
    assert.deepEqual(find(service('web', 'chart: web-1.2.3')), ['warning selector-uses-volatile-label']);
  });

  it('are too long for a StatefulSet first, and for no Deployment', () => {
    const long = (length: number, kind: string) => find(workload('x'.repeat(length), { kind, labels: 'app: web' }));
    assert.deepEqual(long(52, 'StatefulSet'), []);
    assert.deepEqual(long(53, 'StatefulSet'), ['warning statefulset-name-too-long']);
    assert.deepEqual(long(55, 'StatefulSet'), ['error statefulset-name-too-long']);
    assert.deepEqual(long(60, 'Deployment'), []);
  });
});
