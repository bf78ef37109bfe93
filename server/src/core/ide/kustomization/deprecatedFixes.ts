import { dirname } from '../../base/path.ts';
import { overlaps, type Span } from '../../base/span.ts';
import { buildKustomization } from '../../sources/kustomize/build.ts';
import { newKustomizeCache } from '../../sources/kustomize/context.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { applyTextEdits, type TextEdit } from '../../yaml/edit.ts';
import type { CodeAction } from '../codeActions.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { compareBuilds } from './difference.ts';
import { moveToSuccessor, successorOf } from './successors.ts';
import { varsToReplacements, withoutVars } from './varsToReplacements.ts';

/** More builds than that are too much for a menu. */
const MAX_UNITS = 12;

/**
 * Offers to rewrite the deprecated fields in a range. Only what is proved to be the same is offered: every unit of the file is
 * built with both texts.
 */
export function deprecatedFixes(
  folder: WorkspaceFolder,
  path: string,
  text: string,
  diagnostics: readonly Diagnostic[],
  range: Span,
): readonly CodeAction[] {
  return diagnostics.flatMap((diagnostic): readonly CodeAction[] => {
    if (diagnostic.code !== 'kustomize-deprecated-field' || !overlaps(diagnostic.at, range)) return [];
    const field = text.slice(diagnostic.at.start, diagnostic.at.end);
    const instead = successorOf(field);
    const edits = field === 'vars' ? replaceVars(folder, path, text) : moveToSuccessor(text, field);
    if (instead === undefined || edits === undefined) return [];
    const units = folder.unitsOf(path);
    const after = applyTextEdits(text, edits);
    if (units.length === 0 || units.length > MAX_UNITS || !units.every((unit) => isSameBuild(unit, path, text, after)))
      return [];
    return [
      {
        title: `Rewrite \`${field}\` as \`${instead}\``,
        kind: 'quickfix',
        diagnostics: [diagnostic],
        preferred: true,
        edits: edits.map(({ start, end, newText }) => ({
          file: path,
          edit: { kind: 'text', span: { start, end }, newText },
        })),
      },
    ];
  });
}

function replaceVars(folder: WorkspaceFolder, path: string, text: string): readonly TextEdit[] | undefined {
  const { texts } = folder.siblings;
  const cache = newKustomizeCache();
  const build = (own: string) =>
    buildKustomization(dirname(path), { ...texts, read: (file) => (file === path ? own : texts.read(file)) }, cache);
  const edit = varsToReplacements(text, build(withoutVars(text)).resources, build(text).resources);
  return edit && [edit];
}

function isSameBuild(
  { builtFrom = [], siblings: { texts } }: Unit,
  path: string,
  before: string,
  after: string,
): boolean {
  const cache = newKustomizeCache();
  const build = (folder: string, text: string) =>
    buildKustomization(folder, { ...texts, read: (file) => (file === path ? text : texts.read(file)) }, cache);
  return builtFrom.every((folder) => {
    const [old, now] = [build(folder, before), build(folder, after)];
    const messages = (result: typeof old) => result.problems.map(({ message }) => message).join('\n');
    return messages(old) === messages(now) && compareBuilds(old.resources, now.resources).length === 0;
  });
}
