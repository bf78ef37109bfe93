// Runs test files with mocha: node scripts/mocha.mjs [FOLDER-OR-FILE…] [-- MOCHA-OPTION…]   (default: test/unit)
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundleForNode, listFiles, root } from './bundle.mjs';

const separator = process.argv.indexOf('--');
const paths = process.argv.slice(2, separator < 0 ? undefined : separator);
const options = separator < 0 ? [] : process.argv.slice(separator + 1);
const entries = [];
for (const given of paths.length > 0 ? paths : ['test/unit']) {
  if (given.endsWith('.ts')) entries.push(path.resolve(root, given));
  else entries.push(...(await listFiles(given, '.test.ts')));
}
const files = await bundleForNode(entries, path.join(root, 'out/tests'));
const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
const result = spawnSync(process.execPath, ['--enable-source-maps', mocha, '--reporter', 'dot', ...options, ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = result.status ?? 1;
