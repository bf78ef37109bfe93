import type { Span } from '../base/span.ts';

/**
 * What a YAML text holds, as Kubernetes reads it (the dialect of sigs.k8s.io/yaml), each node with its UTF-16 span.
 * Both parsers make these nodes; nothing outside this folder sees a parser's own tree. Nodes live as long as one
 * reading: the index keeps typed views, never nodes.
 */
export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

export type ScalarValue = string | number | bigint | boolean | null;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlScalar extends Span {
  readonly kind: 'scalar';
  /** The value after YAML 1.1 resolution; integers beyond 2^53 are `bigint`. An absent value is `null` with an empty span. */
  readonly value: ScalarValue;
  /** The content before resolution: quotes, escapes, folding and indentation undone (`0120`, `yes`, `1e3`). */
  readonly text: string;
  readonly style: ScalarStyle;
  /**
   * Set when the value is not what a cluster would receive: `template` (holds a Helm action, `${VAR}`, …) or `odd`
   * (Go's reading of the text cannot be reproduced). Such a value takes part in no definite statement.
   */
  readonly unknown?: 'template' | 'odd';
  /** Set when written as an alias: the span is the alias's, this is the anchored node's. */
  readonly aliasOf?: Span;
}

export interface YamlMapping extends Span {
  readonly kind: 'mapping';
  readonly flow: boolean;
  /** All pairs as written, in order, duplicates and merge keys (`<<`) included. Read through {@link effectivePairs}. */
  readonly pairs: readonly YamlPair[];
  /** Set when the mapping stands for a template action (`{{ … }}`) or may hold pairs that a template writes. */
  readonly unknown?: 'template' | 'odd';
  readonly aliasOf?: Span;
}

export interface YamlPair {
  /** The key as Kubernetes' JSON has it (`yes:` is `true`, `0123:` is `83`); `undefined` where it is a collection or not reproducible. */
  readonly name: string | undefined;
  readonly key: YamlNode;
  readonly value: YamlNode;
  /** The key is a merge key: plain `<<`. */
  readonly merge: boolean;
}

export interface YamlSequence extends Span {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
  readonly unknown?: 'template' | 'odd';
  readonly aliasOf?: Span;
}

export type YamlProblemCode =
  /** The parser does not understand the text; what could be read stands in the document all the same. */
  | 'syntax'
  /** The same key twice in one mapping; `start`/`end` is the *losing* (earlier) key, `other` the winning one. */
  | 'duplicate-key'
  /**
   * Two keys that differ to YAML and are equal in JSON (`yes` and `"true"`): Go's order of maps decides which value counts,
   * so both are unknown. Same spans.
   */
  | 'racing-key'
  /** A key that a merge (`<<`) brings and another place sets too: idiom for kubectl, a duplicate for strict readers. Same spans. */
  | 'merge-override'
  /** A template action (`{{ … }}`) where YAML has none: as it stands kubectl refuses the document, a renderer does not. */
  | 'template'
  /** Text after the document's end that kubectl drops in silence. */
  | 'content-ignored'
  /** A line that starts with `---` and goes on with content: kubectl refuses the stream. */
  | 'separator'
  /** A value that has no JSON form, an unknown anchor, a merge of a scalar and the like: kubectl refuses the document. */
  | 'value'
  /** A limit of ours: depth, number of aliases. The document is unknown. */
  | 'limit';

export interface YamlProblem extends Span {
  readonly code: YamlProblemCode;
  readonly message: string;
  readonly other?: Span;
  /** The key that stands twice (`duplicate-key`, `racing-key`), and whether its values are equal. */
  readonly key?: string;
  readonly equal?: boolean;
}

export interface YamlDocument extends Span {
  /** Position among the file's documents as kubectl counts them, empty ones not counted. */
  readonly index: number;
  readonly root: YamlNode | undefined;
  readonly problems: readonly YamlProblem[];
  /** Whether the text could be read to its end; when not, anything may be missing from `root`. */
  readonly complete: boolean;
  /** Whether the text holds template actions that shape its structure (Helm): anything may be missing or repeated. */
  readonly templated: boolean;
}

/** The pairs that count, in document order: merge keys expanded, the last of equal names only (as kubectl reads). */
export function effectivePairs(mapping: YamlMapping): readonly YamlPair[] {
  if (!mapping.pairs.some((pair) => pair.merge) && !hasDuplicates(mapping.pairs)) return mapping.pairs;
  const byName = new Map<string | YamlPair, YamlPair>();
  collectPairs(mapping, byName, 0);
  return [...byName.values()];
}

/** The pair that wins for `name`, or `undefined`. */
export function findPair(node: YamlNode | undefined, name: string): YamlPair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  let found: YamlPair | undefined;
  for (const pair of node.pairs) {
    if (pair.merge) return effectivePairs(node).find((candidate) => candidate.name === name);
    if (pair.name === name) found = pair;
  }
  return found;
}

/** The value that wins for `name`, or `undefined` where the key is absent or `node` is no mapping. */
export function findValue(node: YamlNode | undefined, name: string): YamlNode | undefined {
  return findPair(node, name)?.value;
}

/** Whether a node is absent or an explicit null: the API server treats both alike almost everywhere. */
export function isNull(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null && node.unknown === undefined);
}

/** Merges nested deeper than this are given up: no real manifest has them, a hostile one may have a loop. */
const MAX_MERGE_DEPTH = 16;

function hasDuplicates(pairs: readonly YamlPair[]): boolean {
  if (pairs.length < 2) return false;
  // Most mappings are short: a few comparisons cost less than a set.
  if (pairs.length < 9)
    return pairs.some(({ name }, at) => name !== undefined && pairs.findIndex((other) => other.name === name) < at);
  const seen = new Set<string>();
  for (const { name } of pairs) {
    if (name === undefined) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

function collectPairs(mapping: YamlMapping, byName: Map<string | YamlPair, YamlPair>, depth: number): void {
  if (depth > MAX_MERGE_DEPTH) return;
  for (const pair of mapping.pairs) {
    if (pair.merge) {
      const sources = pair.value.kind === 'sequence' ? [...pair.value.items].reverse() : [pair.value];
      for (const source of sources) if (source.kind === 'mapping') collectPairs(source, byName, depth + 1);
      continue;
    }
    const id = pair.name ?? pair;
    byName.delete(id);
    byName.set(id, pair);
  }
}
