import assert from 'node:assert/strict';
import { netpolNamespaceSelectorUnmatched } from '../../../server/src/core/rules/netpol-namespace-selector-unmatched.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from './policyFixtures.ts';

const rules = [netpolNamespaceSelectorUnmatched];
const from = (label: string) =>
  policy(
    [
      'podSelector: {}',
      'ingress:',
      '  - from:',
      '      - namespaceSelector:',
      '          matchLabels:',
      `            ${label}`,
    ],
    'shop',
  );

function find(source: string) {
  const findings = diagnose(parseFixture(source), rules).filter(({ code }) => code !== 'yaml-unreadable');
  return findings.map(({ severity, message }) => ({ severity, message }));
}

describe('netpol-namespace-selector-unmatched', () => {
  it('is silent about labels that a manifest gives, and about namespaces that nothing shows', () => {
    expectClean(from('name: monitoring') + namespace('monitoring', ['name: monitoring']), rules);
    expectClean(from('name: monitoring') + namespace('obs', ['name: monitoring']), rules);
    expectClean(from('purpose: monitoring') + namespace('shop'), rules);
  });

  it('is silent about labels that platforms add', () => {
    const labels = [
      'istio-injection: enabled',
      'field.cattle.io/projectId: monitoring',
      'policy-group.network.openshift.io/ingress: ""',
      'openshift.io/name: monitoring',
    ];
    for (const label of labels) expectClean(from(label) + namespace('monitoring'), rules);
  });

  it('has a hint where a label is to be the name of a namespace that no manifest shows', () => {
    const [hint, ...rest] = find(from('name: monitoring') + namespace('shop'));
    assert.equal(hint?.severity, 'hint');
    assert.match(hint?.message ?? '', /no manifest here gives namespace `monitoring` the label `name=monitoring`/);
    assert.deepEqual(rest, []);
    expectClean(from('name: monitoring') + namespace(`\${NAMESPACE}`), rules);
  });

  it('has a hint for a slip where another namespace may be the one', () => {
    const slip = from('kubernetes.io/metadata.name: monitorng') + namespace('monitoring');
    for (const doubt of [namespace(`\${NAMESPACE}`), 'kind: Namespace\nmetadata: [\n'])
      assert.deepEqual(
        find(slip + doubt).map(({ severity }) => severity),
        ['hint'],
      );
  });

  it('has a hint where only the use of a namespace shows it', () => {
    assert.deepEqual(
      find(from('name: monitoring') + pods('web', ['app: web'], 'monitoring')).map(({ severity }) => severity),
      ['hint'],
    );
    assert.deepEqual(
      find(from('name: kube-system')).map(({ severity }) => severity),
      ['hint'],
    );
  });

  it('warns of a slip in a name, a value or a key', () => {
    const shown = namespace('monitoring', ['team: payments']);
    const [name] = find(from('kubernetes.io/metadata.name: monitorng') + shown);
    assert.match(name?.message ?? '', /did you mean `monitoring`\?/);
    const [value] = find(from('team: paymnts') + shown);
    assert.match(value?.message ?? '', /did you mean `team=payments`\?/);
    const [key] = find(from('taem: payments') + shown);
    assert.match(key?.message ?? '', /did you mean `team=payments`\?/);
    assert.deepEqual(
      [name, value, key].map((finding) => finding?.severity),
      ['warning', 'warning', 'warning'],
    );
  });

  it('knows that names with a part more are other namespaces', () => {
    expectClean(from('kubernetes.io/metadata.name: shop') + namespace('shop-dev'), rules);
  });

  it('leaves templates alone', () => {
    expectClean(from('name: {{ .Values.namespace }}') + namespace('monitoring'), rules);
  });

  it('knows that kustomize puts no prefix before the name of a namespace', () => {
    const selecting = (label: string) => `#- kustomization.yaml
namePrefix: dev-
resources: [all.yaml]
#- all.yaml
${from(label)}${namespace('monitoring')}`;
    expectClean(selecting('kubernetes.io/metadata.name: monitoring'), rules);
    assert.equal(find(selecting('name: monitoring')).length, 1);
  });

  it('selects by the label that every namespace has', () => {
    const fixture = parseFixture(from('name: monitoring') + namespace('monitoring'));
    const [fix] = diagnose(fixture, rules)[0]?.fixes ?? [];
    assert.ok(fix);
    assert.match(applyFix(fixture.files, fix)[0]?.text ?? '', /^ {14}kubernetes\.io\/metadata\.name: monitoring$/m);
  });
});
