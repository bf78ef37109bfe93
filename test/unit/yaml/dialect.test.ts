import assert from 'node:assert/strict';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { parseSingle } from '../../../server/src/core/yaml/parse.ts';

/** What Kubernetes' reader makes of texts that other readers see otherwise, or refuse. */
const READ: readonly { readonly text: string; readonly value: unknown; readonly reason: string }[] = [
  { text: 'a: &x k\n*x: 1\n', value: { a: 'k', k: 1 }, reason: 'a colon ends an alias' },
  { text: 'a: !!str,5\n', value: { a: '' }, reason: 'a comma belongs to the tag' },
  { text: '[!!str, b]\n', value: ['b'], reason: 'a comma belongs to the tag in a list too' },
  { text: 'a: ![\n', value: { a: '' }, reason: 'a bracket belongs to the tag' },
  { text: 'a: "it\\\'s"\n', value: { a: "it's" }, reason: "`\\'` is an escape" },
  { text: 'a: {b:, c: 1}\n', value: { a: { 'b:': null, c: 1 } }, reason: 'a colon before a comma is no indicator' },
  { text: 'a: [-, z]\n', value: { a: ['-', 'z'] }, reason: 'a dash before a comma is no indicator' },
  { text: 'a: "x\u2028  y"\n', value: { a: 'x\u2028y' }, reason: 'a line separator is kept' },
  { text: 'a:\t{b: 1}\n', value: { a: { b: 1 } }, reason: 'a tab may stand before a value' },
  { text: 'a\n: 1\n', value: 'a', reason: 'the text ends before a colon on a line of its own' },
  { text: 'a # c\nb: 1\n', value: 'a', reason: 'a comment ends a plain value, and the text with it' },
  { text: '  a: 1\nb: 2\n', value: { a: 1 }, reason: 'a line less indented than the root ends the text' },
  { text: '"a": {\n"b": 1\n}\n', value: { a: { b: 1 } }, reason: 'indentation means nothing within brackets' },
  { text: '|\na: 1\n', value: '', reason: 'a block of text at the root is indented by one at least' },
  { text: 'a: |2\n    x\n', value: { a: '  x\n' }, reason: 'an indicator sets the indentation' },
  { text: '%TAG !k! tag:yaml.org,2002:\n---\na: !k!str 5\n', value: { a: '5' }, reason: 'a directive names tags' },
  { text: '{}: 1\n', value: {}, reason: 'an empty collection at the root waits for no colon' },
  { text: 'a: .inf\na: 1\n', value: { a: 1 }, reason: 'a value that JSON lacks does not count' },
  { text: '! <<: {a: 1}\n', value: { a: 1 }, reason: 'the tag `!` leaves a merge key what it is' },
];

const REFUSED: readonly { readonly text: string; readonly at: number; readonly reason: string }[] = [
  { text: '{a: !}\n', at: 5, reason: 'a tag is followed by a blank' },
  { text: 'a: !!str,\n  b: c: d\n', at: 16, reason: 'a colon and a blank stand within a value' },
  { text: '&a: v\n', at: 4, reason: 'an anchor ends at a colon: the key is null' },
  { text: '""b": 1\n', at: 6, reason: 'quotes end a key' },
  { text: 'a: [b]\n@\n', at: 7, reason: 'the text goes on with what begins nothing' },
  { text: 'a: "b\n---\n"\n', at: 6, reason: 'a document ends within quotes' },
  { text: 'a: |\n\t x\n', at: 5, reason: 'a tab indents a block of text' },
  { text: 'a:\n\tb: 1\n', at: 3, reason: 'a tab indents a key' },
  { text: 'a: [b, c\n', at: 9, reason: 'a bracket stays open' },
  { text: '%YAML 1.2\n---\na: 1\n', at: 0, reason: 'the version is another' },
  { text: 'a: "\\/"\n', at: 4, reason: '`\\/` is no escape' },
  { text: '? a: 1\n  b: 2: 3\n', at: 13, reason: 'a second colon on a line' },
  { text: `{${'a'.repeat(1025)}: 1}\n`, at: 1026, reason: 'a key is longer than 1,024 characters' },
];

describe("Kubernetes' dialect of YAML", () => {
  for (const { text, value, reason } of READ) {
    it(`reads on where ${reason}: ${JSON.stringify(text)}`, () => {
      const { root, problems } = parseSingle(text);
      assert.deepEqual(
        problems.filter(({ code }) => code !== 'content-ignored' && code !== 'duplicate-key'),
        [],
      );
      assert.deepEqual(toJson(root), value);
    });
  }

  for (const { text, at, reason } of REFUSED) {
    it(`refuses a text where ${reason}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      const [problem] = parseSingle(text).problems;
      assert.match(problem?.code ?? '', /^(?:syntax|value)$/);
      assert.ok(Math.abs((problem?.start ?? -9) - at) <= 4, `${problem?.start}: ${problem?.message}`);
    });
  }

  it('claims nothing of a text that is nested deeper than we follow', () => {
    const { problems } = parseSingle(`${'['.repeat(300)}${']'.repeat(300)}\n`);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['limit'],
    );
  });

  it('says where the text that is ignored begins', () => {
    const text = 'a # c\nb: 1\n';
    const [problem] = parseSingle(text).problems;
    assert.equal(problem?.code, 'content-ignored');
    assert.equal(text.slice(problem?.start, problem?.end), 'b: 1');
  });

  it('knows no value for keys that only JSON takes for one', () => {
    const { root, problems } = parseSingle('yes: 1\n"true": 2\nno: 3\n');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['racing-key'],
    );
    assert.deepEqual(root?.kind === 'mapping' ? root.pairs.map(({ value }) => value.unknown) : [], [
      'odd',
      'odd',
      undefined,
    ]);
  });

  it('knows nothing of a mapping whose merge races with a key', () => {
    const { root, problems } = parseSingle('x: &x {1: p}\nb: {"1": q, <<: *x}\n');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['racing-key'],
    );
    assert.equal(root?.kind === 'mapping' ? root.pairs[1]?.value.unknown : undefined, 'odd');
  });

  it('takes racing keys with one value for that value', () => {
    const { root, problems } = parseSingle('yes: 1\n"true": 1\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(toJson(root), { true: 1 });
  });

  it('holds a variable under a tag that it cannot have for a template', () => {
    const [problem] = parseSingle('a: !!int ${PORT}\n').problems;
    assert.equal(problem?.code, 'template');
  });

  it('tells that a templated key stands twice', () => {
    const [problem] = parseSingle('${X}: 1\n${X}: 2\n').problems;
    assert.deepEqual([problem?.code, problem?.key], ['duplicate-key', '${X}']);
  });

  it('refuses an alias of a number that JSON has as a key alone', () => {
    const [problem] = parseSingle('- &x .inf: 1\n- *x\n').problems;
    assert.equal(problem?.code, 'value');
  });

  it('finds characters that Go refuses as far as it reads ahead', () => {
    const codes = (text: string): readonly string[] => parseSingle(text).problems.map(({ code }) => code);
    assert.deepEqual(codes('a: 1\n...\n\u0001\n'), ['content-ignored', 'syntax']);
    assert.deepEqual(codes(`a: 1\n...\n#${'x'.repeat(600)}\n# \u0001\n`), []);
  });
});
