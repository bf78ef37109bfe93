import { createLineIndex } from '../core/base/lineIndex.ts';
import { dirname, isInside, relativePath } from '../core/base/path.ts';
import { explainAt, explainObject } from '../core/ide/explainText.ts';
import { allRules } from '../core/rules/index.ts';
import { formatRule } from '../core/rules/page.ts';
import { type Loaded, load } from './load.ts';
import type { Program } from './program.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

const PLACE = /^(.+?):(\d+)(?::(\d+))?$/;
const DETAILS = ['short', 'full', 'interview'] as const;

/** `kubefathom explain`: the hover of a place, an object's overview, or a rule's page. */
export async function explain(args: ParsedArguments, program: Program): Promise<number> {
  const [target, ...paths] = args.positionals;
  if (target === undefined)
    throw new UsageError('explain needs FILE:LINE[:COLUMN], KIND/NAMESPACE/NAME or the code of a rule');
  const detail = DETAILS.find((name) => name === (args.values.detail ?? 'full'));
  if (detail === undefined) throw new UsageError(`--detail is ${DETAILS.join(', ')}, not \`${args.values.detail}\``);
  const rule = allRules.find(({ id }) => id === target);
  if (rule !== undefined) return print(formatRule(rule), target, args, program);
  const place = PLACE.exec(target);
  if (place?.[1] !== undefined) {
    const file = program.resolve(place[1]);
    if ((await program.host.stat(file))?.kind !== 'file') throw new UsageError(`there is no file \`${place[1]}\``);
    const isHere = isInside(program.resolve('.'), file);
    const scope = paths.length > 0 ? paths : [isHere ? '.' : dirname(file)];
    const loaded = await load([...scope, place[1]], args, program);
    const text = loaded.textOf(file);
    const offset = createLineIndex(text).offsetAt(
      Number(place[2]) - 1,
      place[3] === undefined ? firstColumn(text, Number(place[2])) : Number(place[3]) - 1,
    );
    return print(explainAt(request(loaded, detail), file, text, offset), target, args, program);
  }
  const [kind, namespace, name] = target.split('/');
  if (kind === undefined || namespace === undefined || name === undefined) {
    throw new UsageError(`\`${target}\` is no FILE:LINE[:COLUMN], no KIND/NAMESPACE/NAME and no rule`);
  }
  const loaded = await load(paths, args, program);
  return print(explainObject(request(loaded, detail), loaded.textOf, kind, namespace, name), target, args, program);
}

function request(loaded: Loaded, detail: (typeof DETAILS)[number]) {
  const { folder, base } = loaded;
  const showPlace = (path: string, offset: number) => {
    const { line, character } = createLineIndex(loaded.textOf(path)).positionAt(offset);
    return `${relativePath(base, path)}:${line + 1}:${character + 1}`;
  };
  return { folder: folder.index, settings: folder.settings, detail, showPlace };
}

function print(text: string | undefined, target: string, args: ParsedArguments, program: Program): number {
  if (text === undefined) throw new UsageError(`there is nothing to explain at \`${target}\``);
  program.out(
    args.values.format === 'json'
      ? `${JSON.stringify({ version: 1, target, text }, null, 2)}\n`
      : `${text.trimEnd()}\n`,
  );
  return 0;
}

function firstColumn(text: string, line: number): number {
  return /^[\s-]*/.exec(text.split(/\r\n?|\n/)[line - 1] ?? '')?.[0].length ?? 0;
}
