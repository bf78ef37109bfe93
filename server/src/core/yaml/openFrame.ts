import type { YamlNode, YamlPair } from './node.ts';

/** A collection whose end has not been read. */
export type OpenFrame = MappingFrame | SequenceFrame;

interface FrameBase {
  readonly flow: boolean;
  readonly start: number;
  readonly anchor: string | undefined;
  /** How many nodes had been visited when the collection opened. */
  readonly before: number;
}

export interface MappingFrame extends FrameBase {
  readonly kind: 'mapping';
  readonly pairs: YamlPair[];
  key: YamlNode | undefined;
  hasMerge: boolean;
}

interface SequenceFrame extends FrameBase {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}
