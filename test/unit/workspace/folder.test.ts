import assert from 'node:assert/strict';
import { describeResource } from '../../../server/src/core/k8s/resourceBase.ts';
import { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { provideWanted } from '../../check.ts';

const kustomization = (...resources: readonly string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.map((name) => `  - ${name}\n`).join('')}`;
const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;

const FILES: Readonly<Record<string, string>> = {
  '/work/base/kustomization.yaml': kustomization('web.yaml'),
  '/work/base/web.yaml': service('web'),
  '/work/dev/kustomization.yaml': kustomization('../base', 'dev.yaml'),
  '/work/dev/dev.yaml': service('dev'),
  '/work/prod/kustomization.yaml': kustomization('../base'),
  '/work/loose.yaml': service('loose'),
};

describe('WorkspaceFolder', () => {
  it('builds the units of an edited file anew and keeps the others', () => {
    const folder = folderOf(FILES);
    const [dev, prod] = folder.units;
    folder.apply([{ path: '/work/dev/dev.yaml', text: service('renamed') }]);
    const after = folder.units;
    assert.notEqual(after[0], dev);
    assert.equal(after[1], prod);
    assert.deepEqual(shown(folder), shown(folderOf({ ...FILES, '/work/dev/dev.yaml': service('renamed') })));
  });

  it('has the same units after any edit as a folder that was read so', () => {
    const changes: readonly (readonly [string, string | undefined])[] = [
      ['/work/base/web.yaml', service('api')],
      ['/work/prod/kustomization.yaml', kustomization('../base', '../loose.yaml')],
      ['/work/dev/dev.yaml', undefined],
      ['/work/base/kustomization.yaml', kustomization('web.yaml', 'new.yaml')],
      ['/work/base/new.yaml', service('new')],
      ['/work/dev/dev.yaml', service('back')],
      ['/work/loose.yaml', service('moved')],
      ['/work/dev/kustomization.yaml', undefined],
    ];
    const folder = folderOf(FILES);
    const texts = new Map<string, string | undefined>(Object.entries(FILES));
    for (const [path, text] of changes) {
      texts.set(path, text);
      folder.apply([{ path, text }]);
      provide(folder, Object.fromEntries(texts));
      assert.deepEqual(shown(folder), shown(folderOf(Object.fromEntries(texts))), path);
    }
  });
});

function folderOf(files: Readonly<Record<string, string | undefined>>): WorkspaceFolder {
  const folder = new WorkspaceFolder('/work');
  folder.apply(Object.entries(files).map(([path, text]) => ({ path, text })));
  provide(folder, files);
  return folder;
}

function provide(folder: WorkspaceFolder, files: Readonly<Record<string, string | undefined>>): void {
  provideWanted(
    folder,
    Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }])),
  );
}

/** Each unit with its objects, and each file with its units, in an order of their own. */
function shown(folder: WorkspaceFolder): unknown {
  const units = folder.units.map(({ id, index, open }) => [id, [...index.all].map(describeResource).sort(), open]);
  const files = [...folder.files.keys()].map((path) => [
    path,
    folder
      .unitsOf(path)
      .map(({ id }) => id)
      .sort(),
  ]);
  return { units: units.sort(), files: files.sort() };
}
