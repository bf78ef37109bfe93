import assert from 'node:assert/strict';
import { buildData } from './build.ts';

function patched(object: string, patch: string): unknown {
  const files = `#- kustomization.yaml\nresources: [a.yaml]\npatches: [{path: p.yaml}]\n#- a.yaml\n${object}#- p.yaml\n${patch}`;
  return buildData(files)[0];
}

const HEAD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';
const spec = (object: string, patch: string) =>
  (patched(`${HEAD}${object}`, `${HEAD}${patch}`) as { spec?: unknown }).spec;

describe('strategic merge as kustomize does it', () => {
  it('merges containers by name, those of the patch first', () => {
    const result = spec(
      'spec:\n  containers:\n  - {name: a, image: a:1, tty: true}\n',
      'spec:\n  containers:\n  - {name: b, image: b:1}\n  - {name: a, image: a:2}\n',
    );
    assert.deepEqual(result, {
      containers: [
        { name: 'b', image: 'b:1' },
        { name: 'a', image: 'a:2', tty: true },
      ],
    });
  });

  it('merges ports by number and protocol', () => {
    const result = spec(
      'spec:\n  containers:\n  - name: a\n    ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP}]\n',
      'spec:\n  containers:\n  - name: a\n    ports: [{containerPort: 53, protocol: UDP, name: dns}]\n',
    );
    assert.deepEqual(result, {
      containers: [
        {
          name: 'a',
          ports: [
            { containerPort: 53, protocol: 'TCP' },
            { containerPort: 53, protocol: 'UDP', name: 'dns' },
          ],
        },
      ],
    });
  });

  it('replaces lists that have no merge key', () => {
    assert.deepEqual(spec('spec: {tolerations: [{key: a}]}\n', 'spec: {tolerations: [{key: b}]}\n'), {
      tolerations: [{ key: 'b' }],
    });
  });

  it('takes away what the patch sets to null', () => {
    assert.deepEqual(spec('spec: {hostNetwork: true, nodeName: n}\n', 'spec: {hostNetwork: null}\n'), {
      nodeName: 'n',
    });
  });

  it('follows `$patch` in mappings and lists', () => {
    assert.deepEqual(spec('spec: {nodeSelector: {a: b}}\n', 'spec: {nodeSelector: {$patch: replace, c: d}}\n'), {
      nodeSelector: { c: 'd' },
    });
    assert.deepEqual(
      spec('spec:\n  containers: [{name: a}, {name: b}]\n', 'spec:\n  containers: [{name: a, $patch: delete}]\n'),
      { containers: [{ name: 'b' }] },
    );
    assert.deepEqual(
      spec('spec:\n  containers: [{name: a}, {name: b}]\n', 'spec:\n  containers: [{$patch: replace}, {name: c}]\n'),
      { containers: [{ name: 'c' }] },
    );
  });

  it('deletes the whole object', () => {
    const files = `#- kustomization.yaml\nresources: [a.yaml]\npatches: [{path: p.yaml}]\n#- a.yaml\n${HEAD}#- p.yaml\n${HEAD}$patch: delete\n`;
    assert.deepEqual(buildData(files), []);
  });

  it('lets the old quotes decide about the type of a patched value', () => {
    const env = (value: string) => `spec:\n  containers: [{name: a, env: [{name: X, value: ${value}}]}]\n`;
    const value = (old: string, patch: string) =>
      (spec(env(old), env(patch)) as { containers: { env: { value: unknown }[] }[] }).containers[0]?.env[0]?.value;
    assert.equal(value('"1"', '2'), '2');
    assert.equal(value('1', '"2"'), '2');
    assert.equal(value('1', '2'), 2);
  });

  it('keeps `$retainKeys` as an ordinary field', () => {
    assert.deepEqual(spec('spec: {a: {x: 1}}\n', 'spec: {a: {$retainKeys: [y], y: 2}}\n'), {
      a: { x: 1, $retainKeys: ['y'], y: 2 },
    });
  });
});

describe('JSON patches', () => {
  const apply = (object: string, operations: string) =>
    (
      buildData(
        `#- kustomization.yaml\nresources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: P.*}}]\n#- a.yaml\n${HEAD}${object}#- p.yaml\n${operations}`,
      )[0] as { spec?: unknown }
    ).spec;

  it('add, replace, remove, move, copy', () => {
    const operations = `- {op: add, path: /spec/l/-, value: 3}
- {op: add, path: /spec/l/0, value: 0}
- {op: replace, path: /spec/a~1b, value: {x: yes}}
- {op: remove, path: /spec/gone}
- {op: copy, from: /spec/l, path: /spec/m}
- {op: move, from: /spec/l/1, path: /spec/n}
- {op: test, path: /spec/n, value: 1}
`;
    assert.deepEqual(apply('spec: {l: [1, 2], a/b: 1, gone: 1}\n', operations), {
      l: [0, 2, 3],
      'a/b': { x: true },
      m: [0, 1, 2, 3],
      n: 1,
    });
  });

  it('may replace what is not there', () => {
    assert.deepEqual(apply('spec: {a: 1}\n', '- {op: replace, path: /spec/b, value: 2}\n'), { a: 1, b: 2 });
  });
});
