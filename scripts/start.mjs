// Opens the extension on a folder: npm start [-- FOLDER]
import { execFile, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureDependencies } from './dependencies.mjs';
import { findProgram, startGroup, stopGroup } from './processes.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const usage = `npm start [-- FOLDER]

Builds Kubefathom, prints what it finds in FOLDER (default: examples/shop), then opens FOLDER in an editor with the extension:
in the desktop VS Code where \`code\` is on the PATH, else in a VS Code for the browser (code-server, installed from npm into a
cache folder on first use), which listens on 127.0.0.1 only. Ctrl-C stops all that it started.

  --browser   use the VS Code for the browser even where \`code\` is on the PATH
  --help      print this
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(usage);
} else {
  process.exitCode = await main(args);
}

async function main(given) {
  const unknown = given.find((arg) => arg.startsWith('-') && arg !== '--browser');
  const folders = given.filter((arg) => !arg.startsWith('-'));
  if (unknown !== undefined || folders.length > 1) {
    console.error(`${unknown === undefined ? 'Name one folder' : `Unknown option ${unknown}`}\n\n${usage}`);
    return 2;
  }
  const folder = path.resolve(process.env.INIT_CWD ?? process.cwd(), folders[0] ?? path.join(root, 'examples/shop'));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    console.error(`There is no folder ${folder}`);
    return 2;
  }

  const cleanUps = [];
  let stopped;
  const stop = () => {
    stopped ??= (async () => {
      for (const cleanUp of cleanUps.splice(0).reverse())
        await cleanUp().catch((error) => console.error(error.message));
    })();
    return stopped;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (stopped === undefined) console.log('\nStopping …');
      await stop();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  try {
    await open(folder, given.includes('--browser'), cleanUps);
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  } finally {
    await stop();
  }
}

async function open(folder, inBrowser, cleanUps) {
  await ensureDependencies();
  console.log('Building …');
  const { buildAll } = await import('./build.mjs');
  const { failed } = await buildAll();
  if (failed.length > 0) throw new Error(failed.map((line) => `Not built: ${line}`).join('\n'));
  await showFindings(folder);

  const first = await firstFinding(folder);
  const code = inBrowser ? undefined : findProgram('code');
  if (code !== undefined) await openDesktop(code, folder, first, cleanUps);
  else await openBrowser(folder, first, cleanUps);
}

/** What the terminal says about the same folder. Findings are no failure here. */
function showFindings(folder) {
  console.log(`\nkubefathom check ${path.relative(process.cwd(), folder) || '.'}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'dist/cli.cjs'), 'check', folder], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/**
 * The gravest finding, to be opened with the folder: an extension for YAML starts with the first YAML file that is shown.
 * Undefined where there is none.
 */
async function firstFinding(folder) {
  const args = [path.join(root, 'dist/cli.cjs'), 'check', '--format', 'json', '--fail-on', 'never', folder];
  try {
    const { findings } = JSON.parse((await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 })).stdout);
    const { file, line, column } = findings.find(({ severity }) => severity === 'error') ?? findings[0];
    const found = [folder, process.cwd()].map((base) => path.resolve(base, file)).find((name) => existsSync(name));
    return found && { file: found, line, column };
  } catch {
    return undefined;
  }
}

async function openDesktop(code, folder, first, cleanUps) {
  const profile = await mkdtemp(path.join(tmpdir(), 'kubefathom-vscode-'));
  cleanUps.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const flags = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${profile}`,
    '--disable-extensions',
    '--skip-welcome',
  ];
  const goto = first ? ['--goto', `${first.file}:${first.line}:${first.column}`] : [];
  const child = startGroup(code, ['--wait', '--new-window', ...flags, folder, ...goto], {
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  cleanUps.push(() => stopGroup(child));
  console.log(`\nVS Code opens ${folder} with the extension in a fresh profile.\n\n${whatToTry(folder, first)}`);
  console.log('\nClose its window or press Ctrl-C to stop.');
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

async function openBrowser(folder, first, cleanUps) {
  const { installCodeServer, startCodeServer, whyNoCodeServer } = await import('./codeServer.mjs');
  const impossible = whyNoCodeServer();
  if (impossible)
    throw new Error(`Install VS Code with its command \`code\`: it is not on the PATH, and ${impossible}`);
  const { packVsix } = await import('./package.mjs');
  const installed = await installCodeServer();
  console.log('\nPreparing the editor …');
  const { packagePath } = await packVsix({ quiet: true });
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'kubefathom-editor-'));
  cleanUps.push(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 }));
  const server = await startCodeServer(installed, { dataFolder, vsix: packagePath });
  cleanUps.push(() => server.stop());
  console.log(
    `\nOpen this address in a browser:\n\n  ${server.folderUrl(folder, first?.file)}\n\n${whatToTry(folder, first)}`,
  );
  console.log('\nPress Ctrl-C to stop.');
  await server.ended;
}

function whatToTry(folder, first) {
  const opened = first ? `${path.relative(folder, first.file)} is open, with a finding in line ${first.line}.` : '';
  return `Try there:
  1. ${opened || 'Open one of the manifests.'} Problems (Ctrl+Shift+M) lists those of the whole folder.
  2. Rest the mouse on a selector, a port, clusterIP or policyTypes: the hover explains this very manifest.
  3. Put the cursor on a finding and press Ctrl+. for fixes; F12 on a selector goes to the Pods that it selects.
  4. "Kubefathom: Explain Rule" in the palette (F1) opens the pages of the rules.`;
}
