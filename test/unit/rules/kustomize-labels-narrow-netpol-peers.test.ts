import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { kustomizeLabelsNarrowNetpolPeers as rule } from '../../../server/src/core/rules/kustomize-labels-narrow-netpol-peers.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const find = (source: string) =>
  diagnose(parseFixture(source), [rule])
    .filter(({ code }) => code === rule.id)
    .map(({ file, severity, message }) => `${file.slice(6)} ${severity} ${message}`);

/** An ingress policy of `web` in `shop`. */
const policy = (peer: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {tier: front}}
  ingress:
    - from:
        - ${peer}
`;

const workload = (name: string, labels: string, namespace = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec: {containers: [{name: main, image: main:1}]}
`;

const FROM_PROMETHEUS = `namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
          podSelector: {matchLabels: {app: prometheus}}`;
const FROM_CLIENT = `podSelector:
            matchLabels:
              role-of: client`;

const labels = (pairs: string) => `labels: [{pairs: {${pairs}}, includeSelectors: true}]`;

const COMMON = labels('app: web');

const shop = (kustomization: string, peer: string, more = '') => `#- shop/kustomization.yaml
namespace: shop
${kustomization}
resources: [policy.yaml, web.yaml]
#- shop/policy.yaml
${policy(peer)}#- shop/web.yaml
${workload('web', 'tier: front')}${more}`;

describe('kustomize-labels-narrow-netpol-peers, beyond its examples', () => {
  it('names the Pods that exist beside the kustomization', () => {
    const outside = `#- tools/client.yaml\n${workload('client', 'role-of: client', 'shop')}`;
    assert.deepEqual(find(shop(COMMON, FROM_CLIENT, outside)), [
      'shop/kustomization.yaml warning this label is put into the peer `role-of=client` of `NetworkPolicy/web` too; the Pods of `Deployment/client` in namespace `shop` do not have it, so the policy no longer lets them in',
    ]);
    const built = `#- tools/kustomization.yaml\nnamespace: shop\nresources: [client.yaml]\n#- tools/client.yaml\n${workload('client', 'role-of: client')}`;
    assert.equal(find(shop(COMMON, FROM_CLIENT, built)).length, 1);
  });

  it('knows both forms of labels, and what they replace', () => {
    assert.match(
      find(shop('commonLabels: {app: web}', FROM_PROMETHEUS)).join(),
      /^shop\/kustomization\.yaml warning this label is put into the peer `app=prometheus` .* Pods in namespace `monitoring` do not get it from here/,
    );
    expectClean(shop('labels: [{pairs: {app: web}}]', FROM_PROMETHEUS), [rule]);
    expectClean(shop('labels: [{pairs: {app: web}, includeTemplates: true}]', FROM_PROMETHEUS), [rule]);
    assert.match(
      find(shop(labels('team: a, env: b'), FROM_PROMETHEUS)).join(),
      /`env=b` and `team=a` are put|`team=a` and `env=b` are put/,
    );
  });

  it('only hints where Pods that nobody shows may well have the label', () => {
    const peer = FROM_PROMETHEUS.replace('monitoring', 'payments');
    assert.match(find(shop(labels('team: a'), peer)).join(), / hint .*unless the Pods in namespace `payments` have it/);
    assert.match(find(shop(COMMON, peer)).join(), / warning /);
  });

  it('is silent where the Pods that are meant get the label too', () => {
    const inside = workload('client', 'role-of: client');
    const outside = `#- tools/client.yaml\n${workload('client', 'role-of: client', 'shop')}`;
    expectClean(shop(COMMON, FROM_CLIENT, `---\n${inside}${outside}`), [rule]);
    const labelled = `#- mon/kustomization.yaml\nnamespace: monitoring\n${COMMON}\nresources: [p.yaml]\n#- mon/p.yaml\n${workload('p', 'app: prometheus')}`;
    expectClean(shop(COMMON, FROM_PROMETHEUS, labelled), [rule]);
  });

  it('is silent where nothing shows whom a peer means', () => {
    expectClean(shop(COMMON, FROM_CLIENT), [rule]);
    const nowhere = `#- tools/client.yaml\n${workload('client', 'role-of: client')}`;
    expectClean(shop(COMMON, FROM_CLIENT, nowhere), [rule]);
    expectClean(shop(COMMON, FROM_PROMETHEUS).replace('namespace: shop\n', ''), [rule]);
    const remote = shop(COMMON, FROM_PROMETHEUS).replace(
      '[policy.yaml',
      '["https://github.com/a/b//c?ref=v1", policy.yaml',
    );
    expectClean(remote, [rule]);
  });

  it('is silent about expressions, whole namespaces, and labels that a person wrote', () => {
    const expression = FROM_PROMETHEUS.replace(
      'matchLabels: {app: prometheus}',
      'matchExpressions: [{key: app, operator: In, values: [prometheus]}]',
    );
    expectClean(shop(COMMON, expression), [rule]);
    expectClean(shop(COMMON, FROM_PROMETHEUS.split('\n')[0] ?? ''), [rule]);
    expectClean(shop(COMMON, FROM_PROMETHEUS.replace('{app: prometheus}', '{}').replace('matchLabels: {}', '{}')), [
      rule,
    ]);
    const patch = `patches:
  - patch: |-
      - {op: add, path: /spec/ingress/0/from/0/podSelector/matchLabels/app, value: other}
    target: {kind: NetworkPolicy}`;
    expectClean(shop(patch, FROM_PROMETHEUS), [rule]);
  });

  it('is silent about other versions of the same policy', () => {
    const base = shop('', FROM_CLIENT).replaceAll('#- shop/', '#- base/').replace('namespace: shop\n', '');
    const overlays = `#- dev/kustomization.yaml\nnamespace: shop\n${COMMON}\nresources: [../base]
#- prod/kustomization.yaml\nnamespace: shop\nresources: [../base, client.yaml]\n#- prod/client.yaml\n${workload('client', 'role-of: client')}`;
    expectClean(base + overlays, [rule]);
  });

  it('says it once', () => {
    const outside = `#- tools/client.yaml\n${workload('client', 'role-of: client', 'shop')}`;
    for (const source of [shop(COMMON, FROM_CLIENT, outside), shop(COMMON, FROM_PROMETHEUS), rule.bad]) {
      const codes = diagnose(parseFixture(source), allRules).map(({ code }) => code);
      assert.deepEqual(
        codes.filter((code) => code.startsWith('netpol') || code.startsWith('kustomize')),
        [rule.id],
      );
    }
  });

  it('has a fix that keeps the peer as it was meant', () => {
    const outside = `#- tools/client.yaml\n${workload('client', 'role-of: client', 'shop')}`;
    for (const [source, text] of [
      [
        shop(COMMON, FROM_CLIENT, outside),
        'matchExpressions:\n              - {key: role-of, operator: In, values: [client]}\n',
      ],
      [
        shop(labels('team: a'), FROM_PROMETHEUS),
        'podSelector: {matchExpressions: [{key: app, operator: In, values: [prometheus]}]}\n',
      ],
    ] as const) {
      const fixture = parseFixture(source);
      const [finding] = diagnose(fixture, [rule]);
      const [fix] = finding?.fixes ?? [];
      assert.ok(fix);
      const files = applyFix(fixture.files, fix);
      assert.ok(
        files.some((file) => file.text.includes(text)),
        files.map((file) => file.text).join('\n'),
      );
      assert.deepEqual(diagnose({ ...fixture, files }, [rule]), []);
    }
  });
});
