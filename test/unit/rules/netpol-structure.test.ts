import assert from 'node:assert/strict';
import { netpolEmptyEgressNotEnforced } from '../../../server/src/core/rules/netpol-empty-egress-not-enforced.ts';
import { netpolInvalidPeerOrRange } from '../../../server/src/core/rules/netpol-invalid-peer-or-range.ts';
import { netpolPolicytypesIgnoresRules } from '../../../server/src/core/rules/netpol-policytypes-ignores-rules.ts';
import type { AnyRule } from '../../../server/src/core/rules/rule.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { policy } from './policyFixtures.ts';

function find(source: string, rule: AnyRule) {
  return diagnose(parseFixture(source), [rule]);
}

/** Severity and message of what is found in one peer of `egress`. */
function inPeer(...peer: readonly string[]) {
  const source = policy([
    'podSelector: {}',
    'policyTypes: [Egress]',
    'egress:',
    '  - to:',
    ...peer.map((line) => `      ${line}`),
  ]);
  return find(source, netpolInvalidPeerOrRange).map(({ severity, message }) => `${severity}: ${message}`);
}

function inPort(...port: readonly string[]) {
  const source = policy(['podSelector: {}', 'ingress:', '  - ports:', ...port.map((line) => `      ${line}`)]);
  return find(source, netpolInvalidPeerOrRange).map(({ severity, message }) => `${severity}: ${message}`);
}

const REFUSED = 'the API server refuses the policy';

describe('netpol-policytypes-ignores-rules', () => {
  const rule = netpolPolicytypesIgnoresRules;

  it('finds rules of either direction that the list leaves out', () => {
    assert.equal(find(policy(['podSelector: {}', 'policyTypes: [Egress]', 'ingress:', '  - {}']), rule).length, 1);
    expectClean(policy(['podSelector: {}', 'policyTypes: [Egress]', 'ingress: []']), [rule]);
  });

  it('is silent while types are absent, empty or written by a template', () => {
    for (const types of [[], ['policyTypes: []'], ['policyTypes: {{ .Values.types }}'], [`policyTypes: ["\${TYPE}"]`]])
      expectClean(policy(['podSelector: {}', ...types, 'egress:', '  - {}']), [rule]);
  });
});

describe('netpol-empty-egress-not-enforced', () => {
  const rule = netpolEmptyEgressNotEnforced;

  it('is silent where egress is isolated, or has rules', () => {
    expectClean(policy(['podSelector: {}', 'policyTypes: [Egress]', 'egress: []']), [rule]);
    expectClean(policy(['podSelector: {}', 'egress:', '  - {}']), [rule]);
    expectClean(policy(['podSelector: {}', 'egress: null']), [rule]);
  });

  it('is a hint where the types leave egress out', () => {
    const [finding] = find(policy(['podSelector: {}', 'policyTypes: [Ingress]', 'egress: []']), rule);
    assert.equal(finding?.severity, 'hint');
  });

  it('adds the missing types', () => {
    for (const types of [[], ['policyTypes: []'], ['policyTypes: [Ingress]']]) {
      const fixture = parseFixture(policy(['podSelector: {}', ...types, 'egress: []']));
      const [fix] = diagnose(fixture, [rule])[0]?.fixes ?? [];
      assert.ok(fix);
      assert.deepEqual(diagnose({ ...fixture, files: applyFix(fixture.files, fix) }, [rule]), []);
    }
  });
});

describe('netpol-invalid-peer-or-range', () => {
  it('wants a peer to say one thing', () => {
    for (const empty of ['- {}', '- podSelector:', '- podSelector: null'])
      assert.match(inPeer(empty)[0] ?? '', /^error: this peer of `to` is empty/);
    assert.deepEqual(inPeer('- podSelector: {}'), []);
    assert.deepEqual(inPeer('- podSelector: {}', '  ipBlock:', '    cidr: 10.0.0.0/8'), [
      `error: a peer has either \`ipBlock\` or selectors, and this one has \`podSelector\` too: ${REFUSED}`,
    ]);
  });

  it('wants blocks, and exceptions that lie inside and are smaller', () => {
    const block = (cidr: string, ...except: readonly string[]) =>
      inPeer(
        '- ipBlock:',
        `    cidr: ${cidr}`,
        ...(except.length > 0 ? ['    except:', ...except.map((each) => `      - ${each}`)] : []),
      );
    assert.deepEqual(inPeer('- ipBlock: {}'), [`error: \`ipBlock\` has no \`cidr\`: ${REFUSED}`]);
    assert.deepEqual(block('""'), [`error: \`ipBlock\` has no \`cidr\`: ${REFUSED}`]);
    assert.deepEqual(block('10.0.0.1'), [
      `error: \`10.0.0.1\` is not a CIDR block: ${REFUSED}; for this one address write \`10.0.0.1/32\``,
    ]);
    assert.deepEqual(block('10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/9'), []);
    assert.deepEqual(block('10.0.0.0/8', '10.0.0.0/8'), [
      `error: \`except\` takes away all of \`10.0.0.0/8\`: ${REFUSED}`,
    ]);
    assert.deepEqual(block('10.0.0.0/8', '0.0.0.0/0'), [
      `error: \`0.0.0.0/0\` is not inside \`10.0.0.0/8\`: ${REFUSED}`,
    ]);
    assert.deepEqual(block('10.0.0.0/8', '2001:db8::/64'), [
      `error: \`2001:db8::/64\` is not inside \`10.0.0.0/8\`: ${REFUSED}`,
    ]);
    assert.deepEqual(block(`\${CIDR}`, '10.0.0.0/8'), []);
    assert.deepEqual(block('{{ .Values.cidr }}', '10.0.0.0/8'), []);
    assert.deepEqual(inPeer('- ipBlock: {{ .Values.block }}'), []);
  });

  it('warns with the API server', () => {
    for (const cidr of ['010.0.0.0/8', '10.0.0.1/8', '2001:DB8::/32'])
      assert.match(inPeer('- ipBlock:', `    cidr: "${cidr}"`)[0] ?? '', /^warning: /);
  });

  it('wants numbers, names and ranges that exist', () => {
    for (const good of [
      ['- {}'],
      ['- protocol: UDP'],
      ['- port: http'],
      ['- port: 80', '  endPort: 80'],
      ['- port: 80', '  endPort: 65535'],
    ])
      assert.deepEqual(inPort(...good), []);
    assert.deepEqual(inPort('- port: 80', '  endPort: 79'), [`error: \`endPort\` 79 is below \`port\` 80: ${REFUSED}`]);
    assert.deepEqual(inPort('- endPort: 80'), [`error: \`endPort\` stands without \`port\`: ${REFUSED}`]);
    assert.deepEqual(inPort('- port: http', '  endPort: 80'), [
      `error: \`endPort\` cannot go with the port name \`http\`, only with a number: ${REFUSED}`,
    ]);
    assert.deepEqual(inPort('- port: 65536'), [`error: \`port\` 65536 is not between 1 and 65535: ${REFUSED}`]);
    assert.deepEqual(inPort('- port: 80', '  protocol: tcp'), [
      `error: \`tcp\` is no protocol of a policy, only \`TCP\`, \`UDP\` and \`SCTP\` are: ${REFUSED}`,
    ]);
    assert.match(inPort('- port: 8000-8100')[0] ?? '', /a range is written as `port: 8000` with `endPort: 8100`$/);
  });

  it('knows the two policy types', () => {
    const [finding] = find(policy(['podSelector: {}', 'policyTypes: [ingress]']), netpolInvalidPeerOrRange);
    assert.equal(finding?.severity, 'error');
    assert.equal(finding?.fixes?.[0]?.title, 'Change `ingress` to `Ingress`');
  });
});
