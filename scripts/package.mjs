// Makes kubefathom-VERSION.vsix: node scripts/package.mjs [--no-check]   (npm run package)
import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { root } from './bundle.mjs';

const maxBytes = 1.5 * 1024 * 1024;

/** Packs what `dist` holds and the list `files` of package.json names; returns path and size in bytes. */
export async function packVsix({ quiet = false } = {}) {
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const packagePath = path.join(root, `${name}-${version}.vsix`);
  const say = console.log;
  if (quiet) console.log = () => {};
  await createVSIX({
    cwd: root,
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
