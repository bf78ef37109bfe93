import { unquote, wordsOf } from './goTemplate.ts';

/**
 * What an action may print. `line`: no line break · `lines`: anything · `indented`: every line begins with `width` spaces
 * (`indent`), and a line break comes first where `breaks` (`nindent`).
 */
export type Shape =
  | { readonly kind: 'line' }
  | { readonly kind: 'lines' }
  | { readonly kind: 'indented'; readonly width: number; readonly breaks: boolean };

export interface Pipeline {
  readonly shape: Shape;
  /** The definition whose text is printed, indented at most. */
  readonly includes: string | undefined;
}

/**
 * Tells from an action's functions what it may print. Values are taken for single lines where a function or the text around
 * them (`isAlone`: nothing else on the line) does not say otherwise.
 */
export function readPipeline(text: string, isAlone: boolean, mayBreak: (definition: string) => boolean): Pipeline {
  const stages = splitStages(wordsOf(text));
  const first = stages[0] ?? [];
  const last = stages.at(-1) ?? [];
  const width = /^n?indent$/.test(last[0] ?? '') && /^\d{1,3}$/.test(last[1] ?? '') ? Number(last[1]) : undefined;
  const isInclude =
    (first[0] === 'include' || first[0] === 'template') && stages.length <= (width === undefined ? 1 : 2);
  const includes = isInclude ? unquote(first[1]) : undefined;
  if (width !== undefined) {
    return { shape: { kind: 'indented', width, breaks: last[0] === 'nindent' }, includes };
  }
  let many = isAlone && first[0] !== 'include' && first[0] !== 'template';
  for (const stage of stages) {
    if (ONE_LINE.has(stage[0] ?? '')) many = false;
    else many ||= stage.some((word, at) => printsLines(word, stage[at + 1], mayBreak));
  }
  return { shape: { kind: many ? 'lines' : 'line' }, includes };
}

function printsLines(word: string, next: string | undefined, mayBreak: (definition: string) => boolean): boolean {
  if (word === 'include' || word === 'template') {
    const name = unquote(next);
    return name === undefined || mayBreak(name);
  }
  return MANY_LINES.has(word) || /\.Files\.|\.(?:Get|AsConfig|AsSecrets)$/.test(word);
}

/** Functions of Helm that print one line whatever they are given. */
const ONE_LINE: ReadonlySet<string> = new Set(
  'quote squote toJson toRawJson b64enc sha256sum sha1sum adler32sum int int64 float64 len add sub mul div mod kindOf semverCompare'.split(
    ' ',
  ),
);

const MANY_LINES: ReadonlySet<string> = new Set(
  'toYaml toYamlPretty toToml toPrettyJson indent nindent wrap wrapWith genCA genSignedCert genSelfSignedCert genPrivateKey'.split(
    ' ',
  ),
);

/** The functions of a pipeline with their arguments. */
function splitStages(words: readonly string[]): readonly (readonly string[])[] {
  const stages: string[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    if (word === '|' && depth === 0) stages.push([]);
    else stages.at(-1)?.push(word);
  }
  return stages;
}
