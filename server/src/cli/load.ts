import { isPromise } from '../core/base/awaitable.ts';
import { basename, dirname, isInside, joinPath } from '../core/base/path.ts';
import type { PartialSettings } from '../core/workspace/config.ts';
import type { Host } from '../core/workspace/host.ts';
import { type IndexedFolder, Workspace } from '../core/workspace/workspace.ts';
import type { Program } from './program.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/** The manifests that a command speaks about, read and indexed. */
export interface Loaded {
  readonly workspace: Workspace;
  readonly folder: IndexedFolder;
  /** Paths in answers are relative to this folder: the first PATH, or the folder of it where it is a file. */
  readonly base: string;
  /** Text as it was read; empty when the file is gone. */
  readonly textOf: (path: string) => string;
}

const STDIN_NAME = 'stdin.yaml';

/** Reads the PATHs of a command. Throws a {@link UsageError} for a path that does not exist or a broken configuration. */
export async function load(paths: readonly string[], args: ParsedArguments, program: Program): Promise<Loaded> {
  const given = paths.length > 0 ? paths : ['.'];
  const host = given.includes('-') ? withStdin(program, program.resolve('.')) : program.host;
  const targets = given.map((path) =>
    path === '-' ? joinPath(program.resolve('.'), STDIN_NAME) : program.resolve(path),
  );
  const folders = await Promise.all(
    targets.map(async (target, at) => {
      const stat = await host.stat(target);
      if (stat === undefined) throw new UsageError(`there is no file or folder \`${given[at]}\``);
      return { target, folder: stat.kind === 'folder' ? target : dirname(target), single: stat.kind === 'file' };
    }),
  );
  const root = folders.map(({ folder }) => folder).reduce(commonFolder);
  const workspace = new Workspace(host, {
    userSettings: () => settingsOf(args),
    scope: {
      folders: folders.filter(({ single }) => !single).map(({ target }) => target),
      files: folders.filter(({ single }) => single).map(({ target }) => target),
    },
    ...(args.values.config === undefined ? {} : { configFile: await existing(host, program, args.values.config) }),
  });
  const started = program.now();
  const showProgress = program.progress && args.values.quiet !== true;
  let shown = false;
  await workspace.indexFolder(root, undefined, (read, total) => {
    if (!showProgress || program.now() - started < 1000) return;
    shown = true;
    program.err(`\r${read} of ${total} files read`);
  });
  if (shown) program.err('\r\u001b[K');
  const [folder] = workspace.folders;
  if (folder === undefined) throw new Error('the folder was not indexed');
  const [problem] = folder.config?.problems ?? [];
  if (problem !== undefined) throw new UsageError(`${folder.config?.file}: ${problem.message}`);
  return { workspace, folder, base: folders[0]?.folder ?? root, textOf: createTextReader(host) };
}

async function existing(host: Host, program: Program, given: string): Promise<string> {
  const path = program.resolve(given);
  if ((await host.stat(path))?.kind !== 'file') throw new UsageError(`there is no file \`${given}\``);
  return path;
}

function settingsOf(args: ParsedArguments): PartialSettings {
  const { namespace, 'kubernetes-version': version, 'cluster-domain': domain } = args.values;
  return {
    ...(namespace === undefined ? {} : { defaultNamespace: namespace }),
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(domain === undefined ? {} : { clusterDomain: domain }),
  };
}

function createTextReader(host: Host): (path: string) => string {
  return (path) => {
    const content = host.readFile(path, Number.MAX_SAFE_INTEGER);
    return !isPromise(content) && 'text' in content ? content.text : '';
  };
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (!isInside(folder, b) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** A host in which standard input is a file of the current folder. */
function withStdin(program: Program, folder: string): Host {
  const path = joinPath(folder, STDIN_NAME);
  const text = program.readStdin();
  return {
    ...program.host,
    readDirectory: async (directory) => {
      const entries = await program.host.readDirectory(directory);
      return directory === folder ? [...entries, { name: basename(path), kind: 'file' as const }] : entries;
    },
    stat: (file) => (file === path ? { kind: 'file', size: text.length, id: 'stdin' } : program.host.stat(file)),
    readFile: (file, maxBytes) => (file === path ? { text } : program.host.readFile(file, maxBytes)),
  };
}
