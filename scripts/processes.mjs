import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import path, { delimiter } from 'node:path';

/** Starts a program in a process group of its own, so that `stopGroup` ends everything it started in turn. */
export function startGroup(command, args, options = {}) {
  return spawn(command, args, { detached: process.platform !== 'win32', ...options });
}

/** Ends a child of `startGroup` and all it started, first politely; resolves when the child is gone. */
export async function stopGroup(child, graceMs = 3000) {
  if (child.exitCode !== null || child.signalCode !== null) return signalGroup(child, 'SIGKILL');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

/** Runs a program to its end; rejects with its output when it fails. `onLine` hears each line it prints. */
export function runToEnd(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const hear = (chunk) => {
      output += chunk;
      for (const line of String(chunk).split(/\r?\n/)) if (line.trim() !== '') onLine?.(line);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${path.basename(command)} ${args.join(' ')} failed (${code})\n${output.slice(-4000)}`));
    });
  });
}

/** The full path of a program on the PATH, or undefined. */
export function findProgram(name) {
  const endings = process.platform === 'win32' ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/** A TCP port of 127.0.0.1 that nothing listens on at the moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs npm in a folder, as a user would from a shell: without what an outer `npm run` left in the environment. */
export function npm(args, cwd, onLine) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(?:config_local_prefix|config_global|config_prefix|lifecycle|package|command|node_execpath)/i.test(name),
    ),
  );
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runToEnd(process.execPath, [cli, ...args], { cwd, env, onLine });
  return runToEnd('npm', args, { cwd, env, onLine, shell: process.platform === 'win32' });
}
