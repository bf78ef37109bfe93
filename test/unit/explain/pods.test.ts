import assert from 'node:assert/strict';
import { deployment, expectHover, hoverAt, service, textAt, titleAt } from './hoverAt.ts';

const ORDERS = service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: http}]');
const GUARD = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
  podSelector: {matchLabels: {tier: back}}
  ingress: [{ports: [{port: http}]}]
`;
const BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: orders, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: orders}}}
`;
const all = (pods: string) => [pods, ORDERS, GUARD, BUDGET].join('---\n');

describe('explaining Pods', () => {
  it('tells who selects the labels of a template', () => {
    const source = all(deployment('orders').replace('      labels:\n', '      lab$0els:\n'));
    assert.equal(titleAt(source), '**Deployment `shop/orders` · Pod labels** — OK');
    expectHover(
      source,
      'selected by `Service/orders` (`app=orders`)',
      'selected by `NetworkPolicy/guard` (`tier=back`)',
      'selected by `PodDisruptionBudget/orders` (`app=orders`)',
      'its own selector `app=orders` takes its Pods',
    );
  });

  it('tells who uses one label', () => {
    const tier = all(deployment('orders').replace('tier:', 't$0ier:'));
    expectHover(tier, 'Pod label `tier=back`', 'selected by `NetworkPolicy/guard`');
    assert.doesNotMatch(textAt(tier), /selected by `Service/);
    expectHover(deployment('orders').replace('tier:', 't$0ier:'), 'no selector in these manifests uses this label');
  });

  it('says nothing about labels of the workload itself', () => {
    const source = deployment('orders').replace('  namespace: shop', '  namespace: shop\n  labels: {ap$0p: orders}');
    assert.equal(hoverAt(source), undefined);
  });

  it('reports a selector that misses its own template', () => {
    const source = deployment('orders').replace('      app: orders\n  template', '      a$0pp: order\n  template');
    assert.match(titleAt(source), /selector `app=order`\*\* — Problem/);
    assert.match(titleAt(source.replace('$0', '').replace('kind: D', 'ki$0nd: D')), /— Problem/);
    assert.match(titleAt(source.replace('app: orders\n        tier', 'app: ${APP}\n        tier')), /— Unknown/);
  });

  it('tells which other workloads a selector takes', () => {
    const twin = deployment('twin')
      .replace('        app: twin', '        app: orders')
      .replace('      app: twin', '      app: orders');
    const source = `${deployment('orders').replace('selector', 'sele$0ctor')}---\n${twin}`;
    expectHover(source, 'it also matches the templates of `Deployment/twin`');
  });

  it('gives an overview of a workload', () => {
    const source = all(deployment('orders').replace('name: orders', 'name: ord$0ers'));
    expectHover(
      source,
      '3 Pods, declared port `http` 8080',
      'selected by `Service/orders`',
      'isolated for ingress by `NetworkPolicy/guard`',
      'disruptions limited by `PodDisruptionBudget/orders`',
      "kubectl -n shop get pods -l 'app=orders,tier=back' -o wide",
    );
  });

  it('tells who uses a container port', () => {
    const probe = '          readinessProbe: {httpGet: {path: /, port: http}}\n';
    const source = all(deployment('orders', '[{name: http, cont$0ainerPort: 8080}]', probe));
    expectHover(
      source,
      'container port `http` 8080/TCP** — OK',
      'reached by `Service/orders` 80/TCP as `http`',
      'opened by `NetworkPolicy/guard`',
      '`readinessProbe` asks it',
    );
    expectHover(deployment('orders', '[{na$0me: http, containerPort: 8080}]'), 'nothing in these manifests uses it');
    assert.match(
      titleAt(deployment('orders', '[{na$0me: http, containerPort: "${PORT}"}]')),
      /— Unknown: a part of it is templated/,
    );
  });

  it('lists the users of all ports of a container', () => {
    const source = all(deployment('orders').replace('ports: [', 'po$0rts: [{containerPort: 9000}, '));
    expectHover(
      source,
      '9000: nothing in these manifests uses it',
      '`http` 8080: reached by `Service/orders` 80/TCP as `http`',
    );
    expectHover(deployment('orders').replace('ports: [', 'po$0rts: ['), 'container port `http` 8080/TCP');
  });

  it('follows a readiness probe to the Services that it gates', () => {
    const probed = (probe: string) => all(deployment('orders', undefined, `          readiness$0Probe: ${probe}\n`));
    expectHover(
      probed('{httpGet: {path: /healthz, port: http}}'),
      '— OK',
      'httpGet `/healthz` on port `http` → Pod IP:8080',
      'gates the endpoints of `Service/orders`',
      '`Service/orders` sends traffic to the probed port 8080',
    );
    expectHover(
      probed('{tcpSocket: {port: 9000}}'),
      '`Service/orders` sends traffic to 8080, not to the probed port 9000',
    );
    assert.match(titleAt(probed('{httpGet: {port: https}}')), /— Problem/);
    assert.match(titleAt(probed('{httpGet: {port: "{{ .Values.port }}"}}')), /— Unknown: its port is templated/);
    assert.equal(hoverAt(probed('{exec: {command: [true]}}')), undefined);
  });

  it('explains other probes without the traffic', () => {
    const source = deployment('orders', undefined, '          livenessProbe: {httpGet: {po$0rt: http}}\n');
    expectHover(source, 'livenessProbe of `api`** — OK', 'failures → the container is restarted');
  });

  it('warns of DNS, rivals and policies on the host network', () => {
    const agent = (name: string, cursor = '') =>
      deployment(name, '[{containerPort: 9100}]', `      hostNet${cursor}work: true\n`);
    const source = `${agent('orders', '$0')}---\n${agent('carts')}---\n${GUARD}`;
    expectHover(
      source,
      '— Unknown',
      "dnsPolicy ClusterFirst (default) falls back to the node's resolver",
      '`Deployment/carts` is on the host network too and has port 9100',
      '`NetworkPolicy/guard` selects these Pods for ingress, but most network plugins apply no policy on the host network',
    );
    assert.match(titleAt(source.replace('work: true', 'work: true\n      dnsPolicy: ClusterFirstWithHostNet')), /— OK/);
    assert.equal(hoverAt(source.replace('$0work: true', '$0work: false')), undefined);
  });

  it('calls no Pod on the host network isolated', () => {
    const agent = deployment('orders', '[{containerPort: 9100}]', '      hostNetwork: true\n').replace(
      'kind',
      'ki$0nd',
    );
    const text = textAt(`${agent}---\n${GUARD}`);
    assert.doesNotMatch(text, /isolated for/);
    assert.match(text, /`Deployment\/orders` is on the host network, where most network plugins apply no policy/);
    const policy = `${agent.replace('$0', '')}---\n${GUARD.replace('podSel', 'podSel$0')}`;
    expectHover(policy, '`Deployment/orders` is on the host network');
  });

  it('says what is wrong in few words where the message itself is shown, and in full elsewhere', () => {
    const probed = (probe: string) => deployment('orders', undefined, `          readinessProbe: ${probe}\n`);
    assert.match(titleAt(probed('{httpGet: {port: ht$0tps}}')), /— Problem: it can never succeed$/);
    assert.match(titleAt(probed('{httpGet: {po$0rt: https}}')), /— Problem: container `api` has no port named `https`/);
    assert.match(
      titleAt(probed('{httpGet: {port: ht$0tps}}'), { alone: true }),
      /— Problem: container `api` has no port named `https`/,
    );
  });

  it('blames a probe for its own faults only', () => {
    const probes = (first: string, second: string) =>
      deployment(
        'orders',
        undefined,
        `          readinessProbe: {tcpSocket: {po${first}rt: https}}\n          livenessProbe: {tcpSocket: {po${second}rt: http}}\n`,
      );
    assert.match(titleAt(probes('', '$0')), /livenessProbe of `api`\*\* — OK/);
    assert.match(titleAt(probes('$0', '')), /readinessProbe of `api`\*\* — Problem/);
  });

  it('previews the resolver for a DNS policy', () => {
    const source = (policy: string, more = '') =>
      deployment('orders', undefined, `      dnsPol$0icy: ${policy}\n${more}`);
    expectHover(
      source('ClusterFirst'),
      '— OK',
      'search `shop.svc.cluster.local svc.cluster.local cluster.local`',
      'ndots:5',
    );
    expectHover(source('Default'), '— OK', 'despite the name not the default');
    expectHover(source('ClusterFirst', '      hostNetwork: true\n'), '— Unknown', "this is the node's resolver");
    assert.match(titleAt(source('None')), /— Problem: `None` needs a nameserver/);
    assert.match(titleAt(source('None', '      dnsConfig: {nameservers: [192.0.2.1]}\n')), /— OK/);
    assert.match(titleAt(source('Cluster')), /— Problem: `dnsPolicy` cannot be `Cluster`: it is one of /);
    assert.match(titleAt(source('${DNS}')), /— Unknown/);
  });

  it('explains bare Pods and CronJobs by their own places', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: one, namespace: shop, labels: {ap$0p: orders}}\nspec: {containers: [{name: a}]}\n';
    expectHover(`${pod}---\n${ORDERS}`, 'selected by `Service/orders`');
    const cron = `apiVersion: batch/v1
kind: CronJob
metadata: {name: tidy, namespace: shop}
spec:
  schedule: "0 0 * * *"
  jobTemplate:
    spec:
      template:
        metadata: {labels: {ap$0p: orders}}
        spec: {containers: [{name: a, ports: [{name: http, containerPort: 80}]}]}
`;
    expectHover(`${cron}---\n${ORDERS}`, 'selected by `Service/orders`');
    const target = `${cron.replace('$0', '')}---\n${ORDERS.replace('selector', 'sel$0ector')}`;
    expectHover(target, 'Pods that run to an end', 'Pods of Jobs are selected');
  });
});
