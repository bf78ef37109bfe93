import assert from 'node:assert/strict';
import { nonStringLabelValue } from '../../../server/src/core/rules/non-string-label-value.ts';
import { probeNamedPortUnknown } from '../../../server/src/core/rules/probe-named-port-unknown.ts';
import { quotedNumericPort } from '../../../server/src/core/rules/quoted-numeric-port.ts';
import type { AnyRule } from '../../../server/src/core/rules/rule.ts';
import { workloadSelectorTemplateMismatch } from '../../../server/src/core/rules/workload-selector-template-mismatch.ts';
import { applyFix, diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

/** `error htpp`: severity and the squiggled text of each finding. */
function found(rule: AnyRule, source: string): readonly string[] {
  const fixture = parseFixture(source);
  return diagnose(fixture, [rule]).map(({ severity, at, file }) => {
    const text = fixture.files.find(({ path }) => path === file)?.text ?? '';
    return `${severity} ${text.slice(at.start, at.end)}`;
  });
}

function fixed(rule: AnyRule, source: string): string {
  const fixture = parseFixture(source);
  const [fix] = diagnose(fixture, [rule])[0]?.fixes ?? [];
  assert.ok(fix);
  return applyFix(fixture.files, fix)[0]?.text ?? '';
}

function workload(kind: string, selector: string, template: string, apiVersion = 'apps/v1'): string {
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: web
spec:
${selector === '' ? '' : `  selector: ${selector}\n`}  template:
    metadata: ${template}
    spec:
      containers: [{name: web, image: web:1}]
`;
}

describe('workload-selector-template-mismatch', () => {
  const rule = workloadSelectorTemplateMismatch;
  const labels = '{labels: {app: web, tier: front}}';

  it('compares as the API server does, expressions included', () => {
    assert.deepEqual(found(rule, workload('Deployment', '{matchLabels: {app: web}}', labels)), []);
    assert.deepEqual(found(rule, workload('DaemonSet', '{matchLabels: {app: Web}}', labels)), ['error Web']);
    assert.deepEqual(found(rule, workload('StatefulSet', '{matchLabels: {app: web}}', '{}')), ['error web']);
    const expression = (text: string) => `{matchExpressions: [{key: app, ${text}}]}`;
    assert.deepEqual(found(rule, workload('ReplicaSet', expression('operator: In, values: [web, api]'), labels)), []);
    assert.deepEqual(found(rule, workload('ReplicaSet', expression('operator: NotIn, values: [web]'), labels)), [
      'error web',
    ]);
    assert.deepEqual(found(rule, workload('Deployment', expression('operator: DoesNotExist'), labels)), ['error app']);
  });

  it('wants a selector that is not empty, and leaves out patches', () => {
    assert.deepEqual(found(rule, workload('Deployment', '', labels)), ['error Deployment']);
    assert.deepEqual(found(rule, workload('Deployment', '{}', labels)), ['error selector']);
    assert.deepEqual(found(rule, workload('Deployment', '{app: web}', labels)), ['error selector']);
    assert.deepEqual(found(rule, workload('Deployment', '', '{annotations: {a: b}}')), []);
    assert.deepEqual(
      found(rule, workload('Deployment', '', labels).replace(', image: web:1', ', imagePullPolicy: Always')),
      [],
    );
    assert.deepEqual(found(rule, workload('Deployment', '{matchLabels: {app: ~}}', labels)), []);
  });

  it('proposes the selector of the template labels', () => {
    const text = workload('Deployment', '', '{labels: {app: web, build: "12"}}');
    assert.deepEqual(found(rule, fixed(rule, text)), []);
    assert.match(fixed(rule, text), /matchLabels:\n +app: web\n +build: "12"/);
  });

  it('knows which kinds get a selector by default', () => {
    for (const kind of ['Job', 'CronJob']) assert.deepEqual(found(rule, workload(kind, '', labels, 'batch/v1')), []);
    assert.deepEqual(found(rule, workload('ReplicationController', '', labels, 'v1')), []);
    assert.deepEqual(found(rule, workload('ReplicationController', '{app: api}', labels, 'v1')), ['error api']);
    assert.deepEqual(found(rule, workload('Deployment', '', labels, 'extensions/v1beta1')), []);
    const manual = workload('Job', '{matchLabels: {app: api}}', labels, 'batch/v1');
    assert.deepEqual(found(rule, manual), []);
    assert.deepEqual(found(rule, manual.replace('spec:', 'spec:\n  manualSelector: true')), ['error api']);
  });

  it('keeps to definite answers', () => {
    assert.deepEqual(found(rule, workload('Deployment', '{matchLabels: {app: "{{ .app }}"}}', labels)), []);
    assert.deepEqual(
      found(rule, workload('Deployment', '{matchLabels: {app: api}}', '{labels: {app: "{{ .app }}"}}')),
      [],
    );
    assert.deepEqual(found(rule, workload('Rollout', '{matchLabels: {app: api}}', labels, 'argoproj.io/v1alpha1')), []);
    const common = (text: string) =>
      `#- kustomization.yaml\nresources: [a.yaml]\nlabels: [{pairs: {app: web}, includeSelectors: true}]\n#- a.yaml\n${text}`;
    assert.deepEqual(found(rule, common(workload('Deployment', '', labels))), []);
  });
});

describe('non-string-label-value', () => {
  const rule = nonStringLabelValue;
  const labelled = (value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {version: ${value}}}\n`;

  it('reads values as Kubernetes does', () => {
    for (const value of ['yes', 'Off', 'n', '1.10', '0123', '1_000', '1e3', '0x1F', 'true', '08'])
      assert.deepEqual(found(rule, labelled(value)), [`error ${value}`], value);
    for (const value of ['"yes"', '1.10.0', '2026-01-31', '12:30', 'v1', '~', '""', '"{{ .v }}"', 'nope'])
      assert.deepEqual(found(rule, labelled(value)), [], value);
  });

  it('quotes what was written', () => {
    assert.match(fixed(rule, labelled('1.10')), /version: ["']1\.10["']/);
    assert.match(fixed(rule, labelled('yes')), /version: ["']yes["']/);
  });

  it('looks into annotations, selectors, templates and environments', () => {
    const text = workload(
      'Deployment',
      '{matchLabels: {app: 1}, matchExpressions: [{key: b, operator: In, values: [2]}]}',
      '{labels: {app: 3}, annotations: {a: 4}}',
    );
    assert.deepEqual(found(rule, text.replace('image: web:1', 'image: web:1, env: [{name: E, value: 5}]')), [
      'error 1',
      'error 2',
      'error 3',
      'error 4',
      'error 5',
    ]);
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {on: true}, ports: [{port: 80}]}\n';
    assert.deepEqual(found(rule, service), ['error true']);
  });

  it('knows what kustomize turns into strings', () => {
    const member = (text: string) => `#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\n${text}`;
    assert.deepEqual(found(rule, member(labelled('yes'))), []);
    assert.deepEqual(found(rule, member(labelled('true'))), ['error true']);
    assert.deepEqual(found(rule, member(labelled('1.5'))), ['error 1.5']);
    assert.deepEqual(found(rule, member(labelled('1.5').replace('labels', 'annotations'))), []);
  });

  it('is less sure of the Pod template of a custom resource', () => {
    const rollout = workload('Rollout', '', '{labels: {app: 1}}', 'argoproj.io/v1alpha1');
    assert.deepEqual(found(rule, rollout), ['warning 1']);
  });
});

describe('quoted-numeric-port', () => {
  const rule = quotedNumericPort;
  const service = (port: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [${port}]}\n`;

  it('looks at every port of a Service', () => {
    assert.deepEqual(found(rule, service('{port: 80, targetPort: "8080"}')), ['error "8080"']);
    assert.deepEqual(found(rule, service('{port: "80", nodePort: "30080"}')), ['error "80"', 'error "30080"']);
    assert.deepEqual(found(rule, service('{name: "80", port: 80, targetPort: ""}')), []);
    assert.deepEqual(found(rule, service('{port: 80, targetPort: "{{ .port }}"}')), []);
  });

  it('looks at containers, probes and policies', () => {
    const pod = (fields: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a:1, ${fields}}]}\n`;
    assert.deepEqual(found(rule, pod('ports: [{containerPort: "80"}]')), ['error "80"']);
    assert.deepEqual(found(rule, pod('readinessProbe: {httpGet: {port: "80"}}')), ['error "80"']);
    assert.deepEqual(found(rule, pod('livenessProbe: {grpc: {port: "80"}}')), ['error "80"']);
    assert.deepEqual(found(rule, pod('env: [{name: PORT, value: "80"}]')), []);
    const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec: {podSelector: {}, ingress: [{ports: [{port: "80", endPort: 90}]}]}
`;
    assert.deepEqual(found(rule, policy), ['error "80"']);
  });

  it('moves digits of an Ingress into the field for numbers', () => {
    const ingress = (port: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a}
spec: {defaultBackend: {service: {name: a, port: {${port}}}}}
`;
    assert.deepEqual(found(rule, ingress('name: http')), []);
    assert.deepEqual(found(rule, ingress('name: 80')), ['error 80']);
    assert.match(fixed(rule, ingress('name: "80"')), /port: \{number: 80\}/);
    assert.match(fixed(rule, ingress('number: "80"')), /port: \{number: 80\}/);
  });
});

describe('probe-named-port-unknown', () => {
  const rule = probeNamedPortUnknown;
  const pod = (...containers: readonly string[]) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n${containers.map((each) => `    - {${each}}\n`).join('')}`;

  it('looks in the same container only, whatever the protocol', () => {
    const probe = 'name: a, image: a:1, readinessProbe: {tcpSocket: {port: dns}}';
    assert.deepEqual(found(rule, pod(`${probe}, ports: [{name: dns, containerPort: 53, protocol: UDP}]`)), []);
    assert.deepEqual(found(rule, pod(probe, 'name: b, image: b:1, ports: [{name: dns, containerPort: 53}]')), [
      'warning dns',
    ]);
    assert.deepEqual(found(rule, pod(probe)), ['warning dns']);
  });

  it('knows hooks, gRPC and names that other rules speak about', () => {
    assert.deepEqual(found(rule, pod('name: a, lifecycle: {preStop: {httpGet: {port: http}}}')), ['warning http']);
    assert.deepEqual(found(rule, pod('name: a, lifecycle: {postStart: {httpGet: {port: http}}}')), ['warning http']);
    assert.deepEqual(found(rule, pod('name: a, livenessProbe: {grpc: {port: grpc}}')), ['error grpc']);
    assert.deepEqual(found(rule, pod('name: a, livenessProbe: {httpGet: {port: "8080"}}')), []);
    assert.deepEqual(found(rule, pod('name: a, livenessProbe: {httpGet: {port: HTTP}}')), []);
    assert.deepEqual(found(rule, pod('name: a, livenessProbe: {httpGet: {port: 9999}}')), []);
  });

  it('keeps to definite answers', () => {
    assert.deepEqual(found(rule, pod('name: a, livenessProbe: {httpGet: {port: "{{ .p }}"}}')), []);
    assert.deepEqual(
      found(
        rule,
        pod('name: a, livenessProbe: {httpGet: {port: http}}, ports: [{name: "{{ .p }}", containerPort: 80}]'),
      ),
      [],
    );
  });

  it('names the only port, or takes a similar name', () => {
    const probe = 'name: a, livenessProbe: {httpGet: {port: http}}';
    assert.match(fixed(rule, pod(`${probe}, ports: [{containerPort: 80}]`)), /\{containerPort: 80, name: http\}/);
    assert.match(fixed(rule, pod(`${probe}, ports: [{name: htpp, containerPort: 80}]`)), /httpGet: \{port: htpp\}/);
  });
});
