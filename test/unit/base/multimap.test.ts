import assert from 'node:assert/strict';
import { Multimap } from '../../../server/src/core/base/multimap.ts';

describe('Multimap', () => {
  it('keeps values in the order in which they were added', () => {
    const map = new Multimap<string, number>();
    map.add('a', 2);
    map.add('a', 1);
    assert.deepEqual(map.get('a'), [2, 1]);
    assert.deepEqual(map.get('b'), []);
  });

  it('forgets a key with its last value', () => {
    const map = new Multimap<string, number>();
    map.add('a', 1);
    assert.equal(map.delete('a', 2), false);
    assert.equal(map.delete('a', 1), true);
    assert.equal(map.size, 0);
    assert.equal(map.has('a'), false);
  });

  it('lets values be deleted while their list is walked', () => {
    const map = new Multimap<string, number>();
    for (const value of [1, 2, 3]) map.add('a', value);
    for (const value of map.get('a')) map.delete('a', value);
    assert.equal(map.size, 0);
  });
});
