import type { Span } from '../../base/span.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/parse.ts';
import type { PathStep } from '../../yaml/path.ts';
import { type Typed, typedAt } from './typed.ts';

/** Stands in the text where something is being typed, so that it can be read. */
export const MARKER = 'kfz0kfz';

/** A place of an object at which something is being typed. */
export interface TypedPlace {
  readonly typed: Typed;
  /** The object, {@link MARKER} in place of what is being typed. */
  readonly root: YamlNode;
  readonly opaque: boolean;
  readonly document: Span;
  /** From the object's root to the marker. */
  readonly steps: readonly PathStep[];
  /** The names on the way; `[]` for an item. A key that is being typed is not among them. */
  readonly names: readonly string[];
  readonly atKey: boolean;
  /** The marker is the whole scalar; else it is a part of a longer text. */
  readonly whole: boolean;
  /** The scalar goes over several lines. */
  readonly block: boolean;
  /** The mark before the place (`:` or `-`) stands without the blank that must follow it. */
  readonly needsSpace: boolean;
  /** A key that still needs its colon. */
  readonly needsColon: boolean;
}

/** The ways in which what is being typed at an offset can be read, the likeliest first. */
export function* typedPlaces(text: string, offset: number, helm: boolean): Iterable<TypedPlace> {
  const typed = typedAt(text, offset);
  if (typed === undefined || /^[|>][-+\d]*$/.test(typed.before) || hasBlockBelow(text, offset)) return;
  const { quote, before, bare, last } = typed;
  const closing = quote === undefined || text[typed.end] === quote ? '' : quote;
  const head = text.slice(0, typed.start);
  const tail = text.slice(typed.end);
  const make = (marked: string, extra: Pick<TypedPlace, 'needsSpace' | 'needsColon'>, own = typed) =>
    readPlace(marked, own, extra, helm);
  if (quote === undefined && last && (/^[^\s:]+:$/.test(before) || (bare && before === '-'))) {
    const empty: Typed = { ...typed, start: offset, end: offset, before: '', bare: before === '-' };
    const marked = `${text.slice(0, offset)} ${MARKER}${text.slice(offset)}`;
    yield* make(marked, { needsSpace: true, needsColon: false }, empty);
  }
  if (bare && last) {
    const end = quote === undefined ? '' : quote;
    const after = quote !== undefined && closing === '' ? tail.slice(1) : tail;
    yield* make(`${head}${MARKER}${end}:${after}`, { needsSpace: false, needsColon: true });
  }
  yield* make(`${head}${MARKER}${closing}${tail}`, { needsSpace: false, needsColon: false });
}

/** Whether an offset lies behind a key whose value stands on the lines below. */
function hasBlockBelow(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const key = /^(\s*(?:- +)*)[^\s#][^\n]*:[ \t]*$/.exec(text.slice(lineStart, offset))?.[1];
  const below =
    key === undefined
      ? null
      : /^[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( *)(- )?\S/.exec(text.slice(offset, offset + 2000));
  if (key === undefined || below === null) return false;
  const [, indent = '', dash] = below;
  return indent.length > key.length || (dash !== undefined && indent.length === key.length);
}

function* readPlace(
  marked: string,
  typed: Typed,
  extra: Pick<TypedPlace, 'needsSpace' | 'needsColon'>,
  helm: boolean,
): Iterable<TypedPlace> {
  const { documents } = parseYaml(marked, { helm, wanted: isWorthReading });
  for (const document of documents) {
    const { root, start, end, complete, templated } = document;
    const found = root && findMarker(root);
    if (root === undefined || found === undefined) continue;
    const { object, steps } = objectOn(root, found.steps);
    const last = steps.at(-1);
    const names = steps.map((step) => (step.kind === 'item' ? '[]' : (step.pair.name ?? '')));
    const atKey = last?.kind === 'key';
    yield {
      typed,
      root: object,
      opaque: !complete || templated,
      document: { start, end },
      steps,
      names: atKey ? names.slice(0, -1) : names,
      atKey,
      whole: found.text === MARKER,
      block: found.block,
      ...extra,
      needsColon:
        atKey && (extra.needsColon || !/^["']?\s*:/.test(marked.slice(marked.indexOf(MARKER) + MARKER.length))),
    };
  }
}

/** Definitions of kinds refer to nothing, and in a text of this length nobody waits for what can be offered. */
function isWorthReading(document: string): boolean {
  return (
    document.length < 300_000 && document.includes(MARKER) && !/^kind: *CustomResourceDefinition\b/m.test(document)
  );
}

interface FoundMarker {
  readonly steps: readonly PathStep[];
  readonly text: string;
  readonly block: boolean;
}

function findMarker(node: YamlNode): FoundMarker | undefined {
  if (node.aliasOf !== undefined) return undefined;
  if (node.kind === 'scalar') {
    if (!node.text.includes(MARKER)) return undefined;
    return { steps: [], text: node.text, block: node.style === 'literal' || node.style === 'folded' };
  }
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const found = findMarker(item);
      if (found !== undefined)
        return { ...found, steps: [{ kind: 'item', sequence: node, item, index }, ...found.steps] };
    }
    return undefined;
  }
  for (const pair of node.pairs) {
    const key = findMarker(pair.key);
    if (key !== undefined) return { ...key, steps: [{ kind: 'key', mapping: node, pair }] };
    const found = findMarker(pair.value);
    if (found !== undefined) return { ...found, steps: [{ kind: 'value', mapping: node, pair }, ...found.steps] };
  }
  return undefined;
}

/** The item of a `List` that a way goes through, and the rest of the way. */
function objectOn(root: YamlNode, steps: readonly PathStep[]) {
  const [list, item] = steps;
  const isItem =
    list?.kind === 'value' && list.pair.name === 'items' && item?.kind === 'item' && isObject(item.item) && steps[2];
  return isItem ? { object: item.item, steps: steps.slice(2) } : { object: root, steps };
}

function isObject(node: YamlNode): boolean {
  return node.kind === 'mapping' && node.pairs.some(({ name }) => name === 'kind');
}
