import assert from 'node:assert/strict';
import { matchNamespace } from '../../../server/src/core/cluster/namespaces.ts';
import { selectPeerPods, selectPolicyPods } from '../../../server/src/core/cluster/policySelection.ts';
import type { Selection } from '../../../server/src/core/cluster/selection.ts';
import type { NetworkPolicy } from '../../../server/src/core/k8s/networkPolicy.ts';
import type { Unit } from '../../../server/src/core/sources/unit.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from '../rules/policyFixtures.ts';

const cluster =
  namespace('shop', ['team: shop']) +
  namespace('ops', ['team: ops']) +
  pods('web', ['app: web'], 'shop') +
  pods('db', ['app: db'], 'shop') +
  pods('agent', ['app: web'], 'ops') +
  pods('stray', ['app: web'], 'elsewhere') +
  pods('anywhere', ['app: web']);

function read(spec: readonly string[], rest = cluster): { readonly unit: Unit; readonly policy: NetworkPolicy } {
  const { files } = parseFixture(policy(spec, 'shop') + rest);
  const [unit] = indexFixture(files).unitsOf('/work/test.yaml');
  const [found] = unit?.index.ofType('networkPolicy') ?? [];
  assert.ok(unit !== undefined && found !== undefined);
  return { unit, policy: found };
}

function show({ matched, possible }: Selection): string {
  const names = (list: Selection['matched']) => list.map(({ name }) => name?.value).join(' ');
  return `${names(matched)} | ${names(possible)}`;
}

function selectPeer(peer: string): string {
  const { unit, policy } = read(['podSelector: {}', 'ingress:', '  - from:', `      - ${peer}`]);
  const [written] = policy.ingress?.rules[0]?.peers ?? [];
  assert.ok(written);
  return show(selectPeerPods(unit, policy, written));
}

describe('selectPolicyPods', () => {
  it('takes the Pods of its own namespace, and perhaps those of no written one', () => {
    for (const spec of [['podSelector: {}'], ['policyTypes: [Ingress]']]) {
      const { unit, policy } = read(spec);
      assert.equal(show(selectPolicyPods(unit.index, policy)), 'web db | anywhere');
    }
    const { unit, policy } = read(['podSelector: {matchLabels: {app: web}}']);
    assert.equal(show(selectPolicyPods(unit.index, policy)), 'web | anywhere');
  });
});

describe('selectPeerPods', () => {
  it('takes by Pods, by namespaces, and by both', () => {
    assert.equal(selectPeer('podSelector: {}'), 'web db | anywhere');
    assert.equal(selectPeer('podSelector: {matchLabels: {app: db}}'), 'db | ');
    assert.equal(selectPeer('namespaceSelector: {}'), 'web db agent stray anywhere | ');
    assert.equal(selectPeer('{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}'), 'db | ');
  });

  it('knows the labels that manifests give, and the one that every namespace has', () => {
    assert.equal(selectPeer('namespaceSelector: {matchLabels: {team: ops}}'), 'agent | stray anywhere');
    assert.equal(
      selectPeer('namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}'),
      'stray | anywhere',
    );
    assert.equal(
      selectPeer('namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [ops]}]}'),
      'web db | stray anywhere',
    );
  });

  it('takes no Pods by address, and may take any by what cannot be read', () => {
    assert.equal(selectPeer('ipBlock: {cidr: 0.0.0.0/0}'), ' | ');
    assert.equal(selectPeer('{{ .Values.peer }}').split(' | ')[0], '');
    assert.equal(selectPeer('podSelectr: {}'), ' | web db anywhere');
  });
});

describe('matchNamespace', () => {
  const verdict = (label: string, manifests: string) => {
    const { unit, policy } = read(
      ['podSelector: {}', 'ingress:', '  - from:', '      - namespaceSelector:', `          matchLabels: {${label}}`],
      manifests,
    );
    const selector = policy.ingress?.rules[0]?.peers[0]?.namespaceSelector;
    assert.ok(selector);
    return matchNamespace(unit, selector, { value: 'ops', start: 0, end: 0 });
  };

  it('is undecided where no manifest shows the namespace, or manifests disagree', () => {
    assert.equal(verdict('team: ops', ''), 'unknown');
    assert.equal(verdict('team: ops', namespace('ops', ['team: ops'])), 'yes');
    assert.equal(verdict('team: ops', namespace('ops')), 'no');
    assert.equal(verdict('team: ops', namespace('ops') + namespace('ops', ['team: ops'])), 'unknown');
  });

  it('is undecided about labels that platforms add, unless a manifest has them', () => {
    assert.equal(verdict('istio-injection: enabled', namespace('ops')), 'unknown');
    assert.equal(verdict('istio-injection: enabled', namespace('ops', ['istio-injection: enabled'])), 'yes');
    assert.equal(verdict('istio-injection: enabled', namespace('ops', ['istio-injection: disabled'])), 'no');
  });
});
