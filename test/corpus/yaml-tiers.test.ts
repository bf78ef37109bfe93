import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

const CORPUS = path.resolve('../shared/corpus');

describe('the two tiers of the YAML reader', () => {
  before(function () {
    if (!existsSync(CORPUS)) this.skip();
  });

  it('give the same nodes at the same places for every document that both can read', () => {
    const differences: string[] = [];
    let documents = 0;
    let refused = 0;
    for (const entry of readdirSync(CORPUS, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
      const file = path.join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      const helm = file.includes('/templates/');
      const strict = parseYaml(text, { tier: 'strict', helm });
      const tree = parseYaml(text, { tier: 'tree', helm });
      documents += strict.documents.length;
      assert.equal(tree.documents.length, strict.documents.length, file);
      for (const [index, document] of strict.documents.entries()) {
        const other = tree.documents[index];
        if (isEqual(document.root, other?.root)) continue;
        // Of text that the tree refuses it reads what it can: brackets and quotes that stand further left than their key.
        if (other?.problems.some(({ code }) => code === 'syntax')) {
          refused++;
          continue;
        }
        differences.push(`${path.relative(CORPUS, file)} document ${index}`);
      }
    }
    assert.deepEqual(differences, []);
    assert.ok(documents > 1000);
    assert.ok(refused < documents / 100);
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
