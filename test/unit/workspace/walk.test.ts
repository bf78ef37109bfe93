import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addGitignore, createRules, isFileExcluded, judgeFolder } from '../../../server/src/core/workspace/ignore.ts';
import { createFileFilter, type WalkOptions, walk } from '../../../server/src/core/workspace/walk.ts';
import { createMemoryHost, type Tree } from './memoryHost.ts';

const options: WalkOptions = { exclude: [], include: [], json: false, maxFiles: 1000 };

/** The files found, without `/root/`, after making sure that both kinds of host and the filter of a watcher agree. */
async function list(tree: Tree, changed: Partial<WalkOptions> = {}): Promise<readonly string[]> {
  const given = { ...options, ...changed };
  const found = await walk(createMemoryHost(tree), '/root', given);
  assert.deepEqual(await walk(createMemoryHost(tree, true), '/root', given), found);
  for (const asynchronous of [false, true]) {
    const accepts = createFileFilter(createMemoryHost(tree, asynchronous), '/root', given);
    const accepted: string[] = [];
    for (const file of allFiles(tree, '/root')) if (await accepts(file)) accepted.push(file);
    assert.deepEqual(accepted.sort(), found.files);
  }
  return found.files.map((file) => file.slice('/root/'.length));
}

function allFiles(tree: Tree, folder: string): readonly string[] {
  return Object.entries(tree).flatMap(([name, node]) =>
    typeof node === 'string' ? [`${folder}/${name}`] : allFiles(node as Tree, `${folder}/${name}`),
  );
}

describe('walk', () => {
  it('lists YAML by name in a fixed order, JSON only on demand', async () => {
    const tree = {
      'b.YML': '',
      'a.yaml': '',
      'c.json': '',
      'd.txt': '',
      é: { 'x.yaml': '' },
      '.hidden': { 'h.yml': '' },
    };
    assert.deepEqual(await list(tree), ['.hidden/h.yml', 'a.yaml', 'b.YML', 'é/x.yaml']);
    assert.deepEqual(await list(tree, { json: true }), ['.hidden/h.yml', 'a.yaml', 'b.YML', 'c.json', 'é/x.yaml']);
  });

  it('never lists what is left out', async () => {
    const host = createMemoryHost({
      '.gitignore': 'out/\n',
      out: { 'x.yaml': '' },
      node_modules: { a: { 'x.yaml': '' } },
      app: { vendor: { 'x.yaml': '' }, 'a.yaml': '' },
      '.git': { 'x.yaml': '' },
    });
    const found = await walk(host, '/root', options);
    assert.deepEqual(found, { files: ['/root/app/a.yaml'], skipped: [], links: [], complete: true });
    assert.deepEqual(host.touched, ['/root', '/root/.gitignore', '/root/app']);
  });

  it('reads a root whose name is one of those left out', async () => {
    const found = await walk(createMemoryHost({ build: { 'a.yaml': '' } }), '/root/build/', options);
    assert.deepEqual(found.files, ['/root/build/a.yaml']);
  });

  it('lets a deeper .gitignore win over a shallower one, and the last match in one file', async () => {
    const tree = {
      '.gitignore': '# comment\n*.yaml\n!keep.yaml\ncache/\n',
      'a.yaml': '',
      'keep.yaml': '',
      app: {
        '.gitignore': '!*.yaml\r\n/secret.yaml\r\n',
        'a.yaml': '',
        'secret.yaml': '',
        deep: { 'secret.yaml': '', '.gitignore': 'a*.yaml', 'a.yaml': '', 'keep.yaml': '' },
      },
      cache: { 'keep.yaml': '' },
      mid: { '.gitignore': '!cache/', cache: { 'keep.yaml': '', 'a.yaml': '' } },
    };
    assert.deepEqual(await list(tree), [
      'app/a.yaml',
      'app/deep/keep.yaml',
      'app/deep/secret.yaml',
      'keep.yaml',
      'mid/cache/keep.yaml',
    ]);
  });

  it('binds the patterns of a nested .gitignore to its folder', async () => {
    const tree = {
      'x[1]': { '.gitignore': 'sub/x.yaml\n\\!a.yaml\n', sub: { 'x.yaml': '' }, 'y.yaml': '', '!a.yaml': '' },
      x1: { sub: { 'x.yaml': '' }, '!a.yaml': '' },
    };
    assert.deepEqual(await list(tree), ['x1/!a.yaml', 'x1/sub/x.yaml', 'x[1]/y.yaml']);
  });

  it("reads the editor's globs from the root, with braces", async () => {
    const tree = { tmp: { 'a.yaml': '' }, app: { tmp: { 'a.yaml': '' }, 'b.yml': '', 'c.yaml': '', 'd.yaml': '' } };
    assert.deepEqual(await list(tree, { editorExclude: ['tmp', '**/{b,c}.{yml,yaml}', '{', 'a{b'] }), [
      'app/d.yaml',
      'app/tmp/a.yaml',
    ]);
  });

  it('brings back what is included, unless own settings exclude it', async () => {
    const tree = {
      '.gitignore': 'local.yaml\n',
      'local.yaml': '',
      build: {
        'x.yaml': '',
        manifests: { 'a.yaml': '', 'b.yaml': '', deep: { 'c.yaml': '' } },
        other: { 'd.yaml': '' },
      },
      app: { build: { manifests: { 'a.yaml': '' } } },
    };
    assert.deepEqual(await list(tree), []);
    assert.deepEqual(await list(tree, { include: ['build/manifests/', 'local.yaml'], exclude: ['b.yaml'] }), [
      'build/manifests/a.yaml',
      'build/manifests/deep/c.yaml',
      'local.yaml',
    ]);
    assert.deepEqual(await list(tree, { include: ['/build/*/a.yaml'] }), ['build/manifests/a.yaml']);
    assert.deepEqual(await list(tree, { include: ['build'], exclude: ['/build/other', '/app'] }), [
      'build/manifests/a.yaml',
      'build/manifests/b.yaml',
      'build/manifests/deep/c.yaml',
      'build/x.yaml',
    ]);
  });

  it('names what it could not list and goes on', async () => {
    const tree = {
      a: 'denied',
      b: { 'x.yaml': '' },
      'gone.yaml': { link: '/root/nowhere' },
      gone: { link: '/root/no' },
    } as const;
    for (const asynchronous of [false, true]) {
      assert.deepEqual(await walk(createMemoryHost(tree, asynchronous), '/root', options), {
        files: ['/root/b/x.yaml'],
        skipped: [
          { file: '/root/a', reason: 'denied' },
          { file: '/root/gone.yaml', reason: 'missing' },
        ],
        links: ['/root/gone', '/root/gone.yaml'],
        complete: true,
      });
    }
    assert.deepEqual((await walk(createMemoryHost({}), '/root/none', options)).skipped, [
      { file: '/root/none', reason: 'missing' },
    ]);
  });

  it('reads each file once, however many links lead to it', async () => {
    const tree = {
      a: { self: { link: '/root/a' }, up: { link: '/root' }, 'x.yaml': '', loop: { link: '/root/a/loop' } },
      '0': { link: '/root/a' },
      '1.yaml': { link: '/root/a/x.yaml' },
      build: { 'y.yaml': '', inner: { up: { link: '/root/a' }, 'z.yaml': '' } },
      linked: { link: '/root/build' },
      linkedAgain: { link: '/root/build/inner' },
      'only.yaml': { link: '/root/notes.txt' },
      'same.yaml': { link: '/root/only.yaml' },
      'notes.txt': '',
    };
    const found = await walk(createMemoryHost(tree), '/root', options);
    assert.deepEqual(found.files, [
      '/root/a/x.yaml',
      '/root/linked/inner/z.yaml',
      '/root/linked/y.yaml',
      '/root/only.yaml',
    ]);
    assert.deepEqual(found.skipped, []);
  });

  it('stops at the limit, deepest folders last, and says so', async () => {
    const tree = { a: { b: { 'deep.yaml': '' } }, z: { 'x.yaml': '' }, '1.yaml': '' };
    const found = await walk(createMemoryHost(tree), '/root', { ...options, maxFiles: 2 });
    assert.deepEqual(found, {
      files: ['/root/1.yaml', '/root/z/x.yaml'],
      skipped: [{ file: '/root', reason: 'too-many-files' }],
      links: [],
      complete: false,
    });
    assert.equal((await walk(createMemoryHost(tree), '/root', { ...options, maxFiles: 3 })).complete, true);
  });

  it('stops when cancelled', async () => {
    const host = createMemoryHost({ a: { 'x.yaml': '' } });
    const found = await walk(host, '/root', options, { isCancellationRequested: true });
    assert.deepEqual(found, { files: [], skipped: [], links: [], complete: false });
    assert.deepEqual(host.touched, []);
  });
});

describe('ignore rules', () => {
  it('take any text as a .gitignore', () => {
    const line = fc.array(
      fc.constantFrom(
        '*',
        '**',
        '/',
        '[',
        ']',
        '!',
        '\\',
        'a',
        '-',
        '{',
        '}',
        ' ',
        '#',
        '^',
        ':',
        '.',
        '\u{1F600}',
        '(',
      ),
    );
    const text = fc.array(
      fc.oneof(
        line.map((parts) => parts.join('')),
        fc.string(),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(text, fc.constantFrom('', 'a', 'a/[b'), (lines, folder) => {
        const rules = addGitignore(
          createRules({ exclude: lines, include: lines, editorExclude: lines }),
          folder,
          lines.join('\n'),
        );
        isFileExcluded(rules, 'a/[b/-.yaml', false);
        judgeFolder(rules, 'a/[b', '[b', true);
      }),
    );
  });
});
