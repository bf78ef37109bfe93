import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { applyFix, diagnose, expectClean, expectFindings } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

describe('rules', () => {
  it('are sorted by id, each id once', () => {
    const ids = allRules.map((rule) => rule.id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
  });

  for (const rule of allRules) {
    describe(rule.id, () => {
      it('finds exactly the marked places of its bad example', () => {
        assert.notEqual(expectFindings(rule.bad, [rule]).length, 0);
      });

      it('finds nothing in its good example', () => expectClean(rule.good, [rule]));

      it('has first fixes that remove their findings, and do nothing twice', () => {
        const fixture = parseFixture(rule.bad);
        for (const finding of diagnose(fixture, [rule])) {
          const [fix] = finding.fixes ?? [];
          if (fix === undefined) continue;
          const fixed = { ...fixture, files: applyFix(fixture.files, fix) };
          const left = diagnose(fixed, [rule]).filter(
            (other) => other.file === finding.file && other.message === finding.message,
          );
          assert.deepEqual(left, [], `${fix.title} leaves the finding`);
        }
      });
    });
  }
});
