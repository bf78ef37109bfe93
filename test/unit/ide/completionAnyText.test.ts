import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completeValues } from '../../../server/src/core/ide/completion/completion.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { SHOP } from './completionCheck.ts';

describe('completion in any text', () => {
  const { files } = parseFixture(SHOP);
  const [first] = files;
  assert.ok(first);
  const pieces = first.text.split(/(?<=[\n:{}[\],"-])/);

  const anyText = fc
    .tuple(
      fc.nat(pieces.length),
      fc.nat(6),
      fc.array(
        fc.oneof(fc.constantFrom(...pieces, '\t', "'", '"', '- ', ': ', '{', '|\n'), fc.string({ maxLength: 5 })),
        {
          maxLength: 6,
        },
      ),
    )
    .map(([at, deleted, added]) => ({
      text: [...pieces.slice(0, at), ...added, ...pieces.slice(at + deleted)].join(''),
      at: pieces.slice(0, at).join('').length + added.join('').length,
    }));

  it('never fails, and replaces text of one line around the cursor', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: -8, max: 8 }), ({ text, at }, step) => {
        const offset = Math.max(0, Math.min(text.length, at + step));
        const folder = indexFixture([...files.slice(1), { path: first.path, text }]);
        const { items } = completeValues({ folder, path: first.path, text, offset, clusterDomain: 'cluster.local' });
        for (const { span } of items) {
          assert.ok(span.start <= offset && offset <= span.end);
          assert.ok(!text.slice(span.start, span.end).includes('\n'));
        }
        const labels = items.map(({ label, newText }) => `${label} ${newText}`);
        assert.equal(new Set(labels).size, labels.length);
      }),
      { numRuns: 300 },
    );
  });
});
