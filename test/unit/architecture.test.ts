import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A source file with what it imports: other source files by path, packages by name. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** Each layer may import itself and the ones before it. */
const LAYERS = [
  'core/base',
  'core/yaml',
  'core/k8s',
  'core/sources',
  'core/workspace',
  'core/cluster',
  'core/rules',
  'core/explain',
  'core/ide',
  'lsp|cli',
  'main',
];

/** Who alone may import a package. */
const OWNERS: readonly { readonly packages: RegExp; readonly allowed: RegExp }[] = [
  { packages: /^yaml(?:\/|$)/, allowed: /^server\/src\/core\/yaml\// },
  { packages: /^vscode-languageserver(?:-protocol)?(?:\/|$)/, allowed: /^server\/src\/(?:lsp|main)\// },
  { packages: /^node:/, allowed: /^server\/src\/main\/|^client\/src\/extension\.ts$/ },
  { packages: /^vscode$/, allowed: /^client\/src\// },
  { packages: /^@dagrejs\//, allowed: /^client\/webview\// },
  { packages: /^(?!\.)/, allowed: /^(?!server\/src\/core\/)|^server\/src\/core\/(?:yaml|workspace)\// },
];

function faults(imports: Imports): readonly string[] {
  const found: string[] = [];
  for (const [file, targets] of imports) {
    const layer = layerOf(file);
    for (const target of targets) {
      const isFile = imports.has(target);
      const other = layerOf(target);
      if (isFile && layer >= 0 && other > layer) found.push(`${file} imports the later layer of ${target}`);
      if (isFile && layer < 0 && file.startsWith('server/')) found.push(`${file} belongs to no layer`);
      if (isFile && isSibling(file, target)) found.push(`${file} imports its sibling ${target}`);
      if (isFile) continue;
      for (const { packages, allowed } of OWNERS)
        if (packages.test(target) && !allowed.test(file)) found.push(`${file} imports ${target}`);
    }
  }
  return [...found, ...cycles(imports).map((cycle) => `cycle: ${cycle.join(' → ')}`)];
}

describe('architecture', () => {
  it('lets imports go one way, without cycles, each package behind its owner', () => {
    const imports = readImports(['server/src', 'client/src', 'client/webview']);
    assert.ok(imports.size > 100);
    assert.deepEqual(faults(imports), []);
  });

  it('would notice every kind of fault', () => {
    const base = 'server/src/core/base/a.ts';
    const yaml = 'server/src/core/yaml/b.ts';
    const cases: readonly (readonly [string, Imports])[] = [
      [
        'imports the later layer',
        new Map([
          [base, [yaml]],
          [yaml, []],
        ]),
      ],
      [
        'cycle',
        new Map([
          [yaml, ['server/src/core/yaml/c.ts']],
          ['server/src/core/yaml/c.ts', [yaml]],
        ]),
      ],
      [
        'imports its sibling',
        new Map([
          ['server/src/lsp/a.ts', ['server/src/cli/b.ts']],
          ['server/src/cli/b.ts', []],
        ]),
      ],
      ['imports node:fs', new Map([['server/src/lsp/a.ts', ['node:fs']]])],
      ['imports node:fs', new Map([[base, ['node:fs']]])],
      ['imports yaml', new Map([['server/src/core/k8s/a.ts', ['yaml']]])],
      ['imports vscode-languageserver/node', new Map([['server/src/cli/a.ts', ['vscode-languageserver/node']]])],
      ['imports vscode', new Map([['server/src/lsp/a.ts', ['vscode']]])],
      [
        'belongs to no layer',
        new Map([
          ['server/src/odd/a.ts', [base]],
          [base, []],
        ]),
      ],
    ];
    for (const [fault, imports] of cases)
      assert.ok(
        faults(imports).some((found) => found.includes(fault)),
        `${fault}: ${faults(imports)}`,
      );
  });
});

/** -1 for files outside the server. */
function layerOf(file: string): number {
  return LAYERS.findIndex((layer) => new RegExp(`^server/src/(?:${layer})/`).test(file));
}

/** Editor and terminal are two readers of one core and know nothing of each other. */
function isSibling(file: string, target: string): boolean {
  return /^server\/src\/cli\//.test(file)
    ? /^server\/src\/lsp\//.test(target)
    : /^server\/src\/lsp\//.test(file) && /^server\/src\/cli\//.test(target);
}

function cycles(imports: Imports): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): void => {
    const at = above.indexOf(file);
    if (at >= 0) found.push([...above.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) if (imports.has(target)) visit(target, [...above, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

function readImports(folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.posix.join(folder, name.replaceAll('\\', '/'))),
  );
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
}

function importsOf(file: string, text: string): readonly string[] {
  const pattern = /(?:^|\n)(?:import|export) (?:[^'"`;=]*? from )?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/g;
  return [...text.matchAll(pattern)].map((match) => {
    const target = match[1] ?? match[2] ?? '';
    return target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target;
  });
}
