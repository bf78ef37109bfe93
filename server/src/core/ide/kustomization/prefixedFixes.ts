import { findNearest } from '../../base/editDistance.ts';
import { overlaps, type Span } from '../../base/span.ts';
import { buildKustomization } from '../../sources/kustomize/build.ts';
import { newKustomizeCache } from '../../sources/kustomize/context.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { applyTextEdits, toTextEdits } from '../../yaml/edit.ts';
import type { CodeAction } from '../codeActions.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { compareBuilds } from './difference.ts';

/** More builds than that are too much for a menu. */
const MAX_UNITS = 12;

/**
 * Offers the name that was meant where kustomizations put prefixes and suffixes to names, so that no built object is called
 * nearly like what is written: the name of an object as its base has it. Only offered where every unit of the file, built with
 * it, leads to that object there and is otherwise what it was.
 */
export function prefixedFixes(
  folder: WorkspaceFolder,
  path: string,
  text: string,
  diagnostics: readonly Diagnostic[],
  range: Span,
): readonly CodeAction[] {
  const units = folder.unitsOf(path);
  if (units.length === 0 || units.length > MAX_UNITS) return [];
  return diagnostics.flatMap((diagnostic): readonly CodeAction[] => {
    const { at, code, fixes = [] } = diagnostic;
    if (!NAMING.has(code) || fixes.length > 0 || !overlaps(at, range)) return [];
    const written = unquote(text.slice(at.start, at.end));
    const named = units.map(writtenNames);
    const name = findNearest(written, new Set(named.flatMap((names) => [...names.keys()])), (each) => each);
    if (name === undefined) return [];
    const edit = { kind: 'replace-scalar', span: { start: at.start, end: at.end }, value: name } as const;
    const after = applyTextEdits(text, toTextEdits(text, [edit]));
    const isRight = units.every((unit, index) => leadsTo(unit, path, text, after, named[index]?.get(name)));
    if (!isRight) return [];
    return [
      {
        title: `Change \`${written}\` to \`${name}\``,
        kind: 'quickfix',
        diagnostics: [diagnostic],
        preferred: true,
        edits: [{ file: path, edit }],
      },
    ];
  });
}

/** Rules that miss an object of a name. */
const NAMING: ReadonlySet<string> = new Set([
  'hpa-target-missing',
  'httproute-backend-invalid',
  'ingress-backend-service-missing',
  'statefulset-service-missing',
]);

/** By the names that a unit's objects have in their files, those that they are built with, where these are others. */
function writtenNames({ index, siblings: { files, texts } }: Unit): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { file, name } of index.all) {
    const place = name && files.resolve(file, name);
    const text = place && texts.read(place.file)?.slice(place.start, place.end);
    if (name?.value === undefined || text === undefined) continue;
    const written = unquote(text);
    if (written !== name.value) names.set(written, (names.get(written) ?? new Set<string>()).add(name.value));
  }
  return names;
}

/** Whether all that an edit changes in a unit is that texts become the name of an object there. */
function leadsTo(
  { builtFrom = [], siblings: { texts } }: Unit,
  path: string,
  before: string,
  after: string,
  names: ReadonlySet<string> | undefined,
): boolean {
  const cache = newKustomizeCache();
  const build = (folder: string, text: string) =>
    buildKustomization(folder, { ...texts, read: (file) => (file === path ? text : texts.read(file)) }, cache);
  const builds = builtFrom.map((folder) => ({ old: build(folder, before), now: build(folder, after) }));
  if (builds.some(({ now }) => now.problems.length > 0)) return false;
  const changes = builds.flatMap(({ old, now }) => compareBuilds(old.resources, now.resources));
  return (
    changes.length > 0 &&
    changes.every(({ kind, fields: [field, more] }) => {
      const value = kind === 'changed' && more === undefined ? field?.after : undefined;
      return value?.kind === 'scalar' && names?.has(value.text) === true;
    })
  );
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2');
}
