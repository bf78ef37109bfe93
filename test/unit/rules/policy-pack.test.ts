import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { ingressWithoutTls } from '../../../server/src/core/rules/ingress-without-tls.ts';
import { namespaceWithoutDefaultDeny } from '../../../server/src/core/rules/namespace-without-default-deny.ts';
import { netpolAllowAll } from '../../../server/src/core/rules/netpol-allow-all.ts';
import { podWithoutNetworkpolicy } from '../../../server/src/core/rules/pod-without-networkpolicy.ts';
import { privilegedPort } from '../../../server/src/core/rules/privileged-port.ts';
import { readinessProbeMissing } from '../../../server/src/core/rules/readiness-probe-missing.ts';
import { serviceExposed } from '../../../server/src/core/rules/service-exposed.ts';
import { serviceUnused } from '../../../server/src/core/rules/service-unused.ts';
import { targetportUndeclared } from '../../../server/src/core/rules/targetport-undeclared.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from './policyFixtures.ts';

const PACK = [
  ingressWithoutTls,
  namespaceWithoutDefaultDeny,
  netpolAllowAll,
  podWithoutNetworkpolicy,
  privilegedPort,
  readinessProbeMissing,
  serviceExposed,
  serviceUnused,
  targetportUndeclared,
];

const service = (spec: string, place = 'shop') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: ${place}}\nspec: {selector: {app: web}, ${spec}}\n---\n`;
const web = pods('web', ['app: web'], 'shop', ['http 8080']);

function fixed(source: string, rule: (typeof PACK)[number]): string {
  const { files } = parseFixture(source);
  const [fix] = diagnose(parseFixture(source), [rule])[0]?.fixes ?? [];
  assert.ok(fix);
  const after = applyFix(files, fix);
  assert.deepEqual(diagnose({ files: after, expected: [], cursor: undefined }, [rule]), []);
  return after.map(({ text }) => text).join('');
}

describe('the policy pack', () => {
  it('is off by default, whole', () => {
    assert.deepEqual(
      allRules
        .filter(({ optional }) => optional)
        .map(({ id }) => id)
        .sort(),
      PACK.map(({ id }) => id).sort(),
    );
    const everything = `${namespace('shop')}${web}${service('type: NodePort, ports: [{port: 80, targetPort: 81}]')}`;
    const ids = new Set(PACK.map(({ id }) => id));
    const found = diagnose(parseFixture(everything), allRules).filter(({ code }) => ids.has(code));
    assert.deepEqual(found, []);
    const named = PACK.flatMap((rule) => diagnose(parseFixture(everything), [rule]));
    assert.ok(named.length >= 4);
  });

  it('leaves the namespaces of the cluster alone', () => {
    const system = (text: string) => text.replaceAll('namespace: shop', 'namespace: kube-system');
    const all = `${web.replace('8080', '80')}${service('type: NodePort, ports: [{port: 80, targetPort: 81}]')}${policy(['podSelector: {}', 'ingress: [{}]'], 'shop')}`;
    for (const rule of PACK) expectClean(system(all), [rule]);
  });

  it('knows probes that run a command, and adds one where there is none', () => {
    const source = service('ports: [{port: 80, targetPort: http}]') + web;
    assert.match(fixed(source, readinessProbeMissing), / {10}readinessProbe:\n {12}tcpSocket:\n {14}port: http\n/);
    const command = source.replace(
      'image: server:1\n',
      'image: server:1\n          readinessProbe: {exec: {command: [ready]}}\n',
    );
    expectClean(command, [readinessProbeMissing]);
  });

  it('declares an undeclared port', () => {
    const source = (port: string) => service(`ports: [{port: 80, targetPort: ${port}}]`) + web;
    assert.match(fixed(source('9090'), targetportUndeclared), /protocol: TCP\n {12}- containerPort: 9090\n/);
    const bare = service('ports: [{port: 80, targetPort: 9090}]') + pods('web', ['app: web'], 'shop');
    assert.match(fixed(bare, targetportUndeclared), / {10}ports:\n {12}- containerPort: 9090\n/);
    expectClean(source('8080'), [targetportUndeclared]);
  });

  it('counts no rules of a direction that is not isolated', () => {
    expectClean(policy(['podSelector: {}', 'policyTypes: [Ingress]', 'egress: [{}]']), [netpolAllowAll]);
  });

  it('takes a Service that a variable names for used', () => {
    const source = (value: string) =>
      service('ports: [{port: 80}]') +
      pods('api', ['app: api'], 'shop').replace(
        'image: server:1\n',
        `image: server:1\n          env: [{name: WEB_HOST, value: ${value}}]\n`,
      );
    expectClean(source('web'), [serviceUnused]);
    assert.equal(diagnose(parseFixture(source('other')), [serviceUnused]).length, 1);
  });

  it('is silent about Jobs, other kinds of policies, and Pods that a policy of any unit isolates', () => {
    const job =
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {containers: [{name: c, image: c}]}}}\n---\n';
    expectClean(job, [podWithoutNetworkpolicy]);
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n---\n';
    expectClean(cilium + web, [podWithoutNetworkpolicy]);
    expectClean(cilium + namespace('shop') + web, [namespaceWithoutDefaultDeny]);
    assert.equal(diagnose(parseFixture(web), [podWithoutNetworkpolicy]).length, 1);
    expectClean(web + policy(['podSelector: {}', 'policyTypes: [Ingress, Egress]'], 'shop'), [podWithoutNetworkpolicy]);
  });
});
