import type { YamlNode, YamlProblem } from './node.ts';

/** What one parser made of one document's text. */
export interface ParsedBody {
  readonly root: YamlNode | undefined;
  readonly problems: readonly YamlProblem[];
}

/** The text of one document in the forms that the parsers and the builder need; all of the same length. */
export interface BodyText {
  /** What is parsed: line breaks of YAML 1.1, template actions and lines of flow collections may be replaced. */
  readonly source: string;
  /** What scalars are decoded from: the text with its template actions. */
  readonly original: string;
  /** The text as it stands in the file. */
  readonly raw: string;
  /** What must be added to positions in it. */
  readonly offset: number;
  /** Read as JSON, which has escapes that Go's YAML has not. */
  readonly json: boolean;
  /** The text has no line break at its end, and none is added (kubectl adds one). */
  readonly open: boolean;
}
