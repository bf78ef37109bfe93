import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allRules } from '../../server/src/core/rules/index.ts';
import { diagnose } from '../check.ts';

const FILE = path.resolve('../shared/oracle/api-validation.jsonl');

describe('manifests that the API server took', () => {
  it('have no finding of severity error', function () {
    if (!existsSync(FILE)) this.skip();
    const cases = readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly id: string; readonly manifest: string; readonly accepted: boolean })
      .filter(({ accepted }) => accepted);
    assert.notEqual(cases.length, 0);
    const errors = cases.flatMap(({ id, manifest }) =>
      diagnose({ files: [{ path: '/work/test.yaml', text: manifest }], expected: [], cursor: undefined }, allRules)
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message }) => `${id}: ${code}: ${message}`),
    );
    assert.deepEqual(errors, []);
  });
});
