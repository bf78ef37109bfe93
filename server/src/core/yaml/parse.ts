import type { Span } from '../base/span.ts';
import type { BodyText, ParsedBody } from './body.ts';
import { type DocumentText, splitDocuments } from './documents.ts';
import { findBody, findControl, findIgnored, shorten } from './frame.ts';
import type { YamlDocument, YamlNode, YamlProblem } from './node.ts';
import { readBody } from './reader.ts';
import { blankTemplates, markTemplated, type TemplateText } from './templates.ts';
import { parseByTree } from './tree.ts';

export interface ParseOptions {
  /** Forces one parser, for comparing them. By default Kubernetes' rules, and the tree for what these refuse. */
  readonly tier?: 'strict' | 'tree';
  /** The file lies in a chart's templates folder: template actions are blanked before anything else. */
  readonly helm?: boolean;
  /** Called with each document's text before it is parsed; a refused document keeps its index and costs nothing else. */
  readonly wanted?: (documentText: string) => boolean;
}

export interface YamlStream {
  readonly documents: readonly YamlDocument[];
  /** Faults of the stream: separators and limits. */
  readonly problems: readonly YamlProblem[];
}

/** Reads a file's text as kubectl would. Never throws; what cannot be understood is a problem beside what can. */
export function parseYaml(text: string, options: ParseOptions = {}): YamlStream {
  if (text.length > MAX_TEXT) {
    return {
      documents: [],
      problems: [{ code: 'limit', message: 'the file is too large to be read', start: 0, end: 0 }],
    };
  }
  const template = options.helm === true && text.includes('{{') ? blankTemplates(text) : undefined;
  const split = splitDocuments(template?.text ?? text);
  const documents: YamlDocument[] = [];
  let index = 0;
  for (const span of split.documents) {
    if (options.wanted !== undefined && !options.wanted(text.slice(span.start, span.end))) {
      if (hasContent(text.slice(span.start, span.end))) index++;
      continue;
    }
    if (isBlank(text.slice(span.start, span.end))) continue;
    const document = parseDocument(text, { ...span, single: false }, index, options, template);
    const isNull = isEmpty(document);
    if (isNull && document.problems.length === 0) continue;
    documents.push(document);
    if (!isNull || document.problems.some(({ code }) => code !== 'content-ignored')) index++;
  }
  return { documents, problems: split.problems };
}

/**
 * Reads a whole text as one document, as a reader that knows no streams does (sigs.k8s.io/yaml): what follows the first
 * document's end is ignored. kustomization.yaml and values.yaml are read so.
 */
export function parseSingle(text: string, options: ParseOptions = {}): YamlDocument {
  const span = { start: 0, end: text.length };
  if (text.length > MAX_TEXT) {
    const problem: YamlProblem = { code: 'limit', message: 'the file is too large to be read', start: 0, end: 0 };
    return { ...span, index: 0, root: undefined, problems: [problem], complete: false, templated: false };
  }
  const template = options.helm === true && text.includes('{{') ? blankTemplates(text) : undefined;
  return parseDocument(text, { ...span, json: false, single: true }, 0, options, template);
}

/** No manifest comes near; reading it would take half a second. */
const MAX_TEXT = 20_000_000;
/** The tree takes up to a second for as many characters when they are hostile. */
const MAX_TREE_TEXT = 500_000;

function parseDocument(
  text: string,
  span: DocumentText & { readonly single: boolean },
  index: number,
  options: ParseOptions,
  template: TemplateText | undefined,
): YamlDocument {
  const original = text.slice(span.start, span.end);
  const source = template === undefined ? original : template.text.slice(span.start, span.end);
  const bom = source.startsWith('\ufeff') ? 1 : 0;
  const raw = original.slice(bom);
  const input: BodyText = {
    source: template === undefined ? raw : source.slice(bom),
    original: raw,
    raw,
    offset: span.start + bom,
    json: span.json,
    open: span.single && !source.endsWith('\n'),
  };
  const body = readDocument(input, options.tier, template === undefined);
  const structural =
    template?.structural.filter((action) => action.start < span.end && span.start < action.end) ?? body.structural;
  const root =
    body.root === undefined || structural.length === 0 ? body.root : markTemplated(body.root, structural, span.end);
  const found = withFirstFault(body.problems);
  const isTemplated = structural.length > 0;
  return {
    start: span.start,
    end: span.end,
    index,
    root,
    // What an action writes or leaves out decides about faults of structure.
    problems: isTemplated ? found.filter(({ code }) => code === 'template' || code === 'limit') : found,
    complete: !found.some(({ code }) => code === 'syntax' || code === 'limit' || code === 'separator'),
    templated: isTemplated,
  };
}

interface Body extends ParsedBody {
  readonly structural: readonly Span[];
}

function readDocument(input: BodyText, tier: ParseOptions['tier'], mayBlank: boolean): Body {
  const strict = parseStrictly(input, tier);
  if (strict.accepted && !(mayBlank && hasFlowTemplate(strict.root, input))) return { ...strict, structural: [] };
  if (mayBlank && input.original.includes('{{')) return readTemplate(input, tier);
  if (strict.root !== undefined) return { ...strict, structural: [] };
  return { ...parseTolerantly(input, strict.problems), structural: [] };
}

/** Reads a text whose actions stand where YAML allows none, with its actions blanked. */
function readTemplate(input: BodyText, tier: ParseOptions['tier']): Body {
  const blanked = blankTemplates(input.original);
  const move = (action: Span): Span => ({ start: action.start + input.offset, end: action.end + input.offset });
  const structural = blanked.structural.map(move);
  const first = [...structural, ...blanked.inline.map(move)].sort((a, b) => a.start - b.start)[0];
  const problem: YamlProblem = {
    code: 'template',
    message: 'a template: kubectl cannot read this text before it is rendered',
    start: first?.start ?? input.offset,
    end: first?.end ?? input.offset,
  };
  const text = { ...input, source: blanked.text };
  const strict = parseStrictly(text, tier);
  const body = strict.root !== undefined || strict.accepted ? strict : parseTolerantly(text, strict.problems);
  return { root: body.root, problems: [problem, ...body.problems], structural };
}

interface StrictBody extends ParsedBody {
  readonly accepted: boolean;
}

function parseStrictly(input: BodyText, tier: ParseOptions['tier']): StrictBody {
  const { source, offset } = input;
  if (tier === 'tree') {
    const body = parseByTree(findBody(input));
    return { ...body, accepted: !body.problems.some(({ code }) => code === 'syntax') };
  }
  const problems: YamlProblem[] = [];
  const body = readBody(input, (position, message, isLimit) => {
    const start = Math.min(position, source.length) + offset;
    problems.push({
      code: isLimit ? 'limit' : 'syntax',
      message,
      start,
      end: Math.min(start + 1, source.length + offset),
    });
  });
  if (body === undefined) return { root: undefined, problems: [...findControl(input), ...problems], accepted: false };
  const rest = [...findIgnored(input, body.end), ...findControl(input, body.seen)];
  return { root: body.root, problems: rest.length === 0 ? body.problems : [...body.problems, ...rest], accepted: true };
}

/** Reads as much as the tree can of what the strict reader refused. */
function parseTolerantly(input: BodyText, refusals: readonly YamlProblem[]): ParsedBody {
  const { offset } = input;
  if (refusals.some(({ code }) => code === 'limit')) return { root: undefined, problems: refusals };
  const body = findBody(input);
  const { source } = body;
  if (source.length > MAX_TREE_TEXT) {
    const message = 'the document is too large to be read past its first fault';
    return { root: undefined, problems: [...refusals, { code: 'limit', message, start: offset, end: offset }] };
  }
  const end = (refusals[0]?.start ?? offset) - offset + MAX_TEXT_AFTER_FAULT;
  const parsed = parseByTree(end < source.length ? shorten(body, end) : body);
  // What the tree finds wrong is the same fault, seen from another side.
  return { ...parsed, problems: [...refusals, ...parsed.problems.filter(({ code }) => code !== 'syntax')] };
}

/** Past a fault the tree reads no further than this: text that is all faults costs it a hundred times more. */
const MAX_TEXT_AFTER_FAULT = 50_000;

/** Whether an action was read as a flow mapping that holds a mapping: `{{ .x }}`, which Kubernetes refuses. */
function hasFlowTemplate(root: YamlNode | undefined, { original, offset }: BodyText): boolean {
  if (root === undefined || !original.includes('{{')) return false;
  const pending: YamlNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'scalar' || node.aliasOf !== undefined) continue;
    if (node.kind === 'mapping' && node.flow && original.startsWith('{{', node.start - offset)) return true;
    if (node.kind === 'sequence') for (const item of node.items) pending.push(item);
    else for (const pair of node.pairs) pending.push(pair.key, pair.value);
  }
  return false;
}

/** One fault of syntax makes others: only the first is told. */
function withFirstFault(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const faults = problems.filter(({ code }) => code === 'syntax').sort((a, b) => a.start - b.start);
  return faults.length < 2
    ? problems
    : problems.filter((problem) => problem.code !== 'syntax' || problem === faults[0]);
}

/** Whether a document has no content or is null: kubectl drops those that it can read. */
function isEmpty({ root }: YamlDocument): boolean {
  return root === undefined || (root.kind === 'scalar' && root.value === null && root.unknown === undefined);
}

function hasContent(text: string): boolean {
  return /^(?!---(?:[ \t]+#.*|[ \t]*)\r?$)[^\S\n]*[^\s#]/m.test(text);
}

/** Certainly nothing to read and nothing to report, told without parsing. */
function isBlank(text: string): boolean {
  return !hasContent(text) && !/[^\r\n\x20-\x7e]/.test(text);
}
