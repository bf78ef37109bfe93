import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { GitReader, GitTree } from '../cli/gitRevision.ts';
import type { FileText } from '../core/workspace/host.ts';
import { decodeText } from './decode.ts';
import { toCorePath } from './nodeHost.ts';

/** Reads revisions with the `git` of the PATH. It reads objects alone: no hook, filter or program of the repository is run. */
export function createGitReader(): GitReader {
  return { open };
}

function open(folder: string, revision: string): ReturnType<GitReader['open']> {
  const program = findGit();
  if (program === undefined) return { problem: 'the program `git` is not on the PATH' };
  const run = (args: readonly string[], input?: string) => runGit(program, folder, args, input);
  const top = run(['rev-parse', '--show-toplevel']);
  if (top === undefined) return { problem: `\`${folder}\` is in no Git repository` };
  const commit = run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (commit === undefined) return { problem: `there is no revision \`${revision}\`` };
  const listed = run(['ls-tree', '-r', '-z', '-l', '--full-tree', line(commit)]);
  if (listed === undefined) return { problem: `the files of \`${revision}\` cannot be listed` };
  const blobs = parseTree(listed.toString('utf8'));
  return { root: toCorePath(path.resolve(line(top))), ...readerOf(blobs, run) };
}

interface Blob {
  readonly id: string;
  readonly size: number;
}

/** Lines `MODE blob ID SIZE\tPATH`; links (mode 120000) are left out. */
function parseTree(text: string): ReadonlyMap<string, Blob> {
  const blobs = new Map<string, Blob>();
  for (const entry of text.split('\0')) {
    const [, mode, id, size, file] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(entry) ?? [];
    if (id !== undefined && file !== undefined && mode !== '120000') blobs.set(file, { id, size: Number(size) });
  }
  return blobs;
}

type Run = (args: readonly string[], input?: string) => Buffer | undefined;

/** What manifests are made of is read at once when the first file is asked for, other files one by one. */
function readerOf(blobs: ReadonlyMap<string, Blob>, run: Run): Pick<GitTree, 'files' | 'read'> {
  let texts: Map<string, FileText> | undefined;
  const read = (file: string): FileText => {
    texts ??= readAll(
      [...blobs].filter(([name, { size }]) => USUAL.test(name) && size <= MAX_USUAL),
      run,
    );
    const known = texts.get(file);
    if (known !== undefined) return known;
    const blob = blobs.get(file);
    const bytes = blob && run(['cat-file', 'blob', blob.id]);
    const text: FileText = bytes === undefined ? { skipped: 'unreadable' } : decodeText(bytes);
    texts.set(file, text);
    return text;
  };
  return { files: new Map([...blobs].map(([file, { size }]) => [file, size])), read };
}

const USUAL = /\.(ya?ml|json)$/i;
const MAX_USUAL = 1 << 20;

/** The answer to each id is `ID blob SIZE`, a line break, the bytes and a line break. */
function readAll(wanted: readonly (readonly [string, Blob])[], run: Run): Map<string, FileText> {
  const texts = new Map<string, FileText>();
  const answer = run(['cat-file', '--batch'], wanted.map(([, { id }]) => `${id}\n`).join(''));
  let at = 0;
  for (const [file] of wanted) {
    const end = answer?.indexOf(0x0a, at) ?? -1;
    if (answer === undefined || end < 0) break;
    const [, kind, size] = answer.toString('latin1', at, end).split(' ');
    if (kind !== 'blob') {
      at = end + 1;
      continue;
    }
    texts.set(file, decodeText(answer.subarray(end + 1, end + 1 + Number(size))));
    at = end + 2 + Number(size);
  }
  return texts;
}

/** `undefined` where Git fails. */
function runGit(program: string, folder: string, args: readonly string[], input = ''): Buffer | undefined {
  const fixed = [
    '-c',
    'core.fsmonitor=false',
    '-c',
    `core.hooksPath=${process.platform === 'win32' ? 'NUL' : '/dev/null'}`,
  ];
  const { status, stdout } = spawnSync(program, [...fixed, ...args], {
    cwd: folder,
    input,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' },
    maxBuffer: MAX_OUTPUT,
    timeout: TIME_LIMIT,
    windowsHide: true,
  });
  return status === 0 ? stdout : undefined;
}

const MAX_OUTPUT = 1 << 30;
/** In milliseconds. */
const TIME_LIMIT = 60_000;

function line(output: Buffer): string {
  return output.toString('utf8').replace(/\r?\n$/, '');
}

function findGit(): string | undefined {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
