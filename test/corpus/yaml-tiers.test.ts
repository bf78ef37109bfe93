import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

const CORPUS = path.resolve('../shared/corpus');

/** Why the two tiers may see a document differently. Each class must occur, else it goes. */
const EXPLAINED: readonly { readonly reason: string; readonly applies: (text: string) => boolean }[] = [];

describe('the two tiers of the YAML reader', function () {
  this.timeout(60_000);
  before(function () {
    if (!existsSync(CORPUS)) this.skip();
  });

  it('give the same nodes at the same places for every document', () => {
    const differences: string[] = [];
    let documents = 0;
    for (const entry of readdirSync(CORPUS, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
      const file = path.join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      const helm = file.includes('/templates/');
      const events = parseYaml(text, { tier: 'events', helm });
      const tree = parseYaml(text, { tier: 'tree', helm });
      documents += events.documents.length;
      assert.equal(tree.documents.length, events.documents.length, file);
      for (const [index, document] of events.documents.entries()) {
        const other = tree.documents[index];
        if (isEqual(document.root, other?.root)) continue;
        if (EXPLAINED.some(({ applies }) => applies(text.slice(document.start, document.end)))) continue;
        differences.push(`${path.relative(CORPUS, file)} document ${index}`);
      }
    }
    assert.deepEqual(differences, []);
    assert.ok(documents > 1000);
  });
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
