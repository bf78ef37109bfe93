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
    assert.match(text, /targetPort `80` \(default: the port itself\)/);
    assert.match(textAt(source), /`web\.<namespace>\.svc\.cluster\.local`.*given at `kubectl apply`/);
    assert.match(textAt(source), /kubectl get svc web/);
  });

  it('names the one pair of a near miss, and the problem that the rules report', () => {
    const source = `${service(`  sel$0ector: {app: ordesr}\n${PORTS}`)}---\n${deployment('orders')}`;
    assert.match(titleAt(source), /— Problem: .*`app=ordesr`/);
    expectHover(source, 'near miss: `Deployment/orders` has `app=orders`, the selector wants `app=ordesr`');
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
    expectHover(source, '2 workloads share the traffic: intended for a canary, an accident otherwise');
  });

  it('resolves a target port on every workload', () => {
    const source = `${service('  selector: {tier: back}\n  ports:\n    - {port: 80, targetP$0ort: http}')}---
${deployment('orders')}---
${deployment('carts', '[{name: web, containerPort: 80}]')}`;
    assert.match(titleAt(source), /targetPort `http`\*\* — Unknown: `Deployment\/carts` has no TCP port named `http`/);
    expectHover(source, 'on `Deployment/orders`: 8080 (container `api`)', '`Deployment/carts` has only `web`/TCP');
  });

  it('reports a target port that no Pod has', () => {
    const source = `${service('  selector: {app: orders}\n  ports:\n    - port: 80\n      targetPort: ht$0tps')}---\n${deployment('orders')}`;
    assert.match(titleAt(source), /— Problem: no container of `Deployment\/orders` has a TCP port named `https`/);
    assert.match(titleAt(source.replace('$0', '').replace('kind: Service', 'ki$0nd: Service')), /— Problem/);
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
    assert.match(titleAt(source.replace('db.example.com', '"{{ .Values.db }}"')), /— Unknown/);
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
      'node port 30080, one assigned at creation on every node (default range 30000–32767 assumed)',
      'externalTrafficPolicy Cluster (default)',
    );
    const port = source.replace('$0', '').replace('nodePort: 30080', 'node$0Port: 30080');
    assert.match(titleAt(port), /nodePort `30080`\*\* — OK/);
    assert.match(titleAt(port.replace('30080', '80')), /— Unknown: outside the default range/);
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
      'load balancer class: `example.com/lb`; node ports not allocated',
      'EXTERNAL-IP stays `<pending>`',
    );
  });

  it('explains externalTrafficPolicy', () => {
    const source = service('  type: NodePort\n  externalTra$0fficPolicy: Local\n  selector: {app: orders}');
    expectHover(source, '— OK', 'a node without a ready Pod of these drops the traffic');
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
    expectHover(source, '`Deployment/orders`: 2–9 Pods by HorizontalPodAutoscaler/orders');
  });
});
