import {
  CHOMPING_CLIP,
  COLLECTION_STYLE_FLOW,
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import type { BodyText, ParsedBody } from './body.ts';
import { NodeBuilder, type Properties } from './builder.ts';
import type { ScalarStyle } from './node.ts';

// Constants of our own: an import from js-yaml's CommonJS build is a getter, and these are read for every event.
const ALIAS: typeof EVENT_ALIAS = EVENT_ALIAS;
const DOCUMENT: typeof EVENT_DOCUMENT = EVENT_DOCUMENT;
const MAPPING: typeof EVENT_MAPPING = EVENT_MAPPING;
const POP: typeof EVENT_POP = EVENT_POP;
const SCALAR: typeof EVENT_SCALAR = EVENT_SCALAR;
const SEQUENCE: typeof EVENT_SEQUENCE = EVENT_SEQUENCE;
const FLOW: typeof COLLECTION_STYLE_FLOW = COLLECTION_STYLE_FLOW;
const PLAIN: typeof SCALAR_STYLE_PLAIN = SCALAR_STYLE_PLAIN;
const SINGLE: typeof SCALAR_STYLE_SINGLE_QUOTED = SCALAR_STYLE_SINGLE_QUOTED;
const DOUBLE: typeof SCALAR_STYLE_DOUBLE_QUOTED = SCALAR_STYLE_DOUBLE_QUOTED;
const LITERAL: typeof SCALAR_STYLE_LITERAL_BLOCK = SCALAR_STYLE_LITERAL_BLOCK;
const FOLDED: typeof SCALAR_STYLE_FOLDED_BLOCK = SCALAR_STYLE_FOLDED_BLOCK;

/** Collections nested deeper than this are a limit of ours; Kubernetes' own is 10,000. */
export const MAX_DEPTH = 200;

/**
 * Tier one: js-yaml's events, ten times faster than a tree. `undefined` when js-yaml refuses the text, which is then
 * the second tier's; the place is told to `onRefusal`.
 */
export function parseByEvents(
  input: BodyText,
  onRefusal: (position: number, message: string, isLimit: boolean) => void,
): ParsedBody | undefined {
  const { source, original } = input;
  let events: Event[];
  try {
    events = parseEvents(source, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof YAMLException)
      onRefusal(error.mark?.position ?? 0, error.reason, error.reason.startsWith('nesting exceeded'));
    else onRefusal(0, 'the text is nested too deeply', true);
    return undefined;
  }
  const builder = new NodeBuilder(input);
  let documents = 0;
  for (const event of events) {
    switch (event.type) {
      case DOCUMENT:
        documents++;
        if (documents > 1) {
          onRefusal(builder.position, 'a second document begins', false);
          return undefined;
        }
        break;
      case SCALAR: {
        const properties = readProperties(source, event);
        if (event.valueStart < 0) {
          builder.empty(properties);
          break;
        }
        const style = toStyle(event.style);
        const text = decodeScalar(source, original, event);
        const { start, end } = toScalarSpan(source, event.valueStart, event.valueEnd, style, builder.position);
        builder.scalar(text, start, end, style, properties);
        break;
      }
      case ALIAS:
        builder.alias(source.slice(event.anchorStart, event.anchorEnd), event.anchorStart - 1, event.anchorEnd);
        break;
      case MAPPING:
        builder.openMapping(event.start, event.style === FLOW, readProperties(source, event));
        break;
      case SEQUENCE:
        builder.openSequence(event.start, event.style === FLOW, readProperties(source, event));
        break;
      case POP:
        builder.close();
        break;
    }
  }
  return { root: builder.root, problems: builder.problems };
}

/** A scalar's content. Lines that were joined for the parser are folded as YAML folds them. */
function decodeScalar(source: string, original: string, event: ScalarEvent): string {
  // Actions on lines of their own must not lose their start to the block's indentation.
  if (event.style === LITERAL || event.style === FOLDED) return getScalarValue(source, event);
  const text = getScalarValue(original, event);
  if (source === original || !event.fast || !/[\r\n]/.test(text)) return text;
  return getScalarValue(original, { ...event, fast: false });
}

/** The content of the plain or quoted scalar in a range that includes its quotes. */
export function decodeFlowScalar(text: string, start: number, end: number, style: ScalarStyle): string {
  const quote = style === 'plain' ? 0 : 1;
  const code = style === 'single' ? SINGLE : style === 'double' ? DOUBLE : PLAIN;
  const none = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 };
  const range = { valueStart: start + quote, valueEnd: end - quote };
  return getScalarValue(text, {
    type: SCALAR,
    ...none,
    ...range,
    style: code,
    chomping: CHOMPING_CLIP,
    indent: -1,
    fast: false,
  });
}

const NO_PROPERTIES: Properties = {};

function readProperties(
  source: string,
  {
    anchorStart,
    anchorEnd,
    tagStart,
    tagEnd,
  }: { anchorStart: number; anchorEnd: number; tagStart: number; tagEnd: number },
): Properties {
  if (anchorStart < 0 && tagStart < 0) return NO_PROPERTIES;
  return {
    anchor: anchorStart < 0 ? undefined : source.slice(anchorStart, anchorEnd),
    tag: tagStart < 0 ? undefined : toLongTag(source.slice(tagStart, tagEnd)),
  };
}

/** `!!int` and `!<tag:yaml.org,2002:int>` are `tag:yaml.org,2002:int`; other tags stay as written. */
function toLongTag(tag: string): string {
  if (tag.startsWith('!<')) return tag.slice(2, -1);
  return tag.startsWith('!!') ? `tag:yaml.org,2002:${tag.slice(2)}` : tag;
}

function toStyle(style: number): ScalarStyle {
  switch (style) {
    case SINGLE:
      return 'single';
    case DOUBLE:
      return 'double';
    case LITERAL:
      return 'literal';
    case FOLDED:
      return 'folded';
    default:
      return 'plain';
  }
}

/** js-yaml gives the content; a scalar's span has its quotes, and a block scalar's header but no blank lines at its end. */
function toScalarSpan(
  source: string,
  start: number,
  end: number,
  style: ScalarStyle,
  after: number,
): { start: number; end: number } {
  if (style === 'plain') return { start, end };
  if (style === 'single' || style === 'double') return { start: start - 1, end: end + 1 };
  const header = findBlockHeader(source, after, start);
  return { start: header.start, end: trimBlockEnd(source, start, end) ?? header.end };
}

/** The `|` or `>` with its indicators, on the line before the content at `contentStart`. */
function findBlockHeader(source: string, after: number, contentStart: number): { start: number; end: number } {
  const before = source.slice(after, contentStart).replace(/[\r\n]+$/, '');
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const match = /[|>][-+0-9]*(?=[ \t]*(?:[ \t]#.*)?$)/.exec(before.slice(lineStart));
  if (match === null) return { start: contentStart, end: contentStart };
  const start = after + lineStart + match.index;
  return { start, end: start + match[0].length };
}

/** The end of a block scalar's last line that is not blank; `undefined` when it has none. */
export function trimBlockEnd(source: string, start: number, end: number): number | undefined {
  let at = end;
  while (at > start && ' \t\r\n'.includes(source[at - 1] ?? '')) at--;
  return at > start ? at : undefined;
}
