import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import type { YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { printYaml } from '../../../server/src/core/yaml/print.ts';

function parse(text: string): YamlNode {
  const root = parseYaml(text).documents[0]?.root;
  assert.ok(root, text);
  return root;
}

const print = (text: string) => printYaml(parse(text));

describe('printing YAML', () => {
  it('sorts keys as Go does and puts lists below their key', () => {
    assert.equal(
      print('{kind: A, file10: 1, file9: 2, Big: 3, list: [{b: 1, a: [x]}, [], [1, [2]], {}], none: {}}'),
      `Big: 3
file9: 2
file10: 1
kind: A
list:
- a:
  - x
  b: 1
- []
-
  - 1
  -
    - 2
- {}
none: {}
`,
    );
  });

  it('quotes what would be something else', () => {
    assert.equal(
      print(`a: "yes"\nb: '8080'\nc: "*"\nd: plain text\n"on": ~\ne: --port=1\nf: 1.50\ng: ""\n`),
      `a: "yes"\nb: "8080"\nc: '*'\nd: plain text\ne: --port=1\nf: 1.5\ng: ""\n"on": null\n`,
    );
  });

  it('writes texts of several lines as blocks where they come back as they are', () => {
    assert.equal(
      print('a: "x\\n y\\n"\nb: "x\\n\\ny"\nc: "x\\n\\n"\nd: " x\\n"\ne: "x \\ny"\nf: ["#!/bin/sh\\nls\\n"]\n'),
      'a: |\n  x\n   y\nb: |-\n  x\n\n  y\nc: |+\n  x\n\nd: " x\\n"\ne: "x \\ny"\nf:\n- |\n  #!/bin/sh\n  ls\n',
    );
  });

  it('puts comments behind values', () => {
    const comment = (node: YamlNode) => (node.kind === 'scalar' && node.text === 'k' ? undefined : node.kind);
    assert.equal(
      printYaml(parse('a: 1\nb: k\nc: "x\\ny"\nd: []\ne: [2]\n'), comment),
      'a: 1 # scalar\nb: k\nc: |- # scalar\n  x\n  y\nd: [] # sequence\ne:\n- 2 # scalar\n',
    );
  });

  it('gives back every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), fc.boolean(), (value, isCommented) => {
        const root = parse(JSON.stringify({ value }));
        const text = printYaml(root, isCommented ? () => 'told' : undefined);
        assert.deepEqual(toJson(parse(text)), toJson(root), text);
      }),
      { numRuns: 300 },
    );
  });

  it('gives back texts of all sorts', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      '#',
      ': ',
      '- ',
      '---',
      '"',
      "'",
      '\r',
      '\u0085',
      '\u2028',
      '😀',
      '|',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (value) => {
          const root = parse(JSON.stringify({ [value]: value, list: [value] }));
          assert.deepEqual(toJson(parse(printYaml(root))), toJson(root));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
