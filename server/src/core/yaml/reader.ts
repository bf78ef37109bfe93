import type { BodyText, ParsedBody } from './body.ts';
import { NodeBuilder, type Properties } from './builder.ts';
import { Refusal } from './cursor.ts';
import { Scanner } from './scanner.ts';
import type { Token, TokenKind } from './token.ts';

/** Collections nested deeper than this are a limit of ours; Kubernetes' own is 10,000. */
export const MAX_DEPTH = 200;

export interface ReadBody extends ParsedBody {
  /** Where the document ended: what follows is ignored. A marker that ends it is included. */
  readonly end: number;
  /** How far the text was looked at, in `source`. */
  readonly seen: number;
}

/**
 * Tier one: reads a text's first document with the rules of go-yaml v2 (scannerc.go, parserc.go), so that it is what
 * Kubernetes makes of it. `undefined` when these refuse the text; the place is told to `onRefusal`.
 */
export function readBody(
  input: BodyText,
  onRefusal: (position: number, message: string, isLimit: boolean) => void,
): ReadBody | undefined {
  const hasBreak = input.open || input.source.endsWith('\n');
  const source = hasBreak ? input.source : `${input.source}\n`;
  const content = input.source === input.original ? source : hasBreak ? input.original : `${input.original}\n`;
  const scanner = new Scanner(source, content, input.json, source.startsWith('\ufeff'));
  const builder = new NodeBuilder(input);
  try {
    const end = readDocument({ scanner, builder, tags: new Map(DEFAULT_TAGS) });
    return { root: builder.root, problems: builder.problems, end, seen: scanner.position };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    onRefusal(error.at, error.message, error.isLimit);
    return undefined;
  }
}

interface Reader {
  readonly scanner: Scanner;
  readonly builder: NodeBuilder;
  /** What the handles of tags stand for. */
  readonly tags: Map<string, string>;
}

const DEFAULT_TAGS: ReadonlyMap<string, string> = new Map([
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]);

/** Reads one document and gives its end. */
function readDocument(reader: Reader): number {
  const { scanner, builder } = reader;
  const first = scanner.peek();
  if (first.kind === 'end') return first.end;
  if (first.kind === 'directive' || first.kind === 'document') {
    readDirectives(reader);
    const marker = scanner.peek();
    if (marker.kind !== 'document') throw new Refusal(marker.start, '`---` is missing after the directives');
    scanner.skip();
    if (AFTER_EMPTY.has(scanner.peek().kind)) builder.empty({});
    else readNode(reader, true, false);
  } else readNode(reader, true, false);
  const last = scanner.peek();
  return last.kind === 'documentEnd' || last.kind === 'document' ? last.end : last.start;
}

const AFTER_EMPTY: ReadonlySet<TokenKind> = new Set(['directive', 'document', 'documentEnd', 'end']);

function readDirectives({ scanner, tags }: Reader): void {
  const own = new Set<string>();
  for (let token = scanner.peek(); token.kind === 'directive'; token = scanner.peek()) {
    const directive = token.detail;
    if (directive !== undefined && 'kind' in directive) {
      const name = directive.kind === 'version' ? '%YAML' : directive.handle;
      const isUnfit = directive.kind === 'version' && directive.version !== '1.1';
      if (isUnfit || own.has(name)) throw new Refusal(token.start, 'Kubernetes does not read this directive');
      own.add(name);
      if (directive.kind === 'tag') tags.set(directive.handle, directive.prefix);
    }
    scanner.skip();
  }
}

const NO_PROPERTIES: Properties = {};

/** Reads a node. `block` where a block collection may begin, `indentless` where a list may begin in its key's column. */
function readNode(reader: Reader, block: boolean, indentless: boolean): void {
  const { scanner, builder } = reader;
  let token = scanner.peek();
  if (token.kind === 'alias') {
    builder.alias(token.text, token.start, token.end);
    scanner.skip();
    return;
  }
  const properties = token.kind === 'anchor' || token.kind === 'tag' ? readProperties(reader) : NO_PROPERTIES;
  if (properties !== NO_PROPERTIES) token = scanner.peek();
  switch (token.kind) {
    case 'scalar':
      builder.scalar(token.text, token.start, token.end, token.style, properties);
      scanner.skip();
      return;
    case 'flowSequence':
      open(reader, token, properties);
      readFlowSequence(reader);
      return;
    case 'flowMapping':
      open(reader, token, properties);
      readFlowMapping(reader);
      return;
    case 'sequence':
      if (!block) break;
      open(reader, token, properties);
      readBlockSequence(reader);
      return;
    case 'mapping':
      if (!block) break;
      open(reader, token, properties);
      readBlockMapping(reader);
      return;
    case 'entry':
      if (!indentless) break;
      open(reader, token, properties);
      readIndentlessSequence(reader);
      return;
  }
  if (properties === NO_PROPERTIES) throw new Refusal(token.start, describe(token, 'a value is missing here'));
  builder.empty(properties);
}

/** An anchor and a tag in any order, one of each. */
function readProperties({ scanner, tags }: Reader): Properties {
  let anchor: string | undefined;
  let tag: string | undefined;
  for (let token = scanner.peek(); ; token = scanner.peek()) {
    if (token.kind === 'anchor' && anchor === undefined) anchor = token.text;
    else if (token.kind === 'tag' && tag === undefined) tag = toLongTag(token, tags);
    else return { anchor, tag };
    scanner.skip();
  }
}

function toLongTag({ detail, start }: Token, tags: ReadonlyMap<string, string>): string | undefined {
  if (detail === undefined || 'kind' in detail) return undefined;
  if (detail.handle === '') return detail.suffix;
  const prefix = tags.get(detail.handle);
  if (prefix === undefined) throw new Refusal(start, `no \`%TAG\` says what \`${detail.handle}\` stands for`);
  return prefix + detail.suffix;
}

/** Opens the collection that a token begins; a list in its key's column has no token of its own. */
function open({ scanner, builder }: Reader, { kind, start }: Token, properties: Properties): void {
  if (builder.depth >= MAX_DEPTH) throw new Refusal(start, 'the text is nested too deeply', true);
  if (kind === 'mapping' || kind === 'flowMapping') builder.openMapping(start, kind === 'flowMapping', properties);
  else builder.openSequence(start, kind === 'flowSequence', properties);
  if (kind !== 'entry') scanner.skip();
}

function readBlockSequence(reader: Reader): void {
  const { scanner, builder } = reader;
  while (scanner.peek().kind === 'entry') {
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind === 'entry' || kind === 'blockEnd') builder.empty({});
    else readNode(reader, true, false);
  }
  const token = scanner.peek();
  if (token.kind !== 'blockEnd') throw new Refusal(token.start, describe(token, 'a `-` is missing here'));
  scanner.skip();
  builder.close();
}

function readIndentlessSequence(reader: Reader): void {
  const { scanner, builder } = reader;
  while (scanner.peek().kind === 'entry') {
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind === 'entry' || kind === 'key' || kind === 'value' || kind === 'blockEnd') builder.empty({});
    else readNode(reader, true, false);
  }
  builder.close();
}

function readBlockMapping(reader: Reader): void {
  const { scanner, builder } = reader;
  while (scanner.peek().kind === 'key') {
    scanner.skip();
    readBlockPart(reader);
    if (scanner.peek().kind === 'value') {
      scanner.skip();
      readBlockPart(reader);
    } else builder.empty({});
  }
  const token = scanner.peek();
  if (token.kind !== 'blockEnd') throw new Refusal(token.start, describe(token, 'a key is missing here'));
  scanner.skip();
  builder.close();
}

function readBlockPart(reader: Reader): void {
  const { kind } = reader.scanner.peek();
  if (kind === 'key' || kind === 'value' || kind === 'blockEnd') reader.builder.empty({});
  else readNode(reader, true, true);
}

function readFlowSequence(reader: Reader): void {
  const { scanner, builder } = reader;
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst && scanner.peek().kind !== 'flowSequenceEnd') skipComma(scanner, ']');
    const token = scanner.peek();
    if (token.kind === 'flowSequenceEnd') {
      scanner.skip();
      builder.close(token.end);
      return;
    }
    if (token.kind === 'key') readFlowPair(reader, token);
    else readNode(reader, false, false);
  }
}

/** The mapping of one pair in `[a: b]`. Go takes a colon, comma or bracket right after `?` for the key itself. */
function readFlowPair(reader: Reader, { start }: Token): void {
  const { scanner, builder } = reader;
  builder.openMapping(start, true, {});
  scanner.skip();
  const { kind } = scanner.peek();
  if (kind === 'value' || kind === 'flowEntry' || kind === 'flowSequenceEnd') {
    scanner.skip();
    builder.empty({});
  } else readNode(reader, false, false);
  readFlowValue(reader, 'flowSequenceEnd');
  builder.close();
}

function readFlowMapping(reader: Reader): void {
  const { scanner, builder } = reader;
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst && scanner.peek().kind !== 'flowMappingEnd') skipComma(scanner, '}');
    const token = scanner.peek();
    if (token.kind === 'flowMappingEnd') {
      scanner.skip();
      builder.close(token.end);
      return;
    }
    if (token.kind !== 'key') {
      readNode(reader, false, false);
      builder.empty({});
      continue;
    }
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind === 'value' || kind === 'flowEntry' || kind === 'flowMappingEnd') builder.empty({});
    else readNode(reader, false, false);
    readFlowValue(reader, 'flowMappingEnd');
  }
}

function readFlowValue(reader: Reader, end: TokenKind): void {
  const { scanner, builder } = reader;
  if (scanner.peek().kind !== 'value') {
    builder.empty({});
    return;
  }
  scanner.skip();
  const { kind } = scanner.peek();
  if (kind === 'flowEntry' || kind === end) builder.empty({});
  else readNode(reader, false, false);
}

function skipComma(scanner: Scanner, bracket: string): void {
  const token = scanner.peek();
  if (token.kind !== 'flowEntry')
    throw new Refusal(token.start, describe(token, `a comma or \`${bracket}\` is missing here`));
  scanner.skip();
}

function describe({ kind }: Token, otherwise: string): string {
  switch (kind) {
    case 'end':
      return 'the text ends too early';
    case 'document':
    case 'documentEnd':
      return 'the document ends too early';
    case 'flowSequenceEnd':
    case 'flowMappingEnd':
      return 'nothing is open that this bracket could close';
    case 'mapping':
      return 'a mapping of several lines cannot begin here';
    default:
      return otherwise;
  }
}
