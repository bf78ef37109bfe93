import type { Awaitable } from '../../base/awaitable.ts';
import { basename } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import { mutabilityOf } from '../../k8s/api/immutable/fields.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { toTextEdits } from '../../yaml/edit.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { customSelectors } from './customs.ts';
import { namesElsewhere } from './elsewhere.ts';
import { collectGroup, type Group } from './group.ts';
import { type Mention, placeId, placeOf } from './mention.ts';
import type { Refusal, Rename, RenameCare, RenameEdit, RenamePlace } from './plan.ts';
import { renamedTo } from './services.ts';
import { newPair, type RenameTarget, subjectOf, targetAt } from './target.ts';

export type { Refusal, Rename, RenameCare, RenameEdit } from './plan.ts';

export interface RenameRequest {
  readonly folder: WorkspaceFolder;
  readonly path: string;
  readonly offset: number;
}

/** What F2 at a place would rename: the text to select, and what to begin with. `undefined` where nothing can be renamed. */
export function prepareRename({
  folder,
  path,
  offset,
}: RenameRequest): (Span & { readonly name: string }) | Refusal | undefined {
  const chart = folder.chartOf(path);
  const target = targetAt(folder, path, offset);
  if (target === undefined) return undefined;
  if (chart !== undefined) return { refused: IN_CHART };
  const { start, end } = target;
  return { start, end, name: nameOf(target) };
}

const IN_CHART =
  'This is part of a Helm chart: its names come from templates and values, and are renamed there by hand.';

function nameOf(target: RenameTarget): string {
  if (target.kind === 'label') return target.part === 'key' ? target.pair.key : target.pair.value;
  return target.kind === 'service' ? target.service.name : target.name;
}

/**
 * The edits that give what stands at a place another name, with everything that refers to it, in all files and units; or why
 * not. `textOf` gives the text of any file of the workspace.
 */
export async function rename(
  request: RenameRequest & { readonly to: string },
  textOf: (path: string) => Awaitable<string | undefined>,
): Promise<Rename | Refusal | undefined> {
  const { folder, path, offset, to } = request;
  const prepared = prepareRename(request);
  const target = targetAt(folder, path, offset);
  if (prepared === undefined || target === undefined) return undefined;
  if ('refused' in prepared) return prepared;
  const name = to.trim();
  if (name === nameOf(target)) return { edits: [] };
  const subject = subjectOf(target, name);
  if (subject.fault !== undefined) return { refused: subject.fault };
  const group = collectGroup(folder, path, subject.mentionsIn, (unit, mention) => isAtTarget(unit, mention, target));
  for (const [unit, mentions] of group) {
    const why =
      whyNot(folder, unit, mentions) ?? (mentions.length === 0 ? undefined : subject.conflict(unit, mentions));
    if (why !== undefined) return { refused: why };
  }
  const places = collectPlaces(group, target, name);
  if ('refused' in places) return places;
  const elsewhere =
    target.kind === 'service'
      ? await namesElsewhere(folder, group, target.service, name, textOf)
      : target.kind === 'label' && target.of === 'pods'
        ? await customSelectors(folder, group, target.pair, newPair(target, name), textOf)
        : [];
  if ('refused' in elsewhere) return elsewhere;
  const known = new Set(places.map(placeId));
  return await toEdits([...places, ...elsewhere.filter((place) => !known.has(placeId(place)))], textOf);
}

/** A label's place is that of its value, whichever part was asked for. */
function isAtTarget(unit: Unit, mention: Mention, target: RenameTarget): boolean {
  const spans = target.kind === 'label' && target.part === 'key' ? [mention.key, mention.span] : [mention.span];
  return spans.some((span) => {
    if (span === undefined) return false;
    const { file, start, end } = placeOf(unit, { resource: mention.resource, span });
    return file === target.file && start === target.start && end === target.end;
  });
}

function whyNot(folder: WorkspaceFolder, unit: Unit, mentions: readonly Mention[]): string | undefined {
  for (const { resource, span } of mentions) {
    const { file } = placeOf(unit, { resource, span });
    if (folder.chartOf(file) !== undefined) return `${describeResource(resource)} belongs to it. ${IN_CHART}`;
    const twice = resource.faults.find((fault) => fault.code === 'duplicate-key' && fault.equal);
    if (twice?.code === 'duplicate-key')
      return `${describeResource(resource)} says the same under \`${twice.key}\` twice: only one of them counts, and one has to go first.`;
    if (resource.opaque)
      return `${describeResource(resource)} is shaped by a template or a part that cannot be read: what it would become is not known.`;
  }
  return undefined;
}

function collectPlaces(group: Group, target: RenameTarget, to: string): readonly RenamePlace[] | Refusal {
  const places = new Map<string, RenamePlace>();
  for (const [unit, mentions] of group) {
    for (const mention of mentions) {
      for (const place of placesOf(unit, mention, target, to)) {
        if ('refused' in place) return place;
        const id = placeId(place);
        const before = places.get(id);
        if (before !== undefined && differs(before, place))
          return { refused: `${place.owner} needs another name there in each of several units.` };
        if (before === undefined || RANK[before.care] < RANK[place.care]) places.set(id, place);
      }
    }
  }
  return [...places.values()];
}

/** Whether one text would have to become two. */
function differs(one: RenamePlace, other: RenamePlace): boolean {
  return [...one.becomes].some(([old, to]) => (other.becomes.get(old) ?? to) !== to);
}

const RANK: Readonly<Record<RenameCare, number>> = { meaning: 0, text: 1, care: 2 };

function placesOf(unit: Unit, mention: Mention, target: RenameTarget, to: string): readonly (RenamePlace | Refusal)[] {
  const { resource, span, says, text, key } = mention;
  const place = (
    at: Span,
    how: RenamePlace['how'],
    ...becomes: (readonly [string, string])[]
  ): RenamePlace | Refusal => {
    const { file, start, end, exact } = placeOf(unit, { resource, span: at });
    const owner = describeResource(resource);
    if (how === 'key' && file !== resource.file)
      return {
        refused: `A label of ${owner} is written by ${basename(file)}, over what its manifest may say: its key cannot be renamed in one of them.`,
      };
    if (start === end || (!exact && target.kind !== 'service') || text?.exact === false)
      return { refused: `What ${owner} says is put together from several texts: it cannot be renamed in one of them.` };
    return { file, start, end, how, becomes: new Map(becomes), owner, ...careOf(mention) };
  };
  if (target.kind === 'label') {
    const pair = newPair(target, to);
    const { key: from } = target.pair;
    return [
      ...(pair.value !== target.pair.value ? [place(span, 'scalar', [says, pair.value])] : []),
      ...(pair.key !== from && key !== undefined ? [place(key, 'key', [from, pair.key])] : []),
    ];
  }
  if (target.kind !== 'service') return [place(span, 'scalar', [says, to])];
  const { name } = target.service;
  if (text !== undefined) return [place(span, 'part', [says, renamedTo(says, name, to)])];
  // A build changes names in references as it does in what they refer to: what is written is the written name.
  return [place(span, 'scalar', [says, renamedTo(says, name, to)], [name, to])];
}

function careOf({ resource, field, side, text }: Mention): Pick<RenamePlace, 'care' | 'note'> {
  if (text !== undefined) return { care: 'text', note: undefined };
  const isOwnName = side === 'bears' && field.join('.') === 'metadata.name';
  const mutability = isOwnName ? 'open' : mutabilityOf(`${resource.apiVersion}/${resource.kind}`, field);
  if (mutability === 'open') return { care: 'meaning', note: undefined };
  const what = `\`${field.join('.')}\` of a ${resource.kind}`;
  const takes = 'delete it and apply it again';
  const note =
    mutability === 'never-changes'
      ? `${describeResource(resource)}: ${what} never changes; ${takes}`
      : `${describeResource(resource)}: ${what} may not change once it runs; if it is refused, ${takes}`;
  return { care: 'care', note };
}

async function toEdits(
  places: readonly RenamePlace[],
  textOf: (path: string) => Awaitable<string | undefined>,
): Promise<Rename | Refusal> {
  const edits: RenameEdit[] = [];
  for (const file of new Set(places.map((place) => place.file))) {
    const text = await textOf(file);
    for (const place of places.filter((each) => each.file === file)) {
      const value = text === undefined ? undefined : newValue(text, place);
      if (text === undefined || value === undefined)
        return { refused: `${place.owner} does not have the name in one piece of text: it cannot be renamed there.` };
      const { how, care, note, start, end } = place;
      const span = { start, end };
      const edit =
        how === 'part'
          ? ({ kind: 'text', span, newText: value } as const)
          : how === 'key'
            ? ({ kind: 'replace-key', span, value } as const)
            : ({ kind: 'replace-scalar', span, value } as const);
      edits.push(...toTextEdits(text, [edit]).map((each) => ({ ...each, file, care, note })));
    }
  }
  return { edits };
}

/** What the text of a place becomes; `undefined` where something else stands there. */
function newValue(text: string, { how, becomes, start, end }: RenamePlace): string | undefined {
  const written = text.slice(start, end);
  if (how === 'part') return becomes.get(written.toLowerCase());
  const { root, problems } = parseSingle(written);
  return problems.length === 0 && root?.kind === 'scalar' && root.aliasOf === undefined
    ? becomes.get(root.text)
    : undefined;
}
