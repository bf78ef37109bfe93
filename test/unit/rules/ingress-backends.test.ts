import assert from 'node:assert/strict';
import { ingressBackendPortMissing } from '../../../server/src/core/rules/ingress-backend-port-missing.ts';
import { ingressBackendServiceMissing } from '../../../server/src/core/rules/ingress-backend-service-missing.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { documents, ingressTo, serviceOf } from './appFixtures.ts';

function found(source: string): readonly string[] {
  const rules = [ingressBackendPortMissing, ingressBackendServiceMissing];
  const findings = diagnose(parseFixture(source), rules).filter(({ code }) => code !== 'yaml-unreadable');
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

function severities(source: string): readonly string[] {
  return found(source).map((text) => text.slice(0, text.indexOf(':')));
}

const PORT = 'ingress-backend-port-missing';
const SERVICE = 'ingress-backend-service-missing';
const web = serviceOf('web', ['app: web'], { ports: ['{name: http, port: 80, targetPort: 8080}'] });

describe('ingress-backend-port-missing', () => {
  it('takes numbers and names of Service ports', () => {
    assert.deepEqual(
      found(
        documents(
          ingressTo([
            ['web', 80],
            ['web', 'http'],
          ]),
          web,
        ),
      ),
      [],
    );
  });

  it('proposes a similar name, or says what the Service has', () => {
    assert.match(found(documents(ingressTo([['web', 'htpp']]), web))[0] ?? '', /did you mean `http`\?$/);
    assert.match(found(documents(ingressTo([['web', 443]]), web))[0] ?? '', /its only port is 80 \(`http`\)$/);
    assert.match(found(documents(ingressTo([['web', 8080]]), web))[0] ?? '', /8080 is the target of its port 80$/);
  });

  it('changes a target to the only port that leads there, which is the same place', () => {
    const fixesOf = (source: string) =>
      diagnose(parseFixture(source), [ingressBackendPortMissing]).flatMap(({ fixes }) => fixes ?? []);
    const [fix] = fixesOf(documents(ingressTo([['web', 8080]]), web));
    assert.deepEqual([fix?.title, fix?.safe], ['Change 8080 to 80', true]);
    const named = serviceOf('web', ['app: web'], { ports: ['{name: http, port: 80, targetPort: web}'] });
    const pods = `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: web:1, ports: [{name: web, containerPort: 8080}]}]}
`;
    const [byNumber] = fixesOf(documents(ingressTo([['web', 8080]]), named, pods));
    assert.deepEqual([byNumber?.title, byNumber?.safe], ['Change 8080 to 80', true]);
    const [nameOfNumber] = fixesOf(documents(ingressTo([['web', 'web']]), web, pods));
    assert.deepEqual([nameOfNumber?.title, nameOfNumber?.safe], ['Change `web` to `http`', true]);
    const [byName] = fixesOf(documents(ingressTo([['web', 'web']]), named));
    assert.deepEqual([byName?.title, byName?.safe], ['Change `web` to `http`', true]);
    const twice = ['{name: http, port: 80, targetPort: 8080}', '{name: old, port: 81, targetPort: 8080}'];
    assert.deepEqual(fixesOf(documents(ingressTo([['web', 8080]]), serviceOf('web', [], { ports: twice }))), []);
    const [guess] = fixesOf(documents(ingressTo([['web', 443]]), web));
    assert.equal(guess?.safe, false);
  });

  it('is certain only where both namespaces are written alike', () => {
    const there = serviceOf('web', ['app: web'], { namespace: 'shop' });
    assert.deepEqual(severities(documents(ingressTo([['web', 81]], 'shop'), there)), [`error ${PORT}`]);
    assert.deepEqual(severities(documents(ingressTo([['web', 81]]), there)), [`warning ${PORT}`]);
    assert.deepEqual(severities(documents(ingressTo([['web', 81]], 'other'), there)), [`warning ${SERVICE}`]);
  });

  it('trusts folders the less the farther apart they are', () => {
    const ingress = ingressTo([['web', 81]]);
    const apart = (one: string, other: string) =>
      severities(`#- ${one}/a.yaml\n${ingress}\n#- ${other}/b.yaml\n${web}`);
    assert.deepEqual(apart('shop', 'shop'), [`error ${PORT}`]);
    assert.deepEqual(apart('ingresses', 'services'), [`warning ${PORT}`]);
    assert.deepEqual(apart('docs/ingress/data', 'samples/web'), [`hint ${PORT}`]);
    const inShop = serviceOf('web', ['app: web'], { namespace: 'shop' });
    const named = `#- a/b/c.yaml\n${ingressTo([['web', 81]], 'shop')}\n#- d/e/f.yaml\n${inShop}`;
    assert.deepEqual(severities(named), [`error ${PORT}`]);
  });

  it('says little of an alias, whose ports mean nothing, and nothing of a piece of a Service', () => {
    const alias =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: a.b, ports: [{port: 80}]}\n';
    assert.deepEqual(severities(documents(ingressTo([['web', 81]]), alias)), [`hint ${PORT}`]);
    const piece = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
    assert.deepEqual(severities(documents(ingressTo([['web', 81]]), piece)), []);
  });

  it('knows nothing of templated ports, nor of patched Services', () => {
    assert.deepEqual(
      found(documents(ingressTo([['web', 81]]), serviceOf('web', [], { ports: ['{port: "{{ .p }}"}'] }))),
      [],
    );
    assert.deepEqual(found(documents(ingressTo([['web', '"{{ .port }}"']]), web)), []);
    const patched = (port: number) => `#- kustomization.yaml
resources: [all.yaml]
patches: [{path: patch.yaml}]
#- patch.yaml
${serviceOf('web', ['app: web'], { ports: [`{port: ${port}}`] })}
#- all.yaml
${documents(ingressTo([['web', 81]]), web)}`;
    assert.deepEqual(severities(patched(81)), []);
    assert.deepEqual(severities(patched(82)), [`error ${PORT}`]);
  });

  it('gives way to an ExternalName Service without ports', () => {
    const external =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: a.b}\n';
    const [hint] = found(documents(ingressTo([['web', 80]]), external));
    assert.match(
      hint ?? '',
      /^hint .*some controllers take the number as it is, and others let requests to `\/0` fail$/,
    );
    assert.deepEqual(severities(documents(ingressTo([['web', 'http']]), external)), [`warning ${PORT}`]);
  });

  it('looks at the Service of its own file where a folder holds alternatives', () => {
    const other = serviceOf('web', ['app: web'], { ports: ['{port: 81}'] });
    const source = `#- a.yaml\n${documents(ingressTo([['web', 81]]), web)}\n#- b.yaml\n${other}`;
    assert.deepEqual(severities(source), [`error ${PORT}`]);
    assert.deepEqual(severities(`#- a.yaml\n${ingressTo([['web', 81]])}\n#- b.yaml\n${other}\n#- c.yaml\n${web}`), []);
  });

  it('leaves actions of the AWS controller alone', () => {
    const action = ingressTo([['redirect', 'use-annotation']]);
    assert.deepEqual(found(documents(action, web)), []);
    const weighted = ingressTo([['forward', 80]]).replace(
      'name: front',
      "name: front\n  annotations: {alb.ingress.kubernetes.io/actions.forward: '{}'}",
    );
    assert.deepEqual(found(documents(weighted, web)), []);
  });

  it('reads default backends and the beta shape', () => {
    const beta = `apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: front}
spec:
  backend: {serviceName: web, servicePort: 81}
`;
    assert.deepEqual(severities(documents(beta, web)), [`error ${PORT}`]);
    const resource = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec:
  defaultBackend: {resource: {apiGroup: k8s.example.com, kind: StorageBucket, name: web}}
`;
    assert.deepEqual(found(documents(resource, web)), []);
  });
});

describe('ingress-backend-service-missing', () => {
  it('takes a similar name for the one meant where both belong together', () => {
    const ingress = ingressTo([['wep', 80]]);
    const apart = (one: string, other: string) =>
      severities(`#- ${one}/a.yaml\n${ingress}\n#- ${other}/b.yaml\n${web}`);
    assert.deepEqual(apart('shop', 'shop'), [`warning ${SERVICE}`]);
    assert.deepEqual(apart('nginx/examples', 'gce/examples/health'), [`hint ${SERVICE}`]);
  });

  it('is an error for a slip in a closed namespace', () => {
    const carts = serviceOf('carts', ['app: carts']);
    assert.deepEqual(severities(documents(ingressTo([['carst', 80]]), carts)), [`error ${SERVICE}`]);
    assert.deepEqual(severities(documents(ingressTo([['carts-web', 80]]), carts)), [`warning ${SERVICE}`]);
  });

  it('warns without a candidate where the Services of the Ingress stand beside it', () => {
    assert.deepEqual(severities(documents(ingressTo([['checkout', 80]]), web)), [`warning ${SERVICE}`]);
    assert.deepEqual(severities(`#- a/i.yaml\n${ingressTo([['checkout', 80]])}\n#- b/s.yaml\n${web}`), [
      `hint ${SERVICE}`,
    ]);
    const both = ingressTo([
      ['checkout', 80],
      ['web', 80],
    ]);
    assert.deepEqual(severities(`#- a/i.yaml\n${both}\n#- b/s.yaml\n${web}`), [`warning ${SERVICE}`]);
    assert.deepEqual(found(ingressTo([['checkout', 80]])), []);
  });

  it('is a hint beside a Service of any name, a file that cannot be read, or an operator', () => {
    const carts = documents(ingressTo([['carst', 80]]), serviceOf('carts', ['app: carts']));
    const doubts = [
      serviceOf('"${NAME}"', ['app: other']),
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\nspec:\n  ports: [{port: 80}]\n',
      'apiVersion: v1\nkind: Service\nmetadata: [\nspec: [\n',
      'apiVersion: example.com/v1\nkind: Mesh\nmetadata: {name: all}\n',
    ];
    for (const doubt of doubts) {
      assert.deepEqual(found(`#- a.yaml\n${carts}\n#- b.yaml\n${doubt}`), [
        `hint ${SERVICE}: no manifest here shows a Service \`carst\`; did you mean \`carts\`?`,
      ]);
      const far = `#- shop/a.yaml\n${carts}\n#- tools/b.yaml\n${doubt}`;
      const isUnread = doubt.includes('spec: [');
      assert.deepEqual(severities(far), [`${isUnread ? 'hint' : 'warning'} ${SERVICE}`]);
    }
  });

  it('knows Services that others make', () => {
    const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello}\n';
    assert.deepEqual(found(documents(ingressTo([['hello', 80]]), knative, web)), []);
    const database = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg}\n';
    assert.deepEqual(found(documents(ingressTo([['pg-rw', 5432]]), database, web)), []);
    const flux = 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\n';
    assert.deepEqual(found(documents(ingressTo([['grafana', 80]]), flux, web)), []);
  });

  it('says nothing of templated names, nor of what another unit holds', () => {
    assert.deepEqual(found(documents(ingressTo([['"{{ .name }}"', 80]]), web)), []);
    const apart = `#- a/kustomization.yaml
resources: [i.yaml]
#- a/i.yaml
${documents(ingressTo([['checkout', 80]]), web)}
#- b/s.yaml
${serviceOf('checkout', ['app: c'])}`;
    assert.deepEqual(found(apart), []);
  });
});
