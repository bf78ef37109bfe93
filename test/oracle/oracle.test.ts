import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runScenarios } from './cluster.ts';
import { RUNNERS, runVectors } from './runners.ts';

const FOLDER = path.resolve('../shared/oracle');

/** Files where every answer must be definite. */
const ALWAYS_DECIDED: ReadonlySet<string> = new Set([
  'api-defaults',
  'find-port',
  'immutable-fields',
  'label-selectors',
  'labels-validity',
]);

describe('recorded answers of Kubernetes', () => {
  for (const [name, run] of RUNNERS) {
    it(name, function () {
      const file = path.join(FOLDER, `${name}.jsonl`);
      if (!existsSync(file)) this.skip();
      const { agree, unknown, rest } = runVectors(readFileSync(file, 'utf8'), run);
      assert.notEqual(agree, 0);
      assert.deepEqual(
        rest.filter(({ verdict }) => verdict.status === 'differ'),
        [],
      );
      if (ALWAYS_DECIDED.has(name)) assert.equal(unknown, 0);
    });
  }

  it('cluster', function () {
    this.timeout(60_000);
    const folder = path.join(FOLDER, 'cluster');
    if (!existsSync(folder)) this.skip();
    const { agree, rest } = runScenarios(folder, path.resolve('../shared/corpus'));
    assert.notEqual(agree, 0);
    assert.deepEqual(rest, []);
  });
});
