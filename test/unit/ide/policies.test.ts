import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { diagnose } from '../../check.ts';
import { apply, filesAfter, generateAt, whyNothing } from './policiesFixture.ts';

const app = (name: string, told = '', more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${more}containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]${told}}]}
`;
const service = (name: string, spec = '') => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {${spec}selector: {app: ${name}}, ports: [{port: 80, targetPort: http}]}
`;
const calls = (...urls: readonly string[]) =>
  `, env: [${urls.map((url, at) => `{name: URL${at}, value: "${url}"}`).join(', ')}]`;
const at = (text: string) => text.replace('kind', 'ki$0nd');
const WEB = at(app('web', calls('http://orders')));
const REST = `${service('orders')}---\n${app('orders')}`;

function generated(source: string): string {
  return filesAfter(source).at(-1)?.text ?? '';
}

describe('generating policies for declared needs', () => {
  it('writes a file beside the workload, each rule with its evidence', () => {
    const files = filesAfter(`#- k8s/web.yaml\n${WEB}#- k8s/rest.yaml\n${REST}`);
    assert.equal(files.at(-1)?.path, '/work/k8s/web-networkpolicy.yaml');
    assert.equal(
      files.at(-1)?.text,
      `# What Deployment/web is declared to need; hosts in files that it mounts are not read.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
    - Egress
  ingress: []
  egress:
    # Names are looked up in the cluster's DNS
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    # web calls http://orders (web.yaml:8)
    - to:
        - podSelector:
            matchLabels:
              app: orders
      ports:
        - port: 8080
          protocol: TCP
`,
    );
  });

  it('appends to a file of several objects, and where the client makes no files', () => {
    const [file] = filesAfter(`#- all.yaml\n${REST}---\n${WEB}`);
    assert.match(file?.text ?? '', /\n---\n# What Deployment\/web is declared to need/);
    const [only, ...others] = filesAfter(`#- web.yaml\n${WEB}`, false);
    assert.equal(others.length, 0);
    assert.match(only?.text ?? '', /\n---\n# What Deployment\/web/);
    const [windows] = filesAfter(`#- all.yaml\n${`${WEB}---\n${REST}`.replaceAll('\n', '\r\n')}`);
    assert.doesNotMatch(windows?.text ?? '', /[^\r]\n/);
  });

  it('lists the file in the kustomization that has the workload', () => {
    const files = (list: string) =>
      filesAfter(`#- web.yaml\n${WEB}#- rest.yaml\n${REST}#- kustomization.yaml\nresources:\n- web.yaml\n- ${list}\n`);
    assert.equal(files('rest.yaml')[2]?.text, 'resources:\n- web.yaml\n- rest.yaml\n- web-networkpolicy.yaml\n');
  });

  it('takes another name where the name is taken', () => {
    const policy =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {podSelector: {}}\n';
    const files = filesAfter(`#- web.yaml\n${WEB}#- rest.yaml\n${REST}#- web-networkpolicy.yaml\n${policy}`);
    assert.equal(files.at(-1)?.path, '/work/web-declared-needs-networkpolicy.yaml');
    assert.match(files.at(-1)?.text ?? '', /name: web-declared-needs/);
  });

  it('lets in declared callers, of other namespaces too', () => {
    const far = app('mail', calls('http://orders.shop:80')).replace('namespace: shop', 'namespace: post');
    const text = generated(
      `#- rest.yaml\n${service('orders')}---\n${app('web', calls('http://orders'))}---\n${far}#- orders.yaml\n${at(app('orders'))}`,
    );
    assert.match(
      text,
      /# web calls http:\/\/orders \(rest.yaml:13\)\n {4}- from:\n {8}- podSelector:\n {12}matchLabels:\n {14}app: web\n/,
    );
    assert.match(
      text,
      /- namespaceSelector:\n {12}matchLabels:\n {14}kubernetes.io\/metadata.name: post\n {10}podSelector:/,
    );
  });

  it('lets in controllers, clients outside and Prometheus', () => {
    const ingress = (name: string) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {ingressClassName: ${name}, defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
    const web = `#- web.yaml\n${at(app('web'))}#- rest.yaml\n${service('web')}`;
    assert.match(
      generated(web + ingress('nginx')),
      /# Ingress\/shop leads to web:80 .*\n {4}# This is where its controller probably runs\n.*\n {8}- namespaceSelector:\n.*\n {14}kubernetes.io\/metadata.name: ingress-nginx\n/,
    );
    assert.match(generated(web + ingress('mine')), /# Narrow this .*\n.*\n {8}- namespaceSelector: {}\n/);
    assert.match(generated(web + ingress('alb')), /outside the cluster serves it\n {4}- ports:\n {8}- port: 8080/);
    const balanced = web.replace('spec: {selector', 'spec: {type: LoadBalancer, selector');
    assert.match(
      generated(balanced),
      /# Service\/web is of type LoadBalancer: clients come from outside the cluster \(rest.yaml:4\)\n {4}- ports:\n {8}- port: 8080/,
    );
    const monitor = `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]}
`;
    const labelled = web.replace(
      '{name: web, namespace: shop}\nspec: {selector',
      '{name: web, namespace: shop, labels: {app: web}}\nspec: {selector',
    );
    assert.match(generated(labelled + monitor), /# Prometheus scrapes it by ServiceMonitor\/web/);
  });

  it('leaves ingress open where callers may exist that are not shown', () => {
    const web = `#- web.yaml\n${at(app('web'))}#- rest.yaml\n${service('web')}`;
    assert.match(
      generated(web),
      /# Ingress is left open: nothing here says who calls Service\/web\.\n[\s\S]*policyTypes:\n {4}- Egress\n/,
    );
    const hook =
      '---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\n';
    assert.match(generated(web + hook), /# Ingress is left open: the API server may call it/);
    const beside = `#- other/kustomization.yaml\nresources: [a.yaml]\n#- other/a.yaml\n${app('a', calls('http://web.shop:80'))}`;
    assert.match(
      generated(`${beside}${web}`),
      /# Ingress is left open: Deployment\/a, which is applied apart, names Service\/web/,
    );
  });

  it('leaves egress open where hosts may be told that are not shown', () => {
    const web = (told: string) => `#- rest.yaml\n${REST}#- web.yaml\n${at(app('web', told))}`;
    const why = (told: string) => /# Egress is left open: (.*)\.\n/.exec(generated(web(told)))?.[1];
    assert.equal(why(', envFrom: [{secretRef: {name: db}}]'), 'it takes values of Secret/db, which are not read');
    assert.equal(why(', env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]'), undefined);
    assert.equal(
      why(', envFrom: [{configMapRef: {name: c}}]'),
      'no manifest here shows ConfigMap/c, whose values it takes',
    );
    assert.equal(why(calls('http://$(HOST):80')), 'what URL0 comes to is not written');
    assert.equal(why(calls('http://{{ .Values.host }}')), 'what URL0 comes to is not written');
  });

  it('opens what policies cannot name to any address', () => {
    const text = generated(
      `#- rest.yaml\n${REST}#- web.yaml\n${at(app('web', calls('https://api.example.com', 'http://stock:81')))}`,
    );
    assert.match(
      text,
      /# Policies know no names: any address outside\n {4}- to:\n {8}- ipBlock:\n {12}cidr: 0.0.0.0\/0\n/,
    );
    assert.match(text, /# No manifest here shows its Pods: any address\n {4}- ports:\n {8}- port: 81\n/);
  });

  it('takes a value that is the name of a Service for a need', () => {
    const text = generated(
      `#- rest.yaml\n${REST}#- web.yaml\n${at(app('web', ', args: [orders], env: [{name: BACKEND, value: orders}]'))}`,
    );
    assert.match(text, /# BACKEND is orders \(web.yaml:8\)\n {4}# an argument is orders/);
  });

  it('keeps the Pods of a cluster together, and lets what has rights call the API server', () => {
    const set = `#- set.yaml\n${at(app('db')).replace('Deployment', 'StatefulSet').replace('spec:\n', 'spec:\n  serviceName: db\n  replicas: 3\n').replace('spec: {con', 'spec: {serviceAccountName: db, con')}`;
    const binding =
      '---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: db, namespace: shop}\n';
    const text = generated(`#- rest.yaml\n${service('db', 'clusterIP: None, ')}${binding}${set}`);
    assert.match(text, /# Its Pods know each other by the names that db gives them \(set.yaml:5\)\n {4}- from:/);
    assert.match(text, /# Its ServiceAccount may be for calls of the API server[\s\S]*- port: 443[\s\S]*- port: 6443/);
  });

  it('is said to be impossible where nothing is decided', () => {
    assert.match(whyNothing(at(app('web', '', 'hostNetwork: true, '))), /host network/);
    assert.match(whyNothing(at(app('"{{ .name }}"'))), /not decided/);
    assert.match(
      whyNothing(`#- web.yaml\n${at(app('web', calls('http://{{ x }}')))}#- rest.yaml\n${service('web')}`),
      /^ingress: .*; egress: /,
    );
    assert.equal(generateAt(at(service('web'))), undefined);
    assert.equal(generateAt(`#- chart/Chart.yaml\nname: x\n#- chart/templates/web.yaml\n${WEB}`), undefined);
  });

  it('is fit for a kustomization that changes namespace, names and labels', () => {
    const plain = (text: string) => text.replaceAll(', namespace: shop', '');
    const source = `#- base/web.yaml\n${plain(WEB)}#- base/rest.yaml\n${plain(REST)}#- base/kustomization.yaml\nresources: [web.yaml, rest.yaml]\n#- prod/kustomization.yaml\nnamespace: prod\nnamePrefix: p-\ncommonLabels: {env: prod}\nresources: [../base]\n`;
    const text = filesAfter(source).at(-1)?.text ?? '';
    assert.doesNotMatch(text, /env: prod|namespace: /);
    assert.match(text, /matchExpressions:\n {14}- key: k8s-app\n/);
  });

  it('leaves nothing that a rule would warn of', () => {
    const source = `#- web.yaml\n${WEB}#- rest.yaml\n${REST}`;
    const found = diagnose({ files: filesAfter(source), expected: [], cursor: undefined }, allRules);
    assert.deepEqual(
      found.map(({ code, message }) => `${code}: ${message}`),
      [],
    );
  });

  it('can be asked for every workload of a file', () => {
    const text = `${app('a', calls('http://orders'))}---\n${REST}`;
    const files = [{ path: '/work/all.yaml', text }];
    assert.ok(apply(files, '/work/all.yaml', text.indexOf('kind')));
    assert.ok(apply(files, '/work/all.yaml', text.lastIndexOf('containers')));
  });
});
