import type { FilePlace } from '../../base/fileTable.ts';
import type { Span } from '../../base/span.ts';
import type { Requirement } from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import type { Unit } from '../../sources/unit.ts';

/** A part of an object of a unit that has a name, or refers by it. */
export interface Mention {
  readonly resource: Resource;
  /** `bears`: has the name · `refers`: means what has it. */
  readonly side: 'bears' | 'refers';
  /** Where the name stands; may be an address. */
  readonly span: Span;
  /** What stands there. */
  readonly says: string;
  /** The field, for what the API server allows: `['spec', 'selector']`. */
  readonly field: readonly string[];
  /** Of a referrer: whether it means, at least perhaps, what a bearer has. */
  readonly means?: (bearer: Mention) => boolean;
  /** It refers to nothing that is there: it follows what it may be meant for, and takes nothing else along. */
  readonly leaf?: boolean;
  /** Of a label: its key, and of a selector the whole requirement. */
  readonly key?: Span;
  readonly requirement?: Requirement;
  /** It is a part of a longer text that programs read; `exact`: the span is that of its very characters. */
  readonly text?: { readonly exact: boolean };
}

/** Something with a name that can be renamed: how a unit mentions it, and what stands against a new name. */
export interface Subject {
  /** All of them; with `only`, at least those of one object. */
  readonly mentionsIn: (unit: Unit, only?: Resource) => readonly Mention[];
  /** What is wrong with the new name itself, as a sentence. */
  readonly fault: string | undefined;
  /** Why the mentions of a unit cannot get the new name, as a sentence. */
  readonly conflict: (unit: Unit, group: readonly Mention[]) => string | undefined;
}

/** The place of a mention in a file; equal places of several units are one text. */
export function placeOf(unit: Unit, { resource, span }: Pick<Mention, 'resource' | 'span'>): FilePlace {
  return unit.siblings.files.resolve(resource.file, span);
}

export function placeId({ file, start, end }: Pick<FilePlace, 'file' | 'start' | 'end'>): string {
  return `${file}:${start}:${end}`;
}
