import assert from 'node:assert/strict';
import { serviceSelectorNoMatch } from '../../../server/src/core/rules/service-selector-no-match.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { deployment, documents, serviceOf } from './appFixtures.ts';

/** `warning app=wbe`: severity and the squiggled text of each finding. */
function found(source: string): readonly string[] {
  const fixture = parseFixture(source);
  return diagnose(fixture, [serviceSelectorNoMatch]).map(({ severity, at, file }) => {
    const text = fixture.files.find(({ path }) => path === file)?.text ?? '';
    return `${severity} ${text.slice(at.start, at.end)}`;
  });
}

const web = deployment('web', ['app: web', 'tier: front']);

describe('service-selector-no-match', () => {
  it('warns of a slip in the value or the key of one requirement', () => {
    assert.deepEqual(found(documents(serviceOf('shop', ['app: chekout']), deployment('x', ['app: checkout']))), [
      'warning chekout',
    ]);
    assert.deepEqual(found(documents(serviceOf('shop', ['ap: web']), web)), ['warning ap']);
    assert.deepEqual(found(documents(serviceOf('shop', ['app: web', 'teir: front']), web)), ['warning teir']);
    assert.deepEqual(found(documents(serviceOf('shop', ['name: web']), web)), ['warning name']);
  });

  it('warns where a workload has the name of the Service, whatever the labels', () => {
    assert.deepEqual(found(documents(serviceOf('web', ['app: backend']), web)), ['warning backend']);
    assert.deepEqual(found(documents(serviceOf('web-svc', ['app: web', 'tier: back']), web)), ['warning back']);
    const versions = [deployment('web-v1', ['app: web']), deployment('web-v2', ['app: web'])];
    assert.deepEqual(found(documents(serviceOf('web', ['app: other']), ...versions)), ['warning other']);
  });

  it('weighs what stands near against templates that may have any label', () => {
    const files = (service: string, workload: string, template: string) => `#- ${service}
${serviceOf('web', ['app: wbe'])}
#- ${workload}
${web}
#- ${template}
${deployment('any', [`app: "\${NAME}"`])}`;
    assert.deepEqual(found(files('shop/service.yaml', 'shop/web.yaml', 'tools/test/any.yaml')), ['warning wbe']);
    assert.deepEqual(found(files('shop/service.yaml', 'shop/web.yaml', 'tools/any.yaml')), ['warning wbe']);
    assert.deepEqual(found(files('shop/service.yaml', 'shop/web.yaml', 'shop/any.yaml')), ['hint wbe']);
    assert.deepEqual(found(files('shop/service.yaml', 'shop/web.yaml', 'shop/any/any.yaml')), ['hint wbe']);
    assert.deepEqual(found(files('shop/service.yaml', 'copy/old/web.yaml', 'tools/test/any.yaml')), []);
  });

  it('says only what manifests show where something near may be what is missing', () => {
    const slip = documents(serviceOf('web', ['app: wbe']), web);
    const message = 'no manifest here shows a workload with the label `app=wbe`; `Deployment/web` has `app=web`';
    const doubts = [
      `#- b.yaml\n${deployment('any', ['app: "{{ .Values.app }}"'])}`,
      '#- b.yaml\n{{- if .Values.x }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n{{- end }}\n',
      '#- b.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\nspec: [\n',
      '#- b.yaml\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\n',
    ];
    for (const doubt of doubts) {
      const fixture = parseFixture(`#- a.yaml\n${slip}\n${doubt}`);
      const [finding, ...rest] = diagnose(fixture, [serviceSelectorNoMatch]);
      assert.deepEqual([finding?.severity, finding?.message], ['hint', message], doubt);
      assert.ok(rest.every(({ code }) => code === 'yaml-unreadable'));
    }
    const other = deployment('other', ['app: other']).replace('name: other', `name: "\${NAME}"`);
    assert.deepEqual(found(`#- a.yaml\n${slip}\n#- b.yaml\n${other}`), ['warning wbe']);
  });

  it('is a hint in namespaces that others fill: of the cluster, of an operator', () => {
    const slipIn = (namespace: string) =>
      documents(serviceOf('web', ['app: wbe'], { namespace }), deployment('web', ['app: web'], namespace));
    assert.deepEqual(found(slipIn('shop')), ['warning wbe']);
    assert.deepEqual(found(slipIn('kube-system')), ['hint wbe']);
    const operator = 'apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: k, namespace: shop}\n';
    assert.deepEqual(found(`#- apps/web.yaml\n${slipIn('shop')}\n#- data/kafka/k.yaml\n${operator}`), ['hint wbe']);
    assert.deepEqual(found(`#- apps/web.yaml\n${slipIn('blog')}\n#- data/kafka/k.yaml\n${operator}`), ['warning wbe']);
    const named = documents(
      serviceOf('web', ['app: other'], { namespace: 'kube-system' }),
      deployment('web', ['app: web'], 'kube-system'),
    );
    assert.deepEqual(found(named), ['hint other']);
  });

  it('never takes the labels of operators for a slip', () => {
    const selectors = ['cnpg.io/cluster: web', 'strimzi.io/name: web-kafka', 'app.kubernetes.io/managed-by: operator'];
    for (const selector of selectors) {
      const value = selector.slice(selector.indexOf(' ') + 1);
      const managed = deployment('web', ['app: web', 'app.kubernetes.io/managed-by: helm']);
      assert.deepEqual(found(documents(serviceOf('web', [selector]), managed)), [`hint ${value}`]);
    }
  });

  it('takes the only Service and the only workload of a file for each other', () => {
    const front = serviceOf('front', ['app: shop']);
    assert.deepEqual(found(documents(front, web)), ['hint shop']);
    assert.deepEqual(found(documents(serviceOf('front', ['app: web', 'tier: back']), web)), ['warning back']);
    assert.deepEqual(found(documents(front, web, serviceOf('web', ['app: web']))), ['hint shop']);
    assert.deepEqual(found(`#- a.yaml\n${front}\n#- b.yaml\n${web}`), ['hint shop']);
    assert.deepEqual(found(documents(serviceOf('front', ['component: shop']), web)), ['hint shop']);
  });

  it('tells the copies of an application apart', () => {
    const slip = documents(serviceOf('web', ['app: wbe']), web);
    const copy = documents(serviceOf('web', ['app: wbe']), deployment('web', ['app: wbe']));
    assert.deepEqual(found(`#- one/all.yaml\n${slip}\n#- two/all.yaml\n${copy}`), ['warning wbe']);
    const lone = deployment('web', ['app: wbe']);
    assert.deepEqual(found(`#- one/all.yaml\n${slip}\n#- two/all.yaml\n${lone}`), []);
    assert.deepEqual(found(`#- one/all.yaml\n${slip}\n#- one/copy.yaml\n${copy}`), []);
  });

  it('believes the nearest of several workloads that are spelt almost alike', () => {
    const source = (file: string) => `#- shop/all.yaml
${documents(serviceOf('shop', ['app: chekout']), deployment('x', ['app: checkout']))}
#- ${file}
${deployment('y', ['app: checkouts'])}`;
    assert.deepEqual(found(source('other/all.yaml')), ['warning chekout']);
  });

  it('takes a name with a part more for another thing, made by something else', () => {
    assert.deepEqual(found(documents(serviceOf('primary', ['app: web-primary']), web)), ['hint web-primary']);
    const canary = 'apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata:\n  name: web\nspec: {}\n';
    assert.deepEqual(found(documents(serviceOf('primary', ['app: web-primary']), web, canary)), []);
  });

  it('takes a similar word for another application where its own Service has that name', () => {
    const carts = [serviceOf('carts', ['app: carts']), deployment('carts', ['app: carts'])];
    assert.deepEqual(found(documents(serviceOf('cards', ['app: cards']), ...carts)), ['hint cards']);
  });

  it('leaves a label that the application may give its leader at a hint', () => {
    const vault = deployment('vault', ['app: vault']);
    const active = serviceOf('vault-active', ['app: vault', 'vault-active: "true"']);
    assert.deepEqual(found(documents(serviceOf('vault', ['app: vault']), active, vault)), ['hint vault']);
    assert.deepEqual(found(documents(serviceOf('pg', ['app: vault', 'role: primary']), vault)), []);
  });

  it('knows the labels that controllers add', () => {
    const set = web.replace('kind: Deployment', 'kind: StatefulSet');
    assert.deepEqual(found(documents(serviceOf('web-0', ['"statefulset.kubernetes.io/pod-name": web-0']), set)), []);
  });

  it('says nothing of Services whose endpoints come otherwise', () => {
    assert.deepEqual(
      found(documents('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n', web)),
      [],
    );
    assert.deepEqual(found(documents(serviceOf('web', []), web)), []);
    const external = serviceOf('web', ['app: wbe']).replace(
      'spec:',
      'spec:\n  type: ExternalName\n  externalName: a.b',
    );
    assert.deepEqual(found(documents(external, web)), []);
    const endpoints = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: []\n';
    assert.deepEqual(found(documents(serviceOf('web', ['app: wbe']), web, endpoints)), []);
    const slice = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
`;
    assert.deepEqual(found(documents(serviceOf('web', ['app: wbe']), web, slice)), []);
  });

  it('keeps to definite answers', () => {
    assert.deepEqual(found(documents(serviceOf('web', ['app: "{{ .app }}"']), web)), []);
    assert.deepEqual(found(documents(serviceOf('web', ['app: wbe']), deployment('web', ['app: "{{ .app }}"']))), []);
    const rollout = web.replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout');
    assert.deepEqual(found(documents(serviceOf('web', ['app: web']), rollout)), []);
    assert.deepEqual(found(documents(serviceOf('web', ['app: web', 'added: by-webhook']), rollout)), []);
    assert.deepEqual(found(serviceOf('web', ['app: wbe'])), []);
  });

  it('finds the Pods of a workload whose namespace is not written', () => {
    assert.deepEqual(found(documents(serviceOf('web', ['app: web'], { namespace: 'shop' }), web)), []);
    assert.deepEqual(found(documents(serviceOf('web', ['app: wbe'], { namespace: 'shop' }), web)), ['warning wbe']);
  });

  it('names the other namespace where the Pods are', () => {
    const there = deployment('web', ['app: web'], 'shop');
    const own = deployment('job', ['app: job'], 'store');
    const service = serviceOf('web', ['app: web'], { namespace: 'store' });
    assert.deepEqual(found(documents(service, there, own)), ['warning store']);
    const served = serviceOf('front', ['app: web'], { namespace: 'shop' });
    assert.deepEqual(found(documents(service, there, own, served)), ['hint web']);
  });

  it('leaves open what a kustomization may add, and what stands in another unit', () => {
    const files = `#- kustomization.yaml
resources: [web.yaml]
labels: [{pairs: {app: web}, includeSelectors: true}]
#- web.yaml
${documents(serviceOf('web', ['app: wbe']), web)}`;
    assert.deepEqual(found(files), []);
    const apart = `#- a/kustomization.yaml
resources: [service.yaml, other.yaml]
#- a/service.yaml
${serviceOf('db', ['app: db'])}
#- a/other.yaml
${web}
#- b/db.yaml
${deployment('db', ['app: db'])}`;
    assert.deepEqual(found(apart), []);
  });

  it('reads the items of a List', () => {
    const indented = (text: string) => `  - ${text.trimEnd().replaceAll('\n', '\n    ')}\n`;
    const list = `apiVersion: v1\nkind: List\nitems:\n${indented(serviceOf('web', ['app: wbe']))}${indented(web)}`;
    assert.deepEqual(found(list), ['warning wbe']);
  });
});
