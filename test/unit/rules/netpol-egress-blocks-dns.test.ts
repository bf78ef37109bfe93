import assert from 'node:assert/strict';
import { netpolEgressBlocksDns } from '../../../server/src/core/rules/netpol-egress-blocks-dns.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { pods, policy } from './policyFixtures.ts';

const rules = [netpolEgressBlocksDns];
const web = pods('web', ['app: web'], 'shop');
const needy = web.replace(
  'image: server:1\n',
  'image: server:1\n          env: [{name: URL, value: "http://api:80"}]\n',
);
const egress = (lines: readonly string[], selector = '{matchLabels: {app: web}}', namespace = 'shop') =>
  policy([`podSelector: ${selector}`, 'policyTypes: [Egress]', ...lines], namespace);
const only = (port: string) => egress(['egress:', '  - to: [{podSelector: {}}]', `    ports: [${port}]`]);

function find(source: string) {
  return diagnose(parseFixture(source), rules).map(({ severity, message }) => ({ severity, message }));
}

describe('netpol-egress-blocks-dns', () => {
  it('is a warning for Pods that are told of hosts, else information', () => {
    assert.deepEqual(find(only('{port: 80}') + web), [
      {
        severity: 'info',
        message: '`Deployment/web` cannot resolve names: no policy lets its Pods out to UDP port 53',
      },
    ]);
    const [finding] = find(only('{port: 80}') + needy);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.message ?? '', /, and its `URL` names `api`$/);
  });

  it('knows the hosts that come by a ConfigMap', () => {
    const config =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {URL: "http://api:80"}\n---\n';
    const taker = web.replace('image: server:1\n', 'image: server:1\n          envFrom: [{configMapRef: {name: c}}]\n');
    const [finding] = find(only('{port: 80}') + taker + config);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.message ?? '', /, and its `URL` names `http:\/\/api:80`$/);
  });

  it('adds the rule where there are rules, an empty list, or none', () => {
    for (const lines of [['egress: [{ports: [{port: 80}]}]'], ['egress: []'], ['egress:'], []]) {
      const { files } = parseFixture(egress(lines) + needy);
      const [finding] = diagnose({ files, expected: [], cursor: undefined }, rules);
      const [fix] = finding?.fixes ?? [];
      assert.ok(fix);
      assert.deepEqual(diagnose({ files: applyFix(files, fix), expected: [], cursor: undefined }, rules), []);
    }
  });

  it('counts TCP alone as too little, and any UDP rule for the port as enough', () => {
    assert.equal(find(only('{port: 53}') + web).length, 1);
    for (const port of [
      '{port: 53, protocol: UDP}',
      '{port: 5353, protocol: UDP}',
      '{protocol: UDP}',
      '{port: dns, protocol: UDP}',
    ])
      expectClean(only(port) + web, rules);
    expectClean(only('{port: 50, endPort: 60, protocol: UDP}') + web, rules);
    expectClean(egress(['egress: [{to: [{ipBlock: {cidr: 169.254.20.10/32}}]}]']) + web, rules);
    expectClean(only('{port: "{{ .p }}", protocol: UDP}') + web, rules);
  });

  it('looks at all policies together, and speaks once', () => {
    const deny = egress([], '{}').replace('name: orders', 'name: deny');
    const dns = egress(['egress: [{ports: [{port: 53, protocol: UDP}]}]'], '{}').replace('name: orders', 'name: dns');
    expectClean(deny + dns + web, rules);
    expectClean(deny + only('{port: 80}') + dns + web, rules);
    assert.equal(find(deny + only('{port: 80}') + web).length, 1);
    assert.equal(find(deny + web).length, 1);
  });

  it('is silent about Pods that policies do not restrict, or that ask other servers', () => {
    expectClean(egress(['egress: [{ports: [{port: 80}]}]'], '{matchLabels: {app: other}}') + web, rules);
    expectClean(policy(['podSelector: {}', 'egress: []'], 'shop') + web, rules);
    const spec = (line: string) =>
      web.replace('    spec:\n      containers', `    spec:\n      ${line}\n      containers`);
    for (const line of ['hostNetwork: true', 'dnsPolicy: None', 'dnsPolicy: "{{ .d }}"', 'hostNetwork: "{{ .h }}"'])
      expectClean(only('{port: 80}') + spec(line), rules);
    expectClean(only('{port: 80}'), rules);
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: dns, namespace: shop}\n---\n';
    expectClean(cilium + only('{port: 80}') + web, rules);
  });

  it('reckons with policies of other units', () => {
    const dns = policy(['podSelector: {}', 'policyTypes: [Egress]', 'egress: [{ports: [{port: 53, protocol: UDP}]}]']);
    const files = (namespace: string) =>
      `#- all.yaml\n${only('{port: 80}')}${web}\n#- dns/kustomization.yaml\n${namespace}resources: [dns.yaml]\n#- dns/dns.yaml\n${dns.replace('orders', 'dns')}`;
    expectClean(files('namespace: shop\n'), rules);
    expectClean(files(''), rules);
  });
});
