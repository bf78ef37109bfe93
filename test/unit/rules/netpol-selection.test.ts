import assert from 'node:assert/strict';
import { netpolPeerOrInsteadOfAnd } from '../../../server/src/core/rules/netpol-peer-or-instead-of-and.ts';
import { netpolPeerSelectsNothing } from '../../../server/src/core/rules/netpol-peer-selects-nothing.ts';
import { netpolSelectsNoPods } from '../../../server/src/core/rules/netpol-selects-no-pods.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from './policyFixtures.ts';

const selecting = (label: string) => ['podSelector:', '  matchLabels:', `    ${label}`];
const admitting = (label: string) => [
  'podSelector: {}',
  'ingress:',
  '  - from:',
  '      - podSelector:',
  '          matchLabels:',
  `            ${label}`,
];
const everyRule = [netpolSelectsNoPods, netpolPeerSelectsNothing, netpolPeerOrInsteadOfAnd];

function severities(source: string, rules = everyRule) {
  return diagnose(parseFixture(source), rules).map(({ code, severity }) => `${severity} ${code}`);
}

describe('netpol-selects-no-pods', () => {
  const rules = [netpolSelectsNoPods];

  it('is silent for a selector of everything and in a folder of policies alone', () => {
    expectClean(policy(['podSelector: {}'], 'shop') + pods('web', ['app: web'], 'shop'), rules);
    expectClean(policy([]) + pods('web', ['app: web']), rules);
    expectClean(policy(selecting('app: orders'), 'shop'), rules);
    expectClean(policy(selecting('app: orders'), 'shop') + pods('web', ['app: web'], 'other'), rules);
  });

  it('is silent where the namespace, a label or a template leaves it open', () => {
    expectClean(policy(selecting('app: web'), 'shop') + pods('web', ['app: web']), rules);
    expectClean(policy(selecting('app: {{ .Values.name }}'), 'shop') + pods('web', ['app: web'], 'shop'), rules);
    expectClean(policy(selecting('app: orders'), 'shop') + pods('web', [`app: \${NAME}`], 'shop'), rules);
  });

  it('warns of a slip of Pods beside the policy whatever a template elsewhere may hold', () => {
    const source = (template: string) => `#- shop/policy.yaml
${policy(selecting('app: web-sever'))}
#- shop/web.yaml
${pods('web', ['app: web-server'])}
#- ${template}
${pods('any', [`app: \${NAME}`])}`;
    assert.deepEqual(severities(source('tools/test/any.yaml'), rules), ['warning netpol-selects-no-pods']);
    assert.deepEqual(severities(source('shop/any.yaml'), rules), ['hint netpol-selects-no-pods']);
  });

  it('takes the Pods of Jobs and of custom workloads', () => {
    const rollout = pods('orders', ['app: orders'], 'shop')
      .replace('apps/v1', 'argoproj.io/v1alpha1')
      .replace('Deployment', 'Rollout');
    expectClean(policy(selecting('app: orders'), 'shop') + rollout, rules);
  });

  it('warns of a slip in a value or in a key, and names the other Pods else in a hint', () => {
    const web = pods('web', ['app: web-server'], 'shop');
    assert.deepEqual(severities(policy(selecting('app: web-sever'), 'shop') + web, rules), [
      'warning netpol-selects-no-pods',
    ]);
    assert.deepEqual(severities(policy(selecting('aap: web-server'), 'shop') + web, rules), [
      'warning netpol-selects-no-pods',
    ]);
    assert.deepEqual(severities(policy(selecting('app: payments'), 'shop') + web, rules), [
      'hint netpol-selects-no-pods',
    ]);
  });

  it('has a hint at most where an operator may make Pods of the namespace', () => {
    const cluster = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: db\n  namespace: shop\n---\n';
    const misspelt = policy(selecting('app: web-sever'), 'shop');
    const web = pods('web', ['app: web-server'], 'shop');
    assert.deepEqual(severities(misspelt + web + cluster, rules), ['hint netpol-selects-no-pods']);
    const elsewhere = cluster.replace('namespace: shop', 'namespace: data');
    assert.deepEqual(severities(misspelt + web + elsewhere, rules), ['warning netpol-selects-no-pods']);
    assert.deepEqual(severities(`#- a/policy.yaml\n${misspelt}\n#- b/c/web.yaml\n${web}${cluster}`, rules), [
      'hint netpol-selects-no-pods',
    ]);
    expectClean(policy(selecting('aap: web-server'), 'shop') + web + cluster, rules);
    expectClean(policy(selecting('app: payments'), 'shop') + pods('web', ['app: web'], 'shop') + cluster, rules);
  });

  it('tells that the Pods are in another namespace', () => {
    const source =
      policy(selecting('app: orders'), 'front') +
      pods('web', ['app: web'], 'front') +
      pods('orders', ['app: orders'], 'back');
    const [finding] = diagnose(parseFixture(source), rules);
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.message ?? '', /`Deployment\/orders` in namespace `back` would fit/);
  });

  it('takes a namespace with the same workloads for another environment', () => {
    const source =
      policy(selecting('app: orders'), 'prod') +
      pods('web', ['app: web'], 'prod') +
      pods('web', ['app: web'], 'dev') +
      pods('orders', ['app: orders'], 'dev');
    assert.deepEqual(severities(source, rules), ['hint netpol-selects-no-pods']);
  });

  it('asks nothing of a selector that only keeps Pods out', () => {
    const spec = ['podSelector:', '  matchExpressions:', '    - key: app', '      operator: DoesNotExist'];
    expectClean(policy(spec, 'shop') + pods('web', ['app: web'], 'shop'), rules);
  });

  it('judges a policy as a kustomization leaves it', () => {
    const built = (podLabel: string) => `#- kustomization.yaml
labels: [{pairs: {app: orders}, includeSelectors: true}]
resources: [all.yaml]
#- all.yaml
${policy(selecting('tier: back'), 'shop')}${pods('web', [podLabel], 'shop')}`;
    expectClean(built('tier: back'), rules);
    const [finding] = diagnose(parseFixture(built('tier: bakc')), rules);
    assert.match(finding?.message ?? '', /has the labels `tier=back` and `app=orders`/);
  });

  it('counts what another kustomization may deploy beside it', () => {
    expectClean(
      `#- policies/kustomization.yaml
resources: [policy.yaml]
#- policies/policy.yaml
${policy(selecting('app: web'), 'shop')}
#- apps/web.yaml
${pods('web', ['app: web'], 'shop')}`,
      rules,
    );
  });
});

describe('netpol-peer-selects-nothing', () => {
  const rules = [netpolPeerSelectsNothing];

  it('warns of a slip, in the own namespace or in one that is named', () => {
    assert.deepEqual(
      severities(policy(admitting('app: web-sever'), 'shop') + pods('web', ['app: web-server'], 'shop'), rules),
      ['warning netpol-peer-selects-nothing'],
    );
    const elsewhere = [
      ...admitting('app: prometeus'),
      '        namespaceSelector:',
      '          matchLabels:',
      '            kubernetes.io/metadata.name: monitoring',
    ];
    const monitored = policy(elsewhere, 'shop') + pods('prometheus', ['app: prometheus'], 'monitoring');
    assert.deepEqual(severities(monitored, rules), ['warning netpol-peer-selects-nothing']);
  });

  it('offers the namespace in which the Pods are', () => {
    const source =
      policy(admitting('app: prometheus'), 'shop') +
      pods('web', ['app: web'], 'shop') +
      pods('prometheus', ['app: prometheus'], 'monitoring');
    const [finding] = diagnose(parseFixture(source), rules);
    assert.equal(finding?.severity, 'warning');
    assert.equal(finding?.fixes?.[0]?.title, 'Look for them in namespace `monitoring`');
  });

  it('knows that the DNS Pods are in kube-system', () => {
    const spec = [
      'podSelector: {}',
      'policyTypes: [Egress]',
      'egress:',
      '  - to:',
      '      - podSelector:',
      '          matchLabels:',
      '            k8s-app: kube-dns',
    ];
    assert.deepEqual(severities(policy(spec, 'shop'), rules), ['warning netpol-peer-selects-nothing']);
    expectClean(policy(spec), rules);
    expectClean(policy(spec, 'kube-system'), rules);
  });

  it('is silent about labels that clients are asked to carry, and about namespaces that nothing shows', () => {
    expectClean(policy(admitting('access: granted'), 'shop') + pods('web', ['app: web'], 'shop'), rules);
    const unknown = [
      ...admitting('app: web-sever'),
      '        namespaceSelector:',
      '          matchLabels:',
      '            team: other',
    ];
    expectClean(policy(unknown, 'shop') + pods('web', ['app: web-server'], 'shop'), rules);
    expectClean(
      policy([...admitting('app: web'), '        namespaceSelector: {}'], 'shop') + pods('web', ['app: web'], 'front'),
      rules,
    );
  });

  it('says nothing about rules of a direction that the policy does not isolate', () => {
    expectClean(
      policy([...admitting('app: web-sever'), 'policyTypes: [Egress]'], 'shop') +
        pods('web', ['app: web-server'], 'shop'),
      rules,
    );
  });
});

describe('netpol-peer-or-instead-of-and', () => {
  const split = (pod: string, ns: string) => [
    'podSelector: {}',
    'ingress:',
    '  - from:',
    '      - podSelector:',
    `          ${pod}`,
    '      - namespaceSelector:',
    `          matchLabels: {${ns}}`,
  ];
  const byName = 'kubernetes.io/metadata.name: monitoring';

  it('speaks in either order, and alone', () => {
    const source =
      policy(split('matchLabels: {app: prometheus}', byName), 'shop') +
      pods('prometheus', ['app: prometheus'], 'monitoring') +
      pods('web', ['app: web'], 'shop');
    assert.deepEqual(severities(source), ['warning netpol-peer-or-instead-of-and']);
  });

  it('is a hint where both places have such Pods, unless the list is longer', () => {
    const peers = split('matchLabels: {app: web}', byName);
    const both = pods('web', ['app: web'], 'shop') + pods('web', ['app: web'], 'monitoring');
    const [finding] = diagnose(parseFixture(policy(peers, 'shop') + both), [netpolPeerOrInsteadOfAnd]);
    assert.equal(finding?.severity, 'hint');
    assert.doesNotMatch(finding?.message ?? '', /there are none/);
    expectClean(policy([...peers, '      - ipBlock: {cidr: 10.0.0.0/8}'], 'shop') + both, everyRule);
  });

  it('is silent where "either" makes sense', () => {
    const web = pods('web', ['app: web'], 'shop');
    expectClean(policy(split('matchLabels: {app: web}', byName), 'shop') + web, everyRule);
    expectClean(policy(split('{}', byName), 'shop') + web, everyRule);
    expectClean(policy(split('matchLabels: {app: web}', byName), 'shop') + pods('web', ['app: web']), everyRule);
  });

  it('is a hint where nothing shows the other namespace', () => {
    const source =
      policy(split('matchLabels: {app: prometheus}', 'team: ops'), 'shop') + pods('web', ['app: web'], 'shop');
    assert.deepEqual(severities(source), ['hint netpol-peer-or-instead-of-and']);
  });

  it('decides by the labels of Namespace manifests', () => {
    const labelled =
      policy(split('matchLabels: {app: prometheus}', 'team: ops'), 'shop') +
      pods('prometheus', ['app: prometheus'], 'monitoring');
    assert.deepEqual(severities(labelled + namespace('monitoring', ['team: ops'])), [
      'warning netpol-peer-or-instead-of-and',
    ]);
    assert.deepEqual(severities(labelled + namespace('monitoring', ['team: dev'])), [
      'hint netpol-peer-or-instead-of-and',
    ]);
  });
});
