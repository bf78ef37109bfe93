import assert from 'node:assert/strict';
import { build, buildData, describeProblems } from './build.ts';

const WEB = `#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
apiVersion: apps/v1
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
        image: shop/web:1
        env:
        - {name: MODE, value: plain}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - {port: 80}
`;

interface Built {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec: {
    readonly selector: unknown;
    readonly replicas?: number;
    readonly template: { readonly spec: Record<string, unknown>; readonly metadata: { readonly labels: unknown } };
  };
  readonly data: Record<string, string>;
}

function objects(text: string, folder: string): readonly Built[] {
  return buildData(text, folder) as unknown as readonly Built[];
}

function object(text: string, folder: string, kind: string): Built {
  const found = objects(text, folder).find((candidate) => candidate.kind === kind);
  assert.ok(found, `no ${kind} was built`);
  return found;
}

describe('what a kustomization changes', () => {
  it('writes Services before Deployments and keeps everything else', () => {
    const kinds = objects(WEB, 'base').map(({ kind }) => kind);
    assert.deepEqual(kinds, ['Service', 'Deployment']);
  });

  it('sets namespace, prefix and suffix', () => {
    const built = objects(
      `${WEB}#- dev/kustomization.yaml\nresources: [../base]\nnamespace: shop\nnamePrefix: dev-\nnameSuffix: -b\n`,
      'dev',
    );
    assert.deepEqual(
      built.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ['shop/dev-web-b', 'shop/dev-web-b'],
    );
  });

  it('adds labels to metadata alone unless told otherwise', () => {
    const plain = object(
      `${WEB}#- dev/kustomization.yaml\nresources: [../base]\nlabels: [{pairs: {tier: x}}]\n`,
      'dev',
      'Service',
    );
    assert.deepEqual([plain.metadata.labels, plain.spec.selector], [{ tier: 'x' }, { app: 'web' }]);
    const wide = object(
      `${WEB}#- dev/kustomization.yaml\nresources: [../base]\nlabels: [{pairs: {tier: x}, includeSelectors: true}]\n`,
      'dev',
      'Deployment',
    );
    assert.deepEqual(wide.spec.selector, { matchLabels: { app: 'web', tier: 'x' } });
    assert.deepEqual(wide.spec.template.metadata.labels, { app: 'web', tier: 'x' });
  });

  it('sets images and replicas', () => {
    const { spec } = object(
      `${WEB}#- dev/kustomization.yaml\nresources: [../base]\nimages: [{name: shop/web, newTag: "2"}]\nreplicas: [{name: web, count: 3}]\n`,
      'dev',
      'Deployment',
    );
    assert.equal(spec.replicas, 3);
    assert.deepEqual(spec.template.spec.containers, [
      { name: 'web', image: 'shop/web:2', env: [{ name: 'MODE', value: 'plain' }] },
    ]);
  });

  it('runs a component on what its parent has gathered', () => {
    const { metadata } = object(
      `${WEB}#- part/kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: part-\n` +
        '#- dev/kustomization.yaml\nresources: [../base]\ncomponents: [../part]\nnamePrefix: dev-\n',
      'dev',
      'Service',
    );
    assert.equal(metadata.name, 'dev-part-web');
  });

  it('reads scalars as YAML 1.2 and makes annotations text', () => {
    const [built] = buildData(
      '#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {on: 1}\ndata: {a: yes, b: 0x10, c: 010, d: 2020-01-02, e: 1_0}\n',
    );
    assert.deepEqual(built, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { on: '1' } },
      data: { a: 'yes', b: 16, c: 8, d: '2020-01-02T00:00:00Z', e: 10 },
    });
  });
});

describe('generators', () => {
  it('name ConfigMaps by a hash of their content and follow it in references', () => {
    const text = `#- kustomization.yaml
resources: [pod.yaml]
configMapGenerator:
- name: settings
  literals: [a=1, 'b="x y"']
  files: [conf.ini]
#- conf.ini
[main]
#- pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers: []
  volumes:
  - {name: v, configMap: {name: settings}}
`;
    const built = buildData(text) as unknown as readonly [
      Built,
      { spec: { volumes: [{ configMap: { name: string } }] } },
    ];
    const [map, pod] = built;
    assert.deepEqual(map.data, { a: '1', b: 'x y', 'conf.ini': '[main]\n' });
    assert.equal(map.metadata.name, 'settings-2dcbcbh887');
    assert.equal(pod.spec.volumes[0].configMap.name, map.metadata.name);
  });

  it('write Secrets in base64 and merge into what a base generates', () => {
    const text = `#- base/kustomization.yaml
secretGenerator:
- {name: s, literals: [a=1, b=2], options: {disableNameSuffixHash: true}}
#- dev/kustomization.yaml
resources: [../base]
secretGenerator:
- {name: s, behavior: merge, literals: [b=3], options: {disableNameSuffixHash: true}}
`;
    const [secret] = objects(text, 'dev');
    assert.deepEqual(secret?.data, { a: 'MQ==', b: 'Mw==' });
    assert.equal(secret?.metadata.name, 's');
  });
});

describe('what the real kustomize refuses', () => {
  const cases: readonly (readonly [name: string, text: string, problem: string])[] = [
    ['a missing file', 'resources: [gone.yaml]\n', 'missing-file at "gone.yaml"'],
    ['an unknown field', 'resourcse: []\n', 'unknown-field at "resourcse"'],
    ['a value of another type', 'namePrefix: 1\n', 'wrong-type at "1"'],
    ['a file outside', 'configMapGenerator: [{name: a, files: [../x]}]\n', 'outside at "../x"'],
    ['a folder that contains it', 'resources: [../]\n', 'cycle at "../"'],
    ['an empty kustomization', 'kind: Kustomization\n', 'empty at "kind: Kustomization"'],
    ['replicas of nothing', 'replicas: [{name: web, count: 2}]\n', 'no-target at "web"'],
    [
      'a patch of nothing',
      'patches:\n- patch: |\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n',
      'no-target at "web"',
    ],
    [
      'a JSON patch without target',
      "patches: [{patch: '[{op: remove, path: /a}]'}]\n",
      'bad-patch at "\'[{op: remove, path: /a}]\'"',
    ],
  ];
  for (const [name, text, problem] of cases) {
    it(name, () => assert.deepEqual(describeProblems(`#- dev/kustomization.yaml\n${text}`, 'dev'), [problem]));
  }

  it('an object that comes twice', () => {
    const object = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
    const text = `#- kustomization.yaml\nresources: [a.yaml, b.yaml]\n#- a.yaml\n${object}#- b.yaml\n${object}`;
    assert.deepEqual(describeProblems(text), ['duplicate-id at "b.yaml"']);
  });

  it('a key that stands twice', () => {
    const text =
      '#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: A, type: B}\n';
    assert.deepEqual(describeProblems(text), ['bad-value at "type"']);
  });
});

describe('what cannot be evaluated', () => {
  it('leaves a patch of an object that a remote base may hold without a word', () => {
    const { problems, unknown } = build(
      '#- kustomization.yaml\nresources: ["github.com/a/b//c?ref=v1"]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      unknown.map(({ touches }) => touches),
      ['resources'],
    );
  });

  it('marks only the objects that a plugin may have changed', () => {
    const object = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`;
    const { resources } = build(
      `#- a/kustomization.yaml\nresources: [a.yaml]\ntransformers: [plugin.yaml]\n#- a/a.yaml\n${object('a')}` +
        `#- a/plugin.yaml\napiVersion: example.com/v1\nkind: Plugin\nmetadata: {name: p}\n` +
        `#- top/kustomization.yaml\nresources: [../a, b.yaml]\n#- top/b.yaml\n${object('b')}`,
      'top',
    );
    assert.deepEqual(
      resources.map(({ opaque }) => opaque),
      [true, false],
    );
  });
});

describe('what kustomize accepts without a word', () => {
  const remarks = (kustomization: string, more = '') => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
    const result = build(`#- kustomization.yaml\nresources: [a.yaml]\n${kustomization}#- a.yaml\n${service}${more}`);
    assert.deepEqual(result.problems, []);
    return result.remarks.map(({ code, file, start, end }) => `${code} at ${result.texts[file]?.slice(start, end)}`);
  };

  it('a patch whose target is not there', () => {
    const patch = "patches: [{target: {kind: Job}, patch: '[{op: remove, path: /a}]'}]\n";
    assert.deepEqual(remarks(patch), ['no-effect at {kind: Job}']);
    assert.deepEqual(remarks(patch.replace('Job', 'Service').replace('remove', 'add')), []);
  });

  it('an image that nobody uses', () => {
    assert.deepEqual(remarks('images: [{name: x, newTag: v1}]\n'), ['no-effect at x']);
  });

  it('a replacement in nothing', () => {
    const text = 'replacements: [{source: {kind: Service}, targets: [{select: {kind: Job}}]}]\n';
    assert.deepEqual(remarks(text), ['no-effect at {kind: Job}']);
  });

  it('nothing of all this where objects may be missing', () => {
    const remote = 'components: ["github.com/a/b//c?ref=v1"]\n';
    assert.deepEqual(remarks(`${remote}images: [{name: x, newTag: v1}]\n`), []);
  });

  it('deprecated fields, with what takes their place', () => {
    assert.deepEqual(remarks('commonLabels: {a: b}\n'), ['deprecated at commonLabels']);
  });
});
