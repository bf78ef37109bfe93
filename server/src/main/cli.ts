import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../cli/commands.ts';
import { commandOptions, type ParsedArguments, UsageError, unknownOption } from '../cli/usage.ts';
import { isInside, relativePath } from '../core/base/path.ts';
import { decodeText, encodeText } from './decode.ts';
import { createGitReader } from './git.ts';
import { createHelmRunner } from './helm.ts';
import { createNodeHost, toCorePath } from './nodeHost.ts';
import { tuneEngine } from './tuning.ts';

/** The `kubefathom` program: hands what it was called with to the commands, and their answers to the streams. */
async function main(): Promise<number> {
  tuneEngine();
  const parsed = parse(process.argv.slice(2));
  if (parsed.command === 'lsp' && parsed.values.stdio === true && parsed.values.help !== true)
    return await serveStdio();
  const here = toCorePath(process.cwd());
  return await runCommand(parsed, {
    host: createNodeHost(),
    helm: createHelmRunner(),
    git: createGitReader(),
    resolve: (given) => toCorePath(path.resolve(given)),
    showPath: (file) => (isInside(here, file) ? relativePath(here, file) : file),
    readStdin: () => readStdin(),
    writeFile,
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

function parse(args: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: commandOptions, allowPositionals: true });
    const [command, ...rest] = positionals;
    return { command, positionals: rest, values };
  } catch (error) {
    throw new UsageError(describeParseError(error instanceof Error ? error.message : String(error)));
  }
}

/** What Node says of options, in our words: its own speak of its API and quote the option's whole declaration. */
function describeParseError(text: string): string {
  const option = /^(?:Unknown option|Option) '(?:-\w, )?(-[^' ]*)/.exec(text)?.[1];
  if (option === undefined) return text;
  if (text.startsWith('Unknown')) return unknownOption(option);
  return text.includes('does not take') ? `${option} takes no value` : `${option} needs a value`;
}

function readStdin(): string {
  try {
    const content = decodeText(readFileSync(0));
    if ('text' in content) return content.text;
  } catch (error) {
    throw new UsageError(`standard input cannot be read: ${describeError(error)}`);
  }
  throw new UsageError('standard input is no text');
}

function writeFile(file: string, text: string): void {
  try {
    const bytes = encodeText(readFileSync(file), text);
    if (bytes === undefined) throw new UsageError(`\`${file}\` holds bytes that are no text and was left as it is`);
    writeFileSync(file, bytes);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`\`${file}\` cannot be written: ${describeError(error)}`);
  }
}

/** An error of the operating system in short (`EACCES: permission denied`), any other by its message. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message.replace(/, [a-z]+( '.*')?$/, '') : error.message;
}

/** Ends the program when the reader of a stream is gone (`| head`): quietly, for it has seen what it wanted. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 2),
  );
}

endWithReader(process.stdout);
endWithReader(process.stderr);
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = 2;
    const isUsage = error instanceof UsageError;
    const verbose = process.argv.includes('--verbose') && error instanceof Error && !isUsage;
    const text = verbose ? error.stack : describeError(error);
    process.stderr.write(`kubefathom: ${isUsage ? '' : 'internal error, please report it: '}${text}\n`);
  },
);
