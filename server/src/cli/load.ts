import { isPromise } from '../core/base/awaitable.ts';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { dirname, isInside, joinPath } from '../core/base/path.ts';
import { settableCodes } from '../core/rules/page.ts';
import { type PartialSettings, problemOfText } from '../core/workspace/config.ts';
import { type ConfigProblem, findConfigFile, readConfigText } from '../core/workspace/configFile.ts';
import { describeSkip, type HelmRunner, type Host } from '../core/workspace/host.ts';
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

/** The PATH that means standard input. */
export const STDIN = '-';

const STDIN_NAME = '<stdin>';

/** How a command takes what it is given. */
export interface LoadOptions {
  /** Settings that hold where neither an option nor a configuration says otherwise. */
  readonly defaults?: PartialSettings;
  /** The PATHs are all that is applied, single files too: what they lack does not exist. */
  readonly isWhole?: boolean;
}

/** Reads the PATHs of a command. Throws a {@link UsageError} for a path that does not exist or a broken configuration. */
export async function load(
  paths: readonly string[],
  args: ParsedArguments,
  program: Program,
  { defaults = {}, isWhole = false }: LoadOptions = {},
): Promise<Loaded> {
  const overrides = settingsOf(args);
  const given = paths.length > 0 ? paths : ['.'];
  const files = given.includes(STDIN) ? withStdin(program, program.resolve('.')) : program.host;
  const host = args.values.helm === true ? { ...files, helm: requireHelm(program) } : files;
  const targets = given.map((path) =>
    path === STDIN ? joinPath(program.resolve('.'), STDIN_NAME) : program.resolve(path),
  );
  const folders = await Promise.all(
    targets.map(async (target, at) => {
      const stat = await host.stat(target);
      if (stat === undefined) {
        // Where a shell puts `<(…)`.
        const pipe = target.startsWith('/dev/')
          ? '; to read what another program prints, pipe it to `kubefathom check -`'
          : '';
        throw new UsageError(`there is no file or folder \`${given[at]}\`${pipe}`);
      }
      return { target, folder: stat.kind === 'folder' ? target : dirname(target), single: stat.kind === 'file' };
    }),
  );
  const common = folders.map(({ folder }) => folder).reduce(commonFolder);
  const root = (await repositoryOf(host, common)) ?? common;
  const base = folders[0]?.folder ?? common;
  const configFile =
    args.values.config === undefined
      ? await findConfigFile(host, base)
      : await existingFile(host, program, args.values.config);
  const workspace = new Workspace(host, {
    userSettings: () => defaults,
    overrides,
    scope: {
      folders: folders.filter(({ single }) => !single).map(({ target }) => target),
      files: folders.filter(({ single }) => single).map(({ target }) => target),
      partial: !isWhole && folders.every(({ single }) => single) && !given.includes(STDIN),
    },
    ...(configFile === undefined ? {} : { configFile }),
  });
  const started = program.now();
  const showProgress = program.progress && args.values.quiet !== true;
  let shown = false;
  await workspace.indexFolder(root, undefined, (read, total) => {
    if (!showProgress || program.now() - started < 1000) return;
    shown = true;
    program.err(`\r${read} of ${total} files read`);
  });
  await workspace.renderCharts();
  if (shown) program.err('\r\u001b[K');
  const [folder] = workspace.folders;
  if (folder === undefined) throw new Error('the folder was not indexed');
  for (const [at, { target }] of folders.entries()) {
    const refused = folder.skipped.find(
      ({ file, reason }) => file === target && reason !== describeSkip('too-many-files'),
    );
    if (refused !== undefined) throw new UsageError(`\`${given[at]}\` cannot be read: ${refused.reason}`);
  }
  const textOf = createTextReader(host);
  if (folder.config !== undefined) checkConfig(folder.config.file, textOf(folder.config.file), program);
  // A part of the repository may lack what the whole has.
  const problems = folders.some(({ target }) => target === root) ? folder.index.environmentProblems : [];
  for (const problem of problems) program.err(`kubefathom: ${problem}\n`);
  return { workspace, folder, base, textOf };
}

function requireHelm({ helm }: Program): HelmRunner {
  if (helm.find('') === undefined)
    throw new UsageError('--helm needs the program `helm`, which the PATH does not lead to');
  return helm;
}

/** A configuration that says something wrong is no answer; one that names a rule of another version is. */
function checkConfig(file: string, text: string, program: Program): void {
  const lines = createLineIndex(text);
  const show = ({ start, message }: ConfigProblem) => {
    const { line, character } = lines.positionAt(start);
    return `${program.showPath(file)}:${line + 1}:${character + 1}: ${message}`;
  };
  const [problem] = readConfigText(text).problems;
  if (problem !== undefined) throw new UsageError(show(problem));
  for (const unknown of readConfigText(text, RULE_CODES).problems) program.err(`kubefathom: ${show(unknown)}\n`);
}

const RULE_CODES = settableCodes.map(({ id }) => id);

async function existingFile(host: Host, program: Program, given: string): Promise<string> {
  const path = program.resolve(given);
  if ((await host.stat(path))?.kind !== 'file') throw new UsageError(`there is no file \`${given}\``);
  return path;
}

/** The settings that are options too. */
const SETTING_OPTIONS = [
  ['namespace', 'defaultNamespace'],
  ['kubernetes-version', 'kubernetesVersion'],
  ['cluster-domain', 'clusterDomain'],
] as const;

function settingsOf({ values }: ParsedArguments): PartialSettings {
  const settings: Record<string, string> = {};
  for (const [option, key] of SETTING_OPTIONS) {
    const given = values[option];
    if (given === undefined) continue;
    const wrong = problemOfText(key, given);
    if (wrong !== undefined) throw new UsageError(`--${option} ${wrong}, not \`${given}\``);
    settings[key] = given;
  }
  return settings;
}

function createTextReader(host: Host): (path: string) => string {
  return (path) => {
    const content = host.readFile(path, Number.MAX_SAFE_INTEGER);
    return !isPromise(content) && 'text' in content ? content.text : '';
  };
}

/** The folder of the Git repository that a folder lies in: kustomizations reach for what lies beside the PATHs. */
async function repositoryOf(host: Host, folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await host.stat(joinPath(at, '.git'))) !== undefined) return at;
    if (at === dirname(at)) return undefined;
  }
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
    stat: (file) => (file === path ? { kind: 'file', size: text.length, id: 'stdin' } : program.host.stat(file)),
    readFile: (file, maxBytes) => (file === path ? { text } : program.host.readFile(file, maxBytes)),
  };
}
