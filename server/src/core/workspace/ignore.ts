import ignore, { type Ignore } from 'ignore';

/** What the user leaves out of the index, and brings back. */
export interface IgnoreOptions {
  /** Own setting `index.exclude`: patterns in the syntax of `.gitignore`, relative to the root. Wins over `include`. */
  readonly exclude: readonly string[];
  /** Own setting `index.include`, same syntax: wins over the built-in folders, `.gitignore` files and `editorExclude`. */
  readonly include: readonly string[];
  /** Globs of `files.exclude` and `search.exclude` that are switched on, as VS Code writes them: `test/*.{yml,yaml}`. */
  readonly editorExclude?: readonly string[];
}

/** The rules that hold in one folder. Immutable: subfolders with a `.gitignore` of their own get new rules. */
export interface IgnoreRules {
  readonly own: Ignore | undefined;
  readonly included: Ignore | undefined;
  /** Literal leading folders of the include patterns: excluded folders on the way there are walked for their sake. */
  readonly includedBelow: readonly string[];
  readonly editor: Ignore | undefined;
  readonly git: Ignore | undefined;
}

/** `excluded-but-open`: a folder that is left out itself, but may hold something that `include` brings back. */
export type FolderVerdict = 'kept' | 'excluded' | 'excluded-but-open';

/**
 * Folders that never hold manifests to judge, whatever their depth: version control, downloaded dependencies and tool
 * caches. `dist` and `build` are here because what lies there is made from sources that are read already: a rendered
 * copy beside its overlay would make every name a duplicate. Real manifests kept there come back with `index.include`.
 */
export const builtInExcludes: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  'vendor',
  '.terraform',
  '.terragrunt-cache',
  '.venv',
  'venv',
  '.tox',
  '.github',
  '.vscode-test',
  'dist',
  'build',
]);

/** The rules at the root, before any `.gitignore`. */
export function createRules(options: IgnoreOptions): IgnoreRules {
  return {
    own: compile(options.exclude),
    included: compile(options.include),
    includedBelow: options.include.map(literalFolders).filter((folder) => folder !== ''),
    editor: compile((options.editorExclude ?? []).flatMap(expandBraces).map(anchorGlob)),
    git: undefined,
  };
}

/**
 * The rules below `folder` (relative to the root, empty for the root itself) whose `.gitignore` has this text. A deeper
 * file wins over a shallower one, and within a file the last match wins (https://git-scm.com/docs/gitignore).
 */
export function addGitignore(rules: IgnoreRules, folder: string, text: string): IgnoreRules {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => moveBelow(line, folder));
  if (patterns.length === 0) return rules;
  const git = newIgnore();
  if (rules.git !== undefined) git.add(rules.git);
  return { ...rules, git: git.add(patterns) };
}

/** Whether to walk a folder (`relative` to the root, without slashes at its ends). `inExcluded`: a folder above is left out. */
export function judgeFolder(rules: IgnoreRules, relative: string, name: string, inExcluded: boolean): FolderVerdict {
  const path = `${relative}/`;
  if (matches(rules.own, path)) return 'excluded';
  const outside = inExcluded || builtInExcludes.has(name) || matches(rules.editor, path) || matches(rules.git, path);
  if (!outside || matches(rules.included, path)) return 'kept';
  const open = rules.includedBelow.some((literal) => `${literal}/`.startsWith(path) || path.startsWith(`${literal}/`));
  return open ? 'excluded-but-open' : 'excluded';
}

/** Whether a file in a walked folder is left out. */
export function isFileExcluded(rules: IgnoreRules, relative: string, inExcluded: boolean): boolean {
  if (matches(rules.own, relative)) return true;
  if (!inExcluded && !matches(rules.editor, relative) && !matches(rules.git, relative)) return false;
  return !matches(rules.included, relative);
}

function matches(rules: Ignore | undefined, path: string): boolean {
  return rules?.ignores(path) ?? false;
}

function compile(patterns: readonly string[]): Ignore | undefined {
  return patterns.length === 0 ? undefined : newIgnore().add(patterns);
}

/** Case counts: as git does on Linux, and elsewhere at worst a file more is read. */
function newIgnore(): Ignore {
  return ignore({ ignorecase: false, allowRelativePaths: true });
}

/** A line of `folder`'s `.gitignore` as a pattern of the root: `/x.log` in `a/b` is `/a/b/x.log`. Comments give nothing. */
function moveBelow(line: string, folder: string): readonly string[] {
  if (line.trim() === '' || line.startsWith('#')) return [];
  if (folder === '') return [line];
  const negated = line.startsWith('!');
  const body = (negated ? line.slice(1) : line).replace(/^\\(?=[!#])/, '');
  const prefix = `/${folder.replace(/[\\*?[\]]/g, '\\$&')}/`;
  const anchored = /\/[^\s]/.test(body) || body.startsWith('/');
  const moved = anchored ? prefix + body.replace(/^\//, '') : `${prefix}**/${body}`;
  return [negated ? `!${moved}` : moved];
}

/** VS Code's globs start at the root unless they begin with `**`; gitignore's match anywhere when they hold no slash. */
function anchorGlob(glob: string): string {
  return glob.startsWith('/') || glob.startsWith('**/') ? glob : `/${glob}`;
}

/** `build/manifests` of `/build/manifests/*.yaml`; empty where a pattern matches at any depth. */
function literalFolders(pattern: string): string {
  const names = pattern.replace(/^\//, '').split('/');
  if (names.length === 1 && !pattern.startsWith('/')) return '';
  const wild = names.findIndex((name) => /[*?[\\]/.test(name));
  return names
    .slice(0, wild < 0 ? names.length : wild)
    .filter((name) => name !== '')
    .join('/');
}

const maxExpansions = 256;

/** `{a,b}/{c,d}` as four globs; gitignore has no braces. Unbalanced braces stand for themselves. */
function expandBraces(glob: string): readonly string[] {
  let done: readonly string[] = [];
  let open: readonly string[] = [glob];
  while (open.length > 0 && open.length + done.length <= maxExpansions) {
    const next: string[] = [];
    for (const one of open) {
      const [all, inner] = /\{([^{}]*)\}/.exec(one) ?? [];
      if (all === undefined || inner === undefined) done = [...done, one];
      else for (const part of inner.split(',')) next.push(one.replace(all, () => part));
    }
    open = next;
  }
  return done;
}
