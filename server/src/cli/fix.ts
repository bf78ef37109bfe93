import { createTwoFilesPatch } from 'diff';
import { relativePath } from '../core/base/path.ts';
import type { Diagnostic } from '../core/ide/diagnostics.ts';
import { applyTextEdits, toTextEdits, type YamlEdit } from '../core/yaml/edit.ts';
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
export async function fixFiles(
  loaded: Loaded,
  first: readonly Diagnostic[],
  again: () => readonly Diagnostic[],
): Promise<{ readonly files: readonly FixedFile[]; readonly count: number }> {
  const texts = new Map<string, string>();
  const textOf = (path: string) => texts.get(path) ?? loaded.textOf(path);
  let count = 0;
  let diagnostics = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changed = new Set<string>();
    for (const diagnostic of diagnostics) {
      const fix = diagnostic.fixes?.[0];
      if (fix?.safe !== true || fix.edits.some(({ file }) => changed.has(file))) continue;
      for (const file of new Set(fix.edits.map((edit) => edit.file))) {
        texts.set(
          file,
          applyAll(
            textOf(file),
            fix.edits.filter((edit) => edit.file === file).map(({ edit }) => edit),
          ),
        );
        changed.add(file);
      }
      count++;
    }
    if (changed.size === 0) break;
    loaded.folder.index.apply([...changed].map((path) => ({ path, text: textOf(path) })));
    diagnostics = again();
  }
  const files = [...texts].map(([path, text]) => {
    const name = relativePath(loaded.base, path);
    return { path, text, diff: createTwoFilesPatch(`a/${name}`, `b/${name}`, loaded.textOf(path), text) };
  });
  return { files: files.filter(({ path, text }) => text !== loaded.textOf(path)), count };
}

function applyAll(text: string, edits: readonly YamlEdit[]): string {
  return applyTextEdits(text, toTextEdits(text, edits));
}
