import type { FileTable } from '../base/fileTable.ts';
import type { Span } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import type { YamlEdit } from '../yaml/edit.ts';
import type { FileEdit, Finding, Fix, Related } from './rule.ts';

/** A finding whose places are plain ones, each in the file that it names. */
export interface PlacedFinding extends Finding {
  readonly file: string;
  readonly fixes: readonly Fix[];
  /** All its places hold what they speak of as it is, and nothing else made it. */
  readonly exact: boolean;
}

/**
 * Puts a finding where a person wrote what it speaks of. A fix stays only where every text that it edits is the whole value, and
 * so is every name that it may have been taken from.
 */
export function placeFinding(finding: Finding, resource: Resource, { siblings: { files } }: Unit): PlacedFinding {
  const { file, start, end, exact } = files.resolve(resource.file, finding.at);
  const related = (finding.related ?? []).map((other) => placeRelated(other, files));
  const isExact = related.every(({ exact }) => exact);
  const fixes = isExact ? (finding.fixes ?? []).flatMap((fix) => placeFix(fix, files) ?? []) : [];
  return {
    ...finding,
    file,
    at: { start, end },
    related: related.map(({ place }) => place),
    fixes,
    exact: exact && isExact,
  };
}

function placeRelated(other: Related, files: FileTable): { readonly place: Related; readonly exact: boolean } {
  const { file, start, end, exact } = files.resolve(other.file, other);
  return { place: { file, start, end, message: other.message }, exact };
}

function placeFix(fix: Fix, files: FileTable): Fix | undefined {
  const edits: FileEdit[] = [];
  for (const edit of fix.edits) {
    const placed = placeEdit(edit, files);
    if (placed === undefined) return undefined;
    edits.push(placed);
  }
  return { ...fix, edits };
}

/** `undefined` where the text does not stand as it is edited, or not in one file. */
function placeEdit({ file, edit }: FileEdit, files: FileTable): FileEdit | undefined {
  const places = spansOf(edit).map((span) => files.resolve(file, span));
  const [first] = places;
  if (first === undefined || places.some((place) => !place.exact || place.file !== first.file)) return undefined;
  const plain = (span: Span) => {
    const { start, end } = files.resolve(file, span);
    return { start, end };
  };
  return { file: first.file, edit: mapSpans(edit, plain) };
}

function spansOf(edit: YamlEdit): readonly Span[] {
  const spans: Span[] = [];
  mapSpans(edit, (span) => {
    spans.push(span);
    return span;
  });
  return spans;
}

function mapSpans(edit: YamlEdit, change: (span: Span) => Span): YamlEdit {
  switch (edit.kind) {
    case 'replace-scalar':
    case 'replace-key':
    case 'text':
      return { ...edit, span: change(edit.span) };
    case 'delete-pair':
      return { ...edit, key: change(edit.key) };
    case 'delete-item':
      return { ...edit, item: change(edit.item) };
    case 'insert-item':
      return { ...edit, sequence: change(edit.sequence) };
    case 'insert-pair': {
      const { after } = edit;
      return { ...edit, mapping: change(edit.mapping), ...(after === undefined ? {} : { after: change(after) }) };
    }
  }
}
