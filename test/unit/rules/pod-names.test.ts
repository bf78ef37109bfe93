import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { applyFix, diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = allRules.filter(({ id }) =>
  [
    'statefulset-service-missing',
    'statefulset-service-not-headless',
    'headless-targetport-differs',
    'pod-subdomain-without-effect',
  ].includes(id),
);

function find(text: string): readonly string[] {
  return diagnose(parseFixture(text), rules).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

const SERVICE = (name: string, spec: string, metadata = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${metadata}}\nspec: {${spec}}\n---\n`;
const HEADLESS = (name: string, app = 'pg') =>
  SERVICE(name, `clusterIP: None, selector: {app: ${app}}, ports: [{port: 5432}]`);
const SET = (serviceName: string, metadata = '') => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg${metadata}}
spec:
  ${serviceName === '' ? '' : `serviceName: ${serviceName}`}
  selector: {matchLabels: {app: pg}}
  template:
    metadata: {labels: {app: pg}}
    spec: {containers: [{name: c, image: c, ports: [{name: sql, containerPort: 5433}]}]}
---
`;

describe('statefulset-service-missing', () => {
  it('warns of a slip, of a Service with another name, and of one that selects other Pods', () => {
    assert.match(find(HEADLESS('postgres') + SET('postgers'))[0] ?? '', /^warning .*did you mean `postgres`\?$/);
    assert.match(find(HEADLESS('db-nodes') + SET('pg'))[0] ?? '', /^warning .*; `db-nodes` selects them$/);
    assert.match(find(HEADLESS('pg', 'other') + SET('pg'))[0] ?? '', /^warning .*does not select the Pods/);
    assert.match(find(SET('pg'))[0] ?? '', /^info .*no manifest here shows/);
  });

  it('is silent without a name, and where somebody else may provide the Service', () => {
    const operator = 'apiVersion: example.com/v1\nkind: Database\nmetadata: {name: pg}\n---\n';
    for (const text of [
      SET(''),
      HEADLESS('pg') + SET('pg'),
      SET('"${NAME}"'),
      `{{ if .Values.x }}\n${SET('pg')}{{ end }}`,
      operator + SET('pg'),
      SERVICE('pg', 'clusterIP: None, ports: [{port: 5432}]') + SET('pg'),
      SERVICE('pg', 'clusterIP: None, selector: {app: "${APP}"}, ports: [{port: 5432}]') + SET('pg'),
      `#- a/set.yaml\n${SET('pg', ', namespace: shop')}#- b/service.yaml\n${HEADLESS('pg')}`,
    ])
      assert.deepEqual(find(text), [], text);
  });
});

describe('statefulset-service-not-headless', () => {
  it('informs of a cluster IP, and can take it away from a plain Service alone', () => {
    const text = SERVICE('pg', 'selector: {app: pg}, ports: [{port: 5432}]') + SET('pg');
    const fixture = parseFixture(text);
    const [finding] = diagnose(fixture, rules);
    assert.equal(finding?.severity, 'info');
    const [fix] = finding?.fixes ?? [];
    assert.ok(fix);
    assert.match(applyFix(fixture.files, fix)[0]?.text ?? '', /clusterIP: None/);
    const balanced = SERVICE('pg', 'type: LoadBalancer, selector: {app: pg}, ports: [{port: 5432}]') + SET('pg');
    assert.deepEqual(diagnose(parseFixture(balanced), rules)[0]?.fixes, []);
  });

  it('is silent where the address is not decided', () => {
    for (const spec of [
      'clusterIP: "${IP}"',
      'clusterIPs: [None]',
      'type: ExternalName, externalName: a.example.com',
      'type: "${T}"',
    ])
      assert.deepEqual(
        find(SERVICE('pg', `${spec}, selector: {app: pg}, ports: [{port: 5432}]`) + SET('pg')),
        [],
        spec,
      );
  });
});

describe('headless-targetport-differs', () => {
  it('informs where a client has to know the other port', () => {
    const service = (port: string) => SERVICE('db', `clusterIP: None, selector: {app: pg}, ports: [{${port}}]`);
    assert.match(find(service('port: 80, targetPort: 5433'))[0] ?? '', /^info .*connect to 5433 themselves$/);
    assert.match(find(service('port: 80, targetPort: sql') + SET(''))[0] ?? '', /connect to 5433 themselves$/);
    for (const port of [
      'port: 5433, targetPort: sql',
      'port: 80, targetPort: "${P}"',
      'port: 80',
      'port: 80, targetPort: sql',
    ])
      assert.deepEqual(find(service(port) + (port.includes('80') ? '' : SET(''))), [], port);
  });

  it('leaves Services behind an Ingress alone, and those that write their endpoints', () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: db, port: {number: 80}}}}\n---\n';
    const service = SERVICE('db', 'clusterIP: None, selector: {app: pg}, ports: [{port: 80, targetPort: 5433}]');
    assert.deepEqual(find(service + ingress), []);
    assert.deepEqual(find(SERVICE('db', 'clusterIP: None, ports: [{port: 80, targetPort: 5433}]')), []);
  });
});

describe('pod-subdomain-without-effect', () => {
  const ring = SERVICE('ring', 'clusterIP: None, selector: {app: ring}, ports: [{port: 9000}]');
  const POD = (spec: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: node-a, labels: {app: ring}}\nspec: {${spec}, containers: [{name: c, image: c}]}\n---\n`;

  it('warns without a host name, and of a slip in the name of the Service', () => {
    assert.match(find(ring + POD('subdomain: ring'))[0] ?? '', /^warning .*without `hostname`/);
    assert.match(find(ring + POD('hostname: a, subdomain: rings'))[0] ?? '', /^warning .*did you mean `ring`\?$/);
    assert.match(find(ring + POD('hostname: a, subdomain: other'))[0] ?? '', /^hint /);
  });

  it('is silent where a controller names the Pods, or the name is not decided', () => {
    const template = (kind: string, group: string, spec: string) =>
      `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: w}\nspec:\n  ${spec}\n  selector: {matchLabels: {app: ring}}\n  template: {metadata: {labels: {app: ring}}, spec: {subdomain: ring, containers: [{name: c, image: c}]}}\n---\n`;
    for (const text of [
      ring + POD('hostname: a, subdomain: ring'),
      ring + POD('hostname: a'),
      POD('subdomain: "${S}"'),
      ring + template('StatefulSet', 'apps/v1', 'serviceName: ring'),
      ring + template('Job', 'batch/v1', 'completionMode: Indexed'),
      ring + template('CloneSet', 'apps.kruise.io/v1alpha1', 'replicas: 1'),
      'apiVersion: example.com/v1\nkind: Ring\nmetadata: {name: rings}\n---\n' +
        ring +
        POD('hostname: a, subdomain: rings'),
    ])
      assert.deepEqual(find(text), [], text);
  });
});
