import { findNearest } from '../core/base/editDistance.ts';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { dirname, isInside, relativePath } from '../core/base/path.ts';
import { explainAt, explainObject, type ObjectName } from '../core/ide/explainText.ts';
import { allCodes, findPage } from '../core/rules/page.ts';
import { kindOfName } from './kindNames.ts';
import { type Loaded, load } from './load.ts';
import type { Program } from './program.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

const PLACE = /^(.+?):(\d+)(?::(\d+))?$/;
const DETAILS = ['short', 'full', 'interview'] as const;

/** `kubefathom explain`: the hover of a place, an object's overview, or a rule's page. */
export async function explain(args: ParsedArguments, program: Program): Promise<number> {
  const [target, ...paths] = args.positionals;
  if (target === undefined) throw new UsageError(`explain needs ${TARGETS}, such as \`kubefathom explain svc/web\``);
  const detail = DETAILS.find((name) => name === (args.values.detail ?? 'full'));
  if (detail === undefined) throw new UsageError(`--detail is ${DETAILS.join(', ')}, not \`${args.values.detail}\``);
  const page = findPage(target);
  if (page !== undefined) return print(page, target, args, program);
  const place = PLACE.exec(target);
  if (place?.[1] !== undefined) {
    const [, given, line, column] = place;
    const file = program.resolve(given);
    if ((await program.host.stat(file))?.kind !== 'file') throw new UsageError(`there is no file \`${given}\``);
    const isHere = isInside(program.resolve('.'), file);
    const scope = paths.length > 0 ? paths : [isHere ? '.' : dirname(file)];
    const loaded = await load([...scope, given], args, program);
    const text = loaded.textOf(file);
    const offset = offsetOf(text, given, Number(line), column === undefined ? undefined : Number(column));
    const explained = explainAt(request(loaded, detail), file, text, offset);
    if (explained === undefined) throw new UsageError(`there is nothing to explain at \`${target}\`; ${HOVERABLE}`);
    return print(explained, target, args, program);
  }
  const isFile = (await program.host.stat(program.resolve(target)))?.kind === 'file';
  const wanted = isFile ? undefined : parseObjectName(target);
  if (wanted === undefined) throw new UsageError(await unknownTarget(target, program));
  const loaded = await load(paths, args, program);
  const explained = explainObject(request(loaded, detail), loaded.textOf, wanted);
  if (explained === undefined) throw new UsageError(missingObject(wanted, loaded));
  return print(explained, target, args, program);
}

const TARGETS = 'FILE:LINE[:COLUMN], KIND/NAME, KIND/NAMESPACE/NAME or the code of a finding';
const HOVERABLE = 'what has an explanation is a field such as `selector`, `targetPort` or `podSelector`, or its value';

/** `svc/web`, `Service/shop/web`, `service/-/web`. */
function parseObjectName(target: string): ObjectName | undefined {
  const [first = '', second = '', third, more] = target.split('/');
  if (first === '' || second === '' || third === '' || more !== undefined) return undefined;
  const kind = kindOfName(first);
  return third === undefined ? { kind, name: second } : { kind, namespace: second, name: third };
}

async function unknownTarget(target: string, { host, resolve }: Program): Promise<string> {
  const stat = await host.stat(resolve(target));
  if (stat?.kind === 'file') return `which line of \`${target}\`? It is written \`${target}:12\``;
  if (stat?.kind === 'folder') return `\`${target}\` is a folder; TARGET is ${TARGETS}`;
  const near = findNearest(
    target,
    allCodes.map(({ id }) => id),
    (id) => id,
  );
  return `\`${target}\` is not ${TARGETS}${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
}

function missingObject({ kind, namespace, name }: ObjectName, { folder }: Loaded): string {
  const ofKind = [...folder.index.files.values()]
    .flatMap((file) => file.resources)
    .filter((resource) => resource.kind.toLowerCase() === kind.toLowerCase());
  const where = namespace === undefined || namespace === '-' ? '' : ` in namespace \`${namespace}\``;
  const elsewhere = ofKind.find((resource) => resource.name?.value === name)?.namespace?.value;
  const near = findNearest(name, new Set(ofKind.flatMap((resource) => resource.name?.value ?? [])), (other) => other);
  const hint =
    elsewhere !== undefined && elsewhere !== namespace
      ? `; there is one in \`${elsewhere}\``
      : near === undefined
        ? ''
        : `; did you mean \`${near}\`?`;
  return `there is no ${kind} \`${name}\`${where} in the manifests that were read${hint}`;
}

function request(loaded: Loaded, detail: (typeof DETAILS)[number]) {
  const { folder, base } = loaded;
  const showPlace = (path: string, offset: number) => {
    const { line, character } = createLineIndex(loaded.textOf(path)).positionAt(offset);
    return `${relativePath(base, path)}:${line + 1}:${character + 1}`;
  };
  return { folder: folder.index, settings: folder.settings, detail, showPlace };
}

function print(text: string, target: string, args: ParsedArguments, program: Program): number {
  program.out(
    args.values.format === 'json'
      ? `${JSON.stringify({ version: 1, target, text }, null, 2)}\n`
      : `${text.trimEnd()}\n`,
  );
  return 0;
}

/** Lines and columns count from 1; without a column, the first character of the line's text. */
function offsetOf(text: string, file: string, line: number, column: number | undefined): number {
  const count = text.replace(/\r?\n$/, '').split(/\r\n?|\n/).length;
  if (line < 1 || line > count) throw new UsageError(`\`${file}\` has the lines 1 to ${count}, and no line ${line}`);
  if (column === 0) throw new UsageError('columns count from 1');
  return createLineIndex(text).offsetAt(line - 1, column === undefined ? firstColumn(text, line) : column - 1);
}

function firstColumn(text: string, line: number): number {
  return /^[\s-]*/.exec(text.split(/\r\n?|\n/)[line - 1] ?? '')?.[0].length ?? 0;
}
