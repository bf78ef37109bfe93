import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completePaths } from '../../../../server/src/core/ide/kustomization/completion.ts';
import { findListings, pathLinks } from '../../../../server/src/core/ide/kustomization/navigation.ts';
import { explainEffect } from '../../../../server/src/core/ide/kustomization/patchHover.ts';
import { moveToSuccessor } from '../../../../server/src/core/ide/kustomization/successors.ts';
import { applyTextEdits } from '../../../../server/src/core/yaml/edit.ts';
import { findValue, type YamlNode } from '../../../../server/src/core/yaml/node.ts';
import { parseSingle } from '../../../../server/src/core/yaml/parse.ts';
import { indexFixture } from '../../../check.ts';

const PATH = '/work/kustomization.yaml';
const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - {name: web, image: web}\n';
const SAMPLE = `resources:
- web.yaml
bases: [../base]
commonLabels: # all
  app: "web"
patchesStrategicMerge:
  - |-
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {a: b}}
patches:
  - {path: web.yaml, target: {kind: Pod}}
  - patch: |
      - {op: add, path: /metadata/labels, value: {a: c}}
    target:
      kind: Pod
configMapGenerator:
- name: a
  files: [a=web.yaml,
    b]
images: [{name: web, newTag: v2}]
`;

describe('kustomizations that are being typed', () => {
  it('never make an answer fail', async () => {
    const cut = fc.tuple(
      fc.nat(SAMPLE.length),
      fc.nat(40),
      fc.constantFrom('', '-', '- ', ':', '[', '{', '\n', '  ', '*a'),
    );
    await fc.assert(
      fc.asyncProperty(cut, fc.nat(SAMPLE.length), async ([start, length, put], offset) => {
        const text = SAMPLE.slice(0, start) + put + SAMPLE.slice(start + length);
        const folder = indexFixture([
          { path: PATH, text },
          { path: '/work/web.yaml', text: POD },
        ]);
        for (const at of [offset, start]) {
          const request = { folder, path: PATH, text, offset: Math.min(at, text.length) };
          explainEffect(request);
          findListings(request);
          for (const { start: from, end } of pathLinks(folder, PATH, text)) assert.ok(from < end && end <= text.length);
          for (const { span } of await completePaths(request, () => []))
            assert.ok(span.start <= request.offset && request.offset <= span.end && span.end <= text.length);
        }
        for (const field of ['bases', 'commonLabels', 'patchesStrategicMerge']) moveToSuccessor(text, field);
      }),
      { numRuns: 60 },
    );
  });

  it('keep their entries, in order, and their comments when a field is rewritten', () => {
    const names = fc.array(fc.constantFrom('a.yaml', '"b.yaml"', '../c d', './e.yaml # note'), {
      minLength: 1,
      maxLength: 3,
    });
    const block = (key: string, entries: readonly string[], indent: number, comment: boolean) =>
      `${key}:${comment ? ' # why' : ''}\n${entries.map((entry) => `${' '.repeat(indent)}- ${entry}\n`).join('')}`;
    const side = fc.tuple(names, fc.nat(3), fc.boolean());
    fc.assert(
      fc.property(side, side, fc.boolean(), fc.boolean(), ([old, ...form], [own, ...ownForm], isFirst, isOpen) => {
        const blocks = [block('bases', old, ...form), block('resources', own, ...ownForm)];
        const whole = (isFirst ? blocks : blocks.reverse()).join('namePrefix: a-\n');
        const text = isOpen ? whole.trimEnd() : whole;
        const edits = moveToSuccessor(text, 'bases');
        assert.ok(edits);
        const result = applyTextEdits(text, edits);
        const { root, problems } = parseSingle(result);
        assert.deepEqual(problems, [], result);
        const before = parseSingle(text).root;
        assert.deepEqual(entriesOf(root, 'resources'), [
          ...entriesOf(before, 'resources'),
          ...entriesOf(before, 'bases'),
        ]);
        assert.equal(findValue(root, 'bases'), undefined);
        assert.equal(result.split('#').length, text.split('#').length, result);
      }),
      { numRuns: 200 },
    );
  });
});

function entriesOf(root: YamlNode | undefined, name: string): readonly unknown[] {
  const list = findValue(root, name);
  return list?.kind === 'sequence' ? list.items.map((item) => item.kind === 'scalar' && item.value) : [];
}
