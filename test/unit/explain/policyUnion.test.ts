import assert from 'node:assert/strict';
import { deployment, expectHover, service, textAt } from './hoverAt.ts';

const policy = (name: string, ...spec: readonly string[]) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n${spec.map((line) => `  ${line}\n`).join('')}---\n`;
const at = (text: string) => text.replace('kind: N', 'ki$0nd: N');
const WEB = deployment('web').replace('ports:', 'env: [{name: ORDERS_URL, value: "http://orders"}]\n          ports:');
const SERVICE = service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: 8080}]');
const APP = `${deployment('orders')}---\n${WEB}---\n${SERVICE}`;
const GUARD = policy(
  'guard',
  'podSelector: {matchLabels: {app: orders}}',
  'ingress:',
  '- {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}',
  '- {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mon}}}], ports: [{port: 9090}]}',
);

describe('explaining what policies come to together', () => {
  it('says a sentence for each rule, and that no other policy adds to them', () => {
    expectHover(
      at(GUARD) + APP,
      "ingress rule 1: allowed from Pods `app=web` of the policy's namespace on TCP 8080",
      'ingress rule 2: allowed from every Pod of namespace `mon` on TCP 9090',
      'no other policy here isolates these Pods for ingress: nothing else comes in',
      'lets through what is declared: 1 connection',
    );
  });

  it('adds up the policies on the same Pods, by port, with who lets it', () => {
    const open = policy('metrics', 'podSelector: {}', 'ingress: [{ports: [{port: 9090}]}]');
    expectHover(
      at(GUARD) + open + deployment('orders'),
      'all that comes in: TCP 8080 from Pods `app=web`',
      '; TCP 9090 from every Pod of namespace `mon`, anyone (by `metrics`); nothing else',
    );
    const text = textAt(GUARD + at(open) + APP);
    assert.match(text, /all that comes in for `Deployment\/orders`: TCP 8080 from `Deployment\/web` \(by `guard`\)/);
    assert.match(text, /all that comes in for `Deployment\/web`: TCP 9090 from anyone; nothing else/);
    assert.ok(text.split('\n').length <= 25);
  });

  it('says nothing comes in where no rule does, and that more may where it is not decided', () => {
    const deny = (name: string) => policy(name, 'podSelector: {}');
    expectHover(at(deny('one')) + deny('two') + deployment('orders'), 'all that comes in: nothing');
    const cilium = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n---\n';
    expectHover(at(deny('one')) + cilium + deployment('orders'), '`CiliumNetworkPolicy/c` may decide otherwise');
    const perhaps = policy('perhaps', 'podSelector: {matchLabels: {app: "{{ .name }}"}}', 'ingress: [{}]');
    expectHover(at(deny('one')) + perhaps + deployment('orders'), 'perhaps more, by `NetworkPolicy/perhaps`');
  });

  it('tells which declared connections it keeps out, at the selector too', () => {
    const closed = policy('closed', 'podSelector: {}');
    const line = 'keeps from what is declared: `Deployment/web` → `Deployment/orders` on TCP 8080 (`ORDERS_URL`)';
    expectHover(at(closed) + APP, line, '— Problem: no policy lets `Deployment/web` in');
    expectHover(closed.replace('podSelector', 'podSel$0ector') + APP, line);
  });

  it('reads neighbouring selectors both ways at the rule as well', () => {
    const rule = policy(
      'or',
      'podSelector: {}',
      'ingress:',
      '- fr$0om:',
      '  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}',
      '  - podSelector: {matchLabels: {app: web}}',
    );
    expectHover(rule + APP, '| one item (AND) |', '| two items (OR) — as written |');
  });

  it('stays short', () => {
    const many = policy(
      'many',
      'podSelector: {}',
      'ingress:',
      ...[1, 2, 3, 4, 5, 6].map((port) => `- {ports: [{port: ${port}}]}`),
    );
    const text = textAt(at(many) + policy('deny', 'podSelector: {}') + APP);
    assert.ok(text.split('\n').length <= 25, text);
    assert.match(text, /TCP 1, TCP 2, TCP 3, TCP 4, TCP 5, TCP 6 from anyone; nothing else/);
    assert.match(text, /ingress: 4 more rules/);
  });
});
