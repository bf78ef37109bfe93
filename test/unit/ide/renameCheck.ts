import assert from 'node:assert/strict';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { prepareRename, type Refusal, type Rename, rename } from '../../../server/src/core/ide/rename/rename.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { applyTextEdits } from '../../../server/src/core/yaml/edit.ts';
import { indexFixture } from '../../check.ts';
import { type FixtureFile, parseFixture } from '../../fixture.ts';

export interface Renamed {
  /** `path:line: text` of every line that changed, with the care of its edits. */
  readonly changes: readonly string[];
  readonly files: readonly FixtureFile[];
  readonly notes: readonly string[];
}

/** Renames what is at the cursor of a fixture. No edit may overlap another, nor leave a finding that was not there. */
export async function renameAt(source: string, to: string): Promise<Renamed> {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  const found = await renameIn(files, cursor, to);
  assert.ok(found !== undefined, 'nothing can be renamed there');
  assert.ok(!('refused' in found), 'refused' in found ? found.refused : '');
  const after = applyRename(files, found);
  assert.deepEqual(findings(after), findings(files), 'the findings are others than before');
  const changes = files.flatMap((file, at) => {
    const next = after[at]?.text.split('\n') ?? [];
    const cares = found.edits.filter((edit) => edit.file === file.path);
    return file.text.split('\n').flatMap((line, number) => {
      if (next[number] === line) return [];
      const start = file.text.split('\n').slice(0, number).join('\n').length;
      const own = cares.filter((edit) => start <= edit.start && edit.end <= start + line.length + 1);
      const care = [...new Set(own.map((edit) => edit.care))].join('+');
      return [`${file.path.replace('/work/', '')}:${number + 1} ${care}: ${next[number]?.trim()}`];
    });
  });
  return { changes, files: after, notes: found.edits.flatMap(({ note }) => note ?? []) };
}

/** The sentence with which a rename at the cursor is refused. */
export async function refusalAt(source: string, to: string): Promise<string> {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  const found = await renameIn(files, cursor, to);
  assert.ok(found !== undefined, 'nothing can be renamed there');
  assert.ok('refused' in found, 'it is not refused');
  assert.match(found.refused, /^[A-Z`].*\.$/);
  return found.refused;
}

/** The text that F2 would select at the cursor. */
export function preparedAt(source: string): string | undefined {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor);
  const found = prepareRename({ folder: indexFixture(files), ...cursor });
  if (found === undefined) return undefined;
  if ('refused' in found) return `refused: ${found.refused}`;
  const text = files.find(({ path }) => path === cursor.path)?.text ?? '';
  return text.slice(found.start, found.end);
}

export async function renameIn(
  files: readonly FixtureFile[],
  cursor: { readonly path: string; readonly offset: number },
  to: string,
): Promise<Rename | Refusal | undefined> {
  const folder = indexFixture(files);
  return await rename({ folder, ...cursor, to }, (path) => files.find((file) => file.path === path)?.text);
}

export function applyRename(files: readonly FixtureFile[], { edits }: Rename): readonly FixtureFile[] {
  return files.map(({ path, text }) => {
    const own = edits.filter(({ file }) => file === path).sort((a, b) => a.start - b.start);
    for (const [at, edit] of own.entries()) assert.ok(edit.end <= (own[at + 1]?.start ?? text.length), 'edits overlap');
    return { path, text: applyTextEdits(text, own) };
  });
}

/** How often each rule speaks, file by file. */
export function findings(files: readonly FixtureFile[]): readonly string[] {
  const folder = indexFixture(files);
  return [...folder.files.values()]
    .flatMap((file) =>
      checkFile(file, folder.unitsOf(file.path), allRules, {
        settings: DEFAULT_SETTINGS,
        complete: true,
        onError: (rule, path, error) => assert.fail(`${rule} threw on ${path}: ${error}`),
      }).map(({ code, severity }) => `${file.path} ${severity} ${code}`),
    )
    .sort();
}
