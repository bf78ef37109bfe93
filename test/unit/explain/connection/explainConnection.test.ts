import assert from 'node:assert/strict';
import { explained, statesOf, stepOf } from './explained.ts';

const CLIENT = `
#- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web
          env:
            - name: ORDERS_URL
              value: http://orders/api
`;

const SERVER = `
#- orders.yaml
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  selector: {app: orders}
  ports: [{name: http, port: 80, targetPort: api}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: api
          image: orders
          ports: [{name: api, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /ready, port: api}}
`;

const policy = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
`;

const SHOP = CLIENT + SERVER;

describe('an explained connection', () => {
  it('walks every link of one that works, with the places in the manifests', () => {
    const found = explained(SHOP, { from: 'Deployment/web' });
    assert.deepEqual(statesOf(found), [
      'name OK',
      'namespace OK',
      'service OK',
      'selector OK',
      'endpoints OK',
      'port OK',
      'dns OK',
      'egress OK',
      'ingress OK',
      'assumptions OK',
    ]);
    assert.equal(found.verdict.state, 'OK');
    assert.deepEqual(found.verdict.seen, []);
    assert.equal(found.to, 'orders:80');
    assert.match(stepOf(found, 'endpoints').says, /^2 endpoints, ready when GET \/ready on api answers$/);
    assert.equal(stepOf(found, 'port').says, '`http` 80/TCP → targetPort `api` → 8080 of container `api`');
    assert.match(found.text, /^- `ORDERS_URL` of `Deployment\/web` names `orders`: web\.yaml:14$/m);
    assert.match(found.text, /^- the selector `app=orders`: orders\.yaml:5$/m);
  });

  it('ends with what only a cluster tells, and three commands with the names of the manifests', () => {
    const { commands, onlyCluster } = explained(SHOP, { from: 'Deployment/web' });
    assert.deepEqual(commands, [
      'kubectl -n shop get endpointslices -l kubernetes.io/service-name=orders',
      'kubectl -n shop exec deploy/web -- nslookup orders.shop.svc.cluster.local',
      'kubectl -n shop exec deploy/web -- nc -zv -w 3 orders 80   # refused comes at once, a drop after 3 s',
    ]);
    assert.match(onlyCluster.join('\n'), /listens on TCP 8080/);
  });

  it('tells a name error: the Service is in another namespace', () => {
    const found = explained(CLIENT + SERVER.replaceAll('namespace: shop', 'namespace: backend'), {
      from: 'Deployment/web',
    });
    assert.deepEqual(found.verdict.seen, ['name error']);
    assert.equal(found.verdict.state, 'Problem');
    assert.equal(stepOf(found, 'name').fix, 'write `orders.backend`, with the namespace of the Service');
    assert.deepEqual(statesOf(found), ['name Problem', 'dns OK', 'assumptions OK']);
  });

  it('does not call a name missing that something else may provide', () => {
    const found = explained(CLIENT, { from: 'Deployment/web' });
    assert.equal(stepOf(found, 'name').state, 'Unknown');
    assert.equal(found.verdict.state, 'Unknown');
    assert.equal(explained(CLIENT, { from: 'Deployment/web', isWhole: true }).verdict.state, 'Problem');
  });

  it('tells names of the world from those of Services that are missing', () => {
    const other = SHOP.replace('http://orders/', 'http://payments.shop/');
    assert.match(
      stepOf(explained(other, { from: 'Deployment/web' }), 'name').says,
      /no manifest here shows a Service `payments` in namespace `shop`/,
    );
    assert.match(explained(other, { from: 'Deployment/web' }).text, /^- namespace `shop` has `Service\/orders`$/m);
    const world = SHOP.replace('http://orders/', 'http://payments.io/');
    assert.match(stepOf(explained(world, { from: 'Deployment/web' }), 'name').says, /servers of the world/);
  });

  it('tells a name error where the Pods ask the resolver of their node', () => {
    const found = explained(
      SHOP.replace(
        '      containers:\n        - name: web',
        '      hostNetwork: true\n      containers:\n        - name: web',
      ),
      {
        from: 'Deployment/web',
      },
    );
    assert.deepEqual(found.verdict.seen, ['name error']);
    assert.equal(stepOf(found, 'name').fix, 'set `dnsPolicy: ClusterFirstWithHostNet`');
  });

  it('tells a name error where no policy lets look-ups out', () => {
    const egress = policy(
      'web',
      '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 8080}]}]}',
    );
    const found = explained(SHOP + egress, { from: 'Deployment/web' });
    assert.deepEqual(found.verdict.seen, ['name error']);
    assert.match(found.verdict.says, /egress to DNS/);
    assert.equal(stepOf(found, 'egress').state, 'OK');
    assert.equal(stepOf(found, 'dns').state, 'Problem');
  });

  it('tells refused: no Pod at all, and no port of that name', () => {
    const none = explained(SHOP.replace('replicas: 2', 'replicas: 0'), { from: 'Deployment/web' });
    assert.deepEqual([none.verdict.state, none.verdict.seen], ['Problem', ['refused']]);
    assert.match(stepOf(none, 'endpoints').says, /asks for no Pod \(`replicas: 0`\); kube-proxy answers/);
    const port = explained(SHOP.replace('targetPort: api', 'targetPort: apii'), { from: 'Deployment/web' });
    assert.deepEqual([port.verdict.state, port.verdict.seen], ['Problem', ['refused']]);
    assert.equal(stepOf(port, 'port').fix, 'write `api` in place of `apii`');
  });

  it('tells refused for a selector with a slip', () => {
    const found = explained(SHOP.replace('selector: {app: orders}', 'selector: {app: order}'), {
      from: 'Deployment/web',
    });
    assert.deepEqual([found.verdict.state, found.verdict.seen], ['Problem', ['refused']]);
    assert.match(stepOf(found, 'selector').fix ?? '', /orders/);
  });

  it('tells a timeout: a policy of the server, and the mistake of writing the port of the Service', () => {
    const found = explained(
      SHOP +
        policy(
          'orders',
          '{podSelector: {matchLabels: {app: orders}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]}',
        ),
      {
        from: 'Deployment/web',
      },
    );
    assert.deepEqual([found.verdict.state, found.verdict.seen], ['Problem', ['timeout']]);
    const ingress = stepOf(found, 'ingress');
    assert.match(ingress.says, /80 is the port of the Service, and policies count the Pods' own/);
    assert.equal(ingress.fix, 'add an ingress rule from Pods `app=web` in `shop`, port 8080');
    assert.match(found.text, /^- `NetworkPolicy\/orders` isolates for ingress: orders\.yaml:\d+$/m);
  });

  it('tells a timeout: a policy of the client', () => {
    const dns = '{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}';
    const found = explained(
      SHOP + policy('web', `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [${dns}]}`),
      {
        from: 'Deployment/web',
      },
    );
    assert.deepEqual([found.verdict.state, found.verdict.seen], ['Problem', ['timeout']]);
    assert.equal(stepOf(found, 'dns').state, 'OK');
    assert.match(
      stepOf(found, 'dns')
        .evidence.map(({ text }) => text)
        .join(),
      /TCP 53 is not allowed/,
    );
    assert.equal(stepOf(found, 'egress').fix, 'add an egress rule to Pods `app=orders` in `shop`, port 8080');
  });

  it('tells that only some attempts fail where a policy takes some of the Pods', () => {
    const canary = SERVER.slice(SERVER.indexOf('---'))
      .replace('name: orders,', 'name: canary,')
      .replaceAll('{app: orders}', '{app: orders, track: canary}');
    const found = explained(SHOP + canary + policy('canary', '{podSelector: {matchLabels: {track: canary}}}'), {
      from: 'Deployment/web',
    });
    assert.deepEqual(found.verdict.seen, ['intermittent', 'timeout']);
    assert.match(stepOf(found, 'ingress').says, /^only some of the Pods/);
  });

  it('tells what happens to a port that the Service lacks, and which one is meant', () => {
    const found = explained(SHOP, { from: 'Deployment/web', to: 'Service/orders:8080' });
    const port = stepOf(found, 'port');
    assert.deepEqual(port.seen, ['timeout', 'refused']);
    assert.equal(port.fix, 'connect to port 80');
  });

  it('leaves open what a template decides', () => {
    const found = explained(SHOP.replace('selector: {app: orders}', 'selector: {app: "${NAME}"}'), {
      from: 'Deployment/web',
    });
    assert.equal(found.verdict.state, 'Unknown');
    assert.ok(found.steps.every(({ state }) => state !== 'Problem'));
  });

  it('goes to the Pods of a headless Service, on their own port', () => {
    const headless = SHOP.replace(
      '  selector: {app: orders}\n  ports: [{name: http, port: 80, targetPort: api}]',
      '  clusterIP: None\n  selector: {app: orders}\n  ports: [{port: 80, targetPort: 8080}]',
    );
    const found = explained(headless, { from: 'Deployment/web' });
    assert.deepEqual([found.verdict.state, found.verdict.seen], ['Problem', ['refused']]);
    assert.match(stepOf(found, 'port').says, /connects to 80 of the Pod itself, and the Pods listen on 8080/);
  });

  it('is of use for the Pods themselves', () => {
    const found = explained(SHOP, { from: 'Deployment/web', to: 'Deployment/orders:8080' });
    assert.deepEqual(statesOf(found), ['endpoints OK', 'port OK', 'egress OK', 'ingress OK', 'assumptions OK']);
    assert.equal(explained(SHOP, { from: 'Deployment/web', to: 'Deployment/orders:9' }).verdict.state, 'Unknown');
  });

  it('tells that nobody outside reaches a ClusterIP', () => {
    const found = explained(SHOP, { from: 'outside', to: 'Service/orders' });
    assert.deepEqual([stepOf(found, 'service').state, found.verdict.seen], ['Problem', ['timeout']]);
    const node = explained(
      SHOP.replace('spec:\n  selector: {app: orders}', 'spec:\n  type: NodePort\n  selector: {app: orders}'),
      { from: 'outside', to: 'Service/orders' },
    );
    assert.equal(node.verdict.state, 'OK');
  });

  it('does not know the Pods of a controller', () => {
    const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders, port: {number: 80}}}}]}}]}
`;
    const open = explained(SHOP + ingress, { from: 'Ingress/shop', to: 'Service/orders' });
    assert.equal(open.verdict.state, 'OK');
    const closed = policy(
      'orders',
      '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {name: nginx}}}]}]}',
    );
    assert.equal(
      stepOf(explained(SHOP + ingress + closed, { from: 'Ingress/shop', to: 'Service/orders' }), 'ingress').state,
      'Unknown',
    );
    const denied = explained(SHOP + ingress + policy('orders', '{podSelector: {}}'), {
      from: 'Ingress/shop',
      to: 'Service/orders',
    });
    assert.deepEqual(denied.verdict.seen, ['timeout']);
    assert.match(denied.verdict.says, /at the controller, which answers 504/);
  });

  it('leaves names of the world and of aliases open', () => {
    const world = explained(CLIENT.replace('http://orders/api', 'https://api.example.com/v1'), {
      from: 'Deployment/web',
    });
    assert.deepEqual([world.verdict.state, world.to], ['Unknown', 'api.example.com:443']);
    const alias = explained(
      CLIENT +
        '---\napiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\nspec: {type: ExternalName, externalName: db.example.com}\n',
      { from: 'Deployment/web' },
    );
    assert.match(stepOf(alias, 'service').says, /alias `db\.example\.com` alone/);
    assert.equal(alias.verdict.state, 'Unknown');
  });

  it('goes into another unit of the workspace that deploys to the namespace that is named', () => {
    const found = explained(
      `${CLIENT.replace('#- web.yaml', '#- web/web.yaml').replace('http://orders/', 'http://orders.backend/')}
#- web/kustomization.yaml
resources: [web.yaml]
${SERVER.replace('#- orders.yaml', '#- orders/orders.yaml').replaceAll('namespace: shop', 'namespace: backend')}
#- orders/kustomization.yaml
resources: [orders.yaml]
`,
      { from: 'Deployment/web' },
    );
    assert.equal(found.verdict.state, 'OK', found.verdict.says);
    assert.match(found.text, /orders\.yaml:\d/);
  });

  it('knows the ports of nodes, and that policies see nodes in place of clients', () => {
    const node = SHOP.replace(
      'spec:\n  selector: {app: orders}\n  ports: [{name: http, port: 80, targetPort: api}]',
      'spec:\n  type: NodePort\n  selector: {app: orders}\n  ports: [{name: http, port: 80, targetPort: api, nodePort: 30080}]',
    );
    const block = policy(
      'orders',
      '{podSelector: {matchLabels: {app: orders}}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}',
    );
    const asked = { from: '203.0.113.7', to: 'Service/orders:30080' };
    assert.equal(explained(node, asked).verdict.state, 'OK');
    const seen = stepOf(explained(node + block, asked), 'ingress');
    assert.equal(seen.state, 'Unknown');
    assert.match(seen.says, /the address of a node in place of the client/);
    const local = node.replace('type: NodePort', 'type: NodePort\n  externalTrafficPolicy: Local') + block;
    assert.equal(stepOf(explained(local, asked), 'ingress').state, 'OK');
    assert.equal(stepOf(explained(local, { ...asked, from: '192.0.2.1' }), 'ingress').state, 'Problem');
  });

  it('leaves open whether the own node has a Pod', () => {
    const local = SHOP.replace(
      'spec:\n  selector: {app: orders}',
      'spec:\n  internalTrafficPolicy: Local\n  selector: {app: orders}',
    );
    const found = explained(local, { from: 'Deployment/web' });
    assert.deepEqual(stepOf(found, 'service').seen, ['intermittent', 'timeout']);
    const everywhere = local.replace(
      'kind: Deployment\nmetadata: {name: orders',
      'kind: DaemonSet\nmetadata: {name: orders',
    );
    assert.equal(stepOf(explained(everywhere, { from: 'Deployment/web' }), 'service').state, 'OK');
  });
});
