import assert from 'node:assert/strict';
import type { YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseSingle } from '../../../server/src/core/yaml/parse.ts';

/** Texts that Go reads and both parsers cannot: we claim nothing about them. */
const UNKNOWN: readonly { readonly text: string; readonly reason: string }[] = [
  { text: 'a: &x k\n*x: 1\n', reason: 'Go ends an alias at a colon; the parsers take the colon for part of its name' },
  { text: 'a: !!str,5\n', reason: "Go's tags hold commas and brackets; the parsers' do not" },
  { text: `${'['.repeat(300)}${']'.repeat(300)}\n`, reason: 'nested deeper than our limit; Go stops at 10,000' },
  { text: 'a: "it\\\'s"\n', reason: "Go knows the escape \\'" },
  { text: 'a: [?b]\n', reason: 'a question mark begins a key in flow collections' },
  { text: 'a: {b:, c: 1}\n', reason: 'Go reads `b:` as the key' },
  { text: 'a: "x\u2028  y"\n', reason: 'Go keeps a line separator where the parsers fold it' },
];

function isOdd(node: YamlNode | undefined): boolean {
  if (node === undefined || node.unknown === 'odd') return node !== undefined;
  if (node.kind === 'mapping') return node.pairs.some(({ key, value }) => isOdd(key) || isOdd(value));
  return node.kind === 'sequence' && node.items.some(isOdd);
}

describe('texts that Go reads in a way of its own', () => {
  for (const { text, reason } of UNKNOWN) {
    it(`claims nothing: ${reason}`, () => {
      const { root, problems } = parseSingle(text);
      const isRefused = problems.some(({ code }) => code !== 'limit');
      assert.equal(isRefused && !isOdd(root), false, JSON.stringify(problems));
      assert.equal(isOdd(root) || problems.some(({ code }) => code === 'limit'), true);
    });
  }
});
