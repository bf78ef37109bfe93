import assert from 'node:assert/strict';
import {
  basename,
  dirname,
  extension,
  isInside,
  joinPath,
  normalisePath,
  relativePath,
} from '../../../server/src/core/base/path.ts';

describe('path', () => {
  it('joins and resolves dots, never above the root', () => {
    assert.equal(joinPath('/repo/apps', '../base/./web.yaml'), '/repo/base/web.yaml');
    assert.equal(joinPath('/repo', '../../../x'), '/x');
    assert.equal(joinPath('/', 'x'), '/x');
    assert.equal(joinPath('c:/repo', '../../x'), 'c:/x');
    assert.equal(joinPath('//server/share/a', '../../../x'), '//server/share/x');
    assert.equal(joinPath('vscode-vfs://github/org/repo', '../../../x.yaml'), 'vscode-vfs://github/x.yaml');
    assert.equal(joinPath('vscode-vfs://github', 'x.yaml'), 'vscode-vfs://github/x.yaml');
  });

  it('lets an absolute path replace the folder', () => {
    assert.equal(joinPath('/repo', '/etc/x'), '/etc/x');
    assert.equal(joinPath('c:/repo', '/etc/x'), 'c:/etc/x');
    assert.equal(joinPath('c:/repo', 'd:/x'), 'd:/x');
    assert.equal(joinPath('vscode-vfs://github/org', '/x'), 'vscode-vfs://github/x');
  });

  it('normalises slashes and keeps the root', () => {
    assert.equal(normalisePath('/a//b/./c/'), '/a/b/c');
    assert.equal(normalisePath('/'), '/');
    assert.equal(normalisePath('c:/'), 'c:/');
    assert.equal(normalisePath('/a b/ü%20.yaml'), '/a b/ü%20.yaml');
  });

  it('takes paths apart', () => {
    assert.equal(dirname('/repo/a.yaml'), '/repo');
    assert.equal(dirname('/repo'), '/');
    assert.equal(dirname('/'), '/');
    assert.equal(dirname('c:/x'), 'c:/');
    assert.equal(dirname('memfs://host/a'), 'memfs://host/');
    assert.equal(basename('/repo/a.yaml'), 'a.yaml');
    assert.equal(basename('c:/'), '');
    assert.equal(basename('memfs://host'), '');
    assert.equal(extension('/repo.d/A.YAML'), '.yaml');
    assert.equal(extension('/repo.d/Makefile'), '');
    assert.equal(extension('/repo/.gitignore'), '');
  });

  it('knows what lies inside a folder', () => {
    assert.equal(isInside('/repo', '/repo/a'), true);
    assert.equal(isInside('/repo', '/repo'), true);
    assert.equal(isInside('/repo', '/repository/a'), false);
    assert.equal(isInside('/', '/a'), true);
    assert.equal(isInside('memfs://host/', 'memfs://host/a'), true);
  });

  it('finds the way between two places', () => {
    assert.equal(relativePath('/repo', '/repo/a/b'), 'a/b');
    assert.equal(relativePath('/', '/a'), 'a');
    assert.equal(relativePath('/repo', '/repo'), '');
    assert.equal(relativePath('/repo/dev', '/repo/base/a.yaml'), '../base/a.yaml');
    assert.equal(relativePath('/repo/dev', '/repo'), '..');
    assert.equal(relativePath('c:/a', 'd:/b'), 'd:/b');
    assert.equal(joinPath('/repo/dev', relativePath('/repo/dev', '/x/y')), '/x/y');
  });
});
