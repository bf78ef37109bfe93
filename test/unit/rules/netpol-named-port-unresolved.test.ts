import assert from 'node:assert/strict';
import { netpolNamedPortUnresolved } from '../../../server/src/core/rules/netpol-named-port-unresolved.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { pods, policy } from './policyFixtures.ts';

const rules = [netpolNamedPortUnresolved];
const ingress = (port: readonly string[], selector = 'matchLabels: {app: web}') =>
  policy(['podSelector:', `  ${selector}`, 'ingress:', '  - ports:', ...port.map((line) => `      ${line}`)], 'shop');
const egress = (peer: readonly string[], port: string) =>
  policy(
    [
      'podSelector: {}',
      'policyTypes: [Egress]',
      'egress:',
      '  - ports:',
      `      - port: ${port}`,
      '    to:',
      ...peer.map((line) => `      ${line}`),
    ],
    'shop',
  );

function find(source: string) {
  return diagnose(parseFixture(source), rules).map(({ severity, message }) => ({ severity, message }));
}

describe('netpol-named-port-unresolved', () => {
  it('takes numbers as they are and leaves names that the API server refuses to others', () => {
    const web = pods('web', ['app: web'], 'shop', ['http 8080']);
    for (const port of ['9999', '"8080"', 'Not_A_Name', '{{ .Values.port }}'])
      expectClean(ingress([`- port: ${port}`]) + web, rules);
  });

  it('looks a name up together with its protocol', () => {
    const dns = pods('web', ['app: web'], 'shop', ['dns 53 UDP']);
    expectClean(ingress(['- port: dns', '  protocol: UDP']) + dns, rules);
    const [finding] = find(ingress(['- port: dns']) + dns);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.message ?? '', /has a TCP port named `dns`, .*its port of that name is UDP$/);
  });

  it('is information where some of the Pods have the port, and nothing for a policy about everything', () => {
    const two = pods('web', ['app: web'], 'shop', ['http 8080']) + pods('canary', ['app: web'], 'shop', ['web 8080']);
    assert.deepEqual(
      find(ingress(['- port: http']) + two).map(({ severity }) => severity),
      ['info'],
    );
    expectClean(ingress(['- port: http'], 'matchLabels: {}') + two, rules);
    assert.deepEqual(
      find(egress(['- podSelector: {matchLabels: {app: web}}'], 'http') + two).map(({ severity }) => severity),
      ['info'],
    );
    expectClean(egress(['- podSelector: {}'], 'http') + two, rules);
  });

  it('is silent where Pods are not certain', () => {
    expectClean(ingress(['- port: http']), rules);
    expectClean(ingress(['- port: http']) + pods('web', ['app: web']), rules);
    const custom = pods('web', ['app: web'], 'shop')
      .replace('apps/v1', 'example.com/v1')
      .replace('Deployment', 'Application');
    expectClean(ingress(['- port: http']) + custom, rules);
  });

  it('looks at the Pods of the peers for egress', () => {
    const db = pods('db', ['app: db'], 'shop', ['postgres 5432']);
    const toDb = ['- podSelector:', '    matchLabels: {app: db}'];
    expectClean(egress(toDb, 'postgres') + db, rules);
    const [finding] = find(egress(toDb, 'postgre') + db);
    assert.match(finding?.message ?? '', /so this lets no traffic out; did you mean `postgres`\?$/);
    expectClean(egress([...toDb, '- namespaceSelector: {}'], 'postgre') + db, rules);
    expectClean(egress([...toDb, '- ipBlock: {cidr: 10.0.0.0/8}'], 'postgre') + db, rules);
  });

  it('knows that addresses have no port names', () => {
    assert.deepEqual(
      find(egress(['- ipBlock: {cidr: 10.0.0.0/8}'], 'http')).map(({ severity }) => severity),
      ['warning'],
    );
  });
});
