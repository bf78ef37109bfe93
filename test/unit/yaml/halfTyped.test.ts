import assert from 'node:assert/strict';
import { findValue, type YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { MANIFEST } from './samples.ts';

/** What stands under `kind` and `metadata.name` of the document that holds `offset`. */
function readIdentity(text: string, offset: number): { kind: unknown; name: unknown } {
  const document = parseYaml(text).documents.find(({ start, end }) => start <= offset && offset <= end);
  const read = (node: YamlNode | undefined) => (node?.kind === 'scalar' ? node.value : undefined);
  return {
    kind: read(findValue(document?.root, 'kind')),
    name: read(findValue(findValue(document?.root, 'metadata'), 'name')),
  };
}

describe('half-typed text', () => {
  const lines: readonly (readonly [string, string, RegExp])[] = [
    ['spec:\n  sel\n  ports:\n    - port: 80\n', 'sel', /^a key needs `:` after it$/],
    ['spec:\n  - name\n\n    image: a\n', 'name', /^a key needs `:` after it$/],
    ['spec\n  ports: []\n', 'spec', /^a key needs `:` after it$/],
    ['metadata:\n  name: web\n    labels: {}\n', ': {}', /^this line is indented deeper than the one above/],
    ['metadata: name: web\n', ': web', /^a colon and a space cannot stand within a value/],
    ['a: b\nc: d: e\n', ': e', /^a colon and a space cannot stand within a value/],
  ];
  for (const [text, place, expected] of lines) {
    it(`says what is wrong where a person looks: ${JSON.stringify(text)}`, () => {
      const [problem] = parseYaml(text).documents.flatMap(({ problems }) => problems);
      assert.match(problem?.message ?? '', expected);
      assert.equal(problem?.start, text.indexOf(place));
    });
  }

  for (const kind of ['Deployment', 'Service']) {
    it(`keeps the kind and name of a ${kind} at every prefix after them`, () => {
      const start = MANIFEST.indexOf(`kind: ${kind}`);
      const typed = MANIFEST.indexOf('name: web\n', start) + 'name: web\n'.length;
      const next = MANIFEST.indexOf('\n---', typed);
      const end = next < 0 ? MANIFEST.length : next;
      for (let cut = typed; cut <= end; cut++) {
        assert.deepEqual(
          readIdentity(MANIFEST.slice(0, cut), start),
          { kind, name: 'web' },
          JSON.stringify(MANIFEST.slice(cut - 30, cut)),
        );
      }
    });
  }

  it('keeps what stands around an unfinished line in the middle', () => {
    for (const line of [
      '  labels: {app',
      '  labels: [',
      '  labels: "x',
      "  labels: 'x",
      '  labels',
      '  labels:',
      '  labels: *',
      '  labels: &',
      '  - ',
      '  ? ',
      '  !',
    ]) {
      const text = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n${line}\nspec:\n  type: ClusterIP\n`;
      assert.deepEqual(readIdentity(text, 0), { kind: 'Service', name: 'web' }, line);
    }
  });

  it('keeps the documents around a broken one', () => {
    const stream = parseYaml('kind: A\n---\nkind: [\n---\nkind: C\n');
    assert.deepEqual(
      stream.documents.map(({ complete }) => complete),
      [true, false, true],
    );
    assert.deepEqual(
      stream.documents.map(({ index }) => index),
      [0, 1, 2],
    );
  });
});
