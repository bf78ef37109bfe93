import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const program = path.resolve('dist/cli.cjs');

export const shop = path.resolve('examples/shop');

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built program to its end. `npm run build` makes it. */
export async function kubefathom(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  assert.ok(existsSync(program), 'dist/cli.cjs is missing: npm run build');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [out, err, code] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
  ]);
  return { code, out, err };
}

/** Asserts that a call is refused: exit code 2, nothing on standard output, one sentence without a stack. */
export async function assertRefused(args: readonly string[], sentence: RegExp, options?: RunOptions): Promise<void> {
  const { code, out, err } = await kubefathom(args, options);
  assert.equal(code, 2, `${args.join(' ')}: ${err}`);
  assert.equal(out, '');
  assert.match(err, /^kubefathom: [^\n]+\n$/);
  assert.doesNotMatch(err, /\bat .*:\d+:\d+\)?$/m);
  assert.match(err, sentence);
}

/** A temporary folder for the tests of a suite; `write` makes files in it. */
export function temporaryFolder() {
  let root = '';
  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'kubefathom-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  return {
    get root() {
      return root;
    },
    at: (name: string) => path.join(root, name),
    write: (name: string, content: string | Uint8Array): string => {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    copyShop: (): string => {
      cpSync(shop, path.join(root, 'shop'), { recursive: true });
      return path.join(root, 'shop');
    },
  };
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
