// A real VS Code in the browser: code-server from npm, kept in a cache folder of its own. Used by `npm start` and the e2e tests.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { freePort, npm, runToEnd, startGroup, stopGroup } from './processes.mjs';

const codeServerVersion = '4.139.1';
/** The major version of Node that this code-server needs. */
const nodeMajor = 24;

/** Installs code-server and its Node unless they are there; returns the paths to start it with. */
export async function installCodeServer(log = console.log) {
  const folder = path.join(cacheFolder(), `code-server-${codeServerVersion}`);
  if (!existsSync(path.join(folder, 'complete'))) await install(folder, log);
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  return { node: nodeOf(folder), serverMain: path.join(vscode, 'out/server-main.js') };
}

/** Why code-server cannot run on this system, or undefined. */
export function whyNoCodeServer() {
  if (process.platform === 'win32') return 'code-server does not run on Windows';
  return undefined;
}

/** Settings for a fresh profile in which nothing but the folder and its findings asks for attention. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  'files.autoSave': 'off',
  'editor.minimap.enabled': false,
};

/**
 * Starts a server on 127.0.0.1 with a profile in `dataFolder`. Resolves once it answers; `stop` ends it and its extension
 * hosts. `driver` makes the workbench accept `payload` in its address, which tests need.
 */
export async function startCodeServer(
  { node, serverMain },
  { dataFolder, settings = quietSettings, vsix, driver = false, log },
) {
  await mkdir(path.join(dataFolder, 'data/User'), { recursive: true });
  await writeFile(path.join(dataFolder, 'data/User/settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  const env = cleanEnvironment();
  const folders = ['--server-data-dir', dataFolder, '--extensions-dir', path.join(dataFolder, 'extensions')];
  const terms = '--accept-server-license-terms';
  if (vsix) await runToEnd(node, [serverMain, terms, ...folders, '--install-extension', vsix, '--force'], { env });

  const port = await freePort();
  const address = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  const flags = driver ? ['--enable-smoke-test-driver'] : [];
  const child = startGroup(node, [serverMain, ...address, terms, ...folders, ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const hear = (chunk) => {
    output = (output + chunk).slice(-20_000);
    log?.(String(chunk));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const origin = `http://127.0.0.1:${port}`;
  try {
    await answers(origin, ended);
  } catch (error) {
    await stopGroup(child);
    throw new Error(`code-server did not start: ${error.message}\n${output}`);
  }
  return {
    origin,
    authority: `127.0.0.1:${port}`,
    ended,
    /** The address of a folder, with one of its files open. */
    folderUrl: (folder, file) => {
      const payload = [['openFile', `vscode-remote://127.0.0.1:${port}${encodePath(file ?? '')}`]];
      const opened = file === undefined ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
      return `${origin}/?folder=${encodePath(folder)}${opened}`;
    },
    stop: () => stopGroup(child),
  };
}

function encodePath(file) {
  return file.split('/').map(encodeURIComponent).join('/');
}

export function cacheFolder() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'kubefathom');
}

async function install(folder, log) {
  log(`Installing code-server ${codeServerVersion} (a VS Code for the browser, about 600 MB) into ${folder} …`);
  const began = Date.now();
  const partial = `${folder}.${process.pid}.partial`;
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await mkdir(partial, { recursive: true });
    await writeFile(path.join(partial, 'package.json'), '{ "private": true }\n');
    const nodePackage = runsItself() ? [] : [`${nodePackageName()}@${nodeMajor}`];
    await npm(['install', ...quiet, `code-server@${codeServerVersion}`, ...nodePackage], partial);
    log('  … its own dependencies');
    await npm(['install', '--omit=dev', ...quiet], path.join(partial, 'node_modules/code-server/lib/vscode'));
    await writeFile(path.join(partial, 'complete'), '');
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(path.join(folder, 'complete'))) throw error;
  }
  log(`code-server installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

function runsItself() {
  return process.versions.node.split('.')[0] === String(nodeMajor);
}

function nodeOf(folder) {
  const own = path.join(folder, 'node_modules', nodePackageName(), 'bin/node');
  return existsSync(own) ? own : process.execPath;
}

function nodePackageName() {
  return `node-${process.platform}-${process.arch}`;
}

function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$)/.test(name)),
  );
}

async function answers(origin, ended) {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await new Promise((go) => setTimeout(go, 100))) {
    if (isOver) throw new Error('it ended at once');
    const response = await fetch(origin, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (response?.ok) return;
  }
  throw new Error('it does not answer');
}
