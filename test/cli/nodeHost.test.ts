import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { reasonOf } from '../../server/src/core/workspace/host.ts';
import { walk } from '../../server/src/core/workspace/walk.ts';
import { createNodeHost, toCorePath } from '../../server/src/main/nodeHost.ts';

const host = createNodeHost();
const options = { exclude: [], include: [], json: false, maxFiles: 1000 };
const limit = 5 << 20;

describe('the Node host', () => {
  let root = '';
  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'kubefathom-')));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  function write(name: string, content: string | Uint8Array = ''): string {
    const file = `${root}/${name}`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }

  const find = async () => (await walk(host, root, options)).files.map((file) => file.slice(root.length + 1));

  it('walks a real tree with nested .gitignore files and negation', async () => {
    for (const name of [
      'a.yaml',
      'tmp/b.yaml',
      'app/c.yaml',
      'app/gen/d.yaml',
      'app/gen/keep.yaml',
      'node_modules/e.yaml',
    ])
      write(name);
    write('.gitignore', 'tmp\n');
    write('app/.gitignore', 'gen/*\n');
    write('app/gen/.gitignore', '!keep.yaml\n');
    assert.deepEqual(await find(), ['a.yaml', 'app/c.yaml', 'app/gen/keep.yaml']);
  });

  it('ends in circles of links and reads each file once', async function () {
    if (process.platform === 'win32') return this.skip();
    write('a/x.yaml');
    fs.symlinkSync(root, `${root}/a/up`);
    fs.symlinkSync('a', `${root}/b`);
    fs.symlinkSync('loop.yaml', `${root}/loop.yaml`);
    fs.symlinkSync('a/x.yaml', `${root}/0.yaml`);
    const found = await walk(host, root, options);
    assert.deepEqual(found.files, [`${root}/a/x.yaml`]);
    assert.deepEqual(found.skipped, [{ file: `${root}/loop.yaml`, reason: 'missing' }]);
  });

  it('says why a folder cannot be listed', async () => {
    const reason = (folder: string) => {
      try {
        return host.readDirectory(folder);
      } catch (error) {
        return reasonOf(error);
      }
    };
    assert.equal(reason(`${root}/none`), 'missing');
    assert.equal(reason(write('a.yaml')), 'not-a-folder');
    if (process.platform === 'win32' || process.getuid?.() === 0) return;
    fs.mkdirSync(`${root}/locked`, { mode: 0 });
    assert.equal(reason(`${root}/locked`), 'denied');
    assert.deepEqual((await walk(host, root, options)).skipped, [{ file: `${root}/locked`, reason: 'denied' }]);
  });

  it('goes on when a folder vanishes while it walks', async () => {
    write('a/x.yaml');
    write('b/y.yaml');
    const vanishing = {
      ...host,
      readDirectory: (folder: string) => {
        if (folder === root) {
          const entries = host.readDirectory(folder);
          fs.rmSync(`${root}/a`, { recursive: true });
          return entries;
        }
        return host.readDirectory(folder);
      },
    };
    const found = await walk(vanishing, root, options);
    assert.deepEqual(found, {
      files: [`${root}/b/y.yaml`],
      links: [],
      skipped: [{ file: `${root}/a`, reason: 'missing' }],
      complete: true,
    });
  });

  it('decodes UTF-8 and UTF-16, keeping the byte order mark', () => {
    const text = '\uFEFFkind: Dienst # ü \u{1F600}\r\n';
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    assert.deepEqual(host.readFile(write('8.yaml', text), limit), { text });
    assert.deepEqual(host.readFile(write('le.yaml', little), limit), { text });
    assert.deepEqual(host.readFile(write('be.yaml', big), limit), { text });
    assert.deepEqual(host.readFile(write('empty.yaml'), limit), { text: '' });
  });

  it('replaces bytes that are no UTF-8', () => {
    assert.deepEqual(host.readFile(write('a.yaml', Uint8Array.of(0x61, 0xff, 0x62, 0xed, 0xa0, 0x80)), limit), {
      text: 'a\uFFFDb\uFFFD\uFFFD\uFFFD',
    });
  });

  it('skips what is not text, too large, gone, or no file', () => {
    assert.deepEqual(host.readFile(write('a.yaml', 'a\0b'), limit), { skipped: 'binary' });
    assert.deepEqual(host.readFile(write('late.yaml', `${'a'.repeat(8192)}\0`), limit), {
      text: `${'a'.repeat(8192)}\0`,
    });
    assert.deepEqual(host.readFile(`${root}/none.yaml`, limit), { skipped: 'missing' });
    assert.deepEqual(host.readFile(`${root}/a.yaml/x.yaml`, limit), { skipped: 'not-a-folder' });
    assert.deepEqual(host.readFile(root, limit), { skipped: 'not-a-file' });
  });

  it('does not open 50 MB to learn that they are too many', () => {
    const file = write('huge.yaml');
    fs.truncateSync(file, 50 << 20);
    const before = process.memoryUsage().arrayBuffers;
    assert.deepEqual(host.readFile(file, limit), { skipped: 'too-large' });
    assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  });

  it('gives paths the names that the core uses, and takes these back', () => {
    const file = write('a b/ü.yaml', 'x');
    const name = toCorePath(path.resolve(root, 'a b', '..', 'a b', 'ü.yaml'));
    assert.equal(name, toCorePath(file));
    assert.ok(!name.includes('\\'));
    assert.deepEqual(host.readFile(name, limit), { text: 'x' });
  });

  it('tells files apart by what they are, not how they are called', async function () {
    if (process.platform === 'win32') return this.skip();
    const file = write('a.yaml', 'abc');
    fs.symlinkSync('a.yaml', `${root}/b.yaml`);
    const [direct, linked, folder] = await Promise.all([host.stat(file), host.stat(`${root}/b.yaml`), host.stat(root)]);
    assert.deepEqual(linked, direct);
    assert.equal(direct?.size, 3);
    assert.equal(folder?.kind, 'folder');
    assert.notEqual(folder?.id, direct?.id);
    assert.equal(await host.stat(`${root}/none`), undefined);
  });
});
