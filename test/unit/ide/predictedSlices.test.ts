import assert from 'node:assert/strict';
import { predictedSlices } from '../../../server/src/core/ide/predictedSlices.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

/** The document of a file, with places as `web.yaml:7`. */
function show(source: string, file: string, service?: string): string {
  const { files } = parseFixture(source);
  const folder = indexFixture(files);
  const lineOf = (path: string, offset: number) =>
    (files.find((each) => each.path === path)?.text ?? '').slice(0, offset).split('\n').length;
  return predictedSlices({
    folder,
    path: `/work/${file}`,
    service,
    settings: DEFAULT_SETTINGS,
    complete: true,
    showPlace: (path, offset) => `${path.slice('/work/'.length)}:${lineOf(path, offset)}`,
  });
}

const WEB = `
#- service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  labels: {team: a}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: metrics, port: 9090, targetPort: metrics}
#- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: api
        image: api
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /healthz, port: 8080}}
`;

describe('predicted slices as a document', () => {
  it('have the shape of the real object, with reasons and places', () => {
    assert.equal(
      show(WEB, 'service.yaml'),
      `# Service shop/web, service.yaml:4
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  generateName: web-
  labels:
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
    kubernetes.io/service-name: web
    team: a
  name: web-<suffix>
  namespace: shop
  ownerReferences:
  - apiVersion: v1
    blockOwnerDeletion: true
    controller: true
    kind: Service
    name: web
    uid: <uid>
addressType: IPv4
ports:
- name: http
  port: 8080 # targetPort http (service.yaml:10), a name in container api (web.yaml:13)
  protocol: TCP
# missing: metrics 9090/TCP (service.yaml:11): no container port of these Pods is named metrics
endpoints:
# Pods of Deployment/web, web.yaml:3
#   the Pod template has app: web (web.yaml:8)
- addresses:
  - <IPv4 of deployment/web#1>
  conditions:
    ready: true # ready when GET /healthz on 8080 answers
    serving: true
    terminating: false
  nodeName: <node>
  targetRef:
    kind: Pod
    name: web-<hash>-<suffix>
    namespace: shop
    uid: <uid>
- addresses:
  - <IPv4 of deployment/web#2>
  conditions:
    ready: true # ready when GET /healthz on 8080 answers
    serving: true
    terminating: false
  nodeName: <node>
  targetRef:
    kind: Pod
    name: web-<hash>-<suffix>
    namespace: shop
    uid: <uid>
`,
    );
    assert.equal(show(WEB, 'web.yaml'), show(WEB, 'service.yaml'));
  });

  it('say why there are no Pods', () => {
    const text = show(WEB.replace('selector: {app: web}\n  ports', 'selector: {app: wep}\n  ports'), 'service.yaml');
    assert.match(text, /# selector app=wep \(service\.yaml:8\) matches no Pod template of these manifests/);
  });

  it('leave what a template decides open', () => {
    const text = show(WEB.replace('replicas: 2', 'replicas: ${REPLICAS}'), 'service.yaml');
    assert.match(text, /# not certain: /);
    assert.equal(
      show('#- a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n', 'a.yaml').startsWith('# No Service'),
      true,
    );
  });
});
