import { createTwoFilesPatch } from 'diff';
import { relativePath } from '../core/base/path.ts';
import { overlaps } from '../core/base/span.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';
import type { Fix } from '../core/rules/rule.ts';
import { applyTextEdits, type TextEdit, toTextEdits } from '../core/yaml/edit.ts';
import type { Loaded } from './load.ts';

export interface FixedFile {
  readonly path: string;
  readonly text: string;
  /** The change as a unified diff. */
  readonly diff: string;
}

/** One fix can make room for another; a workspace that is not quiet after so many rounds has fixes that undo each other. */
const MAX_ROUNDS = 10;

/**
 * Applies the first fix of every finding where it is safe, again until none is left. Works on the index: nothing is
 * written to the disk.
 */
export function fixFiles(
  loaded: Loaded,
  diagnose: () => readonly Diagnostic[],
): { readonly files: readonly FixedFile[]; readonly count: number } {
  const texts = new Map<string, string>();
  const textOf = (path: string) => texts.get(path) ?? loaded.textOf(path);
  let count = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = new Map<string, TextEdit[]>();
    for (const { fixes } of diagnose()) if (fixes?.[0]?.safe === true && take(fixes[0], edits, textOf)) count++;
    if (edits.size === 0) break;
    for (const [path, list] of edits) texts.set(path, applyTextEdits(textOf(path), list));
    loaded.folder.index.apply([...edits.keys()].map((path) => ({ path, text: textOf(path) })));
  }
  const files = [...texts]
    .map(([path, text]) => ({ path, text, before: loaded.textOf(path), name: relativePath(loaded.base, path) }))
    .filter(({ text, before }) => text !== before)
    .map(({ path, text, before, name }) => ({
      path,
      text,
      diff: createTwoFilesPatch(`a/${name}`, `b/${name}`, before, text, undefined, undefined, {
        context: 3,
        headerOptions,
      }),
    }));
  return { files, count };
}

/** The two lines that `patch` and `git apply` need, without the lines of Subversion around them. */
const headerOptions = { includeIndex: false, includeUnderline: false, includeFileHeaders: true };

/** Adds a fix to the edits of this round, whole or, where it meets one that is there already, not at all. */
function take(fix: Fix, edits: Map<string, TextEdit[]>, textOf: (path: string) => string): boolean {
  const wanted = [...new Set(fix.edits.map(({ file }) => file))].map((file) => ({
    file,
    list: toTextEdits(
      textOf(file),
      fix.edits.filter((edit) => edit.file === file).map(({ edit }) => edit),
    ),
  }));
  if (wanted.every(({ list }) => list.length === 0)) return false;
  for (const { file, list } of wanted) {
    if (list.some((edit) => edits.get(file)?.some((other) => overlaps(edit, other)) === true)) return false;
  }
  for (const { file, list } of wanted) edits.set(file, [...(edits.get(file) ?? []), ...list]);
  return true;
}
