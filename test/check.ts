import assert from 'node:assert/strict';
import { basename, dirname } from '../server/src/core/base/path.ts';
import type { Diagnostic } from '../server/src/core/ide/diagnostic.ts';
import { checkFile } from '../server/src/core/ide/diagnostics.ts';
import type { AnyRule, Fix } from '../server/src/core/rules/rule.ts';
import { DEFAULT_SETTINGS, type Severity } from '../server/src/core/workspace/config.ts';
import { WorkspaceFolder } from '../server/src/core/workspace/folder.ts';
import { toTextEdits } from '../server/src/core/yaml/edit.ts';
import { type Fixture, type FixtureFile, parseFixture } from './fixture.ts';

/** An indexed folder `/work` with the files of a fixture. */
export function indexFixture(files: readonly FixtureFile[]): WorkspaceFolder {
  const folder = new WorkspaceFolder('/work');
  for (const { path } of files) if (basename(path) === 'Chart.yaml') folder.addChart(dirname(path));
  folder.apply(files.map(({ path, text }) => ({ path, text })));
  provideWanted(folder, files);
  return folder;
}

/** Gives a folder what its kustomizations are made of, as a workspace does. */
export function provideWanted(folder: WorkspaceFolder, files: readonly FixtureFile[]): void {
  for (let wanted = folder.wanted; wanted.length > 0; wanted = folder.wanted) {
    for (const path of wanted) {
      const text = files.find((file) => file.path === path)?.text;
      folder.provide(path, text === undefined ? { missing: true } : { text });
    }
  }
}

/** What the given rules say about a fixture, over all its files. A rule that throws fails the test. */
export function diagnose(fixture: Fixture, rules: readonly AnyRule[]): readonly Diagnostic[] {
  const folder = indexFixture(fixture.files);
  return [...folder.files.values()].flatMap((file) =>
    checkFile(file, folder.unitsOf(file.path), rules, {
      settings: { ...DEFAULT_SETTINGS, rules: enable(rules) },
      complete: true,
      onError: (rule, path, error) =>
        assert.fail(`${rule} threw on ${path}: ${error instanceof Error ? error.stack : error}`),
    }),
  );
}

/** Rules that are off until somebody names them are named where they are asked for alone. */
function enable(rules: readonly AnyRule[]): Readonly<Record<string, Severity>> {
  return rules.every(({ optional }) => optional)
    ? Object.fromEntries(rules.map(({ id, severity }) => [id, severity]))
    : {};
}

/** Asserts that the rules' findings over a fixture are exactly its caret lines, place and message. */
export function expectFindings(source: string, rules: readonly AnyRule[]): readonly Diagnostic[] {
  const fixture = parseFixture(source);
  const found = diagnose(fixture, rules);
  const actual = found.map((finding) => show(fixture, finding.file, finding.at.start, finding.at.end, finding.message));
  const expected = fixture.expected.map(({ path, start, end, message }, index) =>
    show(fixture, path, start, end, message === '' ? (found[index]?.message ?? '') : message),
  );
  assert.deepEqual(actual.sort(), expected.sort());
  return found;
}

/** Asserts that the rules find nothing. */
export function expectClean(source: string, rules: readonly AnyRule[]): void {
  const fixture = parseFixture(source);
  const found = diagnose(fixture, rules).map((finding) =>
    show(fixture, finding.file, finding.at.start, finding.at.end, finding.message),
  );
  assert.deepEqual(found, []);
}

/** The files of a fixture after a fix. */
export function applyFix(files: readonly FixtureFile[], fix: Fix): readonly FixtureFile[] {
  return files.map(({ path, text }) => {
    const edits = toTextEdits(
      text,
      fix.edits.filter((edit) => edit.file === path).map((edit) => edit.edit),
    );
    return {
      path,
      text: [...edits]
        .sort((a, b) => b.start - a.start)
        .reduce((whole, { start, end, newText }) => whole.slice(0, start) + newText + whole.slice(end), text),
    };
  });
}

function show(fixture: Fixture, path: string, start: number, end: number, message: string): string {
  const text = fixture.files.find((file) => file.path === path)?.text ?? '';
  const line = text.slice(0, start).split('\n').length;
  return `${path}:${line} \`${text.slice(start, end)}\` (${start}) ${message}`;
}
