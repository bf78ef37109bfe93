import assert from 'node:assert/strict';
import { overlaps, touches } from '../../../server/src/core/base/span.ts';

describe('span', () => {
  it('touches its characters and the place after the last one', () => {
    assert.equal(touches({ start: 2, end: 4 }, 4), true);
    assert.equal(touches({ start: 2, end: 4 }, 5), false);
  });

  it('overlaps what it touches', () => {
    assert.equal(overlaps({ start: 0, end: 2 }, { start: 2, end: 2 }), true);
    assert.equal(overlaps({ start: 0, end: 2 }, { start: 3, end: 4 }), false);
  });
});
