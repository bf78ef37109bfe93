import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** The files of the npm package, as npm would pack them now. */
async function packedFiles(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    shell: process.platform === 'win32',
    maxBuffer: 1 << 24,
  });
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  return files.map((file) => file.path.replaceAll('\\', '/'));
}

/** Every relative path that a part of package.json names. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

/** Where the links and images of a Markdown page lead inside the repository. */
function linksIn(page: string): readonly string[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link]) => link ?? '');
  return links.filter((link) => !/^[a-z]+:/.test(link)).map((link) => path.posix.join(path.posix.dirname(page), link));
}

describe('the package', () => {
  let files: readonly string[] = [];
  before(async () => {
    files = await packedFiles();
  });

  const holds = (name: string) => {
    const wanted = path.posix.normalize(name).replace(/\/$/, '');
    return files.some((file) => file === wanted || file.startsWith(`${wanted}/`));
  };

  it('holds what package.json names', () => {
    const { main, browser, icon, bin, contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [main, browser, icon, ...Object.values<string>(bin), ...pathsIn(contributes)];
    assert.ok(named.length >= 6);
    assert.deepEqual(
      named.filter((name) => !holds(name)),
      [],
    );
  });

  it('holds the server beside the program', () => assert.ok(holds('dist/server.cjs')));

  it('holds the pages of the rules, and what the pages it holds lead to', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    assert.ok(pages.includes('README.md') && pages.includes('docs/rules/README.md'));
    const links = pages.flatMap((page) => linksIn(page).map((link) => ({ page, link })));
    // The examples are for those who have the repository.
    const outside = links.filter(({ link }) => !holds(link) && !/^examples\//.test(link));
    assert.deepEqual(outside, []);
    for (const { link } of links) assert.ok(existsSync(link), link);
  });
});
