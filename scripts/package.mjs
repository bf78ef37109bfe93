// Makes kubefathom-VERSION.vsix: node scripts/package.mjs [--no-check]   (npm run package)
import { spawnSync } from 'node:child_process';
import { cp, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { root } from './bundle.mjs';

const maxBytes = 1.5 * 1024 * 1024;

/** What no editor runs: the command line comes with the npm package. */
const notForEditors = ['dist/cli.cjs'];

/** Packs what an editor needs of the files that package.json names; returns path and size in bytes. */
export async function packVsix({ quiet = false } = {}) {
  const { name, version, files } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const packagePath = path.join(root, `${name}-${version}.vsix`);
  const say = console.log;
  if (quiet) console.log = () => {};
  await createVSIX({
    cwd: await gather(files),
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    allowUnusedFilesPattern: true,
  }).finally(() => {
    console.log = say;
  });
  const { size } = await stat(packagePath);
  if (size > maxBytes)
    throw new Error(`${packagePath} has ${kilobytes(size)}, more than the ${kilobytes(maxBytes)} allowed`);
  return { packagePath, size };
}

/** A folder with what goes in: vsce packs whatever package.json names. */
async function gather(files) {
  const folder = path.join(root, 'out', 'vsix');
  await rm(folder, { recursive: true, force: true });
  const folders = new Set(files.map((file) => file.split('/')[0]));
  const left = new Set(notForEditors.map((file) => path.join(root, file)));
  for (const name of [...folders, 'package.json'])
    await cp(path.join(root, name), path.join(folder, name), { recursive: true, filter: (file) => !left.has(file) });
  return folder;
}

export function kilobytes(bytes) {
  return `${Math.ceil(bytes / 1024)} kB`;
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--no-check')) {
    run('node_modules/typescript/bin/tsc', '-p', '.');
    run('node_modules/typescript/bin/tsc', '-p', 'server/src/core');
    run('node_modules/typescript/bin/tsc', '-p', 'client/webview');
    run('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
  }
  run('scripts/build.mjs');
  const { packagePath, size } = await packVsix();
  console.log(`${path.relative(root, packagePath)}  ${kilobytes(size)}`);
}
