import assert from 'node:assert/strict';
import { deployment, expectHover, hoverAt, service, textAt, titleAt } from './hoverAt.ts';

const PORTS = '  ports:\n    - {name: http, port: 80, targetPort: http}';

describe('explaining a Service', () => {
  it('computes Pods, ports, name, users and policies of a ClusterIP Service', () => {
    const source = `${service(`  type: Cluster$0IP\n  selector: {app: orders}\n${PORTS}`)}---
${deployment('orders')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: orders, port: {name: http}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec: {podSelector: {}}
`;
    assert.equal(titleAt(source), '**Service `shop/orders` · ClusterIP** — OK');
    expectHover(
      source,
      'selector `app=orders` → `Deployment/orders`: 3 Pods',
      '`http` 80/TCP → targetPort `http` → 8080 (container `api`)',
      '`orders.shop.svc.cluster.local` (domain assumed)',
      'used by `Ingress/web`',
      'isolated for ingress by `NetworkPolicy/guard`',
      'kubectl -n shop get endpointslices -l kubernetes.io/service-name=orders',
    );
  });

  it('says what is a default and what is assumed', () => {
    const source =
      'apiVersion: v1\nki$0nd: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
    const text = textAt(source, { settings: { defaultNamespace: 'shop', clusterDomain: 'k8s.example' } });
    assert.match(text, /ClusterIP \(default\)/);
    assert.match(text, /`web\.shop\.svc\.k8s\.example` \(domain assumed\), namespace assumed from the settings/);
    assert.match(text, /targetPort `80` \(by default the same\)/);
    assert.match(textAt(source), /`web\.<namespace>\.svc\.cluster\.local`.*given at `kubectl apply`/);
    assert.match(textAt(source), /kubectl get svc web/);
  });

  it('names the one pair of a near miss, and the problem that the rules report', () => {
    const source = `${service(`  sel$0ector: {app: ordesr}\n${PORTS}`)}---\n${deployment('orders')}`;
    assert.match(titleAt(source), /— Problem: .*`app=ordesr`/);
    assert.doesNotMatch(textAt(source), /near miss/, 'the verdict says it');
    const squiggle = source.replace('$0', '').replace('ordesr', 'or$0desr');
    assert.match(titleAt(squiggle), /— Problem: this Service has no endpoints$/);
    assert.match(titleAt(squiggle, { alone: true }), /— Problem: .*`app=ordesr`/);
  });

  it('calls an absence without evidence unknown', () => {
    assert.match(
      titleAt(service(`  selector:\n    a$0pp: elsewhere\n${PORTS}`)),
      /selector `app=elsewhere`\*\* — Unknown: no manifest here has such Pods; they may come from elsewhere/,
    );
  });

  it('calls templated values unknown', () => {
    assert.match(titleAt(service(`  ty$0pe: \${TYPE}\n  selector: {app: orders}`)), /— Unknown: its type is templated/);
    const pair = `${service(`  selector: {ap$0p: "{{ .Values.app }}"}\n${PORTS}`)}---\n${deployment('orders')}`;
    assert.match(titleAt(pair), /— Unknown/);
    expectHover(pair, 'perhaps `Deployment/orders`: not decidable');
  });

  it('shows for a pair who has it and whom it alone leaves out', () => {
    const source = `${service(`  selector:\n    tier: back\n    app$0: orders\n${PORTS}`)}---\n${deployment('orders')}---\n${deployment('carts')}`;
    expectHover(
      source,
      '1 workload here has `app=orders` in the template',
      'this pair alone leaves out `Deployment/carts` (`app=carts`)',
    );
    assert.equal(hoverAt(source)?.span.start, source.indexOf('app$0'));
  });

  it('asks whether several workloads behind one Service are meant', () => {
    const source = `${service(`  sele$0ctor: {tier: back}\n${PORTS}`)}---\n${deployment('orders')}---\n${deployment('carts')}`;
    expectHover(source, '2 workloads share the traffic: meant so for a canary, else a mistake');
  });

  it('resolves a target port on every workload', () => {
    const source = `${service('  selector: {tier: back}\n  ports:\n    - {port: 80, targetP$0ort: http}')}---
${deployment('orders')}---
${deployment('carts', '[{name: web, containerPort: 80}]')}`;
    assert.match(
      titleAt(source),
      /targetPort `http`\*\* — Problem: `Deployment\/carts` has no port `http`\/TCP, `Deployment\/orders` has/,
    );
    expectHover(
      source,
      'on `Deployment/orders`: 8080 (container `api`)',
      'on `Deployment/carts`: declared port `web` 80',
    );
  });

  it('reports a target port that no Pod has', () => {
    const source = `${service('  selector: {app: orders}\n  ports:\n    - port: 80\n      target$0Port: https')}---\n${deployment('orders')}`;
    assert.match(titleAt(source), /— Problem: no container of `Deployment\/orders` has a TCP port named `https`/);
    assert.match(titleAt(source.replace('$0', '').replace('kind: Service', 'ki$0nd: Service')), /— Problem/);
    assert.match(
      titleAt(source.replace('$0', '').replace('https', 'ht$0tps')),
      /— Problem: connections to this port fail$/,
    );
  });

  it('takes a number that nobody declares as it is', () => {
    const source = `${service('  selector: {app: orders}\n  ports:\n    - {port: 80, tar$0getPort: 9000}')}---\n${deployment('orders')}`;
    assert.match(titleAt(source), /— OK$/);
    expectHover(source, '9000 (declared by no container, which may be fine)');
  });

  it('tells a probe of another port from one of the same', () => {
    const probed = (port: string) =>
      `${service(`  selector: {app: orders}\n${PORTS.replace('targetPort', 'tar$0getPort')}`)}---\n${deployment('orders', undefined, `          readinessProbe: {tcpSocket: {port: ${port}}}\n`)}`;
    expectHover(probed('http'), '8080 (container `api`), readiness probed');
    expectHover(probed('9000'), '8080 (container `api`), readiness probes 9000 instead');
  });

  it('explains a headless Service by its DNS names', () => {
    const source = `${service('  clusterIP: N$0one\n  selector: {app: db}\n  ports: [{name: pg, port: 5432}]', 'db')}---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg, namespace: shop}
spec:
  serviceName: db
  ordinals: {start: 1}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: pg, image: postgres}]}
`;
    expectHover(
      source,
      'headless',
      '`db.shop.svc.cluster.local` → the addresses of the ready Pods (predicted',
      '`pg-1.db.shop.svc.cluster.local` and so on, one name per Pod of `StatefulSet/pg`',
      'nslookup -type=SRV _pg._tcp.db.shop.svc.cluster.local',
    );
    assert.equal(hoverAt(source.replace('N$0one', '10.$00.0.1')), undefined);
  });

  it('explains an ExternalName as an alias', () => {
    const source = service(
      '  type: External$0Name\n  externalName: db.example.com\n  selector: {app: x}\n  ports: [{port: 80}]',
    );
    expectHover(source, 'alias (CNAME) of `db.example.com`', 'its selector is ignored', 'its ports are ignored');
    assert.match(titleAt(source.replace('db.example.com', '10.1.2.3')), /— Problem/);
    assert.match(
      titleAt(source.replace('db.example.com', '"{{ .Values.db }}"').replace('  selector: {app: x}\n', '')),
      /— Unknown/,
    );
    assert.match(
      textAt(source.replace('External$0Name', 'ExternalName').replace('selector', 'sel$0ector')),
      /this selector is ignored/,
    );
  });

  it('explains NodePort, its numbers and their limits', () => {
    const source = service(
      '  type: Node$0Port\n  selector: {app: orders}\n  ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81}]',
    );
    expectHover(
      source,
      'node ports 30080 and one assigned at creation on every node (range 30000–32767 assumed)',
      'externalTrafficPolicy Cluster (default)',
    );
    const port = source.replace('$0', '').replace('nodePort: 30080', 'node$0Port: 30080');
    assert.match(titleAt(port), /nodePort `30080`\*\* — OK/);
    assert.match(
      titleAt(port.replace('30080', '80')),
      /— Unknown: 80 is outside 30000–32767, the default range: an API server with that range refuses/,
    );
    assert.match(titleAt(port.replace('NodePort', 'ClusterIP')), /— Problem/);
    const rival = service('  type: NodePort\n  selector: {app: x}\n  ports: [{port: 80, nodePort: 30080}]', 'rival');
    assert.match(titleAt(`${port}---\n${rival}`), /— Problem: .*rival/);
  });

  it('explains LoadBalancer', () => {
    const source = service(
      '  type: LoadB$0alancer\n  loadBalancerClass: example.com/lb\n  allocateLoadBalancerNodePorts: false\n  selector: {app: orders}',
    );
    expectHover(
      source,
      'load balancer class: `example.com/lb`; no node ports allocated',
      'clients: any address that reaches the balancer',
      'externalTrafficPolicy Cluster (default): any node answers',
      'EXTERNAL-IP stays `<pending>`',
    );
  });

  it('tells who may reach a balancer, and by which nodes', () => {
    const source = `${service('  type: LoadB$0alancer\n  loadBalancerSourceRanges: [192.0.2.0/24, 198.51.100.0/24]\n  externalTrafficPolicy: Local\n  selector: {app: orders}\n  ports: [{port: 80, targetPort: http, nodePort: 30080}]')}---\n${deployment('orders')}`;
    expectHover(
      source,
      'clients: only `192.0.2.0/24` and `198.51.100.0/24` (`loadBalancerSourceRanges`)',
      'externalTrafficPolicy Local: a node without a ready Pod drops the traffic',
      '3 Pods can serve on 3 nodes at most',
      'node ports allocated by default (30080 asked for)',
    );
  });

  it('tells the parts of the range of node ports', () => {
    const source = (number: number) =>
      service(`  type: NodePort\n  selector: {app: orders}\n  ports: [{port: 80, node$0Port: ${number}}]`);
    expectHover(source(30085), 'in the lower part of the default range, 30000–30085, which is kept for fixed numbers');
    expectHover(source(30086), 'but above 30085: the number may have been assigned to another Service already');
  });

  it('explains internalTrafficPolicy', () => {
    const source = service('  internalTra$0fficPolicy: Local\n  selector: {app: orders}');
    expectHover(source, '— OK', 'only Pods on the same node as the client answer');
    assert.match(titleAt(source.replace('Local', 'local')), /— Problem/);
  });

  it('calls no Service OK whose Pods cannot become ready', () => {
    const source = (probe: string, more = '') =>
      `${service(`  type: Cluster$0IP\n  selector: {app: orders}\n${PORTS}${more}`)}---\n${deployment('orders', undefined, `          readinessProbe: ${probe}\n`)}`;
    assert.match(titleAt(source('{httpGet: {port: http}}')), /— OK/);
    assert.match(titleAt(source('{httpGet: {port: https}}')), /— Problem: its Pods never become ready/);
    expectHover(
      source('{httpGet: {port: https}}'),
      '`Deployment/orders`: `readinessProbe` of container `api` asks port `https`, which that container does not have',
    );
    assert.match(titleAt(source('{httpGet: {port: 9000}}')), /— Unknown: .*depends on a port that they do not declare/);
    assert.match(titleAt(source('{httpGet: {port: https}}', '\n  publishNotReadyAddresses: true')), /— OK/);
    const two = `${source('{httpGet: {port: https}}').replace('app: orders}', 'tier: back}')}---\n${deployment('carts')}`;
    assert.match(titleAt(two), /— Unknown: Pods of `Deployment\/orders` never become ready/);
    const none = source('{httpGet: {port: http}}').replace('replicas: 3', 'replicas: 0');
    assert.match(titleAt(none), /— Unknown: `Deployment\/orders` asks for no Pod/);
  });

  it('explains externalTrafficPolicy', () => {
    const source = service('  type: NodePort\n  externalTra$0fficPolicy: Local\n  selector: {app: orders}');
    expectHover(source, '— OK', 'a node without a ready Pod drops the traffic (*timeout*)');
    assert.match(titleAt(source.replace('NodePort', 'ClusterIP')), /— Problem/);
    assert.match(titleAt(source.replace('Local', 'local')), /— Problem/);
    assert.match(titleAt(source.replace('Local', '${POLICY}')), /— Unknown/);
  });

  it('says of a Service without selector where endpoints come from', () => {
    const source = service('  selector: {$0}\n  ports: [{port: 80}]');
    expectHover(source, '— Unknown: an empty selector selects nothing');
    const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: orders-1, namespace: shop, labels: {kubernetes.io/service-name: orders}}
addressType: IPv4
endpoints: []
`;
    const kind = service('  ports: [{port: 80}]').replace('kind', 'ki$0nd');
    expectHover(kind + slice, '— OK', 'no selector: endpoints are those of `EndpointSlice/orders-1`');
    expectHover(kind, '— Unknown: it has no selector', 'Kubernetes makes no endpoints for it');
  });

  it('counts what lies in the same folder before other folders, and alternatives once', () => {
    const text = service(`  selec$0tor: {app: orders}\n${PORTS}`);
    const source = `#- a/service.yaml\n${text}#- a/one.yaml\n${deployment('orders')}#- a/two.yaml\n${deployment('orders')}#- b/orders.yaml\n${deployment('orders')}`;
    expectHover(source, '`Deployment/orders` (in 2 manifests): 3 Pods', '1 workload in other folders would match too');
    assert.doesNotMatch(textAt(source), /share the traffic/);
  });

  it('counts the Pods of an autoscaler', () => {
    const source = `${service(`  selec$0tor: {app: orders}\n${PORTS}`)}---\n${deployment('orders')}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: orders, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}}
`;
    expectHover(source, '`Deployment/orders`: 2–9 Pods, set by `HorizontalPodAutoscaler/orders`');
  });
});
