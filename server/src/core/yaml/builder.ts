import type { Span } from '../base/span.ts';
import type { BodyText } from './body.ts';
import { Expansion } from './expansion.ts';
import type { ScalarStyle, ScalarValue, YamlMapping, YamlNode, YamlPair, YamlProblem, YamlScalar } from './node.ts';
import type { MappingFrame, OpenFrame } from './openFrame.ts';
import { findDuplicates, findOverrides } from './repeats.ts';
import { isSurelyString, isTypeTag, type ResolvedScalar, resolveScalar, toKeyName } from './scalars.ts';
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
  /** Whether a scalar may hold an action or a variable; an escape can write one. Asking once is faster than for each. */
  readonly #mayHoldTemplate: boolean;
  readonly #anchors = new Map<string, YamlNode | 'open'>();
  readonly #frames: OpenFrame[] = [];
  /** The end of what was last read, in `source`. */
  #last = 0;
  readonly #expansion = new Expansion();
  #hasLimit = false;
  /** Those of `problems` that count only where their value does. */
  readonly #unfit = new Set<YamlProblem>();

  constructor(text: BodyText) {
    this.#text = text;
    this.#source = text.source;
    this.#offset = text.offset;
    this.#mayHoldTemplate = ['{{', '${', '\\'].some((sign) => text.raw.includes(sign));
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
    const hasActions = isBlock && this.#source !== this.#text.raw && this.#holdsAction(start, end);
    const content = hasActions ? this.#text.raw.slice(start, this.#skip(end, '')) : text;
    this.#add(this.#toScalar(content, start, end, style, tag, isKey), anchor);
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
    if (target === undefined || target === 'open') {
      const message =
        target === undefined ? `no anchor \`${name}\` stands before this alias` : `the anchor \`${name}\` holds itself`;
      this.problems.push({ code: 'value', message, ...span });
      this.#add({ kind: 'scalar', value: null, text: `*${name}`, style: 'plain', unknown: 'odd', ...span });
      return;
    }
    if (!this.#expansion.addAlias(name)) this.limit('aliases make this document too large', span);
    const node = { ...target, ...span, aliasOf: { start: target.start, end: target.end } };
    const tag = this.#tagged.get(target);
    if (tag !== undefined) this.#tagged.set(node, tag);
    if (node.kind === 'scalar' && !this.#isKeyPosition() && !isInRange(node.value))
      this.#refuseAsJson('JSON has no such number', span);
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
      before: this.#expansion.visited,
    });
  }

  openSequence(at: number, flow: boolean, { anchor }: Properties): void {
    const start = this.#clamp(at);
    this.#open({ kind: 'sequence', items: [], flow, start, anchor, before: this.#expansion.visited });
  }

  /** Ends the innermost collection, where the end of its bracket is known there. */
  close(endOfBracket?: number): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const isImplicit = frame.flow && !this.#opensWithBracket(frame);
    if (frame.flow && !isImplicit) this.#last = endOfBracket ?? this.#endOfFlow(frame);
    const end = this.#last + this.#offset;
    const node: YamlNode =
      frame.kind === 'mapping'
        ? this.#toMapping(frame, end, isImplicit)
        : { kind: 'sequence', flow: frame.flow, items: frame.items, start: frame.start + this.#offset, end };
    if (frame.anchor !== undefined) this.#expansion.setSize(frame.anchor, frame.before);
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

  #open(frame: OpenFrame): void {
    this.#last = frame.start;
    if (frame.anchor !== undefined) this.#anchors.set(frame.anchor, 'open');
    this.#frames.push(frame);
  }

  #add(node: YamlNode, anchor?: string): void {
    this.#expansion.visited++;
    if (anchor !== undefined) {
      this.#anchors.set(anchor, node);
      if (node.kind === 'scalar') this.#expansion.setSize(anchor, this.#expansion.visited);
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

  /** Plain and untagged, or tagged `!!merge`, or tagged `!`, which says nothing to Go. */
  #isMergeKey(key: YamlScalar): boolean {
    if (key.text !== '<<' || key.aliasOf !== undefined) return false;
    const tag = this.#tagged.get(key);
    return tag === undefined ? key.style === 'plain' : tag === MERGE_TAG || tag === '!';
  }

  /** The tags of scalars, in their long form. */
  readonly #tagged = new WeakMap<YamlNode, string>();

  /** Of keys with equal names: whether their types are equal too. Of floats, only the name has lost digits. */
  #isSameKey(a: YamlNode, b: YamlNode): boolean {
    if (a.kind !== 'scalar' || b.kind !== 'scalar') return false;
    if (typeof a.value === 'string' && typeof b.value === 'string') return true;
    const [left, right] = [this.#resolveKey(a), this.#resolveKey(b)];
    return left.type === right.type && left.value === right.value;
  }

  #resolveKey(key: YamlScalar): ResolvedScalar {
    if (typeof key.value === 'string') return { type: 'string', value: key.value };
    return resolveScalar(key.text, key.style === 'plain', this.#tagged.get(key));
  }

  #nameOf(key: YamlScalar): string | undefined {
    if (typeof key.value === 'string') return key.value;
    const resolved = this.#resolveKey(key);
    const name = toKeyName(resolved);
    if (name === undefined) {
      this.#refuseAsJson(
        resolved.type === 'null' ? 'a null key has no JSON form' : 'this number is too large for a key',
        key,
      );
    }
    return name;
  }

  #checkMerge(key: YamlScalar, value: YamlNode): boolean {
    const sources = value.kind === 'sequence' && value.aliasOf === undefined ? value.items : [value];
    if (!sources.every((source) => source.kind === 'mapping')) {
      const template = sources.find((source) => source.unknown !== undefined);
      if (template !== undefined) {
        this.#noteTemplate(template);
        return false;
      }
      this.#refuse('a merge (`<<`) takes a mapping or a list of mappings', value.start === value.end ? key : value);
      return false;
    }
    return true;
  }

  #refuse(message: string, { start, end }: Span): YamlProblem {
    const problem: YamlProblem = { code: 'value', message, start, end };
    this.problems.push(problem);
    return problem;
  }

  /** A template stands where its text cannot, and its output might. */
  #noteTemplate({ start, end }: Span): void {
    if (this.#source !== this.#text.raw) return;
    const message = 'a template: kubectl cannot read this value before it is rendered';
    this.problems.push({ code: 'template', message, start, end });
  }

  /** What YAML can say and JSON cannot. */
  #refuseAsJson(message: string, span: Span): void {
    this.#unfit.add(this.#refuse(message, span));
  }

  #toMapping(frame: MappingFrame, end: number, isImplicit: boolean): YamlMapping {
    const first = frame.pairs[0];
    const start = first !== undefined && (!frame.flow || isImplicit) ? first.key.start : frame.start + this.#offset;
    const isSameKey = (a: YamlNode, b: YamlNode): boolean => this.#isSameKey(a, b);
    const mapping: YamlMapping = { kind: 'mapping', flow: frame.flow, pairs: frame.pairs, start, end };
    const isExpandable = !frame.hasMerge || this.#expansion.addMerges(frame.pairs);
    if (!isExpandable) {
      this.limit('too many merged keys', mapping);
      frame.pairs.forEach((pair, index) => {
        frame.pairs[index] = { ...pair, merge: false };
      });
    }
    // One by one: a call takes no hundred thousand arguments.
    const overrides = frame.hasMerge && isExpandable ? findOverrides(mapping, isSameKey) : [];
    for (const problem of overrides) this.problems.push(problem);
    const repeats = findDuplicates(frame.pairs, isSameKey);
    for (const problem of repeats) this.problems.push(problem);
    if (repeats.length + overrides.length > 0) this.#settleRepeats(frame.pairs, [...repeats, ...overrides]);
    return overrides.some(isRace) ? { ...mapping, unknown: 'odd' } : mapping;
  }

  /** Makes the values of racing keys unknown, and drops what only JSON finds wrong in a value that does not count. */
  #settleRepeats(pairs: YamlPair[], repeats: readonly YamlProblem[]): void {
    const racing = new Set(repeats.flatMap((problem) => (isRace(problem) ? [problem.key] : [])));
    const losers = new Set(repeats.flatMap((problem) => (isRace(problem) ? [] : [problem.start])));
    for (const [index, pair] of pairs.entries()) {
      const { value, name, key } = pair;
      if (name !== undefined && racing.has(name) && value.unknown === undefined)
        pairs[index] = { ...pair, value: { ...value, unknown: 'odd' } };
      if (!losers.has(key.start) || this.#unfit.size === 0 || this.#unfit.size > MAX_UNFIT) continue;
      for (const problem of this.#unfit) {
        if (problem.start < value.start || problem.end > value.end) continue;
        this.#unfit.delete(problem);
        this.problems.splice(this.problems.indexOf(problem), 1);
      }
    }
  }

  /** A place at or after what was read before: past a fault the tree may go back. */
  #clamp(at: number): number {
    return Math.min(Math.max(at, this.#last), this.#source.length);
  }

  #isKeyPosition(): boolean {
    const frame = this.#frames.at(-1);
    return frame?.kind === 'mapping' && frame.key === undefined;
  }

  /** Whether an action stands in a range or on the blanked lines that follow it. */
  #holdsAction(start: number, end: number): boolean {
    return this.#text.raw.slice(start, this.#skip(end, '')).includes('{{');
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
      this.#mayHoldTemplate &&
      (text.includes('{{') ||
        text.includes('${') ||
        (this.#source !== this.#text.raw && isPlaceholder(this.#source, start, end)));
    if (isTemplate) {
      if (tag !== undefined && isTypeTag(tag)) this.#noteTemplate({ start: from, end: to });
      return { kind: 'scalar', value: text, text, style, unknown: 'template', start: from, end: to };
    }
    const isPlain = style === 'plain';
    if (tag === undefined && (!isPlain || isSurelyString(text))) {
      return { kind: 'scalar', value: text, text, style, start: from, end: to };
    }
    const resolved: ResolvedScalar = resolveScalar(text, isPlain, tag);
    const problem = resolved.problem ?? (isKey ? undefined : toJsonProblem(resolved));
    if (resolved.problem !== undefined) this.#refuse(resolved.problem, { start: from, end: to });
    else if (problem !== undefined) this.#refuseAsJson(problem, { start: from, end: to });
    const value = problem === undefined ? resolved.value : text;
    const node: YamlScalar = { kind: 'scalar', value, text, style, start: from, end: to };
    if (tag !== undefined) this.#tagged.set(node, tag);
    return node;
  }

  /** Whether a flow collection has brackets of its own: the pair in `[a: b]` has none, that in `[{a: b}: c]` starts with its key's. */
  #opensWithBracket(frame: OpenFrame): boolean {
    const first = frame.kind === 'mapping' ? frame.pairs[0]?.key : undefined;
    if (frame.kind === 'sequence') return true;
    return (
      this.#source.charCodeAt(frame.start) === 0x7b &&
      (first === undefined || first.start !== frame.start + this.#offset)
    );
  }

  #endOfFlow(frame: OpenFrame): number {
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

const MERGE_TAG = 'tag:yaml.org,2002:merge';
const WHITE_SPACE = ' \t\r\n\ufeff';
const FLOW_FILLING = ',:?';

/** So many values without a JSON form are no slip: whether they count is not looked into. */
const MAX_UNFIT = 20;

function isRace({ code }: YamlProblem): boolean {
  return code === 'racing-key';
}

function isInRange(value: ScalarValue): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}

function toJsonProblem({ type, value }: ResolvedScalar): string | undefined {
  return type === 'float' && !isInRange(value) ? 'JSON has no such number' : undefined;
}
