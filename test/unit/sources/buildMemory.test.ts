import assert from 'node:assert/strict';
import { FileTable } from '../../../server/src/core/base/fileTable.ts';
import { BuildMemory } from '../../../server/src/core/sources/buildMemory.ts';
import { readBuilt } from '../../../server/src/core/sources/builtResource.ts';
import { buildUnit, type KustomizeBuild, type KustomizeWorld } from '../../../server/src/core/sources/kustomizeUnit.ts';
import { findValue } from '../../../server/src/core/yaml/node.ts';

const FILES: Readonly<Record<string, string>> = {
  '/repo/base/kustomization.yaml': 'resources: [all.yaml]\n',
  '/repo/base/all.yaml': ['web', 'api', 'db']
    .map((name) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}}\n`)
    .join('---\n'),
  '/repo/dev/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-\n',
  '/repo/prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
  '/repo/other/kustomization.yaml': 'configMapGenerator: [{name: settings, literals: [a=b]}]\n',
};

describe('trees of built objects', () => {
  for (const [what, limit] of [
    ['at hand', 1_000_000],
    ['forgotten', 0],
  ] as const) {
    it(`are told by their objects, be they ${what}`, () => {
      const memory = new BuildMemory(limit);
      const builds = ['dev', 'prod', 'other'].map((name) => build(name, memory));
      for (const made of [...builds, ...builds]) {
        for (const resource of made.index.all) {
          const name = findValue(findValue(made.rootOf(resource), 'metadata'), 'name');
          assert.equal(name?.kind === 'scalar' && name.value, resource.name?.value);
        }
      }
      assert.deepEqual(
        builds.map(({ index }) => index.size),
        [3, 3, 1],
      );
    });
  }

  it('are those of one kustomization after the other, and what is forgotten too early is kept', () => {
    const memory = new BuildMemory(0);
    const [first] = ['dev', 'other'].map((name) => build(name, memory));
    assert.ok(first !== undefined);
    const [resource] = first.index.all;
    assert.ok(resource !== undefined && first.rootOf(resource) !== undefined);
    assert.equal(first.rootOf(resource), first.rootOf(resource));
  });
});

function build(name: string, memory: BuildMemory): KustomizeBuild {
  const table = new FileTable();
  const world: KustomizeWorld = {
    files: { read: (path) => FILES[path] },
    memory,
    readView: (object) =>
      readBuilt(object, [], table, { file: object.file, faults: [], intern: (text) => text, known: memory.known }),
  };
  const folder = `/repo/${name}`;
  return buildUnit({ file: `${folder}/kustomization.yaml`, folder, isComponent: false, includes: [] }, world);
}
