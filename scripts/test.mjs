// Every check of the project: node scripts/test.mjs   (npm test). Its last line alone is `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const groups = ['unit', 'oracle', 'lsp', 'cli', 'corpus'];
const total = { passed: 0, failed: 0, skipped: 0 };

try {
  await ensureDependencies();
  await check('types', 'node_modules/typescript/bin/tsc', '-p', '.');
  await check('types of the core', 'node_modules/typescript/bin/tsc', '-p', 'server/src/core');
  await check('types of the view', 'node_modules/typescript/bin/tsc', '-p', 'client/webview');
  await check('lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off', '.');
  await check('build', 'scripts/build.mjs');
  if (existsSync(path.join(root, 'scripts/gen.ts'))) {
    await check('generated files', 'scripts/run.mjs', 'scripts/gen.ts', '--check');
  }
  for (const group of groups) await runGroup(group);
  await runE2eGroup();
} catch (error) {
  total.failed++;
  console.error(error);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A check without tests to count: silent when it holds, one failure when not. */
async function check(title, ...args) {
  const began = Date.now();
  const { code, output } = await runNode(args);
  console.log(`${title}: ${code === 0 ? 'ok' : 'FAILED'} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (code === 0) return;
  total.failed++;
  console.log(output.trimEnd());
}

function runNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function runGroup(group) {
  const { runMocha } = await import('./mocha.mjs');
  const output = path.join(root, 'out', `counts-${group}.json`);
  await mkdir(path.dirname(output), { recursive: true });
  await rm(output, { force: true });
  console.log(`${group}:`);
  const reporter = [
    '--reporter',
    path.join(root, 'scripts/countingReporter.mjs'),
    '--reporter-option',
    `output=${output}`,
  ];
  const code = await runMocha([`test/${group}`], reporter).catch((error) => {
    console.error(error.message);
    return 1;
  });
  if (code === undefined) {
    console.log('  no tests');
    return;
  }
  const counts = existsSync(output) ? JSON.parse(await readFile(output, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  add(counts);
  if (code !== 0 && counts.failed === 0) {
    console.error(`  mocha ended with ${code} without a failed test`);
    total.failed++;
  }
}

async function runE2eGroup() {
  const { countE2e, runE2e } = await import('./e2e.mjs');
  console.log('e2e:');
  const report = ({ mode, outcome, title, error }) => {
    if (outcome in total) total[outcome]++;
    if (outcome === 'failed') console.log(`  failed: [${mode}] ${title}\n${error}`);
    else console.log(`  ${outcome}: [${mode}] ${title}`);
  };
  const { impossible } = await runE2e({ report, log: (line) => console.log(`  ${line}`) });
  if (!impossible) return;
  const skipped = await countE2e();
  total.skipped += skipped;
  console.error(`  NOT RUN: the ${skipped} e2e tests need a real VS Code. ${impossible}`);
  if (process.env.CI === 'true') {
    console.error('  That is a failure here, because CI=true');
    total.failed++;
  }
}

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
}
