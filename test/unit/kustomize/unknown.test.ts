import assert from 'node:assert/strict';
import { type BuiltResource, buildKustomization } from '../../../server/src/core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../../../server/src/core/sources/kustomize/context.ts';
import { type BuildNode, rawTextOf, valueAt } from '../../../server/src/core/sources/kustomize/node.ts';
import { readFiles, toFiles } from './build.ts';

const OBJECTS = `#- a.yaml
apiVersion: v1
kind: Service
metadata: {name: a}
---
apiVersion: v1
kind: Service
metadata: {name: b}
`;

/** Files of which those that have no text here are not known. */
function partlyKnown(text: string, unknown: readonly string[]): KustomizeFiles {
  return {
    ...toFiles(readFiles(text)),
    whyUnknown: (path) => (unknown.includes(path) ? 'it has not been read yet' : undefined),
  };
}

function build(text: string, ...unknown: readonly string[]) {
  const { resources, problems, unknown: parts } = buildKustomization('/repo', partlyKnown(text, unknown));
  return {
    problems: problems.map(({ code }) => code),
    parts: parts.map(({ touches, message }) => `${touches}: ${message}`),
    opaque: resources.filter(({ opaque }) => opaque).map(nameOf),
    names: resources.map(nameOf),
    resources,
  };
}

function nameOf({ root }: BuiltResource): string {
  return rawTextOf(valueAt(root, 'metadata', 'name'));
}

describe('files that are not known', () => {
  it('leave the build open where they are resources', () => {
    const built = build(`#- kustomization.yaml\nresources: [a.yaml, gone.yaml]\n${OBJECTS}`, '/repo/gone.yaml');
    assert.deepEqual(built.problems, []);
    assert.deepEqual(built.parts, ['resources: `gone.yaml` is not known: it has not been read yet']);
    assert.deepEqual([built.names, built.opaque], [['a', 'b'], []]);
  });

  it('are folders as well', () => {
    const { problems, parts } = build(
      `#- kustomization.yaml\nresources: [a.yaml, gone]\n${OBJECTS}`,
      '/repo/gone/kustomization.yaml',
    );
    assert.deepEqual([problems, parts.length], [[], 1]);
  });

  it('touch what a patch selects', () => {
    const built = build(
      `#- kustomization.yaml\nresources: [a.yaml]\npatches: [{path: p.yaml, target: {name: a}}]\n${OBJECTS}`,
      '/repo/p.yaml',
    );
    assert.deepEqual([built.problems, built.opaque], [[], ['a']]);
  });

  it('touch every object where a patch has no target', () => {
    const built = build(
      `#- kustomization.yaml\nresources: [a.yaml]\npatches: [{path: p.yaml}]\n${OBJECTS}`,
      '/repo/p.yaml',
    );
    assert.deepEqual([built.problems, built.opaque], [[], ['a', 'b']]);
  });

  it('make the name of what is generated from them unknown, and nothing else', () => {
    const built = build(
      `#- kustomization.yaml\nresources: [a.yaml]\nconfigMapGenerator: [{name: c, files: [x.txt]}]\n${OBJECTS}`,
      '/repo/x.txt',
    );
    assert.deepEqual([built.problems, built.opaque], [[], ['c']]);
    const map = built.resources.find((resource) => nameOf(resource) === 'c');
    const name: BuildNode | undefined = map && valueAt(map.root, 'metadata', 'name');
    assert.equal(name?.unknown, 'odd');
  });

  it('say nothing about what is told not to be there', () => {
    assert.deepEqual(build('#- kustomization.yaml\nresources: [gone.yaml]\n').problems, ['missing-file']);
  });
});

describe('templates', () => {
  it('leave a build open', () => {
    const built = build(
      `#- kustomization.yaml\nresources: [a.yaml, t.yaml]\n${OBJECTS}#- t.yaml\nkind: X\nmetadata:\n  {{ name }}\n`,
    );
    assert.deepEqual([built.problems, built.parts.length, built.names], [[], 1, ['a', 'b']]);
  });

  it('may be the kustomization', () => {
    const built = build(`#- kustomization.yaml\nresources:\n{{ files }}\n`);
    assert.deepEqual([built.problems, built.parts.length], [[], 1]);
  });

  it('are no templates to kustomize where `\\${NAME}` stands', () => {
    const built = build(`#- kustomization.yaml\nresources: [a.yaml]\nnamespace: '\${NS}'\n${OBJECTS}`);
    assert.deepEqual([built.problems, built.parts, built.opaque], [[], [], []]);
    const namespace = built.resources[0] && valueAt(built.resources[0].root, 'metadata', 'namespace');
    assert.equal(namespace?.unknown, 'template');
  });
});
