import assert from 'node:assert/strict';
import { moveToSuccessor } from '../../../../server/src/core/ide/kustomization/successors.ts';
import { applyTextEdits } from '../../../../server/src/core/yaml/edit.ts';

function rewrite(text: string, field: string): string | undefined {
  const edits = moveToSuccessor(text, field);
  return edits && applyTextEdits(text, edits);
}

describe('deprecated fields of kustomizations', () => {
  it('are renamed where the successor is not there', () => {
    assert.equal(rewrite('# a\nbases: # b\n- ../base # c\n', 'bases'), '# a\nresources: # b\n- ../base # c\n');
    assert.equal(rewrite('imageTags: [{name: a, newTag: b}]\n', 'imageTags'), 'images: [{name: a, newTag: b}]\n');
  });

  it('move to the end of the successor, comments and indentation kept', () => {
    assert.equal(
      rewrite(
        'bases: # shared\n  # the base\n  - ../base # c\n\nresources:\n- a.yaml # a\n- b.yaml\nnamePrefix: x-\n',
        'bases',
      ),
      '\nresources:\n- a.yaml # a\n- b.yaml\n# shared\n# the base\n- ../base # c\nnamePrefix: x-\n',
    );
    assert.equal(
      rewrite('resources:\r\n  - a.yaml\r\nbases:\r\n- ../base', 'bases'),
      'resources:\r\n  - a.yaml\r\n  - ../base\r\n',
    );
    assert.equal(rewrite('bases:\n- ../base\nresources:\n- a.yaml', 'bases'), 'resources:\n- a.yaml\n- ../base\n');
  });

  it('become entries of `patches`, before those that are there', () => {
    assert.equal(
      rewrite(
        'patchesStrategicMerge:\n- a.yaml # a\n- |-\n  kind: A\n\n  b: c\nnamespace: x\n',
        'patchesStrategicMerge',
      ),
      'patches:\n- path: a.yaml # a\n- patch: |-\n    kind: A\n\n    b: c\nnamespace: x\n',
    );
    assert.equal(
      rewrite('patches:\n  # b\n  - path: b.yaml\npatchesStrategicMerge:\n- a.yaml\n', 'patchesStrategicMerge'),
      'patches:\n  # b\n  - path: a.yaml\n  - path: b.yaml\n',
    );
    assert.equal(
      rewrite('patchesStrategicMerge: [a.yaml, "b.yaml"]\n', 'patchesStrategicMerge'),
      'patches: [{path: a.yaml}, {path: "b.yaml"}]\n',
    );
    assert.equal(
      rewrite('patchesJson6902:\n- path: a\n  target: {kind: A, name: b}\npatches:\n- path: c\n', 'patchesJson6902'),
      'patches:\n- path: c\n- path: a\n  target: {kind: A, name: b}\n',
    );
  });

  it('become labels that selectors follow', () => {
    assert.equal(
      rewrite('commonLabels: # l\n  # app\n  app: web\n  tier: "1"\nnamespace: a\n', 'commonLabels'),
      'labels:\n  - pairs: # l\n      # app\n      app: web\n      tier: "1"\n    includeSelectors: true\nnamespace: a\n',
    );
    assert.equal(
      rewrite('labels:\n- pairs: {a: b}\ncommonLabels: {app: web} # c', 'commonLabels'),
      'labels:\n- pairs: {a: b}\n- pairs: {app: web} # c\n  includeSelectors: true\n',
    );
  });

  it('stay where the text has not the form for it', () => {
    for (const [text, field] of [
      ['bases: [a]\nresources:\n- b\n', 'bases'],
      ['bases:\n- a\nresources: [b]\n', 'bases'],
      ['patchesStrategicMerge:\n- |2\n    a: b\n   \n', 'patchesStrategicMerge'],
      ['bases:\n- a\nbases:\n- b\n', 'bases'],
      ['vars: []\n', 'vars'],
      ['{bases: [a]}\n', 'bases'],
    ] as const)
      assert.equal(rewrite(text, field), undefined, text);
  });
});
