import assert from 'node:assert/strict';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const namesOf = (name: string) =>
  [...indexFixture(parseFixture(`apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`).files).files.values()]
    .flatMap(({ resources }) => resources)
    .map(({ name: field, faults }) => [field?.value ?? 'undecided', faults.length]);

describe('a field', () => {
  it('is undecided where another language leaves a name in braces to fill in', () => {
    assert.deepEqual(namesOf('{self.path.k8s}'), [['undecided', 0]]);
    assert.deepEqual(namesOf('{name}'), [['undecided', 0]]);
  });

  it('is of a wrong type where a mapping says something', () => {
    for (const mapping of ['{a: b}', '{a, b}', '{a: null}', '{}'])
      assert.deepEqual(namesOf(mapping), [['undecided', 1]]);
  });
});
