// Runs a TypeScript file of this repository: node scripts/run.mjs FILE.ts [ARGUMENT…]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { bundleForNode, root } from './bundle.mjs';

const [file, ...args] = process.argv.slice(2);
const [script] = await bundleForNode([path.resolve(file)], path.join(root, 'out/run'));
const result = spawnSync(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
process.exitCode = result.status ?? 1;
