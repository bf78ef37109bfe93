import assert from 'node:assert/strict';
import { ingressBlockedByNetpol } from '../../../server/src/core/rules/ingress-blocked-by-netpol.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from './policyFixtures.ts';

const rules = [ingressBlockedByNetpol];
const shop = pods('shop', ['app: shop'], 'shop', ['http 8080']);
const service = `apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
---
`;
const ingress = (spec = 'ingressClassName: nginx', annotations = '{}') => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop, annotations: ${annotations}}
spec:
  ${spec}
  rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}}]
---
`;
const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec: {parentRefs: [{name: public, namespace: infra}], rules: [{backendRefs: [{name: shop, port: 80}]}]}
---
`;
const app = shop + service;
const from = (peer: string, ports = '') =>
  policy(['podSelector: {matchLabels: {app: shop}}', `ingress: [{from: [${peer}]${ports}}]`], 'shop');
const tests = pods('tests', ['app: tests'], 'shop');
const TESTS = '{podSelector: {matchLabels: {app: tests}}}';

function messages(source: string): readonly string[] {
  return diagnose(parseFixture(source), rules).map(({ severity, message }) => `${severity}: ${message}`);
}

describe('ingress-blocked-by-netpol', () => {
  it('tells of Ingresses and routes whose Pods take in others alone, or nobody', () => {
    const expected =
      'warning: no policy lets an ingress controller in to TCP 8080 of `Deployment/shop`, so requests to `a.example/` time out; `NetworkPolicy/orders` isolates the Pods';
    assert.deepEqual(messages(from(TESTS) + tests + app + ingress()), [expected]);
    assert.deepEqual(messages(policy(['podSelector: {}'], 'shop') + app + ingress()), [expected]);
    assert.deepEqual(messages(from('{podSelector: {}}') + app + ingress()), [expected]);
    assert.deepEqual(
      messages(from('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}') + app + ingress()),
      [expected],
    );
    assert.match(messages(from(TESTS) + tests + app + route)[0] ?? '', /so its requests time out/);
  });

  it('tells of a rule for the controller that has another port', () => {
    const port = from(
      '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}',
      ', ports: [{port: 9090}]',
    );
    assert.equal(messages(port + app + ingress()).length, 1);
  });

  it('takes any rule that may mean a controller for one that does', () => {
    for (const peer of [
      '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}',
      '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: somewhere}}}',
      '{namespaceSelector: {matchLabels: {role: edge}}}',
      '{namespaceSelector: {}}',
      '{namespaceSelector: {}, podSelector: {matchLabels: {app.kubernetes.io/name: traefik}}}',
      '{podSelector: {matchLabels: {app: nginx-proxy}}}',
      '{podSelector: {matchLabels: {app: nobody-shown}}}',
      '{ipBlock: {cidr: 0.0.0.0/0}}',
      '{podSelector: {matchLabels: {app: "{{ .Values.controller }}"}}}',
    ])
      expectClean(from(peer) + app + ingress(), rules);
    expectClean(policy(['podSelector: {}', 'ingress: [{}]'], 'shop') + app + ingress(), rules);
    expectClean(
      from('{namespaceSelector: {matchLabels: {team: x}}}') + namespace('edge', ['team: x']) + app + ingress(),
      rules,
    );
  });

  it('is silent where the controller stands in the namespace itself, on the host network, or outside', () => {
    const controller = (line: string) =>
      pods('ingress-nginx', ['app: c'], 'shop').replace('      containers:', `${line}      containers:`);
    expectClean(from('{podSelector: {}}') + app + ingress() + controller(''), rules);
    expectClean(from(TESTS) + tests + app + ingress() + controller('      hostNetwork: true\n'), rules);
    expectClean(from(TESTS) + tests + app + ingress('ingressClassName: alb'), rules);
    expectClean(
      from(TESTS) + tests + app + ingress('ingressClassName: x', '{kubernetes.io/ingress.class: gce}'),
      rules,
    );
  });

  it('is silent where policies of other kinds, templates or other units leave it open', () => {
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\n---\n';
    expectClean(cilium + from(TESTS) + tests + app + ingress(), rules);
    expectClean(from(TESTS) + tests + app.replace('app: shop}', 'app: "{{ .x }}"}') + ingress(), rules);
    const allow = policy(['podSelector: {}', 'ingress: [{}]']).replace('name: orders', 'name: allow');
    expectClean(
      `#- all.yaml\n${from(TESTS)}${tests}${app}${ingress()}\n#- allow/kustomization.yaml\nresources: [allow.yaml]\n#- allow/allow.yaml\n${allow}`,
      rules,
    );
  });

  it('speaks only where every Pod behind the Service is closed', () => {
    const other = pods('other', ['app: shop', 'track: b'], 'shop', ['http 8080']);
    const narrow = policy(['podSelector: {matchLabels: {track: b}}'], 'shop');
    expectClean(narrow + app + other + ingress(), rules);
  });

  it('lets in the namespace of the controller that the class or the workspace tells of', () => {
    const fixed = (source: string) => {
      const { files } = parseFixture(source);
      const [fix] = diagnose(parseFixture(source), rules)[0]?.fixes ?? [];
      assert.ok(fix);
      const [after] = applyFix(files, fix);
      expectClean(after?.text ?? '', rules);
      return fix.title;
    };
    assert.equal(fixed(from(TESTS) + tests + app + ingress()), 'Let the namespace `ingress-nginx` in');
    assert.equal(
      fixed(from(TESTS) + tests + app + ingress('ingressClassName: traefik')),
      'Let the namespace `traefik` in',
    );
    const gateways = namespace('my-ingress');
    assert.equal(
      fixed(from(TESTS) + tests + app + ingress('ingressClassName: own') + gateways),
      'Let the namespace `my-ingress` in',
    );
    const [finding] = diagnose(parseFixture(policy(['podSelector: {}'], 'shop') + app + tests + ingress()), rules);
    assert.deepEqual(finding?.fixes, []);
  });
});
