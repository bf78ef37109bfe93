import assert from 'node:assert/strict';
import { showTrees } from '../../server/src/core/ide/showUnit.ts';
import { buildKustomization } from '../../server/src/core/sources/kustomize/build.ts';
import { newKustomizeCache } from '../../server/src/core/sources/kustomize/context.ts';
import { builtToJson, diskFiles, findDifferences, findRoots, outputToJson } from '../oracle/kustomize.ts';
import { corpusFolder } from './findings.ts';

describe('kustomizations of public repositories, as they are printed', () => {
  const folder = corpusFolder();

  it('are read as what was built, with origins and without', function () {
    if (folder === undefined) this.skip();
    const files = diskFiles();
    const cache = newKustomizeCache();
    for (const root of findRoots(folder)) {
      const { resources } = buildKustomization(root, files, cache);
      const built = builtToJson(resources);
      for (const options of [{}, { showPlace: (file: string, offset: number) => `${file}:${offset}` }]) {
        const printed = outputToJson(showTrees(resources, options));
        assert.deepEqual(findDifferences(printed, built, 5), [], root);
      }
    }
  });
});
