import assert from 'node:assert/strict';
import { createGitIgnored } from '../../../server/src/core/workspace/gitIgnored.ts';
import { Workspace } from '../../../server/src/core/workspace/workspace.ts';
import { createMemoryHost } from './memoryHost.ts';

describe('files that Git ignores', () => {
  it('are told by the files of all folders on the way, be they there or not', async () => {
    const host = createMemoryHost({
      '.gitignore': '*.env\n/out/\n',
      app: { '.gitignore': '!public.env\nsecret.txt\n' },
    });
    const isIgnored = createGitIgnored(host, '/root');
    const answers = [
      'a.env',
      'out/x/y.txt',
      'app/out/x',
      'app/b.env',
      'app/public.env',
      'app/secret.txt',
      'secret.txt',
    ];
    assert.deepEqual(await Promise.all(answers.map((path) => isIgnored(`/root/${path}`))), [
      true,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    assert.deepEqual(await Promise.all([isIgnored('/root'), isIgnored('/other/a.env')]), [false, false]);
  });

  it('are not missing in a kustomization', async () => {
    const kustomization = 'secretGenerator:\n- name: a\n  envs: [a.env]\n- name: b\n  envs: [b.env]\n';
    const host = createMemoryHost({ '.gitignore': 'a.env\n', app: { 'kustomization.yaml': kustomization } });
    const workspace = new Workspace(host, { userSettings: () => ({}) });
    await workspace.indexFolder('/root');
    const [unit] = workspace.folders[0]?.index.unitsOf('/root/app/kustomization.yaml') ?? [];
    assert.deepEqual(
      unit?.notes.map(({ kind, message }) => [kind, message]),
      [
        ['refused', 'there is no file `b.env`'],
        [
          'absent',
          '`a.env` is not known: it is not there, and Git ignores it, so that each machine has its own; where it is missing, kustomize builds nothing',
        ],
      ],
    );
  });
});
