import assert from 'node:assert/strict';
import { textAt } from '../../explain/hoverAt.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: shop/web:v1
        - name: log
          image: shop/log:v1
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;

/** A base, an overlay of the given text, and files beside it. */
function shop(overlay: string, more = ''): string {
  return `#- base/kustomization.yaml
resources:
  - web.yaml
  - service.yaml
#- base/web.yaml
${WEB}#- base/service.yaml
${SERVICE}#- overlays/prod/kustomization.yaml
resources:
  - ../../base
${overlay}${more}`;
}

const PATCH = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: web
          env: [{name: MODE, value: fast}]
        - name: log
          $patch: delete
`;

const lines = (source: string) => textAt(source).split('\n');

describe('hover on what an overlay replaces', () => {
  it('repeats what is found in the patch', () => {
    const overlay = 'patches:\n  - path: service.yaml\n';
    const patch = `#- overlays/prod/service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: wbe}}
#- overlays/dev/kustomization.yaml
resources: [../../base]
`;
    const found = textAt(shop(overlay, patch).replace('selector: {app: web}\n', 'selector: {app: $0web}\n'));
    assert.match(found, /no workload has the label `app=wbe`.*\(in overlays\/prod\/service\.yaml\)/);
    assert.match(found, /overlays\/dev/);
  });
});

describe('hover on what a kustomization changes', () => {
  it('tells what an inline patch changes', () => {
    const found = lines(
      shop(`patches:
  - tar$0get:
      kind: Deployment
    patch: |-
      - op: replace
        path: /spec/replicas
        value: 3
`),
    );
    assert.deepEqual(found.slice(0, 4), [
      '**An entry of `patches` for `Deployment/web`** — OK',
      '',
      '**Here**',
      '- changes `spec.replicas` of `Deployment/web` from `1` to `3`',
    ]);
  });

  it('tells of one field at its line, and of all at the head of a patch', () => {
    const overlay = 'patches:\n  - path: patch.yaml\n';
    const at = (mark: string) =>
      lines(shop(overlay, `#- overlays/prod/patch.yaml\n${PATCH.replace(mark, `${mark}$0`)}`)).filter((line) =>
        line.startsWith('- '),
      );
    assert.deepEqual(at('replicas'), ['- changes `spec.replicas` of `Deployment/web` from `1` to `3`']);
    assert.deepEqual(at('env'), ['- adds `spec.template.spec.containers[web].env` to `Deployment/web`']);
    assert.ok(at('$patch').includes('- removes `spec.template.spec.containers[log]` from `Deployment/web`'));
    assert.deepEqual(at('kind'), [
      '- changes `spec.replicas` of `Deployment/web` from `1` to `3`',
      '- adds `spec.template.spec.containers[web].env` to `Deployment/web`',
      '- removes `spec.template.spec.containers[log]` from `Deployment/web`',
    ]);
  });

  it('tells of a patch at its path', () => {
    const found = textAt(
      shop('patches:\n  - path: pat$0ch.yaml\n', `#- overlays/prod/patch.yaml\n$patch: delete\n${SERVICE}`),
    );
    assert.match(found, /- removes `Service\/web`/);
  });

  it('says of a patch that it changes nothing', () => {
    const same = PATCH.split('  template')[0]?.replace('3', '1') ?? '';
    assert.match(
      textAt(shop('patches:\n  - path: pat$0ch.yaml\n', `#- overlays/prod/patch.yaml\n${same}`)),
      /- changes nothing: the objects are the same without it/,
    );
  });

  it('tells units apart that a patch of theirs changes differently', () => {
    const overlay = (replicas: number) => `resources: [../../base]\nreplicas: [{name: web, count: ${replicas}}]\n`;
    const found = textAt(`#- base/kustomization.yaml
resources: [web.yaml]
patches:
  - target: {ki$0nd: Deployment}
    patch: '[{op: add, path: /metadata/labels, value: {a: b}}]'
#- base/web.yaml
${WEB}#- overlays/dev/kustomization.yaml
${overlay(2)}namePrefix: dev-
#- overlays/prod/kustomization.yaml
${overlay(3)}`);
    assert.match(found, /- in `overlays\/dev`: adds `metadata\.labels\.a` to `Deployment\/dev-web`/);
    assert.match(found, /- in `overlays\/prod`: adds `metadata\.labels\.a` to `Deployment\/web`/);
  });

  it('looks at a few builds of many', () => {
    const overlays = Array.from({ length: 9 }, (_, at) => `#- o${at}/kustomization.yaml\nresources: [../base]\n`).join(
      '',
    );
    const base = `#- base/kustomization.yaml\nresources: [web.yaml]\nnamePre$0fix: a-\n#- base/web.yaml\n${WEB}`;
    assert.match(textAt(base + overlays), /- not looked at: 3 more builds that it is part of/);
  });

  it('tells what other fields change, selectors first', () => {
    assert.match(
      textAt(shop('name$0space: shop\n')),
      /- adds `metadata.namespace` to `Service\/web` and `Deployment\/web`: `shop`/,
    );
    const labels = lines(shop('labels:\n  - includeSe$0lectors: true\n    pairs: {team: a}\n'));
    assert.deepEqual(labels.slice(3, 5), [
      '- adds `spec.selector.team` to `Service/web`: `a`',
      '- adds `spec.selector.matchLabels.team` to `Deployment/web`: `a`',
    ]);
    assert.ok(
      labels.includes('- adds `metadata.labels.team` to `Service/web` and `Deployment/web`: `a`'),
      labels.join('\n'),
    );
    assert.match(
      textAt(shop('images:\n  - name: shop/w$0eb\n    newTag: v2\n')),
      /changes `spec\.template\.spec\.containers\[web\]\.image` of `Deployment\/web` from `shop\/web:v1` to `shop\/web:v2`/,
    );
    assert.match(textAt(shop('').replace('../../base', '../../b$0ase')), /adds `Service\/web` and `Deployment\/web`/);
  });

  it('keeps values of Secrets to itself', () => {
    const found = textAt(
      shop(`secretGenerator:
  - name: key
    literals: [a=hidden]
patches:
  - target: {ki$0nd: Secret}
    patch: '{apiVersion: v1, kind: Secret, metadata: {name: key}, stringData: {a: hidden, b: hidden}}'
`),
    );
    assert.doesNotMatch(found, /hidden/);
  });
});

describe('hover on an object that kustomizations deploy', () => {
  const DEPLOYED = `#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
${WEB.replace('kind', 'ki$0nd')}#- overlays/dev/kustomization.yaml
resources: [../../base]
#- overlays/prod/kustomization.yaml
resources: [../../base]
replicas: [{name: web, count: 3}]
images: [{name: shop/web, newTag: v2}]
commonAnnotations: {tier: gold}
`;

  it('names them and the fields that differ', () => {
    assert.ok(
      textAt(DEPLOYED).includes(
        '- deployed by `overlays/dev` and `overlays/prod`\n- differs in `spec.replicas` (dev `1`, prod `3`), ' +
          '`spec.template.spec.containers[web].image` (dev `shop/web:v1`, prod `shop/web:v2`)',
      ),
      textAt(DEPLOYED),
    );
  });

  it('speaks of objects that nothing else is known of', () => {
    const role = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  na$0me: web\n';
    assert.match(
      textAt(`#- base/kustomization.yaml\nresources: [a.yaml]\n#- base/a.yaml\n${role}`),
      /^\*\*`ServiceAccount\/web`\*\* — OK\n\n\*\*Here\*\*\n- deployed by `base`$/,
    );
  });
});
