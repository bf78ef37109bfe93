import assert from 'node:assert/strict';
import { netpolRuleWithoutEffect } from '../../../server/src/core/rules/netpol-rule-without-effect.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { policy } from './policyFixtures.ts';

/** The rules of `egress` in flow style; what is found, as `text: message`. */
function find(rules: readonly string[], types = '[Egress]'): readonly string[] {
  const source = policy(['podSelector: {}', `policyTypes: ${types}`, 'egress:', ...rules.map((rule) => `  - ${rule}`)]);
  return diagnose(parseFixture(source), [netpolRuleWithoutEffect]).map(
    ({ at, message }) => `${source.slice(at.start, at.end)}: ${message}`,
  );
}

const to = (peer: string, ports = '') => `{to: [${peer}]${ports === '' ? '' : `, ports: [${ports}]`}}`;

describe('netpol-rule-without-effect', () => {
  it('finds what a wider rule covers, of equal ones the later', () => {
    const all = to('{namespaceSelector: {}}');
    const own = to('{podSelector: {matchLabels: {app: a}}}');
    assert.deepEqual(find(['{}', own]), [`${own}: rule 1 allows everything`]);
    assert.deepEqual(find([own, '{}']), [`${own}: rule 2 allows everything`]);
    assert.deepEqual(find([own, all]), [`${own}: rule 2 allows all of this already`]);
    assert.deepEqual(find([own, own]), [`${own}: rule 1 allows all of this already`]);
    const narrow = to('{podSelector: {matchLabels: {app: a, tier: b}}}', '{port: 80}');
    assert.deepEqual(find([own, narrow]), [`${narrow}: rule 1 allows all of this already`]);
  });

  it('compares ports by protocol, range and name', () => {
    const rule = (ports: string) => to('{podSelector: {}}', ports);
    assert.equal(find([rule('{port: 80, endPort: 90}'), rule('{port: 85}')]).length, 1);
    assert.equal(find([rule('{protocol: UDP}'), rule('{port: 53, protocol: UDP}')]).length, 1);
    assert.equal(find([rule('{port: http}'), rule('{port: http, protocol: TCP}')]).length, 1);
    for (const [one, other] of [
      ['{port: 80}', '{port: 80, protocol: UDP}'],
      ['{port: 80, endPort: 90}', '{port: 85, endPort: 95}'],
      ['{port: http}', '{port: 80}'],
    ])
      assert.deepEqual(find([rule(one ?? ''), rule(other ?? '')]), []);
  });

  it('compares blocks with their exceptions', () => {
    const block = (cidr: string, except = '') =>
      to(`{ipBlock: {cidr: ${cidr}${except === '' ? '' : `, except: [${except}]`}}}`);
    assert.equal(find([block('10.0.0.0/8'), block('10.1.0.0/16')]).length, 1);
    assert.equal(find([block('10.0.0.0/8', '10.2.0.0/16'), block('10.1.0.0/16')]).length, 1);
    assert.equal(find([block('10.0.0.0/8', '10.1.2.0/24'), block('10.1.0.0/16', '10.1.2.0/23')]).length, 1);
    assert.deepEqual(find([block('10.0.0.0/8', '10.1.0.0/16'), block('10.1.0.0/24')]), []);
    assert.deepEqual(find([block('10.0.0.0/8', '10.1.2.0/24'), block('10.1.0.0/16')]), []);
    assert.deepEqual(find([block('10.0.0.0/8'), block('2001:db8::/32')]), []);
    assert.deepEqual(find([to('{podSelector: {}}'), block('10.0.0.0/8')]), []);
  });

  it('finds peers and ports that stand beside wider ones', () => {
    assert.deepEqual(find([to('{podSelector: {}}, {podSelector: {matchLabels: {app: a}}}')]), [
      '{podSelector: {matchLabels: {app: a}}}: another peer of the rule takes all of this already',
    ]);
    assert.deepEqual(find([to('{podSelector: {}}', '{port: 80}, {port: 80, protocol: TCP}')]), [
      '{port: 80, protocol: TCP}: another port of the rule allows this already',
    ]);
  });

  it('is silent where namespaces differ, a template writes, or the direction is not isolated', () => {
    assert.deepEqual(find([to('{podSelector: {}}'), to('{namespaceSelector: {matchLabels: {a: b}}}')]), []);
    assert.deepEqual(find([to('{namespaceSelector: {matchLabels: {a: b}}}'), to('{podSelector: {}}')]), []);
    assert.deepEqual(
      find([
        to('{podSelector: {matchLabels: {app: "{{ .a }}"}}}'),
        to('{podSelector: {matchLabels: {app: "{{ .b }}"}}}'),
      ]),
      [],
    );
    assert.deepEqual(find(['{}', to('{podSelector: {}}')], '[Ingress]'), []);
    assert.deepEqual(find([to('{}'), to('{podSelector: {}}')]), []);
  });

  it('finds rules that another policy on the same Pods makes idle', () => {
    const own = policy(['podSelector: {matchLabels: {app: web}}', 'ingress:', '  - from: [{podSelector: {}}]'], 'shop');
    const open = (pods: string, rule = '{}', place = 'shop') =>
      policy([`podSelector: ${pods}`, `ingress: [${rule}]`], place).replace('name: orders', 'name: open');
    const messages = (source: string) =>
      diagnose(parseFixture(source), [netpolRuleWithoutEffect]).map(({ message }) => message);
    assert.deepEqual(messages(own + open('{}')), ['`NetworkPolicy/open` allows everything to the same Pods']);
    assert.equal(messages(own + open('{matchLabels: {app: web}}')).length, 1);
    assert.deepEqual(messages(own + open('{matchLabels: {app: api}}')), []);
    assert.deepEqual(messages(own + open('{}', '{ports: [{port: 80}]}')), []);
    assert.deepEqual(messages(own + open('{}', '{}', 'other')), []);
    assert.deepEqual(messages(`#- a.yaml\n${own}\n#- b.yaml\n${open('{}')}`), []);
  });
});
