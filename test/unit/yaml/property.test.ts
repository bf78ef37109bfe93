import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseYaml, type YamlStream } from '../../../server/src/core/yaml/parse.ts';
import { MANIFEST } from './samples.ts';

/** Every span lies inside its parent's (aliases aside) and inside the text. */
function checkSpans(text: string, stream: YamlStream): void {
  const check = (node: YamlNode): void => {
    assert.ok(0 <= node.start && node.start <= node.end && node.end <= text.length);
    if (node.aliasOf !== undefined) return;
    const children =
      node.kind === 'sequence'
        ? node.items
        : node.kind === 'mapping'
          ? node.pairs.flatMap((pair) => [pair.key, pair.value])
          : [];
    let last = node.start;
    for (const child of children) {
      assert.ok(last <= child.start && child.end <= node.end);
      last = child.end;
      check(child);
    }
  };
  for (const { root, problems, start, end } of stream.documents) {
    assert.ok(0 <= start && start <= end && end <= text.length);
    if (root !== undefined) check(root);
    for (const problem of problems)
      assert.ok(0 <= problem.start && problem.start <= problem.end && problem.end <= text.length);
  }
}

const scrap = fc.oneof(
  fc.constantFrom(
    ':',
    ': ',
    '- ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '|',
    '>',
    '#',
    '&a ',
    '*a',
    '!',
    '!!int ',
    '%',
    '@',
    '\t',
    '\n',
    '\r\n',
    '---\n',
    '...\n',
    '{{',
    '}}',
    '<<: ',
    '\ufeff',
    '\0',
    '\ud800',
    '\u2028',
  ),
  fc.string({ maxLength: 5 }),
);

const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}[a-z]$/);
const leaf = fc.oneof(
  name,
  fc.constantFrom(
    'yes',
    '0123',
    '1.10',
    '~',
    '"a: b"',
    "'it''s'",
    '[]',
    '{}',
    '{a: 1, b: [x, "y"]}',
    '[a, {b: c}]',
    '80',
    '1e3',
    'a b',
    'http://x:80/y',
  ),
);

/** Well-formed block YAML as lines. */
const lines: fc.Memo<readonly string[]> = fc.memo((depth) => {
  const value =
    depth <= 1
      ? leaf.map((text) => [text])
      : fc.oneof(
          leaf.map((text) => [text]),
          lines(depth - 1),
        );
  const mapping = fc
    .uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 4, selector: ([key]) => key })
    .map((pairs) =>
      pairs.flatMap(([key, inner]) =>
        isInline(inner) ? [`${key}: ${inner[0]}`] : [`${key}: # nested`, ...inner.map((line) => `  ${line}`)],
      ),
    );
  const sequence = fc
    .array(value, { minLength: 1, maxLength: 4 })
    .map((items) => items.flatMap((inner) => inner.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`))));
  const literal = fc
    .array(name, { minLength: 1, maxLength: 3 })
    .map((texts) => ['text: |-', ...texts.map((text) => `  ${text}`), 'last: 1']);
  return fc.oneof(mapping, sequence, literal);
});

function isInline(inner: readonly string[]): boolean {
  return (inner.length === 1 && !/^- |: |:$/.test(inner[0] ?? '')) || /^[{["']/.test(inner[0] ?? '');
}

describe('any text', () => {
  it('is read without an exception, all spans inside', () => {
    const edit = fc.tuple(fc.nat(MANIFEST.length), fc.nat(30), fc.array(scrap, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, helm) => {
        let text = MANIFEST;
        for (const [at, length, inserted] of edits)
          text = text.slice(0, at) + inserted.join('') + text.slice(at + length);
        checkSpans(text, parseYaml(text, { helm }));
      }),
      { numRuns: 400 },
    );
  });

  it('of nothing but scraps is read too', () => {
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 25 }), (scraps) =>
        checkSpans(scraps.join(''), parseYaml(scraps.join(''))),
      ),
      { numRuns: 600 },
    );
  });
});

describe('well-formed text', () => {
  it('gives the same nodes by both tiers', () => {
    fc.assert(
      fc.property(lines(4), fc.constantFrom('\n', '\r\n'), (generated, eol) => {
        const text = generated.join(eol) + eol;
        const strict = parseYaml(text, { tier: 'strict' });
        assert.deepEqual(
          strict.documents.flatMap(({ problems }) => problems),
          [],
          text,
        );
        assert.deepEqual(parseYaml(text, { tier: 'tree' }), strict);
      }),
      { numRuns: 300 },
    );
  });
});
