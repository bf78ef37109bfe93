import { touches } from '../../base/span.ts';
import { distanceOf } from '../../cluster/locality.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Field } from '../../k8s/field.ts';
import { readResources } from '../../k8s/kinds.ts';
import type { Ternary } from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { objectsAt, unitsFor } from '../locate.ts';
import type { TypedPlace } from './place.ts';

/** The object that is being typed in, as one unit has it. */
export interface Asker {
  readonly folder: WorkspaceFolder;
  readonly unit: Unit;
  readonly file: string;
  readonly place: TypedPlace;
  /** As it is written now, with the marker in it. */
  readonly own: Resource | undefined;
  /** As the unit has it; a patch is asked as what it patches. */
  readonly built: Resource | undefined;
  readonly namespace: Field<string>;
}

/** The object at a place in every unit of its file. */
export function askersAt(
  folder: WorkspaceFolder,
  path: string,
  offset: number,
  place: TypedPlace,
  view: string | undefined,
): readonly Asker[] {
  const own = readOwn(path, place);
  return unitsFor(folder, path, view).map(({ unit }) => {
    const built = objectsAt(unit, path, offset).find(({ kind }) => kind === own?.kind);
    return { folder, unit, file: path, place, own, built, namespace: namespaceIn(unit, own, built) };
  });
}

function readOwn(file: string, { root, document: { start, end }, opaque }: TypedPlace): Resource | undefined {
  const document = { index: 0, root, problems: [], complete: true, templated: opaque, start, end };
  return readResources(document, { file, faults: [], intern: (text) => text })[0];
}

/** What a broken text does not show yet, a build may still set. */
function namespaceIn(unit: Unit, own: Resource | undefined, built: Resource | undefined): Field<string> {
  if (built !== undefined && own?.namespace?.value === undefined) return built.namespace;
  if (unit.kind === 'loose' || own?.namespace !== undefined) return own?.namespace;
  return { undecided: 'change', start: 0, end: 0 };
}

/** How near an object is to where it is asked for: smaller is nearer. `undefined` for another namespace. */
export function nearness(asker: Asker, resource: Resource): number | undefined {
  const verdict = sameNamespace(asker.namespace, resource.namespace);
  return verdict === 'no' ? undefined : rankOf(asker, verdict, resource);
}

/** The same for what may be in any namespace. */
export function nearnessAnywhere(asker: Asker, resource: Resource): number {
  return rankOf(asker, sameNamespace(asker.namespace, resource.namespace), resource);
}

function rankOf({ file }: Asker, verdict: Ternary, resource: Resource): number {
  const distance = Math.min(distanceOf(file, resource.file), MAX_DISTANCE);
  return distance + MAX_DISTANCE * (verdict === 'yes' ? 0 : verdict === 'unknown' ? 1 : 2);
}

const MAX_DISTANCE = 100;

/** Whether an object is the one that is being typed in. */
export function isAsker({ file, own }: Asker, resource: Resource): boolean {
  return own !== undefined && resource.file === file && resource.kind === own.kind && touches(own, resource.start);
}

/**
 * The name by which a file refers to an object: the one that is written, which builds of kustomizations change in both places
 * alike. Templates write names that no other text can repeat; what they come to counts outside of their chart.
 */
export function referredName({ folder, file }: Asker, resource: Resource): string | undefined {
  const written = folder.files
    .get(resource.file)
    ?.resources.find(({ start, kind }) => start === resource.start && kind === resource.kind);
  if (written?.name?.value !== undefined) return written.name.value;
  const chart = folder.chartOf(resource.file);
  return chart !== undefined && chart === folder.chartOf(file) ? undefined : resource.name?.value;
}
