import assert from 'node:assert/strict';
import { finishGeneration, type Generation, planGeneration } from '../../../server/src/core/ide/policies/generate.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { applyTextEdits, toTextEdits } from '../../../server/src/core/yaml/edit.ts';
import { indexFixture } from '../../check.ts';
import { type FixtureFile, parseFixture } from '../../fixture.ts';

/** What is offered at a fixture's `$0`. */
export function generateAt(source: string, canCreate = true): Generation | undefined {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor, 'the fixture has a cursor');
  return generate(files, cursor.path, cursor.offset, canCreate);
}

function generate(files: readonly FixtureFile[], path: string, offset: number, canCreate: boolean) {
  const text = files.find((file) => file.path === path)?.text ?? '';
  return planGeneration({ folder: indexFixture(files), path, text, offset, settings: DEFAULT_SETTINGS, canCreate });
}

/** Why nothing is offered at `$0`. */
export function whyNothing(source: string): string {
  const found = generateAt(source);
  assert.equal(found?.kind, 'nothing');
  return found?.kind === 'nothing' ? found.why : '';
}

/** The files after the offer at `$0` is taken. */
export function filesAfter(source: string, canCreate = true): readonly FixtureFile[] {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor, 'the fixture has a cursor');
  return apply(files, cursor.path, cursor.offset, canCreate) ?? assert.fail('a policy is offered');
}

/** The files after a policy is generated at a place; `undefined` where none is offered. */
export function apply(
  files: readonly FixtureFile[],
  path: string,
  offset: number,
  canCreate = true,
): readonly FixtureFile[] | undefined {
  const found = generate(files, path, offset, canCreate);
  if (found?.kind !== 'policy') return undefined;
  const { created, edits } = finishGeneration(found, new Map(files.map((file) => [file.path, file.text])));
  const edited = files.map((file) => {
    const own = edits.filter((edit) => edit.file === file.path).map(({ edit }) => edit);
    return { path: file.path, text: applyTextEdits(file.text, toTextEdits(file.text, own)) };
  });
  return created === undefined ? edited : [...edited, { path: created.file, text: created.text }];
}
