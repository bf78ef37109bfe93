import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { corpusFolder, findInRepositories, findingKey, type ReviewedFinding } from './findings.ts';

describe('findings over public repositories', () => {
  it('are exactly the reviewed ones', async function () {
    const folder = corpusFolder();
    if (folder === undefined) return this.skip();
    const reviewed = JSON.parse(readFileSync('test/corpus/findings.json', 'utf8')) as readonly ReviewedFinding[];
    const found = await findInRepositories(folder);
    assert.deepEqual(found.map(findingKey).sort(), reviewed.map(findingKey).sort());
  });

  it('were all read by a person, and none is wrong', () => {
    const reviewed = JSON.parse(readFileSync('test/corpus/findings.json', 'utf8')) as readonly ReviewedFinding[];
    assert.notEqual(reviewed.length, 0);
    for (const finding of reviewed) {
      assert.match(finding.verdict, /^(right|arguable)$/, findingKey(finding));
      assert.notEqual(finding.reason, '', findingKey(finding));
    }
  });
});
