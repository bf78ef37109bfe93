import assert from 'node:assert/strict';
import { applyTextEdits, toTextEdits, type YamlEdit } from '../../../server/src/core/yaml/edit.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { findValue, type YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';

/** The node at a path of keys and indexes. */
function at(text: string, ...path: readonly (string | number)[]): YamlNode {
  let node = parseYaml(text).documents[0]?.root;
  for (const step of path)
    node = typeof step === 'string' ? findValue(node, step) : node?.kind === 'sequence' ? node.items[step] : undefined;
  assert.ok(node, path.join());
  return node;
}

function keyAt(text: string, ...path: readonly (string | number)[]): YamlNode {
  const parent = at(text, ...path.slice(0, -1));
  const pair = parent.kind === 'mapping' ? parent.pairs.find(({ name }) => name === path.at(-1)) : undefined;
  assert.ok(pair);
  return pair.key;
}

/** The edit makes exactly the expected text, which is whole. */
function check(text: string, edit: YamlEdit, expected: string): void {
  assert.equal(applyTextEdits(text, toTextEdits(text, [edit])), expected);
  assert.deepEqual(
    parseYaml(expected).documents.flatMap(({ problems }) => problems),
    [],
  );
}

const SERVICE = `# web
spec:
  selector:
    app: web # the label
    tier: 'front'
  ports:
    # first
    - port: 80
      name: "http"
    - port: 443 # second
  type: ClusterIP
`;

describe('toTextEdits', () => {
  it('replaces scalars in their style, quoting what would be read as something else', () => {
    const replace = (path: (string | number)[], value: string | number): YamlEdit => ({
      kind: 'replace-scalar',
      span: at(SERVICE, ...path),
      value,
    });
    check(SERVICE, replace(['spec', 'selector', 'app'], 'shop'), SERVICE.replace('app: web', 'app: shop'));
    check(SERVICE, replace(['spec', 'selector', 'app'], 'yes'), SERVICE.replace('app: web', 'app: "yes"'));
    check(SERVICE, replace(['spec', 'selector', 'app'], '1.10'), SERVICE.replace('app: web', 'app: "1.10"'));
    check(SERVICE, replace(['spec', 'selector', 'tier'], "it's"), SERVICE.replace("'front'", "'it''s'"));
    check(SERVICE, replace(['spec', 'ports', 0, 'name'], 'a"b'), SERVICE.replace('"http"', '"a\\"b"'));
    check(SERVICE, replace(['spec', 'ports', 1, 'port'], 8443), SERVICE.replace('443', '8443'));
    check('a:\nb: 1\n', { kind: 'replace-scalar', span: at('a:\nb: 1\n', 'a'), value: 'x' }, 'a: x\nb: 1\n');
  });

  it('replaces keys', () => {
    check(
      SERVICE,
      { kind: 'replace-key', span: keyAt(SERVICE, 'spec', 'selector', 'app'), value: 'on' },
      SERVICE.replace('app:', '"on":'),
    );
  });

  it('deletes pairs', () => {
    const remove = (text: string, ...path: (string | number)[]): YamlEdit => ({
      kind: 'delete-pair',
      key: keyAt(text, ...path),
    });
    check(SERVICE, remove(SERVICE, 'spec', 'selector', 'app'), SERVICE.replace('    app: web # the label\n', ''));
    check(SERVICE, remove(SERVICE, 'spec', 'ports', 0, 'port'), SERVICE.replace('port: 80\n      name', 'name'));
    check(SERVICE, remove(SERVICE, 'spec', 'ports', 0, 'name'), SERVICE.replace('      name: "http"\n', ''));
    check(SERVICE, remove(SERVICE, 'spec', 'ports', 1, 'port'), SERVICE.replace('- port: 443', '- {}'));
    check('a:\n  b: 1 # c\nd: 2\n', remove('a:\n  b: 1 # c\nd: 2\n', 'a', 'b'), 'a: {}\nd: 2\n');
    check('a: {b: 1, c: 2, d: 3}\n', remove('a: {b: 1, c: 2, d: 3}\n', 'a', 'b'), 'a: {c: 2, d: 3}\n');
    check('a: {b: 1, c: 2}\n', remove('a: {b: 1, c: 2}\n', 'a', 'c'), 'a: {b: 1}\n');
    check('a: {b: 1}\n', remove('a: {b: 1}\n', 'a', 'b'), 'a: {}\n');
    check('a: |\n  x\n  y\nb: 1\n', remove('a: |\n  x\n  y\nb: 1\n', 'a'), 'b: 1\n');
  });

  it('deletes items', () => {
    const remove = (text: string, ...path: (string | number)[]): YamlEdit => ({
      kind: 'delete-item',
      item: at(text, ...path),
    });
    check(SERVICE, remove(SERVICE, 'spec', 'ports', 1), SERVICE.replace('    - port: 443 # second\n', ''));
    check(SERVICE, remove(SERVICE, 'spec', 'ports', 0), SERVICE.replace('    - port: 80\n      name: "http"\n', ''));
    check('a:\n- x\nb: 1\n', remove('a:\n- x\nb: 1\n', 'a', 0), 'a: []\nb: 1\n');
    check('a: [x, y, z]\n', remove('a: [x, y, z]\n', 'a', 1), 'a: [x, z]\n');
    check('a: [x, y]\n', remove('a: [x, y]\n', 'a', 1), 'a: [x]\n');
  });

  it('adds pairs', () => {
    const add = (text: string, path: string[], key: string, value: string, after?: string): YamlEdit => ({
      kind: 'insert-pair',
      mapping: at(text, ...path),
      key,
      value,
      ...(after === undefined ? {} : { after: keyAt(text, ...path, after) }),
    });
    check(SERVICE, add(SERVICE, ['spec', 'selector'], 'x', 'y'), SERVICE.replace("'front'\n", "'front'\n    x: y\n"));
    check(
      SERVICE,
      add(SERVICE, ['spec', 'selector'], 'x', 'y', 'app'),
      SERVICE.replace('# the label\n', '# the label\n    x: y\n'),
    );
    check(
      SERVICE,
      add(SERVICE, ['spec'], 'list', '- a: 1\n  b: 2\n- c'),
      `${SERVICE}  list:\n    - a: 1\n      b: 2\n    - c\n`,
    );
    check(
      SERVICE,
      add(SERVICE, ['spec'], 'sub', 'a: 1\nb:\n  c: 2'),
      `${SERVICE}  sub:\n    a: 1\n    b:\n      c: 2\n`,
    );
    check('a: {b: 1}\n', add('a: {b: 1}\n', ['a'], 'c', '2'), 'a: {b: 1, c: 2}\n');
    check('a: {}\n', add('a: {}\n', ['a'], 'c', '2'), 'a: {c: 2}\n');
    check('a:\nb: 1\n', add('a:\nb: 1\n', ['a'], 'c', '2'), 'a:\n  c: 2\nb: 1\n');
    check('a: 1', add('a: 1', [], 'b', '2'), 'a: 1\nb: 2');
  });

  it('adds items', () => {
    const add = (text: string, path: string[], item: string): YamlEdit => ({
      kind: 'insert-item',
      sequence: at(text, ...path),
      text: item,
    });
    check(
      SERVICE,
      add(SERVICE, ['spec', 'ports'], 'port: 1\nname: x'),
      SERVICE.replace('# second\n', '# second\n    - port: 1\n      name: x\n'),
    );
    check('a: [x]\n', add('a: [x]\n', ['a'], 'y'), 'a: [x, y]\n');
    check('a: []\n', add('a: []\n', ['a'], 'y'), 'a: [y]\n');
    check('a:\n- x\n', add('a:\n- x\n', ['a'], 'y'), 'a:\n- x\n- y\n');
  });

  it('keeps the line ends of Windows', () => {
    const text = 'a:\r\n  b: 1\r\nc: 2\r\n';
    const edit: YamlEdit = { kind: 'insert-pair', mapping: at(text, 'a'), key: 'd', value: '|\n  x\n  y' };
    const result = applyTextEdits(text, toTextEdits(text, [edit]));
    assert.equal(/[^\r]\n/.test(result), false);
    assert.deepEqual(toJson(parseYaml(result).documents[0]?.root), { a: { b: 1, d: 'x\ny\n' }, c: 2 });
  });

  it('writes an item of several lines as a block where the list is empty', () => {
    const rule = (text: string) =>
      ({ kind: 'insert-item', sequence: at(text, 'spec', 'ingress'), text: 'from: []\nports: []' }) as const;
    const block = 'spec:\n  ingress: [] # none\n  a: 1\n';
    check(block, rule(block), 'spec:\n  ingress: # none\n    - from: []\n      ports: []\n  a: 1\n');
    const compact = 'list:\n- 1\nspec:\n  ingress: []\n';
    check(compact, rule(compact), 'list:\n- 1\nspec:\n  ingress:\n  - from: []\n    ports: []\n');
    const flow = 'spec: {ingress: []}\n';
    check(flow, rule(flow), 'spec: {ingress: [{"from":[],"ports":[]}]}\n');
    const short = { kind: 'insert-item', sequence: at(block, 'spec', 'ingress'), text: 'x' } as const;
    check(block, short, 'spec:\n  ingress: [x] # none\n  a: 1\n');
  });

  it('gives a list to a key that is there without a value', () => {
    const text = 'spec:\n  ingress:\n  a: 1\n';
    const edit = {
      kind: 'insert-pair',
      mapping: at(text, 'spec'),
      key: 'ingress',
      value: '- from: []\n  ports: []',
    } as const;
    check(text, edit, 'spec:\n  ingress:\n    - from: []\n      ports: []\n  a: 1\n');
    const written = 'spec:\n  ingress: null\n';
    check(written, { ...edit, mapping: at(written, 'spec') }, 'spec:\n  ingress:\n    - from: []\n      ports: []\n');
  });
});
