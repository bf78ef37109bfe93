import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { codeActions, fixAll } from '../../../server/src/core/ide/codeActions.ts';
import { findDefinitions } from '../../../server/src/core/ide/definition.ts';
import type { Diagnostic } from '../../../server/src/core/ide/diagnostic.ts';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { documentSymbols } from '../../../server/src/core/ide/documentSymbols.ts';
import { hover } from '../../../server/src/core/ide/hover.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { applyTextEdits, toTextEdits } from '../../../server/src/core/yaml/edit.ts';

const shop = readdirSync('examples/shop')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ path: `/work/${name}`, text: readFileSync(`examples/shop/${name}`, 'utf8') }));

const GOOD = {
  path: '/work/good.yaml',
  text: 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 1}, {port: 2}]}\n',
};

describe('bad input', () => {
  for (const { path, text } of shop) {
    it(`is survived at every prefix of ${path}`, () => {
      const folder = new WorkspaceFolder('/work');
      folder.apply(shop);
      for (let length = 0; length < text.length; length++) {
        // Inside a line one length in three is enough; line ends are where structure changes.
        if (length % 3 !== 0 && text[length] !== '\n' && text[length - 1] !== '\n') continue;
        exercise(folder, path, text.slice(0, length));
      }
    });
  }

  const odd: Readonly<Record<string, string>> = {
    'deep flow nesting': 'kind: Service\nmetadata: '.concat('['.repeat(20_000)),
    'deep block nesting': `kind: Service\nspec:\n${Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth + 1)}a:`).join('\n')}`,
    'an alias bomb': `kind: Service\na0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`).join('\n')}`,
    'a merge bomb': `kind: Service\na0: &a0 {x: 1}\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: [${Array(9).fill(`*a${at}`).join(', ')}], y${at}: 1}`).join('\n')}`,
    'a mapping that merges itself': 'kind: Service\nspec: &a\n  <<: *a\n  selector: *a\n',
    'an alias to its own parent': 'kind: Service\nspec: &a\n  selector: *a\n  ports: [*a]\n',
    'duplicate keys': 'kind: Service\nkind: Pod\nspec: {selector: {a: b, a: c}}\nspec: 3\n',
    CRLF: `${GOOD.text}---\n${GOOD.text}`.replaceAll('\n', '\r\n'),
    'CR alone': GOOD.text.replaceAll('\n', '\r'),
    'a byte order mark': `\uFEFF${GOOD.text}`,
    tabs: 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: x\nspec:\n\tports:\n\t- port: 80\n',
    NUL: GOOD.text.replace('name: x', 'name: x\0y'),
    'lone surrogates': GOOD.text.replace('name: x', 'name: "\uD800"').concat('# \uDC00\n'),
    'nothing but separators': '---\n---\n...\n---\n',
    'nothing but dashes': '- '.repeat(5_000),
    'a very long line': `kind: Service # ${'x'.repeat(2_000_000)}\n`,
    'many documents': `${GOOD.text}---\n`.repeat(2_000),
    'many colons': `kind: Service\n${'a: '.repeat(10_000)}`,
    'many comments that speak to us': `kind: Service\n${'# kubefathom-ignore-next-line x\n'.repeat(5_000)}`,
    'many marks before one block': `${GOOD.text}${'# kubefathom: external\n'.repeat(5_000)}${'\n'.repeat(2_000)}spec: {}\n`,
    'a list of faults': `apiVersion: v1\nkind: List\nitems:\n${'- {apiVersion: v1, kind: Service, a: 1, a: 2}\n'.repeat(2_000)}`,
    'an unfinished quote': `kind: Service\nmetadata: {name: "${'x\n'.repeat(20_000)}`,
    'many anchors': `kind: Service\n${Array.from({ length: 20_000 }, (_, at) => `k${at}: &a${at} x`).join('\n')}`,
    'a template': 'kind: {{ .Values.kind }}\nspec: {{- toYaml . | nindent 2 }}\n  selector: {{ end }}\n',
    'a conflict': 'kind: Service\n<<<<<<< HEAD\nspec: {}\n=======\nspec: 3\n>>>>>>> theirs\n',
  };
  for (const [name, text] of Object.entries(odd)) {
    it(`is survived: ${name}`, () => {
      const folder = new WorkspaceFolder('/work');
      folder.apply([GOOD]);
      exercise(folder, '/work/bad.yaml', text);
      assert.ok(
        diagnose(folder, GOOD.path).some(({ code }) => code === 'service-port-name-required'),
        'the rest is not checked any more',
      );
    });
  }

  it('is named where it stands, and leaves the other documents checked', () => {
    const folder = new WorkspaceFolder('/work');
    const text = `${GOOD.text}---\nkind: Service\nmetadata: {name: [}\n---\n${GOOD.text}`;
    folder.apply([{ path: '/work/bad.yaml', text }]);
    const found = diagnose(folder, '/work/bad.yaml');
    assert.ok(
      found.filter(({ code }) => code === 'service-port-name-required').length >= 2,
      JSON.stringify(found.map(({ code }) => code)),
    );
    const [problem] = found.filter(({ code }) => code === 'yaml-unreadable');
    assert.ok(
      problem &&
        text.slice(0, problem.at.start).split('\n').length >= 6 &&
        text.slice(0, problem.at.start).split('\n').length <= 8,
    );
  });

  const VALUES = [
    '3',
    '"x"',
    '[]',
    '{}',
    'null',
    'true',
    '[null]',
    '[3, {}, [x]]',
    '{a: [1]}',
    '-0.0',
    '""',
    '1e999',
    '{x: 3, 4: y, null: z}',
  ];
  for (const { path, text } of shop) {
    it(`is survived: every field of ${path} with every type`, () => {
      const folder = new WorkspaceFolder('/work');
      folder.apply(shop);
      for (const { from, to } of fieldsOf(text)) {
        for (const value of VALUES) {
          const changed = `${text.slice(0, from)} ${value}${text.slice(to)}`;
          folder.apply([{ path, text: changed }]);
          for (const file of shop)
            for (const diagnostic of diagnose(folder, file.path))
              assertSound(diagnostic, file.path === path ? changed : file.text);
          hover({ folder, text: changed, path, offset: from - 2, detail: 'interview', settings: DEFAULT_SETTINGS });
        }
      }
    });
  }
});

/** Asks everything of one file: findings, offers, outline, and hovers and definitions at up to `places` places. */
function exercise(folder: WorkspaceFolder, path: string, text: string, places = 3): void {
  folder.apply([{ path, text }]);
  const found = diagnose(folder, path);
  for (const diagnostic of found) assertSound(diagnostic, text);
  codeActions(found, { start: 0, end: text.length }, text);
  const all = fixAll(found);
  if (all !== undefined)
    applyTextEdits(
      text,
      toTextEdits(
        text,
        all.edits.map(({ edit }) => edit),
      ),
    );
  documentSymbols(folder, path);
  for (let place = 1; place <= places; place++) {
    const offset = text.length - Math.floor(((places - place) * text.length) / places);
    hover({ folder, text, path, offset, detail: 'interview', settings: DEFAULT_SETTINGS });
    findDefinitions({ folder, path, offset });
  }
}

function diagnose(folder: WorkspaceFolder, path: string): readonly Diagnostic[] {
  const file = folder.files.get(path);
  if (file === undefined) return [];
  return checkFile(file, folder.unitsOf(path), allRules, {
    settings: DEFAULT_SETTINGS,
    complete: true,
    onError: (rule, at, error) =>
      assert.fail(`${rule} threw on ${at}: ${error instanceof Error ? error.stack : error}`),
  });
}

function assertSound({ at, message, code }: Diagnostic, text: string): void {
  assert.ok(
    0 <= at.start && at.start <= at.end && at.end <= text.length,
    `${code} at ${at.start}-${at.end} of ${text.length}`,
  );
  assert.notEqual(message, '', code);
  assert.doesNotMatch(message, /undefined|\[object|NaN/, code);
}

/** The text behind every `key:` in block style, down to the next key that is not deeper. */
function* fieldsOf(text: string): Iterable<{ readonly from: number; readonly to: number }> {
  for (const match of text.matchAll(/^([ ]*(?:- )*)[\w./-]+:/gm)) {
    const indent = (match[1] ?? '').length;
    const from = match.index + match[0].length;
    const rest = text.slice(from);
    const end = [...rest.matchAll(/\n(?=([ ]*(?:- )?)\S)/g)].find((line) =>
      (line[1] ?? '').trimEnd().length <= indent && !(line[1] ?? '').includes('-')
        ? (line[1] ?? '').length <= indent
        : (line[1] ?? '').indexOf('-') < indent,
    );
    yield { from, to: from + (end?.index ?? rest.length) };
  }
}
