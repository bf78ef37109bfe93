// Runs test files with mocha: node scripts/mocha.mjs [FOLDER-OR-FILE…] [-- MOCHA-OPTION…]   (default: test/unit)

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForNode, listFiles, root } from './bundle.mjs';

/** Bundles the tests of the folders and files given and runs them; returns mocha's exit code, undefined without any test. */
export async function runMocha(paths, options = []) {
  const entries = [];
  for (const given of paths) {
    if (given.endsWith('.ts')) entries.push(path.resolve(root, given));
    else entries.push(...(await listFiles(given, '.test.ts')));
  }
  if (entries.length === 0) return undefined;
  const files = await bundleForNode(entries, path.join(root, 'out/tests'));
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  // A limit against hanging, not a measure of speed: the machine may be busy with other things.
  const limit = ['--timeout', '120000'];
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', mocha, '--reporter', 'dot', ...limit, ...options, ...files],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const separator = process.argv.indexOf('--');
  const paths = process.argv.slice(2, separator < 0 ? undefined : separator);
  const options = separator < 0 ? [] : process.argv.slice(separator + 1);
  const code = await runMocha(paths.length > 0 ? paths : ['test/unit'], options);
  if (code === undefined) console.error('No test files found');
  process.exitCode = code ?? 1;
}
