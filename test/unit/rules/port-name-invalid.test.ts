import assert from 'node:assert/strict';
import { portNameInvalid } from '../../../server/src/core/rules/port-name-invalid.ts';
import { toValidPortName } from '../../../server/src/core/rules/shared/portNames.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { container, deployment, service } from './portFixtures.ts';

const rules = [portNameInvalid];

function find(source: string) {
  return diagnose(parseFixture(source), rules);
}

describe('port-name-invalid', () => {
  it('takes what the API server takes', () => {
    for (const name of ['"8080"', '"1"', 'a--b', 'http-metrics-of-the-service', '""', '~'])
      expectClean(service([`- {port: 80, name: ${name}}`]), rules);
    for (const name of ['a', 'http2', '80p', '~', '""', '"{{ .name }}"'])
      expectClean(deployment('web', container('http 80')).replace('name: http', `name: ${name}`), rules);
  });

  it('takes a target beside a port that is to be replaced for such a word too', () => {
    expectClean(service(['- {port: PORT, targetPort: PORT}']), rules);
    assert.equal(find(service(['- {port: 80, targetPort: PORT}'])).length, 1);
  });

  it('finds what it refuses', () => {
    for (const name of ['HTTP', 'a_b', 'http.1', '"a b"', '-a', 'a-'])
      assert.equal(find(service([`- {port: 80, name: ${name}}`])).length, 1, name);
    for (const name of ['HTTP', 'a_b', 'a.b', 'a--b', '-a', 'a-', '"8080"', 'abcdefghijklmnop'])
      assert.equal(
        find(deployment('web', container('http 80')).replace('name: http', `name: ${name}`)).length,
        1,
        name,
      );
  });

  it('leaves a quoted number as targetPort to the rule about those', () => {
    expectClean(service(['- {port: 80, targetPort: "8080"}']), rules);
  });

  it('weighs less in a custom resource, which the API server does not check itself', () => {
    const rollout = deployment('web', container('HTTP 80'))
      .replace('apps/v1', 'argoproj.io/v1alpha1')
      .replace('kind: Deployment', 'kind: Rollout');
    assert.deepEqual(
      find(rollout).map(({ severity }) => severity),
      ['warning'],
    );
  });

  it('renames a container port together with its probes and the Services that ask for it', () => {
    const probe = ['    readinessProbe:', '      tcpSocket: {port: http_web}'];
    const source =
      service(['- {port: 80, targetPort: http_web}']) + deployment('web', [...container('http_web 80'), ...probe]);
    for (const finding of find(source)) {
      const fix = finding.fixes?.[0];
      assert.ok(fix);
      const [file] = applyFix(parseFixture(source).files, fix);
      assert.equal(file?.text, source.replaceAll('http_web', 'http-web'));
    }
  });

  it('renames a Service port together with the Ingresses that use it', () => {
    const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {name: HTTP}}}}
`;
    const source = service(['- {port: 80, name: HTTP}']) + ingress;
    const fix = find(source)[0]?.fixes?.[0];
    assert.ok(fix);
    assert.equal(applyFix(parseFixture(source).files, fix)[0]?.text, source.replaceAll('HTTP', 'http'));
  });

  it('renames it in the NetworkPolicies that let traffic to the Pods, of the same protocol', () => {
    const policy = (name: string, spec: string) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`;
    const ports = '[{port: http_web}, {port: http_web, protocol: UDP}]';
    const source = [
      deployment('web', container('http_web 80')),
      policy('in', `{podSelector: {matchLabels: {app: web}}, ingress: [{ports: ${ports}}]}`),
      policy('out', `{podSelector: {}, egress: [{ports: ${ports}, to: [{podSelector: {matchLabels: {app: web}}}]}]}`),
      policy('other', `{podSelector: {matchLabels: {app: other}}, ingress: [{ports: ${ports}}]}`),
    ].join('');
    const fix = find(source)[0]?.fixes?.[0];
    assert.ok(fix);
    const renamed = source.split('---\n').map((part, index) => {
      if (index === 0) return part.replace('http_web', 'http-web');
      return index < 3 ? part.replace('{port: http_web}', '{port: http-web}') : part;
    });
    assert.equal(applyFix(parseFixture(source).files, fix)[0]?.text, renamed.join('---\n'));
  });

  it('proposes short names that are free', () => {
    const propose = (name: string, ...taken: readonly string[]) => toValidPortName(name, new Set(taken));
    assert.deepEqual(
      [
        propose('Prometheus_Metrics'),
        propose('8080'),
        propose('a--b-'),
        propose('abcdefghijklmnopq'),
        propose('HTTP', 'http'),
      ],
      ['prometheus', 'port-8080', 'a-b', 'abcdefghijklmno', 'http-2'],
    );
  });
});
