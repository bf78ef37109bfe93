import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findDeployments, parseGitOpsObjects } from '../../../server/src/core/sources/gitops/deployments.ts';
import { compileGlob, type GlobDialect } from '../../../server/src/core/sources/gitops/glob.ts';
import { isThisRepository, readRemotes } from '../../../server/src/core/sources/gitops/repository.ts';
import { substituteObject } from '../../../server/src/core/sources/gitops/substituteObject.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { parseSingle } from '../../../server/src/core/yaml/parse.ts';
import { application, fluxKustomization, repositoryOf } from './repositoryOf.ts';

const FILES = `#- apps.yaml
${application('web', 'path: web\nkustomize:\n  namePrefix: a-\n  commonLabels: {x: y}\n  patches: [{target: {kind: A}, patch: b}]')}---
${application('chart', 'path: chart\nhelm:\n  valueFiles: [a.yaml]\n  parameters: [{name: a, value: b}]')}---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set}
spec:
  generators:
    - matrix:
        generators:
          - git: {repoURL: shop, directories: [{path: 'w*'}], files: [{path: '*.yaml'}]}
          - list: {elements: [{a: b}]}
  template:
    spec: {source: {repoURL: '{{a}}', path: '{{path}}'}}
#- flux.yaml
${fluxKustomization('web', 'path: web\ncomponents: [../a]\nimages: [{name: a}]\npostBuild: {substitute: {a: b}}')}
#- web/kustomization.yaml
resources: [a.yaml]
patches: [{path: b.yaml}]
#- web/a.yaml
${fluxKustomization('${a}', 'path: ${a:=web}').replace('{name: ${a}, namespace: flux-system}', '\n  name: ${a}')}
#- chart/Chart.yaml
name: chart
`;

describe('deployments', () => {
  it('are read from any text without failing, twice the same', () => {
    const scrap = fc.constantFrom(
      '',
      '[',
      '{',
      '}',
      ': ',
      '\n',
      '  ',
      '- ',
      '&a ',
      '*a',
      '${',
      '{{',
      'null',
      '0',
      '"',
      '../',
    );
    const cut = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40), scrap });
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        let text = FILES;
        for (const { at, length, scrap: put } of cuts) {
          const start = '#- '.length + Math.floor(at * (text.length - 3));
          text = text.slice(0, start) + put + text.slice(start + length);
        }
        const { repository, objects } = repositoryOf(text);
        assert.deepEqual(findDeployments(objects, repository), findDeployments(objects, repository));
      }),
      { numRuns: 80 },
    );
  });

  it('are told by the text of a file', () => {
    assert.equal(parseGitOpsObjects('/a.yaml', `kind: Service\n---\n${application('a', 'path: a')}`).length, 1);
    assert.deepEqual(parseGitOpsObjects('/a.yaml', 'kind: Application\napiVersion: app.k8s.io/v1beta1\n'), []);
    assert.deepEqual(parseGitOpsObjects('/a.yaml', 'kind: Workflow\napiVersion: argoproj.io/v1alpha1\n'), []);
  });
});

describe('the variables in an object', () => {
  const variables = {
    values: new Map([
      ['port', '80'],
      ['key', 'app'],
    ]),
    open: false,
  };
  const replaced = (text: string, open = false) => {
    const { root } = parseSingle(text);
    assert.ok(root !== undefined);
    return substituteObject({ root, file: '/a.yaml' }, { ...variables, open });
  };

  it('are replaced in values and keys, and give values their types', () => {
    const { root, refused } = replaced('a: "${port}"\nb: [x, "${none}"]\nc: {"${key}": "$${port}"}\nd: 1\n');
    assert.deepEqual(toJson(root), { a: 80, b: ['x', null], c: { app: '${port}' }, d: 1 });
    assert.equal(refused, undefined);
    const [first] = root.kind === 'mapping' ? root.pairs : [];
    assert.deepEqual(first?.value.origin, { kind: 'written', file: '/a.yaml', exact: false });
  });

  it('are left alone where the object asks for it, and where Flux would refuse it', () => {
    const mark = 'metadata: {annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\n';
    assert.deepEqual(toJson(replaced(`${mark}a: "\${port}"\n`).root), {
      metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } },
      a: '${port}',
    });
    const { root, refused } = replaced('a: "${port}"\nb: "${a[@]}"\n');
    assert.deepEqual(toJson(root), { a: '${port}', b: '${a[@]}' });
    assert.match(refused?.message ?? '', /a\[@\]/);
  });

  it('stay unknown where others may be set', () => {
    const { root } = replaced('a: "${none}"\n', true);
    assert.equal(root.kind === 'mapping' && root.pairs[0]?.value.unknown, 'template');
  });
});

describe('patterns of paths', () => {
  const matched = (dialect: GlobDialect, pattern: string) =>
    ['a.yaml', 'a/b.yaml', 'a/b/c.yaml', '{a}.yaml', 'a+b'].filter((path) => compileGlob(pattern, dialect)?.(path));

  it('mean what each tool takes them for', () => {
    assert.deepEqual(matched('segment', '*'), ['a.yaml', '{a}.yaml', 'a+b']);
    assert.deepEqual(matched('segment', 'a/*'), ['a/b.yaml']);
    assert.deepEqual(matched('segment', '{a}.yaml'), ['{a}.yaml']);
    assert.deepEqual(matched('any', '*.yaml'), ['a.yaml', 'a/b.yaml', 'a/b/c.yaml', '{a}.yaml']);
    assert.deepEqual(matched('any', '{a,a/b}.yaml'), ['a.yaml', 'a/b.yaml']);
    assert.deepEqual(matched('pathspec', 'a/*.yaml'), ['a/b.yaml', 'a/b/c.yaml']);
    assert.deepEqual(matched('doublestar', '**/*.yaml'), ['a.yaml', 'a/b.yaml', 'a/b/c.yaml', '{a}.yaml']);
    assert.deepEqual(matched('doublestar', 'a/*.yaml'), ['a/b.yaml']);
    assert.deepEqual(matched('segment', '[^b].yaml'), ['a.yaml']);
    assert.deepEqual(matched('segment', 'a+b'), ['a+b']);
  });

  it('are given up where they are not understood', () => {
    for (const pattern of ['[', '[]', '*/*/*/*/*/*/*/*/*/*']) assert.equal(compileGlob(pattern, 'segment'), undefined);
    assert.equal(compileGlob('{a', 'any'), undefined);
  });
});

describe('the repository', () => {
  it('is known by its remotes, however they are written', () => {
    const remotes = readRemotes(
      '[core]\n\turl = no\n[remote "origin"]\n\turl = git@host.example:Team/Shop.git\n[branch "x"]\n\turl = no\n',
    );
    assert.deepEqual(remotes, ['git@host.example:Team/Shop.git']);
    const { repository } = repositoryOf('', remotes);
    for (const url of [
      'https://host.example/team/shop',
      'https://user:word@host.example/team/shop.git/',
      'ssh://git@host.example:2222/team/shop.git',
      'git@host.example:team/shop',
      'https://mirror.example/other/shop.git',
    ]) {
      assert.equal(isThisRepository(repository, url), 'yes', url);
    }
    assert.equal(isThisRepository(repository, 'https://host.example/team/shop-settings'), 'no');
    assert.equal(isThisRepository(repository, 'https://{{host}}/team/shop'), 'unknown');
    assert.equal(isThisRepository(repository, ''), 'unknown');
  });
});
