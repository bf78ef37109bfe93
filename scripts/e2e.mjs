// Runs test/e2e in a real VS Code: node scripts/e2e.mjs [MODE…] [--folder FOLDER] [--verbose] [--update-images]
// Modes: desktop restricted web plain overlays. --update-images: what the run saw becomes the pictures in README.md.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { listFiles, root } from './bundle.mjs';
import { installCodeServer, quietSettings, startCodeServer, whyNoCodeServer } from './codeServer.mjs';
import { screenshotFolder, startDriver } from './e2eDriver.mjs';
import { findProgram, runToEnd } from './processes.mjs';
import { shrinkPng } from './shrinkPng.mjs';

export const modes = ['desktop', 'restricted', 'web', 'plain', 'overlays'];
const timeLimitMs = 5 * 60_000;

/**
 * Runs the suite in each mode and hands every result to `report({ mode, outcome, title, error })`. Where no VS Code can be
 * run, `impossible` in the answer says why and nothing was run.
 */
export async function runE2e({ report, log = console.log, only = modes, folder, verbose = false }) {
  const editor = await chooseEditor(log);
  if (editor.impossible) return editor;
  log(`e2e runs in ${editor.name}`);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupt);
  for (const mode of only) {
    if (interruption.signal.aborted) break;
    const workspace = await makeWorkspace(mode, folder);
    try {
      const { signal } = interruption;
      await runMode(editor, { mode, workspace, report, signal, log: verbose ? log : () => {} });
    } finally {
      await rm(workspace.temporary, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, interrupt);
  return {};
}

/** How many tests the suite's files declare, for a run that cannot take place. */
export async function countE2e() {
  const files = await listFiles('test/e2e/suite', '.e2e.ts');
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.reduce((sum, text) => sum + (text.match(/^\s*it\(/gm) ?? []).length, 0);
}

async function chooseEditor(log) {
  const named = process.env.VSCODE_EXECUTABLE;
  if (named || (await canDownload())) {
    const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
    const wrapper = hasDisplay ? undefined : findProgram('xvfb-run');
    if (hasDisplay || wrapper) return { name: 'the desktop VS Code', run: (job) => runOnDesktop(job, named, wrapper) };
    log('VS Code is at hand, but neither a display nor xvfb-run: the browser is used instead');
  }
  const chromium = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
    .concat(process.env.CHROMIUM_EXECUTABLE ?? [])
    .map((name) => (path.isAbsolute(name) ? name : findProgram(name)))
    .findLast((file) => file !== undefined);
  const why =
    whyNoCodeServer() ?? (chromium ? undefined : 'no Chromium on the PATH (CHROMIUM_EXECUTABLE may name one)');
  if (why) return { impossible: `VS Code cannot be downloaded and started here, and in its place: ${why}` };
  try {
    const installed = await installCodeServer(log);
    return { name: `code-server with ${chromium}`, run: (job) => runInBrowser(job, installed, chromium) };
  } catch (error) {
    return { impossible: `VS Code cannot be downloaded here, and code-server cannot be installed: ${error.message}` };
  }
}

async function canDownload() {
  const address = 'https://update.code.visualstudio.com/api/releases/stable';
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return response?.ok === true;
}

/** A copy of the folder that tests may edit, and an empty profile beside it. */
async function makeWorkspace(mode, given) {
  const temporary = await mkdtemp(path.join(tmpdir(), 'kubefathom-e2e-'));
  const source = given ?? path.join(root, mode === 'overlays' ? 'examples/overlays' : 'examples/shop');
  const folder = path.join(temporary, mode === 'plain' ? 'plain' : path.basename(source));
  if (mode === 'plain') {
    await mkdir(folder);
    await writeFile(path.join(folder, 'compose.yaml'), 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n');
    await writeFile(path.join(folder, 'settings.yml'), 'kind: of\nversion: 2\n');
  } else {
    await cp(source, folder, { recursive: true });
  }
  return { temporary, folder };
}

async function runMode(editor, { mode, workspace, report, signal, log }) {
  const results = [];
  const driver = await startDriver((result) => {
    results.push(result);
    report({ mode, ...result });
  });
  driver.prefix = mode === 'desktop' ? '' : `${mode}-`;
  const suite = path.join(root, 'out/e2e', `${mode}.js`);
  try {
    await bundleSuite(suite, { address: driver.address, mode });
    await editor.run({ mode, workspace, suite, driver, signal, log });
  } catch (error) {
    if (!results.some(({ outcome }) => outcome === 'failed')) {
      report({ mode, outcome: 'failed', title: `the ${mode} run`, error: error.message });
    }
    return;
  } finally {
    driver.stop();
  }
  if (results.length === 0) report({ mode, outcome: 'failed', title: `the ${mode} run`, error: 'no test was run' });
}

/** One file that any extension host can load: it asks for `vscode` alone. */
async function bundleSuite(outfile, constants) {
  const files = await listFiles('test/e2e/suite', '.e2e.ts');
  const requires = files.map((file) => `require(${JSON.stringify(file)});`).join('\n');
  await build({
    stdin: {
      contents: `import { runSuite } from './runner.ts';\nexport const run = () => runSuite(() => {\n${requires}\n});\n`,
      resolveDir: path.join(root, 'test/e2e/suite'),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    external: ['vscode'],
    // Without `module`, mocha's browser build declares its global instead of taking over this file's exports.
    define: { KUBEFATHOM_E2E: JSON.stringify(constants), module: 'undefined' },
    logLevel: 'warning',
  });
  await writeFile(path.join(path.dirname(outfile), 'package.json'), '{ "type": "commonjs" }\n');
}

async function runInBrowser({ mode, workspace, suite, driver, signal, log }, installed, executablePath) {
  const { chromium } = await import('playwright-core');
  const dataFolder = path.join(workspace.temporary, 'profile');
  const server = await startCodeServer(installed, { dataFolder, settings: settingsFor(mode), driver: true, log });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags, ...leaveSignals });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: 'light' });
    const exited = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', (type, args) => log(`[${type}] ${args.map(String).join(' ')}`));
    page.on('requestfailed', (request) => log(`[page] ${request.url()} ${request.failure()?.errorText}`));
    page.on('pageerror', (error) => log(`[page] ${error.message}`));
    driver.page = page;
    const remote = (file) => `vscode-remote://${server.authority}${encodeURI(file)}`;
    const payload = [
      ['extensionDevelopmentPath', remote(root)],
      ['extensionTestsPath', remote(suite)],
      ...(mode === 'web' ? [['extensionDevelopmentKind', 'web']] : []),
    ];
    await page.goto(`${server.folderUrl(workspace.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const code = await withinTime(
      Promise.race([exited, server.ended.then(() => 'code-server ended')]),
      driver,
      mode,
      signal,
    );
    if (code !== 0) throw new Error(`the run ended with ${code}`);
  } finally {
    driver.page = undefined;
    await browser.close();
    await server.stop();
  }
}

/** Signals are ours to handle: the code-server has to end as well. */
const leaveSignals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Rejects when the run is interrupted, and, with a picture of where it stands, when it takes too long. */
async function withinTime(run, driver, mode, signal) {
  let timer;
  const aborted = new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const late = new Promise((_, reject) => {
    timer = setTimeout(async () => {
      await driver.page?.screenshot({ path: path.join(root, `out/e2e/${mode}-timeout.png`) }).catch(() => undefined);
      reject(
        new Error(`not through after ${timeLimitMs / 60_000} minutes; out/e2e/${mode}-timeout.png shows the window`),
      );
    }, timeLimitMs);
  });
  try {
    return await Promise.race([run, late, aborted]);
  } finally {
    clearTimeout(timer);
  }
}

function settingsFor(mode) {
  const restricted = {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  };
  return mode === 'restricted' ? { ...quietSettings, ...restricted } : quietSettings;
}

async function runOnDesktop({ mode, workspace, suite, signal, log }, named, wrapper) {
  const profile = path.join(workspace.temporary, 'profile');
  await mkdir(path.join(profile, 'User'), { recursive: true });
  await writeFile(path.join(profile, 'User/settings.json'), JSON.stringify(settingsFor(mode)));
  const executable = named ?? (await (await import('@vscode/test-electron')).downloadAndUnzipVSCode());
  const args = [
    workspace.folder,
    `--extensionDevelopmentPath=${root}`,
    `--extensionTestsPath=${suite}`,
    `--user-data-dir=${profile}`,
    '--disable-extensions',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    '--disable-gpu',
    ...(mode === 'restricted' ? [] : ['--disable-workspace-trust']),
    ...(mode === 'web' ? ['--extensionDevelopmentKind=web'] : []),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const [command, ...rest] = wrapper ? [wrapper, '-a', executable, ...args] : [executable, ...args];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VSCODE_|ELECTRON_RUN)/.test(name)),
  );
  await runToEnd(command, rest, { env, signal, timeout: timeLimitMs, onLine: log });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const at = args.indexOf('--folder');
  const folder = at < 0 ? undefined : path.resolve(args.splice(at, 2)[1] ?? '.');
  const chosen = modes.filter((mode) => args.includes(mode));
  if (!existsSync(path.join(root, 'dist/extension.cjs'))) throw new Error('run `npm run build` first');
  let failed = 0;
  const report = ({ mode, outcome, title, error }) => {
    if (outcome === 'failed') failed++;
    console.log(`${outcome}  [${mode}] ${title}${error ? `\n${error}` : ''}`);
  };
  const only = chosen.length > 0 ? chosen : modes;
  const { impossible } = await runE2e({ report, only, folder, verbose: args.includes('--verbose') });
  if (impossible) console.error(impossible);
  if (args.includes('--update-images') && !impossible) {
    await mkdir(path.join(root, 'docs/images'), { recursive: true });
    for (const name of ['editor.png', 'reachability.png'])
      await writeFile(
        path.join(root, 'docs/images', name),
        shrinkPng(await readFile(path.join(screenshotFolder, name))),
      );
  }
  process.exitCode = failed > 0 || impossible ? 1 : 0;
}
