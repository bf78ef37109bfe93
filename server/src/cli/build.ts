import { isPromise } from '../core/base/awaitable.ts';
import { FileTable } from '../core/base/fileTable.ts';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { basename, dirname, joinPath } from '../core/base/path.ts';
import { findElsewhere, showTrees } from '../core/ide/showUnit.ts';
import { isKustomizationFile, KUSTOMIZATION_FILES } from '../core/sources/kustomization.ts';
import { type BuiltResource, buildKustomization } from '../core/sources/kustomize/build.ts';
import type { KustomizeFiles } from '../core/sources/kustomize/context.ts';
import { describeSkip, type FileText } from '../core/workspace/host.ts';
import { toJson } from '../core/yaml/json.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import type { Program } from './program.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/**
 * `kubefathom build`: what a kustomization comes to, as `kubectl kustomize` prints it. Exit code 1 where the real one refuses,
 * with the reasons on standard error; 2 where a part cannot be known here, and what can is printed all the same.
 */
export async function build(args: ParsedArguments, program: Program): Promise<number> {
  const [given = '.', more] = args.positionals;
  if (more !== undefined) throw new UsageError('build takes one folder');
  const folder = await findFolder(given, program);
  const read = createReader(program);
  const { resources, problems, unknown } = buildKustomization(folder, filesOf(read));
  const textOf = (file: string) => {
    const content = read(file);
    return 'text' in content ? content.text : '';
  };
  const showPlace = (file: string, offset: number) =>
    `${program.showPath(file)}:${createLineIndex(textOf(file)).positionAt(offset).line + 1}`;
  for (const { file, start, message } of problems) program.err(`${showPlace(file, start)}: ${message}\n`);
  if (problems.length > 0) return 1;
  const isJson = args.values.format === 'json';
  const isTold = args.values.origins === true;
  program.out(
    isJson ? toText(resources, isTold, showPlace, given) : showTrees(resources, isTold ? { showPlace } : undefined),
  );
  const missing = unknown.filter(({ touches }) => touches !== 'nothing');
  for (const { file, start, message } of missing)
    program.err(`${showPlace(file, start)}: not in what is printed: ${message}\n`);
  return missing.length > 0 ? 2 : 0;
}

type Reader = (file: string) => FileText;

async function findFolder(given: string, { host, resolve }: Program): Promise<string> {
  const path = resolve(given);
  const stat = await host.stat(path);
  if (stat === undefined) throw new UsageError(`there is no file or folder \`${given}\``);
  if (stat.kind === 'file') {
    if (isKustomizationFile(basename(path))) return dirname(path);
    throw new UsageError(`\`${given}\` is no kustomization; build takes its folder`);
  }
  for (const name of KUSTOMIZATION_FILES) if ((await host.stat(joinPath(path, name))) !== undefined) return path;
  if ((await host.stat(joinPath(path, 'Chart.yaml'))) !== undefined)
    throw new UsageError(`\`${given}\` is a chart; \`helm template ${given}\` prints what it comes to`);
  throw new UsageError(`\`${given}\` has no kustomization.yaml; plain manifests are applied as they are written`);
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
  resources: readonly BuiltResource[],
  isTold: boolean,
  showPlace: (file: string, offset: number) => string,
  folder: string,
): string {
  const built = resources.map(({ file, root }) => ({
    place: showPlace(root.origin?.file ?? file, root.start),
    resource: toJson(root, { maxNodes: Number.POSITIVE_INFINITY }),
    ...(isTold ? { origins: originsOf(root, file, showPlace) } : {}),
  }));
  const safe = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  return `${JSON.stringify({ version: 1, folder, resources: built }, safe, 2)}\n`;
}

/** The values that were written outside of an object's own text, by their paths: `/spec/replicas`. */
function originsOf(
  root: YamlNode,
  file: string,
  showPlace: (file: string, offset: number) => string,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const files = new FileTable();
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
