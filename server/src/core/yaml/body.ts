import type { YamlNode, YamlProblem } from './node.ts';

/** What one parser made of one document's text. */
export interface ParsedBody {
  readonly root: YamlNode | undefined;
  readonly problems: readonly YamlProblem[];
}
