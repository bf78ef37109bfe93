import assert from 'node:assert/strict';
import { netpolOnHostnetworkPod } from '../../../server/src/core/rules/netpol-on-hostnetwork-pod.ts';
import { netpolPortIsServicePort } from '../../../server/src/core/rules/netpol-port-is-service-port.ts';
import { netpolProtocolMismatch } from '../../../server/src/core/rules/netpol-protocol-mismatch.ts';
import type { AnyRule } from '../../../server/src/core/rules/rule.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { pods, policy } from './policyFixtures.ts';

const ingress = (
  ports: readonly string[],
  namespace: string | undefined = 'shop',
  selector = '{matchLabels: {app: web}}',
) =>
  policy([`podSelector: ${selector}`, 'ingress:', '  - ports:', ...ports.map((port) => `      - ${port}`)], namespace);
const egress = (peer: string, port: string) =>
  policy(
    [
      'podSelector: {matchLabels: {app: client}}',
      'policyTypes: [Egress]',
      'egress:',
      `  - to: [${peer}]`,
      `    ports: [${port}]`,
    ],
    'shop',
  );
const service = (ports: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: ${ports}${more}}\n---\n`;
const web = pods('web', ['app: web'], 'shop', ['http 8080']);

function find(source: string, rule: AnyRule) {
  return diagnose(parseFixture(source), [rule]).map(({ severity, message }) => ({ severity, message }));
}

describe('netpol-port-is-service-port', () => {
  const rules = [netpolPortIsServicePort];
  const mapped = service('[{port: 80, targetPort: http}]');

  it('speaks for ingress and egress', () => {
    for (const source of [ingress(['port: 80']), egress('{podSelector: {matchLabels: {app: web}}}', '{port: 80}')]) {
      const [finding, ...others] = find(source + mapped + web, netpolPortIsServicePort);
      assert.deepEqual(others, []);
      assert.equal(finding?.severity, 'warning');
      assert.match(
        finding?.message ?? '',
        /^`80` is the port of `Service\/web`; its Pods get that traffic on port 8080/,
      );
    }
  });

  it('is silent where the Pods may listen on the port', () => {
    const twice = pods('web', ['app: web'], 'shop', ['http 8080', 'plain 80']);
    const silent = pods('web', ['app: web'], 'shop');
    const second = pods('other', ['app: web'], 'shop', ['plain 80']);
    for (const rest of [twice, silent, web + second, web + pods('more', ['app: "{{ .app }}"'], 'shop', ['x 1'])])
      expectClean(ingress(['port: 80']) + mapped + rest, rules);
  });

  it('is silent where no Service says that the port is one', () => {
    expectClean(ingress(['port: 80']) + web, rules);
    expectClean(ingress(['port: 80']) + service('[{port: 81, targetPort: http}]') + web, rules);
    expectClean(ingress(['port: 80']) + service('[{port: 80}]') + web, rules);
    expectClean(ingress(['port: 80']) + service('[{port: 80, targetPort: http}]', ', clusterIP: None') + web, rules);
    expectClean(ingress(['{port: 80, protocol: UDP}']) + mapped + web, rules);
    expectClean(ingress(['{port: 80, endPort: 9000}']) + mapped + web, rules);
    expectClean(ingress(['port: "{{ .Values.port }}"']) + mapped + web, rules);
  });

  it('is silent about Pods that no manifest need show', () => {
    expectClean(
      egress('{namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: web}}}', '{port: 80}') +
        mapped +
        web,
      rules,
    );
    expectClean(egress('{ipBlock: {cidr: 10.0.0.0/8}}', '{port: 80}') + mapped + web, rules);
    expectClean(ingress(['port: 80'], 'shop', '{matchLabels: {app: none}}') + mapped + web, rules);
  });

  it('is information where the rule allows the right port too', () => {
    const [finding] = find(ingress(['port: 80', 'port: 8080']) + mapped + web, netpolPortIsServicePort);
    assert.equal(finding?.severity, 'info');
  });
});

describe('netpol-protocol-mismatch', () => {
  const rules = [netpolProtocolMismatch];
  const dns = pods('web', ['app: web'], 'shop', ['dns 53 UDP']);

  it('adds the protocol in the list', () => {
    const fixture = parseFixture(ingress(['port: 53', 'port: 9153']) + dns);
    const [finding] = diagnose(fixture, rules);
    const [fix] = finding?.fixes ?? [];
    assert.ok(fix);
    const [file] = applyFix(fixture.files, fix);
    assert.match(file?.text ?? '', /- port: 9153\n {8}- port: 53\n {10}protocol: UDP\n/);
  });

  it('is silent where both are served, allowed, or nothing is declared', () => {
    expectClean(ingress(['port: 53']) + pods('web', ['app: web'], 'shop', ['dns 53 UDP', 'dns-tcp 53']), rules);
    expectClean(ingress(['port: 53', '{port: 53, protocol: UDP}']) + dns, rules);
    expectClean(ingress(['port: 53', '{port: 50, endPort: 60, protocol: UDP}']) + dns, rules);
    expectClean(ingress(['port: 53', 'protocol: UDP']) + dns, rules);
    expectClean(ingress(['port: 53']) + web, rules);
    expectClean(ingress(['{port: 53, protocol: "{{ .p }}"}']) + dns, rules);
    expectClean(ingress(['port: 53']) + dns + pods('more', ['app: web'], 'shop', ['dns 53']), rules);
  });
});

describe('netpol-on-hostnetwork-pod', () => {
  const rules = [netpolOnHostnetworkPod];
  const host = pods('agent', ['app: web'], 'shop').replace(
    '    spec:\n      containers',
    '    spec:\n      hostNetwork: true\n      containers',
  );
  const all = policy(['podSelector: {}'], 'shop');

  it('leaves policies of a whole namespace alone that take other Pods too', () => {
    expectClean(all + host + web, rules);
    assert.equal(find(all + host, netpolOnHostnetworkPod).length, 1);
    assert.match(find(ingress(['port: 1']) + host + web, netpolOnHostnetworkPod)[0]?.message ?? '', /no effect there$/);
  });

  it('is silent where a template decides', () => {
    expectClean(all + host.replace('hostNetwork: true', 'hostNetwork: "{{ .h }}"'), rules);
  });
});
