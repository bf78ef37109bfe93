import { Composer, isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, Parser, type Scalar } from 'yaml';
import type { BodyText, ParsedBody } from './body.ts';
import { NodeBuilder, type Properties } from './builder.ts';
import type { ScalarStyle, YamlProblem } from './node.ts';
import { MAX_DEPTH } from './reader.ts';

/** Tier two: package `yaml`, which reads on after a fault, so that half-typed text keeps what can be read. Never throws. */
export function parseByTree(input: BodyText): ParsedBody {
  const { source, offset } = input;
  const builder = new NodeBuilder(input);
  const problems: YamlProblem[] = [];
  try {
    const composer = new Composer<ParsedNode, true>({
      schema: 'failsafe',
      version: '1.1',
      uniqueKeys: false,
      strict: false,
      merge: false,
      logLevel: 'silent',
      prettyErrors: false,
      keepSourceTokens: false,
    });
    for (const document of composer.compose(new Parser().parse(source))) {
      for (const { pos, message, code } of document.errors) {
        // One fault makes the parser see many; the first is the cause.
        if (IGNORED_ERRORS.has(code) || problems.length > 0) continue;
        const start = Math.min(pos[0], source.length);
        const end = Math.min(Math.max(pos[1], start), source.length);
        problems.push({
          code: 'syntax',
          message: message.split('\n')[0] ?? message,
          start: start + offset,
          end: end + offset,
        });
      }
      if (builder.root === undefined && document.contents !== null) addNode(builder, input, document.contents);
    }
  } catch {
    builder.limit('the text is nested too deeply', { start: offset, end: offset });
    builder.closeAll();
  }
  return { root: builder.root, problems: [...problems, ...builder.problems] };
}

/** What `yaml` refuses and Kubernetes does not, or what the builder reports itself. */
const IGNORED_ERRORS: ReadonlySet<string> = new Set([
  'BAD_ALIAS',
  'TAG_RESOLVE_FAILED',
  'DUPLICATE_KEY',
  'KEY_OVER_1024_CHARS',
]);

function addNode(builder: NodeBuilder, input: BodyText, node: Node | null | undefined): void {
  if (node === null || node === undefined) {
    builder.empty({});
    return;
  }
  const [start, end] = node.range ?? [0, 0];
  if (isAlias(node)) {
    builder.alias(node.source, start, end);
    return;
  }
  if (builder.depth >= MAX_DEPTH) {
    builder.limit('the text is nested too deeply', { start, end });
    builder.empty({});
    return;
  }
  const properties = readProperties(node);
  if (isMap(node)) {
    builder.openMapping(start, node.flow === true, properties);
    for (const pair of node.items) {
      addNode(builder, input, toNode(pair.key));
      addNode(builder, input, toNode(pair.value));
    }
    builder.close();
  } else if (isSeq(node)) {
    builder.openSequence(start, node.flow === true, properties);
    for (const item of node.items) addNode(builder, input, toNode(item));
    builder.close();
  } else if (isScalar(node)) {
    if (start === end) {
      builder.empty(properties);
      return;
    }
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const isBlock = style === 'literal' || style === 'folded';
    const text = decodeScalar(input, node, style, start, end);
    builder.scalar(text, start, isBlock ? (trimBlockEnd(input.source, start, end) ?? end) : end, style, properties);
  }
}

/** The content from the text with its actions and lines, where the parsed text lacks them. */
function decodeScalar(input: BodyText, node: Scalar, style: ScalarStyle, start: number, end: number): string {
  const { source, original } = input;
  const content = node.source ?? String(node.value ?? '');
  if (style === 'literal' || style === 'folded') {
    // The parser puts a line break where the text lacks its last one.
    const isOpen = input.open && !source.includes('\n', trimBlockEnd(source, start, end) ?? end);
    return isOpen ? content.replace(/\n$/, '') : content;
  }
  if (source === original || source.slice(start, end) === original.slice(start, end)) return content;
  const quotes = style === 'plain' ? 0 : 1;
  return original.slice(start + quotes, end - quotes).replace(/\s*\n\s*/g, ' ');
}

/** The end of a block scalar's last line that is not blank; `undefined` when it has none. */
function trimBlockEnd(source: string, start: number, end: number): number | undefined {
  let at = end;
  while (at > start && ' \t\r\n'.includes(source[at - 1] ?? '')) at--;
  return at > start ? at : undefined;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function toNode(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;
}

function readProperties(node: { readonly anchor?: string; readonly tag?: string }): Properties {
  return { anchor: node.anchor, tag: node.tag };
}
