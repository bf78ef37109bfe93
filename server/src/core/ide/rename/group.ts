import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { type Mention, placeId, placeOf } from './mention.ts';

/** The mentions of one thing, by the units that they are in. */
export type Group = ReadonlyMap<Unit, readonly Mention[]>;

/**
 * Everything that goes by one name together with what stands at some place: what refers to it, what these refer to besides, and
 * so on, in every unit that one of the files is part of. So nothing is torn apart when all of it gets another name.
 */
export function collectGroup(
  folder: WorkspaceFolder,
  path: string,
  mentionsIn: (unit: Unit) => readonly Mention[],
  isSeed: (unit: Unit, mention: Mention) => boolean,
): Group {
  const places = new Set<string>();
  const files = new Set([path]);
  const parts = new Map<Unit, Part>();
  for (let before = -1; before !== places.size + files.size + parts.size; ) {
    before = places.size + files.size + parts.size;
    for (const file of files) for (const unit of folder.unitsOf(file)) addUnit(parts, unit, mentionsIn, isSeed, places);
    for (const part of parts.values()) growPart(part, places);
    for (const [unit, { inside }] of parts) for (const mention of inside) files.add(placeOf(unit, mention).file);
  }
  return new Map([...parts].map(([unit, { inside }]) => [unit, [...inside]]));
}

/** What of a unit is in the group, and what may still be. */
interface Part {
  readonly inside: Set<Mention>;
  readonly outside: Set<Mention>;
  readonly ids: ReadonlyMap<Mention, string>;
}

function addUnit(
  parts: Map<Unit, Part>,
  unit: Unit,
  mentionsIn: (unit: Unit) => readonly Mention[],
  isSeed: (unit: Unit, mention: Mention) => boolean,
  places: Set<string>,
): void {
  if (parts.has(unit)) return;
  const mentions = mentionsIn(unit);
  const ids = new Map(mentions.map((mention) => [mention, placeId(placeOf(unit, mention))]));
  for (const [mention, id] of ids) if (isSeed(unit, mention)) places.add(id);
  parts.set(unit, { inside: new Set(), outside: new Set(mentions), ids });
}

function growPart({ inside, outside, ids }: Part, places: Set<string>): void {
  const fresh: Mention[] = [];
  const take = (mention: Mention) => {
    outside.delete(mention);
    inside.add(mention);
    places.add(ids.get(mention) ?? '');
    if (mention.leaf !== true) fresh.push(mention);
  };
  for (const mention of outside) if (places.has(ids.get(mention) ?? '')) take(mention);
  for (let next = fresh.pop(); next !== undefined; next = fresh.pop()) {
    for (const other of outside) if (isMeant(next, other)) take(other);
  }
}

function isMeant(one: Mention, other: Mention): boolean {
  if (one.side === other.side) return false;
  const [referrer, bearer] = one.side === 'refers' ? [one, other] : [other, one];
  return referrer.means?.(bearer) === true;
}
