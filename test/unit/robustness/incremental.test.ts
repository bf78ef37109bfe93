import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { provideWanted } from '../../check.ts';

const shop: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync('examples/shop')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [`/work/${name}`, readFileSync(`examples/shop/${name}`, 'utf8')]),
);
const KUSTOMIZATION = 'namespace: shop\nresources:\n  - ../orders.yaml\n  - ../ingress.yaml\n  - extra.yaml\n';
const START = {
  ...shop,
  '/work/overlay/kustomization.yaml': KUSTOMIZATION,
  '/work/overlay/extra.yaml': shop['/work/queue.yaml'] ?? '',
};
const PATHS = [...Object.keys(START), '/work/new.yaml', '/work/overlay/new.yaml'];

/** Words that change meaning: names and labels that match elsewhere, structure, and what breaks it. */
const WORDS = [
  'app',
  'orders',
  'payments',
  'queue',
  'http',
  'name: ',
  '\n',
  '---\n',
  '  ',
  '- ',
  ': ',
  '{',
  '}',
  '"',
  '#',
  '&a ',
  '*a',
  '{{ x }}',
  'yes',
  '80',
  'kind: Service\n',
  'resources: [../payments.yaml]\n',
  '../erp.yaml',
];

type Change =
  | {
      readonly kind: 'splice';
      readonly path: string;
      readonly at: number;
      readonly remove: number;
      readonly insert: string;
    }
  | { readonly kind: 'delete' | 'restore'; readonly path: string };

const pathArbitrary = fc.constantFrom(...PATHS);
const changeArbitrary: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('splice' as const),
      path: pathArbitrary,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.integer({ min: 0, max: 12 }),
      insert: fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((words) => words.join('')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'restore' as const), path: pathArbitrary }),
  },
);

describe('edit by edit', () => {
  it('the index comes to what reading everything from scratch gives', () => {
    fc.assert(
      fc.property(fc.array(changeArbitrary, { minLength: 1, maxLength: 12 }), (changes) => {
        const texts = new Map(Object.entries(START));
        const folder = new WorkspaceFolder('/work');
        folder.apply([...texts].map(([path, text]) => ({ path, text })));
        provide(folder, texts);
        for (const change of changes) {
          const text = apply(texts.get(change.path), change);
          if (text === undefined) texts.delete(change.path);
          else texts.set(change.path, text);
          folder.apply([{ path: change.path, text }]);
          provide(folder, texts);
          // Asking in between makes the index build what it otherwise builds at the end.
          if (change.kind === 'splice' && change.remove % 2 === 0) findings(folder);
        }
        const fresh = new WorkspaceFolder('/work');
        fresh.apply([...texts].map(([path, text]) => ({ path, text })));
        provide(fresh, texts);
        assert.deepEqual(findings(folder), findings(fresh));
        assert.equal(folder.resourceCount, fresh.resourceCount);
      }),
      { numRuns: 250 },
    );
  });
});

function provide(folder: WorkspaceFolder, texts: ReadonlyMap<string, string>): void {
  provideWanted(
    folder,
    [...texts].map(([path, text]) => ({ path, text })),
  );
}

function apply(text: string | undefined, change: Change): string | undefined {
  if (change.kind === 'delete') return undefined;
  if (change.kind !== 'splice') return Object.entries(START).find(([path]) => path === change.path)?.[1] ?? '';
  const before = text ?? '';
  const at = Math.floor(change.at * before.length);
  return before.slice(0, at) + change.insert + before.slice(at + change.remove);
}

/** All findings, with everything that is shown of them. The order of equal evidence is not part of it. */
function findings(folder: WorkspaceFolder): readonly string[] {
  return [...folder.files.values()]
    .flatMap((file) =>
      checkFile(file, folder.unitsOf(file.path), allRules, {
        settings: DEFAULT_SETTINGS,
        complete: true,
        onError: (rule, path, error) =>
          assert.fail(`${rule} on ${path}: ${error instanceof Error ? error.stack : error}`),
      }),
    )
    .map(
      ({ file, code, severity, at, message, units }) =>
        `${file}:${at.start}-${at.end} ${severity} ${code} ${message} ${units}`,
    )
    .sort();
}
