import assert from 'node:assert/strict';
import { netpolBlocksDeclaredDependency } from '../../../server/src/core/rules/netpol-blocks-declared-dependency.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from './policyFixtures.ts';

const rules = [netpolBlocksDeclaredDependency];
const orders = pods('orders', ['app: orders'], 'shop', ['http 8080']);
const service = `apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 80, targetPort: http}]}
---
`;
const caller = (name: string, value = 'http://orders', place = 'shop', labels: readonly string[] = [`app: ${name}`]) =>
  pods(name, labels, place).replace(
    'image: server:1\n',
    `image: server:1\n          env: [{name: URL, value: "${value}"}]\n`,
  );
const web = caller('web');
const app = orders + service + web;
const ingress = (rule: string, selector = '{matchLabels: {app: orders}}') =>
  policy([`podSelector: ${selector}`, ...(rule === '' ? [] : ['ingress:', `  - ${rule}`])], 'shop');
const egress = (rule: string) =>
  policy(['podSelector: {matchLabels: {app: web}}', 'policyTypes: [Egress]', 'egress:', `  - ${rule}`, DNS], 'shop');
const DNS = '  - ports: [{port: 53, protocol: UDP}]';
const OTHERS = '{from: [{podSelector: {matchLabels: {app: billing}}}]}';

function find(source: string) {
  return diagnose(parseFixture(source), rules);
}

function messages(source: string): readonly string[] {
  return find(source).map(({ severity, message }) => `${severity}: ${message}`);
}

/** The text after the first fix, of which nothing may be found. */
function fixed(source: string): string {
  const { files } = parseFixture(source);
  const [fix] = find(source)[0]?.fixes ?? [];
  assert.ok(fix);
  const after = applyFix(files, fix).map(({ path, text }) => `#- ${path.slice('/work/'.length)}\n${text}`);
  expectClean(after.join('\n'), rules);
  return after.join('\n');
}

describe('netpol-blocks-declared-dependency', () => {
  it('tells of the ingress side, and of the egress side', () => {
    assert.deepEqual(messages(ingress(OTHERS) + app), [
      'warning: no policy lets `Deployment/web` in to TCP 8080 of `Deployment/orders`, though its `URL` names `http://orders`: such connections time out',
    ]);
    assert.deepEqual(messages(egress('{to: [{podSelector: {matchLabels: {app: billing}}}]}') + app), [
      'warning: no policy lets `Deployment/web` out to TCP 8080 of `Deployment/orders`, though its `URL` names `http://orders`: such connections time out',
    ]);
  });

  it('relates the string, the other policies, and the Service', () => {
    const deny = policy(['podSelector: {}'], 'shop').replace('name: orders', 'name: deny');
    const [finding] = find(ingress(OTHERS) + deny + app);
    assert.deepEqual(
      finding?.related?.map(({ message }) => message),
      [
        '`Deployment/web` is told of `Deployment/orders` here',
        '`NetworkPolicy/deny` isolates the Pods too, and has no such rule',
        'the Service in between',
      ],
    );
  });

  it('looks at the port behind the Service, and at its protocol', () => {
    const from = (port: string) => ingress(`{from: [{podSelector: {matchLabels: {app: web}}}], ports: [${port}]}`);
    expectClean(from('{port: 8080}') + app, rules);
    expectClean(from('{port: http}') + app, rules);
    assert.equal(messages(from('{port: 9090}') + app).length, 1);
    assert.equal(
      messages(from('{port: 8080, protocol: UDP}') + orders.replace('8080', '9090') + service + web).length,
      1,
    );
  });

  it('says all that one policy cuts at once, and adds all rules', () => {
    const source = ingress(OTHERS) + app + caller('jobs') + caller('mail', 'http://orders.shop.svc', 'post');
    assert.match(messages(source)[0] ?? '', /: they time out, and 2 more that are declared$/);
    const text = fixed(source);
    assert.match(
      text,
      /- from:\n\s+- namespaceSelector:\n\s+matchLabels:\n\s+kubernetes.io\/metadata.name: post\n\s+podSelector:/,
    );
  });

  it('adds the rule in the style of the policy', () => {
    const written = policy(
      [
        'podSelector: {matchLabels: {app: orders}}',
        'ingress:',
        '- from:',
        '  - podSelector: {matchLabels: {app: billing}}',
        '  ports:',
        '  - protocol: TCP',
        '    port: 8080',
      ],
      'shop',
    );
    const tiered = caller('web', 'http://orders', 'shop', ['app: web', 'tier: front']);
    assert.match(
      fixed(written + orders + service + tiered),
      / {2}- from:\n {6}- podSelector:\n {10}matchLabels:\n {12}app: web\n {4}ports:\n {6}- port: 8080\n {8}protocol: TCP\n/,
    );
  });

  it('adds the rule where the policy has none yet', () => {
    for (const list of ['ingress: []', 'ingress:', 'policyTypes: [Ingress]'])
      fixed(policy(['podSelector: {matchLabels: {app: orders}}', list], 'shop') + app);
  });

  it('offers no fix in a policy that is about other Pods too', () => {
    const [finding] = find(ingress('', '{}') + app);
    assert.deepEqual(finding?.fixes, []);
  });

  it('takes the host of a ConfigMap, an argument, and a name with a namespace', () => {
    const config = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {ORDERS: "orders:80"}
---
`;
    const taker = pods('web', ['app: web'], 'shop').replace(
      'image: server:1\n',
      'image: server:1\n          envFrom: [{configMapRef: {name: settings}}]\n',
    );
    assert.match(
      messages(ingress(OTHERS) + orders + service + taker + config)[0] ?? '',
      /though its `ORDERS` names `orders:80`/,
    );
    const argued = pods('web', ['app: web'], 'shop').replace(
      'image: server:1\n',
      'image: server:1\n          args: [serve, "http://orders.shop.svc.cluster.local"]\n',
    );
    assert.match(messages(ingress(OTHERS) + orders + service + argued)[0] ?? '', /its arguments name `http/);
  });

  it('speaks only where every Pod behind the host is kept out', () => {
    const canary = pods('canary', ['app: orders', 'track: canary'], 'shop', ['http 8080']);
    const stable = orders
      .replaceAll('app: orders\n', 'app: orders\n        track: stable\n')
      .replace(
        '    matchLabels:\n      app: orders\n        track',
        '    matchLabels:\n      app: orders\n      track',
      );
    const narrow = ingress(OTHERS, '{matchLabels: {track: canary}}');
    expectClean(narrow + stable + canary + service + web, rules);
  });

  it('is silent where another kind of policy, a block, the host network or a template leaves it open', () => {
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\n---\n';
    const admin =
      'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: all}\n---\n';
    expectClean(cilium + ingress(OTHERS) + app, rules);
    expectClean(admin + ingress(OTHERS) + app, rules);
    expectClean(ingress('{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}') + app, rules);
    expectClean(ingress('{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}') + app, rules);
    expectClean(ingress('{from: [{podSelector: {matchLabels: {app: "{{ .Values.web }}"}}}]}') + app, rules);
    const onHost = (text: string) => text.replace('      containers:', '      hostNetwork: true\n      containers:');
    expectClean(ingress(OTHERS) + orders + service + onHost(web), rules);
    expectClean(ingress(OTHERS) + onHost(orders) + service + web, rules);
    expectClean(ingress(OTHERS) + orders + service + caller('web', 'http://{{ .host }}'), rules);
  });

  it('tells where a namespace certainly lacks the label', () => {
    const elsewhere = caller('web', 'http://orders.shop', 'front');
    const labelled = ingress('{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}');
    assert.equal(messages(namespace('front', ['team: other']) + labelled + orders + service + elsewhere).length, 1);
    expectClean(namespace('front', ['team: shop']) + labelled + orders + service + elsewhere, rules);
  });

  it('is silent in a service mesh that sends traffic its own way', () => {
    const route =
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: orders, namespace: shop}\n---\n';
    expectClean(route + ingress(OTHERS) + app, rules);
    expectClean(namespace('shop', ['istio.io/dataplane-mode: ambient']) + ingress(OTHERS) + app, rules);
  });

  it('is silent about a program that is told of its own Service', () => {
    const own = pods('orders', ['app: orders'], 'shop', ['http 8080']).replace(
      'image: server:1\n',
      'image: server:1\n          env: [{name: PUBLIC_URL, value: "http://orders"}]\n',
    );
    expectClean(ingress(OTHERS) + own + service, rules);
  });

  it('leaves the word to a rule that names the slip', () => {
    const typo = ingress('{from: [{podSelector: {matchLabels: {app: wbe}}}]}');
    expectClean(typo + app, rules);
    const servicePort = ingress('{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}');
    expectClean(servicePort + app, rules);
  });

  it('leaves the word to a rule of a policy that comes to nothing by a slip', () => {
    const deny = policy(['podSelector: {}', 'policyTypes: [Ingress, Egress]'], 'shop').replace(
      'name: orders',
      'name: deny',
    );
    const dns = policy(['podSelector: {}', 'policyTypes: [Egress]', 'egress:', DNS], 'shop').replace(
      'name: orders',
      'name: dns',
    );
    const into = ingress('{from: [{podSelector: {matchLabels: {app: web}}}]}');
    const out = (types: string, port = '8080') =>
      policy(
        ['podSelector: {matchLabels: {app: web}}', `policyTypes: ${types}`, `egress: [{ports: [{port: ${port}}]}]`],
        'shop',
      ).replace('name: orders', 'name: web');
    assert.equal(messages(deny + dns + into + app).length, 1);
    expectClean(deny + dns + into + out('[Egress]') + app, rules);
    expectClean(deny + dns + into + out('[Ingress]') + app, rules);
    assert.equal(messages(deny + dns + into + out('[Ingress]', '9090') + app).length, 1);
    const typo = into.replace('app: orders', 'app: ordrs');
    expectClean(deny + dns + out('[Egress]') + typo + app, rules);
  });

  it('leaves Pods that may open no connection at all to the rule on DNS', () => {
    const nothing = policy(['podSelector: {}', 'policyTypes: [Egress]'], 'shop');
    expectClean(nothing + app, rules);
  });

  it('reckons with policies of other units, and with variants of one application', () => {
    const allow = policy(['podSelector: {}', 'ingress: [{}]']).replace('name: orders', 'name: allow');
    const plain = (text: string) => text.replaceAll('  namespace: shop\n', '').replaceAll(', namespace: shop', '');
    const base = plain(ingress(OTHERS) + app);
    expectClean(
      `#- all.yaml\n${base}\n#- allow/kustomization.yaml\nresources: [allow.yaml]\n#- allow/allow.yaml\n${allow}`,
      rules,
    );
    expectClean(
      `#- plain/all.yaml\n${plain(app)}\n#- strict/policy.yaml\n${plain(ingress(OTHERS))}\n#- strict/orders.yaml\n${plain(orders)}`,
      rules,
    );
  });

  it('is a hint where an operator or a deployer may bring more', () => {
    const deployer =
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: more, namespace: shop}\nspec: {source: {repoURL: "https://git.example.com/x", path: y}}\n---\n';
    assert.match(messages(deployer + ingress(OTHERS) + app)[0] ?? 'hint', /^hint/);
  });
});
