import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../cli/program.ts';
import { commandOptions, type ParsedArguments, UsageError } from '../cli/usage.ts';
import { createNodeHost, toCorePath } from './nodeHost.ts';

/** The `kubefathom` program: hands what it was called with to the commands, and their answers to the streams. */
async function main(): Promise<number> {
  // A reader that closes the pipe early (`| head`) ends the program quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  const parsed = parse(process.argv.slice(2));
  if (typeof parsed === 'string') return fail(parsed);
  if (parsed.command === 'lsp' && parsed.values.stdio === true) return await serveStdio();
  return await runCommand(parsed, {
    host: createNodeHost(),
    resolve: (given) => toCorePath(path.resolve(given)),
    readStdin: () => readFileSync(0, 'utf8'),
    writeFile: (file, text) => writeFileSync(file, text),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    progress: process.stderr.isTTY === true,
    now: () => performance.now(),
  });
}

/** The server is a bundle of its own beside this one, so that the other commands start without it. */
async function serveStdio(): Promise<number> {
  await import(pathToFileURL(path.join(__dirname, 'server.cjs')).href);
  return await new Promise(() => {});
}

function parse(args: readonly string[]): ParsedArguments | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: commandOptions, allowPositionals: true });
    const [command, ...rest] = positionals;
    return { command, positionals: rest, values };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fail(message: string): number {
  process.stderr.write(`kubefathom: ${message}\n`);
  return 2;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) {
      process.exitCode = fail(error.message);
      return;
    }
    const text =
      error instanceof Error ? (process.argv.includes('--verbose') ? error.stack : error.message) : String(error);
    process.exitCode = fail(`internal error, please report it: ${text}`);
  },
);
