import type { Span } from '../base/span.ts';
import type { BodyText } from './body.ts';
import { checkAnchor, checkBlock, checkEscapes, checkFlowPlain, checkPair } from './dialect.ts';
import type { ScalarStyle, YamlMapping, YamlNode, YamlPair, YamlProblem, YamlScalar } from './node.ts';
import { findDuplicates, findOverrides } from './repeats.ts';
import { isSurelyString, type ResolvedScalar, resolveScalar, toKeyName } from './scalars.ts';
import { isPlaceholder } from './templates.ts';

/** What precedes a node: `&anchor` by its name, `!tag` in its long form. */
export interface Properties {
  readonly anchor?: string | undefined;
  readonly tag?: string | undefined;
}

/**
 * Puts nodes together from what either parser reports in document order. Everything that the two could see differently
 * (ends of collections, places of absent values, aliases, duplicates) is decided here, once.
 */
export class NodeBuilder {
  readonly problems: YamlProblem[] = [];
  root: YamlNode | undefined;
  readonly #text: BodyText;
  readonly #source: string;
  readonly #offset: number;
  readonly #hasUnicodeBreak: boolean;
  readonly #lastTab: number;
  readonly #anchors = new Map<string, YamlNode | 'open'>();
  readonly #frames: Frame[] = [];
  /** The end of what was last read, in `source`. */
  #last = 0;
  /** Mappings with `<<`, by the pairs that expanding them visits; and how deep their merges go. */
  readonly #merges = new Map<readonly YamlPair[], { readonly work: number; readonly depth: number }>();
  #mergeWork = 0;
  /** Nodes as Go visits them, aliases followed; and those visited through aliases. Sizes stand for whole subtrees. */
  #visited = 0;
  #visitedByAlias = 0;
  readonly #sizes = new Map<string, number>();
  #hasLimit = false;

  constructor(text: BodyText) {
    this.#text = text;
    this.#hasUnicodeBreak = /[\u2028\u2029]/.test(text.raw);
    this.#lastTab = text.raw.lastIndexOf('\t');
    this.#source = text.source;
    this.#offset = text.offset;
  }

  get depth(): number {
    return this.#frames.length;
  }

  /** Where the parser has arrived, in `source`. */
  get position(): number {
    return this.#last;
  }

  scalar(text: string, from: number, to: number, style: ScalarStyle, { anchor, tag }: Properties): void {
    const start = this.#clamp(from);
    const end = Math.max(start, to);
    this.#last = end;
    const isKey = this.#isKeyPosition();
    const isBlock = style === 'literal' || style === 'folded';
    const isOpenBlock = isBlock && this.#text.open && !this.#source.includes('\n', end);
    const hasActions = isBlock && this.#source !== this.#text.raw && this.#holdsAction(start, end);
    const content = hasActions
      ? this.#text.raw.slice(start, this.#skip(end, ''))
      : isOpenBlock
        ? text.replace(/\n$/, '')
        : text;
    const node = this.#toScalar(content, start, end, style, tag, isKey);
    const oddity = this.#checkScalar(start, end, style);
    this.#add(oddity === 'odd' && node.unknown === undefined ? { ...node, unknown: 'odd' } : node, anchor);
  }

  /** A node that is not there: `a:` has one after its colon. */
  empty({ anchor, tag }: Properties): void {
    const at = this.#placeOfEmpty();
    this.#last = at;
    this.#add(this.#toScalar('', at, at, 'plain', tag, this.#isKeyPosition()), anchor);
  }

  alias(name: string, from: number, to: number): void {
    const start = this.#clamp(from);
    const end = Math.max(start, to);
    this.#last = end;
    const span = { start: start + this.#offset, end: end + this.#offset };
    const target = this.#anchors.get(name);
    const verdict = checkAnchor(name);
    this.#judge(verdict, start, end);
    if (verdict !== undefined && target === undefined) {
      this.#add({ kind: 'scalar', value: null, text: `*${name}`, style: 'plain', unknown: 'odd', ...span });
      return;
    }
    if (target === undefined || target === 'open') {
      const message =
        target === undefined ? `no anchor \`${name}\` stands before this alias` : `the anchor \`${name}\` holds itself`;
      this.problems.push({ code: 'value', message, ...span });
      this.#add({ kind: 'scalar', value: null, text: `*${name}`, style: 'plain', unknown: 'odd', ...span });
      return;
    }
    this.#countAlias(this.#sizes.get(name) ?? 1, span);
    const node = { ...target, ...span, aliasOf: { start: target.start, end: target.end } };
    if (node.kind === 'mapping' && target.kind === 'mapping') {
      const merges = this.#merges.get(target.pairs);
      if (merges !== undefined) this.#merges.set(node.pairs, merges);
    }
    this.#add(node);
  }

  openMapping(at: number, flow: boolean, { anchor }: Properties): void {
    const start = this.#clamp(at);
    this.#open({
      kind: 'mapping',
      pairs: [],
      key: undefined,
      hasMerge: false,
      flow,
      start,
      anchor,
      before: this.#visited,
    });
  }

  openSequence(at: number, flow: boolean, { anchor }: Properties): void {
    const start = this.#clamp(at);
    this.#open({ kind: 'sequence', items: [], flow, start, anchor, before: this.#visited });
  }

  /** Ends the innermost collection. */
  close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const isImplicit = frame.flow && !this.#opensWithBracket(frame);
    if (frame.flow && !isImplicit) this.#last = this.#endOfFlow(frame);
    const end = this.#last + this.#offset;
    const node: YamlNode =
      frame.kind === 'mapping'
        ? this.#toMapping(frame, end, isImplicit)
        : { kind: 'sequence', flow: frame.flow, items: frame.items, start: frame.start + this.#offset, end };
    if (frame.anchor !== undefined) this.#sizes.set(frame.anchor, this.#visited - frame.before + 1);
    this.#add(node, frame.anchor);
  }

  /** Ends every open collection: for a text that stops in the middle. */
  closeAll(): void {
    while (this.#frames.length > 0) {
      const frame = this.#frames.at(-1);
      if (frame?.kind === 'mapping' && frame.key !== undefined) this.empty({});
      this.close();
    }
  }

  /** Records a limit of ours, once a document. */
  limit(message: string, span: Span): void {
    if (this.#hasLimit) return;
    this.#hasLimit = true;
    this.problems.push({ code: 'limit', message, start: span.start, end: span.end });
  }

  #open(frame: Frame): void {
    this.#last = frame.start;
    if (frame.anchor !== undefined) this.#anchors.set(frame.anchor, 'open');
    this.#frames.push(frame);
  }

  #add(node: YamlNode, anchor?: string): void {
    this.#visited++;
    if (anchor !== undefined) {
      this.#judge(checkAnchor(anchor), node.start - this.#offset, node.end - this.#offset);
      this.#anchors.set(anchor, node);
      if (node.kind === 'scalar') this.#sizes.set(anchor, 1);
    }
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.root ??= node;
    else if (frame.kind === 'sequence') frame.items.push(node);
    else if (frame.key === undefined) frame.key = node;
    else {
      this.#addPair(frame, frame.key, node);
      frame.key = undefined;
    }
  }

  #addPair(frame: MappingFrame, key: YamlNode, value: YamlNode): void {
    if (frame.flow || key.end - key.start > 512) {
      const verdict = checkPair(
        this.#text.raw,
        key.start - this.#offset,
        key.end - this.#offset,
        frame.flow,
        key.kind === 'scalar' && key.style === 'plain',
      );
      if (this.#judge(verdict, key.start - this.#offset, key.end - this.#offset) === 'odd') {
        frame.pairs.push({ name: undefined, key: { ...key, unknown: 'odd' }, value, merge: false });
        return;
      }
    }
    if (key.kind !== 'scalar') {
      if (key.unknown === undefined) this.#refuse('a list or mapping cannot be a key', key);
      frame.pairs.push({ name: undefined, key, value, merge: false });
      return;
    }
    if (this.#isMergeKey(key)) {
      frame.pairs.push({ name: '<<', key, value, merge: this.#checkMerge(key, value) });
      frame.hasMerge = true;
      return;
    }
    frame.pairs.push({ name: key.unknown === undefined ? this.#nameOf(key) : undefined, key, value, merge: false });
  }

  /** Plain and untagged, or tagged `!!merge`, which the text before the key tells. */
  #isMergeKey(key: YamlScalar): boolean {
    return key.text === '<<' && (this.#mergeKeys.has(key) || (key.style === 'plain' && !this.#tagged.has(key)));
  }

  readonly #mergeKeys = new WeakSet<YamlNode>();
  readonly #tagged = new WeakMap<YamlNode, string>();

  #nameOf(key: YamlScalar): string | undefined {
    if (typeof key.value === 'string') return key.value;
    const tag = this.#tagged.get(key);
    const resolved = resolveScalar(key.text, key.style === 'plain', tag);
    const name = toKeyName(resolved);
    if (name === undefined) {
      this.#refuse(
        resolved.type === 'null' ? 'a null key has no JSON form' : 'this number is too large for a key',
        key,
      );
    }
    return name;
  }

  #checkMerge(key: YamlScalar, value: YamlNode): boolean {
    const sources = value.kind === 'sequence' && value.aliasOf === undefined ? value.items : [value];
    if (!sources.every((source) => source.kind === 'mapping')) {
      if (sources.some((source) => source.unknown !== undefined)) return false;
      this.#refuse('a merge (`<<`) takes a mapping or a list of mappings', value.start === value.end ? key : value);
      return false;
    }
    return true;
  }

  #refuse(message: string, { start, end }: Span): void {
    this.problems.push({ code: 'value', message, start, end });
  }

  #toMapping(frame: MappingFrame, end: number, isImplicit: boolean): YamlMapping {
    const first = frame.pairs[0];
    const start = first !== undefined && (!frame.flow || isImplicit) ? first.key.start : frame.start + this.#offset;
    const mapping: YamlMapping = { kind: 'mapping', flow: frame.flow, pairs: frame.pairs, start, end };
    const isExpandable = !frame.hasMerge || this.#countMerges(frame, mapping);
    if (!isExpandable)
      frame.pairs.forEach((pair, index) => {
        frame.pairs[index] = { ...pair, merge: false };
      });
    // One by one: a call takes no hundred thousand arguments.
    if (frame.hasMerge && isExpandable) for (const problem of findOverrides(mapping)) this.problems.push(problem);
    for (const problem of findDuplicates(frame.pairs)) this.problems.push(problem);
    return mapping;
  }

  /** Keeps the expansion of merges, which every reader repeats, linear: a chain of lists would multiply it. */
  #countMerges(frame: MappingFrame, mapping: Span): boolean {
    let work = frame.pairs.length;
    let depth = 0;
    for (const pair of frame.pairs) {
      if (!pair.merge) continue;
      for (const source of pair.value.kind === 'sequence' ? pair.value.items : [pair.value]) {
        if (source.kind !== 'mapping') continue;
        const merges = this.#merges.get(source.pairs);
        work += merges?.work ?? source.pairs.length;
        depth = Math.max(depth, (merges?.depth ?? 0) + 1);
      }
    }
    this.#mergeWork += work;
    if (work > MAX_MERGE_WORK || depth > MAX_MERGE_DEPTH || this.#mergeWork > MAX_MERGE_WORK * 10) {
      this.limit('too many merged keys', mapping);
      return false;
    }
    this.#merges.set(frame.pairs, { work, depth });
    return true;
  }

  /** A place at or after what was read before: past a fault the tree may go back. */
  #clamp(at: number): number {
    return Math.min(Math.max(at, this.#last), this.#source.length);
  }

  #isKeyPosition(): boolean {
    const frame = this.#frames.at(-1);
    return frame?.kind === 'mapping' && frame.key === undefined;
  }

  /** Compares a scalar's place with what Go's scanner makes of it; the parsers are milder. */
  #checkScalar(start: number, end: number, style: ScalarStyle): 'odd' | undefined {
    const { raw, json } = this.#text;
    if (this.#hasUnicodeBreak && /[\u2028\u2029]/.test(raw.slice(start, end))) return 'odd';
    switch (style) {
      case 'single':
        return undefined;
      case 'double':
        return json ? undefined : this.#judge(checkEscapes(raw.slice(start, end)), start, end);
      case 'plain':
        return this.#isInFlow() ? this.#judge(checkFlowPlain(raw.slice(start, end)), start, end) : undefined;
      default:
        return start > this.#lastTab ? undefined : this.#judge(checkBlock(raw, start, end), start, end);
    }
  }

  /** Reports what Go refuses; passes on what it reads in a way of its own. */
  #judge(verdict: string | 'odd' | undefined, start: number, end: number): 'odd' | undefined {
    if (verdict === undefined || verdict === 'odd') return verdict;
    this.problems.push({ code: 'syntax', message: verdict, start: start + this.#offset, end: end + this.#offset });
    return undefined;
  }

  /** Whether an action stands in a range or on the blanked lines that follow it. */
  #holdsAction(start: number, end: number): boolean {
    return this.#text.raw.slice(start, this.#skip(end, '')).includes('{{');
  }

  #isInFlow(): boolean {
    return this.#frames.at(-1)?.flow === true;
  }

  #toScalar(
    text: string,
    start: number,
    end: number,
    style: ScalarStyle,
    tag: string | undefined,
    isKey: boolean,
  ): YamlScalar {
    // Spelled out for speed: this makes most of all nodes.
    const from = start + this.#offset;
    const to = end + this.#offset;
    const isTemplate =
      text.includes('{{') ||
      text.includes('${') ||
      (this.#source !== this.#text.raw && isPlaceholder(this.#source, start, end));
    if (isTemplate) return { kind: 'scalar', value: text, text, style, unknown: 'template', start: from, end: to };
    const isPlain = style === 'plain';
    if (tag === undefined && (!isPlain || isSurelyString(text))) {
      return { kind: 'scalar', value: text, text, style, start: from, end: to };
    }
    const resolved: ResolvedScalar = resolveScalar(text, isPlain, tag);
    const problem = resolved.problem ?? (isKey ? undefined : toJsonProblem(resolved));
    if (problem !== undefined) this.#refuse(problem, { start: from, end: to });
    const value = problem === undefined ? resolved.value : text;
    const node: YamlScalar = { kind: 'scalar', value, text, style, start: from, end: to };
    if (tag !== undefined) this.#tagged.set(node, tag);
    if (tag === MERGE_TAG) this.#mergeKeys.add(node);
    return node;
  }

  /**
   * Go counts every node it visits and refuses a document that is made of aliases for the most part
   * (go-yaml v2, decode.go, `allowedAliasRatio`).
   */
  #countAlias(size: number, span: Span): void {
    this.#visited = Math.min(this.#visited + size, Number.MAX_SAFE_INTEGER);
    this.#visitedByAlias = Math.min(this.#visitedByAlias + size, Number.MAX_SAFE_INTEGER);
    const share = Math.min(Math.max((this.#visited - 400_000) / 3_600_000, 0), 1);
    const allowed = 0.99 - 0.89 * share;
    const isTooMuch =
      this.#visitedByAlias > 100 && this.#visited > 1000 && this.#visitedByAlias / this.#visited > allowed;
    if (isTooMuch) this.limit('aliases make this document too large', span);
  }

  /** Whether a flow collection has brackets of its own: the pair in `[a: b]` has none, that in `[{a: b}: c]` starts with its key's. */
  #opensWithBracket(frame: Frame): boolean {
    const first = frame.kind === 'mapping' ? frame.pairs[0]?.key : undefined;
    if (frame.kind === 'sequence') return true;
    return (
      this.#source.charCodeAt(frame.start) === 0x7b &&
      (first === undefined || first.start !== frame.start + this.#offset)
    );
  }

  #endOfFlow(frame: Frame): number {
    const isUntouched = this.#last === frame.start;
    const at = this.#skip(isUntouched ? frame.start + 1 : this.#last, FLOW_FILLING);
    const closing = frame.kind === 'mapping' ? 0x7d : 0x5d;
    if (this.#source.charCodeAt(at) === closing) return at + 1;
    return isUntouched ? Math.min(frame.start + 1, this.#source.length) : this.#last;
  }

  #placeOfEmpty(): number {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return this.#last;
    const at = this.#skip(this.#last, '');
    const isIndicator = frame.flow || ' \t\r\n'.includes(this.#source[at + 1] ?? ' ');
    if (!isIndicator || (frame.kind === 'mapping' && frame.key === undefined)) return this.#last;
    const character = this.#source[at];
    return character === (frame.kind === 'mapping' ? ':' : '-') ? at + 1 : this.#last;
  }

  /** The first place from `at` that is neither white space nor a comment nor one of `filling`. */
  #skip(at: number, filling: string): number {
    const source = this.#source;
    for (;;) {
      const character = source[at];
      if (character === undefined) return at;
      if (character === '#') {
        while (at < source.length && source[at] !== '\n' && source[at] !== '\r') at++;
      } else if (WHITE_SPACE.includes(character) || filling.includes(character)) at++;
      else return at;
    }
  }
}

interface FrameBase {
  readonly flow: boolean;
  readonly start: number;
  readonly anchor: string | undefined;
  /** How many nodes had been visited when the collection opened. */
  readonly before: number;
}

interface MappingFrame extends FrameBase {
  readonly kind: 'mapping';
  readonly pairs: YamlPair[];
  key: YamlNode | undefined;
  hasMerge: boolean;
}

interface SequenceFrame extends FrameBase {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}

type Frame = MappingFrame | SequenceFrame;

const MERGE_TAG = 'tag:yaml.org,2002:merge';
const MAX_MERGE_WORK = 10_000;
const MAX_MERGE_DEPTH = 15;
const WHITE_SPACE = ' \t\r\n\ufeff';
const FLOW_FILLING = ',:?';

function toJsonProblem({ type, value }: ResolvedScalar): string | undefined {
  return type === 'float' && !Number.isFinite(value) ? 'JSON has no such number' : undefined;
}
