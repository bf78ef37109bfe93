import assert from 'node:assert/strict';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { effectivePairs, findPair, findValue, type YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseSingle, parseYaml } from '../../../server/src/core/yaml/parse.ts';

function readAll(text: string): unknown[] {
  return parseYaml(text).documents.map(({ root }) => toJson(root));
}

function codes(text: string): string[] {
  const stream = parseYaml(text);
  return [...stream.problems, ...stream.documents.flatMap(({ problems }) => problems)].map(({ code }) => code);
}

function slice(text: string, span: { start: number; end: number } | undefined): string | undefined {
  return span === undefined ? undefined : text.slice(span.start, span.end);
}

describe('parseYaml', () => {
  it('gives every value its place in the file', () => {
    const text = "\ufeffa: 1\n---\r\nb: {c: \"x\", d: [1, two]}\ne: |\n  text\n\nf: 'it''s'\n";
    const root = parseYaml(text).documents[1]?.root;
    const places: (string | undefined)[] = [];
    const visit = (node: YamlNode): void => {
      places.push(slice(text, node));
      if (node.kind === 'mapping') for (const pair of node.pairs) visit(pair.value);
      if (node.kind === 'sequence') node.items.forEach(visit);
    };
    if (root !== undefined) visit(root);
    assert.deepEqual(places.slice(1), ['{c: "x", d: [1, two]}', '"x"', '[1, two]', '1', 'two', '|\n  text', "'it''s'"]);
  });

  it('puts an absent value right after its colon or dash', () => {
    const text = 'a:\nb: # none\n  \nc:\n- \n-\n';
    const root = parseYaml(text).documents[0]?.root;
    assert.deepEqual(findValue(root, 'a')?.start, 2);
    assert.deepEqual(findValue(root, 'b')?.start, text.indexOf('b:') + 2);
    const list = findValue(root, 'c');
    const places = list?.kind === 'sequence' ? list.items.map(({ start, end }) => [start, end]) : [];
    assert.deepEqual(
      places,
      [text.indexOf('-') + 1, text.lastIndexOf('-') + 1].map((at) => [at, at]),
    );
  });

  it('counts documents as kubectl does, and refused ones too', () => {
    const text = '# licence\n---\nkind: A\n---\n---\nkind: B\n---\nnull\n---\nkind: C\n';
    assert.deepEqual(
      parseYaml(text).documents.map(({ index }) => index),
      [0, 1, 2],
    );
    const wanted = parseYaml(text, { wanted: (document) => document.includes('C') });
    assert.deepEqual(
      wanted.documents.map(({ root }) => toJson(root)),
      [{ kind: 'C' }],
    );
    const plain = parseYaml('kind: A\n---\n# none\n---\nkind: C\n', { wanted: (document) => document.includes('C') });
    assert.deepEqual(
      plain.documents.map(({ index }) => index),
      [1],
    );
  });

  it('reads a stream of JSON values, and YAML after a single one', () => {
    assert.deepEqual(readAll('{"a": 1}{"b": 2}\n{"c": "\\ud83d\\ude00"}'), [{ a: 1 }, { b: 2 }, { c: '😀' }]);
    assert.deepEqual(readAll('{"a": 1}\n---\nb: 2\n'), [{ a: 1 }, { b: 2 }]);
    assert.deepEqual(codes('{"a": 1}{"b": 2}{c: 3}'), ['separator']);
  });

  it('reports a separator with content', () => {
    assert.deepEqual(codes('a: 1\n--- {x: 1}\n'), ['separator']);
    assert.deepEqual(codes('a: 1\n----\nb: 2\n'), ['separator']);
    assert.deepEqual(codes('a: 1\n--- # fine\nb: 2\n'), []);
  });

  it('reports text that kubectl drops', () => {
    assert.deepEqual(codes('a: 1\n...\nb: 2\n'), ['content-ignored']);
    assert.deepEqual(codes('  a: 1\n b: 2\n'), ['content-ignored']);
    assert.deepEqual(codes('{a: 1}\n{b: 2}\n'), ['content-ignored']);
  });

  it('reports the losing one of two equal keys', () => {
    const text = 'app: x\n"app": z\n';
    const problem = parseYaml(text).documents[0]?.problems[0];
    assert.equal(problem?.code, 'duplicate-key');
    assert.equal(slice(text, problem), 'app');
    assert.equal(slice(text, problem?.other), '"app"');
    assert.deepEqual(readAll(text), [{ app: 'z' }]);
  });

  it('follows aliases and merges', () => {
    const text = 'base: &base {a: 1, b: 2}\nx:\n  <<: *base\n  b: 3\nz: *base\n';
    const root = parseYaml(text).documents[0]?.root;
    assert.deepEqual(toJson(findValue(root, 'x')), { a: 1, b: 3 });
    const alias = findValue(root, 'z');
    assert.equal(slice(text, alias), '*base');
    assert.equal(slice(text, alias?.aliasOf), '{a: 1, b: 2}');
    assert.equal(slice(text, findPair(alias, 'b')?.value), '2');
    assert.deepEqual(codes(text), ['merge-override']);
  });

  it('refuses what has no JSON form', () => {
    for (const text of [
      'a: .nan\n',
      '~: 1\n',
      '? [a]\n: 1\n',
      'a: *none\n',
      'a: &a [*a]\n',
      'a: {<<: 1}\n',
      'a: !!int x\n',
    ]) {
      assert.deepEqual(codes(text), ['value'], text);
    }
  });

  it('accepts brackets and quotes that are indented as Go allows', () => {
    assert.deepEqual(readAll('a: [\n  x # c\n]\nb: "p\nq"\nc: {\n"d": 1\n}\n'), [{ a: ['x'], b: 'p q', c: { d: 1 } }]);
    assert.deepEqual(codes('a: [\n  x # c\n]\nb: "p\nq"\n'), []);
  });

  it('refuses tabs where Go does', () => {
    for (const text of ['a:\n\tb: 1\n', '-\ta\n', 'a: 1\n\t\nb: 2\n', '\t# c\na: 1\n', 'a: |\n  \tx\n'])
      assert.deepEqual(codes(text), ['syntax'], JSON.stringify(text));
    for (const text of ['a:\t1\n', '{\n\t"a": 1\n}\n', 'a: |\n  x\n  \ty\n', 'a: b\tc\t\n', 'a: 1 #\tc\n'])
      assert.deepEqual(codes(text), [], JSON.stringify(text));
  });

  it('takes template actions for unknown values', () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: a placeholder in YAML
    const text = 'kind: Service\nmetadata:\n  name: {{ .Values.name }}\n  x: "{{ .x }}"\n  z: a-${Y}\n';
    const document = parseYaml(text).documents[0];
    const metadata = findValue(document?.root, 'metadata');
    for (const [name, source] of [
      ['name', '{{ .Values.name }}'],
      ['x', '{{ .x }}'],
      ['z', 'a-${Y}'],
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: a placeholder in YAML
    ] as const) {
      const node = findValue(metadata, name);
      assert.equal(node?.unknown, 'template', name);
      assert.equal(node?.kind === 'scalar' ? node.text : undefined, source);
    }
    assert.deepEqual(codes(text), ['template']);
    assert.equal(document?.templated, false);
  });

  it('reads a chart template with its actions blanked', () => {
    const text = [
      '{{- if .Values.on }}',
      'kind: Service',
      'metadata:',
      '  name: {{ include "x" . | quote }}',
      '  labels:',
      '    {{- include "labels" . | nindent 4 }}',
      '    app: web',
      'spec:',
      '  type: ClusterIP',
      '{{- end }}',
      '',
    ].join('\n');
    const document = parseYaml(text, { helm: true }).documents[0];
    assert.equal(document?.templated, true);
    assert.equal(slice(text, findValue(findValue(document?.root, 'spec'), 'type')), 'ClusterIP');
    assert.equal(findValue(findValue(document?.root, 'metadata'), 'labels')?.unknown, 'template');
    assert.equal(findValue(findValue(document?.root, 'metadata'), 'name')?.unknown, 'template');
    assert.deepEqual(document?.problems, []);
  });

  it('reads a text as one document where streams are unknown', () => {
    assert.deepEqual(toJson(parseSingle('a: 1\n---\nb: 2\n').root), { a: 1 });
    assert.deepEqual(toJson(parseSingle('--- |\n a').root), 'a');
  });
});

describe('hostile text', () => {
  const repeat = (text: string, times: number) => text.repeat(times);
  const laughs = `a: &a [${repeat('x,', 9)}x]\n${'bcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [${repeat(`*${'abcdefgh'[index]},`, 9)}*${'abcdefgh'[index]}]`)
    .join('\n')}\n`;
  const merges = `a0: &a0 {k: 1}\n${Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} {<<: [${repeat(`*a${n},`, 9)}*a${n}]}`).join('\n')}\n`;
  const cases: [string, string, string | undefined][] = [
    ['an alias bomb', laughs, 'limit'],
    ['a merge bomb', merges, 'limit'],
    ['deep nesting', repeat('[', 100_000), 'limit'],
    ['deep block nesting', repeat('- ', 50_000), 'limit'],
    ['NUL', 'a: \0b\n', 'syntax'],
    ['a lone surrogate', 'a: \ud800\n', 'syntax'],
    ['an unclosed quote', `a: "${repeat('x\n', 1000)}`, 'syntax'],
    ['a huge number', `a: ${repeat('9', 100_000)}\n`, undefined],
    ['braces', repeat('{{', 50_000), 'template'],
    ['quotes', `a: ${repeat('"', 4001)}`, 'syntax'],
    ['actions that do not end', repeat('{{ "\n', 30_000), 'template'],
    ['many block scalars', repeat('- |\n  x\n', 50_000), undefined],
    ['many keys', Array.from({ length: 50_000 }, (_, n) => `k${n}: 1\n`).join(''), undefined],
    ['a key repeated', repeat('a:\n', 200_000), 'duplicate-key'],
    ['too much text', repeat('a', 20_000_001), 'limit'],
  ];
  for (const [name, text, code] of cases) {
    it(`survives ${name}`, () => {
      const found = codes(text);
      assert.equal(code === undefined ? found.length === 0 : found.includes(code), true, found.join());
      const root = parseYaml(text).documents[0]?.root;
      if (root?.kind === 'mapping') effectivePairs(root);
      toJson(root, { maxNodes: 1000 });
    });
  }
});
