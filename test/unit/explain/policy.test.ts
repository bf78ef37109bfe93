import assert from 'node:assert/strict';
import { deployment, expectHover, service, textAt, titleAt } from './hoverAt.ts';

const policy = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: guard\n  namespace: shop\nspec:\n${spec}\n`;
const ORDERS = `---\n${deployment('orders')}`;

describe('explaining a NetworkPolicy', () => {
  it('says in words who may talk to whom', () => {
    const source = policy(`  podSelector: {matchLabels: {app: orders}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}, {ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.1/32]}}]
      ports: [{port: 8080}, {protocol: UDP}]`).replace('kind', 'ki$0nd');
    expectHover(
      source + ORDERS,
      'selects `app=orders` → `Deployment/orders` (3 Pods)',
      'ingress: isolated, allowed from Pods `app=web` of all namespaces or addresses `192.0.2.0/24` without `192.0.2.1/32` on TCP 8080, every UDP port',
    );
  });

  it('counts alternatives of one workload, and names no nameless one', () => {
    const source = `#- a/policy.yaml\n${policy('  podSel$0ector: {}')}#- a/one.yaml\n${deployment('orders')}#- a/two.yaml\n${deployment('orders')}`;
    expectHover(source, '`Deployment/orders` (in 2 manifests, 3 Pods)');
    const nameless = deployment('orders').replace('name: orders', 'name: "${NAME}"');
    expectHover(
      `${service('  sel$0ector: {app: "${APP}"}')}---\n${nameless}`,
      '1 object of no fixed name: not decidable',
    );
  });

  it('applies the defaults of policyTypes', () => {
    expectHover(
      policy('  podSelector: {}\n  policy$0Types: [Egress]') + ORDERS,
      '— OK',
      'ingress: not touched by this policy',
      'egress: isolated, this policy allows nothing',
    );
    assert.match(titleAt(policy('  podSelector: {}\n  policy$0Types: [Ingress]\n  egress: [{}]')), /— Problem/);
    assert.match(titleAt(policy('  podSelector: {}\n  policy$0Types: ["{{ .Values.type }}"]')), /— Unknown/);
  });

  it('tells which other policies govern the same Pods', () => {
    const other = policy('  podSelector: {}').replace('guard', 'other');
    expectHover(
      `${policy('  podSelector: {}\n  policyT$0ypes: [Ingress]')}---\n${other}${ORDERS}`,
      '| `Deployment/orders` | `NetworkPolicy/guard` and `NetworkPolicy/other` | open |',
    );
  });

  it('lists the Pods that become isolated', () => {
    expectHover(
      policy('  podSel$0ector: {}') + ORDERS,
      'podSelector `{}`** — OK',
      'selects every Pod of its namespace → `Deployment/orders`',
      'it isolates them for ingress',
      'no other policy here isolates `Deployment/orders` for ingress',
    );
    assert.match(
      titleAt(policy('  podSel$0ector: {matchLabels: {app: nobody}}')),
      /— Unknown: no manifest here has such Pods/,
    );
  });

  it('reads neighbouring selectors both ways', () => {
    const web = deployment('web').replace('namespace: shop', 'namespace: front');
    const two = policy(
      '  podSelector: {}\n  ingress:\n    - from:\n        - namespaceSel$0ector: {matchLabels: {kubernetes.io/metadata.name: front}}\n        - podSelector: {matchLabels: {app: web}}',
    );
    expectHover(
      `${two}---\n${web}`,
      'from every Pod of namespace `front`',
      'takes Pods of `Deployment/web`',
      '| one item (AND) | Pods `app=web` of namespace `front` | `Deployment/web` |',
      "| two items (OR) — as written | every Pod of namespace `front`, or Pods `app=web` of the policy's namespace | `Deployment/web` |",
    );
    const one = two.replace('        - podSelector', '          podSelector');
    expectHover(`${one}---\n${web}`, '| one item (AND) — as written |', '| two items (OR) |');
    assert.ok(textAt(`${one}---\n${web}`).split('\n').length <= 25);
  });

  it('leaves namespaces undecided whose labels no manifest shows', () => {
    const source =
      policy('  podSelector: {}\n  ingress:\n    - from:\n        - namespaceSel$0ector: {matchLabels: {team: a}}') +
      ORDERS;
    expectHover(
      source,
      'perhaps takes namespace `shop`, whose labels no manifest shows',
      'perhaps takes Pods of `Deployment/orders`: not decidable',
    );
  });

  it('explains addresses and what is wrong with them', () => {
    const block = (text: string) => policy(`  podSelector: {}\n  egress:\n    - to:\n        - ipBl$0ock: ${text}`);
    expectHover(
      block('{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}'),
      '— OK',
      'public and private addresses',
      'all IPv4 addresses, and no IPv6 address',
      'without `10.0.0.0/8`',
    );
    assert.match(titleAt(block('{cidr: 10.0.0.0/8, except: [192.0.2.0/24]}')), /— Problem/);
    assert.match(titleAt(block('{cidr: ten}')), /— Problem/);
    assert.match(titleAt(block('{cidr: "${CIDR}"}')), /— Unknown/);
  });

  it('tells the Service port from the port of the Pods', () => {
    const source = (port: string) =>
      `${policy(`  podSelector: {matchLabels: {app: orders}}\n  ingress:\n    - ports:\n        - po$0rt: ${port}`)}---\n${service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: 8080}]')}${ORDERS}`;
    assert.match(
      titleAt(source('80')),
      /— Problem: `80` is the port of `Service\/orders`; its Pods get that traffic on port 8080, and policies see only this/,
    );
    expectHover(
      source('8080'),
      "TCP 8080: a *container* port of the policy's own Pods",
      '— OK',
      '`Deployment/orders`: opens `http` 8080',
    );
    expectHover(source('http'), '— OK', '`Deployment/orders`: opens 8080');
    assert.match(titleAt(source('https')), /— Problem/);
    assert.match(titleAt(source('"{{ .Values.port }}"')), /— Unknown/);
    assert.match(titleAt(source('80\n        - port: 8080')), /— OK/);
    assert.match(
      titleAt(source('80').replace('$0', '').replace('kind: N', 'ki$0nd: N')),
      /— Problem: `80` is the port of `Service\/orders`/,
    );
  });

  it('tells of a Service port also where the Pods may come from elsewhere too', () => {
    const source = `${policy('  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: orders}}}]\n      ports: [{po$0rt: 80}]')}---
${service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: 8080}]')}${ORDERS}`;
    expectHover(
      source,
      '— OK',
      'TCP 80: a *container* port of the Pods it sends to',
      '80 is the *Service* port of `Service/orders`; the policy sees 8080',
    );
  });

  it('gives commands with workloads and Services of the manifests', () => {
    const source = `${policy('  podSelector: {matchLabels: {app: orders}}\n  ingress:\n    - fr$0om: [{podSelector: {matchLabels: {app: web}}}]')}---
${service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: 8080}]')}${ORDERS}---\n${deployment('web')}`;
    expectHover(
      source,
      'kubectl -n shop describe netpol guard',
      'kubectl -n shop exec deploy/web -- wget -T3 -qO- http://orders.shop:80   # a drop is a timeout',
    );
    const block = policy('  podSelector: {}\n  egress:\n    - to:\n        - ipBl$0ock: {cidr: 192.0.2.0/24}') + ORDERS;
    expectHover(block, 'kubectl -n shop exec deploy/orders -- wget -T3 -qO- http://ADDRESS');
  });

  it('knows the usual labels of the DNS of a cluster', () => {
    const source =
      policy(
        '  podSelector: {}\n  egress:\n    - to:\n        - {namespaceSel$0ector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}',
      ) + ORDERS;
    expectHover(source, '— OK', "these are the usual labels of the cluster's own DNS Pods");
  });

  it('explains ranges', () => {
    const range = (text: string) =>
      policy(
        `  podSelector: {matchLabels: {app: orders}}\n  ingress:\n    - ports:\n        - {port: 8000, endPo$0rt: ${text}}`,
      ) + ORDERS;
    expectHover(
      range('8100'),
      '— OK',
      'TCP 8000–8100',
      'a range of 101 ports',
      '`Deployment/orders`: opens `http` 8080',
    );
    assert.match(titleAt(range('7000')), /— Problem/);
  });

  it('explains a rule as a whole', () => {
    expectHover(
      policy('  podSelector: {}\n  ingress:\n    - fr$0om: [{podSelector: {}}]') + ORDERS,
      'ingress rule** — OK',
      "allows ingress from every Pod of the policy's namespace on every port",
    );
    assert.match(
      titleAt(
        policy('  podSelector: {}\n  policyTypes: [Ingress]\n  egress:\n    - t$0o: [{podSelector: {}}]') + ORDERS,
      ),
      /— Problem/,
    );
  });
});
