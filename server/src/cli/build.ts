import { isPromise } from '../core/base/awaitable.ts';
import { FileTable } from '../core/base/fileTable.ts';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { basename, dirname, joinPath } from '../core/base/path.ts';
import { type BuiltTree, findElsewhere, placeOf, showTrees, treesOf } from '../core/ide/showUnit.ts';
import { isKustomizationFile, KUSTOMIZATION_FILES } from '../core/sources/kustomization.ts';
import { buildKustomization } from '../core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../core/sources/kustomize/context.ts';
import { describeSkip, type FileText } from '../core/workspace/host.ts';
import { toJson } from '../core/yaml/json.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { load } from './load.ts';
import type { Program } from './program.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/**
 * `kubefathom build`: what a kustomization comes to, as `kubectl kustomize` prints it, or a chart as helm renders it. Exit code
 * 1 where the real one refuses, with the reasons on standard error; 2 where a part cannot be known here, and what can is printed
 * all the same.
 */
export async function build(args: ParsedArguments, program: Program): Promise<number> {
  const [given = '.', more] = args.positionals;
  if (more !== undefined) throw new UsageError('build takes one folder');
  const { kind, folder } = await findSource(given, program);
  if (kind === 'chart' && args.values.helm !== true)
    throw new UsageError(`\`${given}\` is a chart; with --helm, helm renders it, which does what its templates say`);
  const read = createReader(program);
  const built = kind === 'chart' ? await renderChart(given, folder, args, program) : buildFolder(folder, read);
  const showPlace = (file: string, offset: number) => {
    const content = read(file);
    const lines = createLineIndex('text' in content ? content.text : '');
    return `${program.showPath(file)}:${lines.positionAt(offset).line + 1}`;
  };
  for (const { file, start, message } of built.problems) program.err(`${showPlace(file, start)}: ${message}\n`);
  if (built.problems.length > 0) return 1;
  const options = { files: built.files, ...(args.values.origins === true ? { showPlace } : {}) };
  program.out(args.values.format === 'json' ? toText(built, given, showPlace, args) : showTrees(built.trees, options));
  for (const { file, start, message } of built.missing)
    program.err(`${showPlace(file, start)}: not in what is printed: ${message}\n`);
  return built.missing.length > 0 ? 2 : 0;
}

/** What is printed, and what is said of it. */
interface Built {
  readonly trees: readonly BuiltTree[];
  /** Resolves the positions in them. */
  readonly files: FileTable;
  readonly problems: readonly Remark[];
  readonly missing: readonly Remark[];
}

interface Remark {
  readonly file: string;
  readonly start: number;
  readonly message: string;
}

function buildFolder(folder: string, read: Reader): Built {
  const { resources, problems, unknown } = buildKustomization(folder, filesOf(read));
  const missing = unknown.filter(({ touches }) => touches !== 'nothing');
  return { trees: resources, files: new FileTable(), problems, missing };
}

/** A chart with its own values; an environment's may be others. */
async function renderChart(given: string, folder: string, args: ParsedArguments, program: Program): Promise<Built> {
  const { index } = (await load([given], args, program)).folder;
  const unit = index.units.find((candidate) => candidate.kind === 'chart' && candidate.folder === folder);
  if (unit === undefined) throw new UsageError(`\`${given}\` cannot be rendered by itself`);
  return { trees: treesOf(unit), files: unit.siblings.files, problems: unit.notes, missing: [] };
}

type Reader = (file: string) => FileText;

async function findSource(
  given: string,
  { host, resolve }: Program,
): Promise<{ readonly kind: 'kustomization' | 'chart'; readonly folder: string }> {
  const path = resolve(given);
  const stat = await host.stat(path);
  if (stat === undefined) throw new UsageError(`there is no file or folder \`${given}\``);
  if (stat.kind === 'file') {
    if (isKustomizationFile(basename(path))) return { kind: 'kustomization', folder: dirname(path) };
    throw new UsageError(`\`${given}\` is no kustomization; build takes its folder`);
  }
  for (const name of KUSTOMIZATION_FILES)
    if ((await host.stat(joinPath(path, name))) !== undefined) return { kind: 'kustomization', folder: path };
  if ((await host.stat(joinPath(path, 'Chart.yaml'))) !== undefined) return { kind: 'chart', folder: path };
  throw new UsageError(
    `\`${given}\` has no kustomization.yaml and is no chart; plain manifests are applied as they are written`,
  );
}

/** Reads each file once. */
function createReader({ host }: Program): Reader {
  const known = new Map<string, FileText>();
  return (file) => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const content = host.readFile(file, MAX_BYTES);
    const read: FileText = isPromise(content) ? { skipped: 'unreadable' } : content;
    known.set(file, read);
    return read;
  };
}

const MAX_BYTES = 64 << 20;

function filesOf(read: Reader): KustomizeFiles {
  return {
    read: (file) => {
      const content = read(file);
      return 'text' in content ? content.text : undefined;
    },
    whyUnknown: (file) => {
      const content = read(file);
      if ('text' in content || content.skipped === 'missing' || content.skipped === 'not-a-file') return undefined;
      return describeSkip(content.skipped);
    },
  };
}

function toText(
  { trees, files }: Built,
  folder: string,
  showPlace: (file: string, offset: number) => string,
  { values: { origins } }: ParsedArguments,
): string {
  const resources = trees.map(({ file, root }) => {
    const place = placeOf(root, file, files);
    return {
      place: showPlace(place.file, place.offset),
      resource: toJson(root, { maxNodes: Number.POSITIVE_INFINITY }),
      ...(origins === true ? { origins: originsOf(root, file, files, showPlace) } : {}),
    };
  });
  const safe = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  return `${JSON.stringify({ version: 1, folder, resources }, safe, 2)}\n`;
}

/** The values that were written outside of an object's own text, by their paths: `/spec/replicas`. */
function originsOf(
  root: YamlNode,
  file: string,
  files: FileTable,
  showPlace: (file: string, offset: number) => string,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = (node: YamlNode, path: string): void => {
    if (node.kind === 'mapping')
      for (const { name, value } of node.pairs)
        visit(value, `${path}/${(name ?? '').replaceAll('~', '~0').replaceAll('/', '~1')}`);
    else if (node.kind === 'sequence') for (const [at, item] of node.items.entries()) visit(item, `${path}/${at}`);
    else {
      const place = findElsewhere(node, file, files);
      if (place !== undefined) found[path] = showPlace(place.file, place.offset);
    }
  };
  visit(root, '');
  return found;
}
