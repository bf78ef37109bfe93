import assert from 'node:assert/strict';
import { findDirectives } from '../../../server/src/core/yaml/comments.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { findPath } from '../../../server/src/core/yaml/path.ts';
import { MANIFEST } from './samples.ts';

describe('findDirectives', () => {
  it('finds comments that YAML takes for comments', () => {
    const text = [
      '# kubefathom-ignore-file a -- why',
      'a: "# kubefathom-no"',
      'b: x # kubefathom-ignore-line b',
      'c: |',
      '  # kubefathom-no',
      "d: 'x",
      "  # kubefathom-no'",
      'e: x#kubefathom-no',
      '---',
      '  #kubefathom: external\r',
      'f: [ # kubefathom-in-flow',
      '  1]',
      '',
    ].join('\n');
    assert.deepEqual(
      findDirectives(text).map(({ start, end, text: words, ownLine }) => [text.slice(start, end), words, ownLine]),
      [
        ['# kubefathom-ignore-file a -- why', 'kubefathom-ignore-file a -- why', true],
        ['# kubefathom-ignore-line b', 'kubefathom-ignore-line b', false],
        ['#kubefathom: external', 'kubefathom: external', true],
        ['# kubefathom-in-flow', 'kubefathom-in-flow', false],
      ],
    );
  });
});

describe('findPath', () => {
  const pathAt = (offset: number) => {
    const root = parseYaml(MANIFEST).documents.find(({ start, end }) => start <= offset && offset <= end)?.root;
    const names = findPath(root, offset).map((step) =>
      step.kind === 'item' ? `[${step.index}]` : `.${step.pair.name}`,
    );
    return names.join('').slice(1);
  };
  it('names what stands at an offset', () => {
    assert.equal(
      pathAt(MANIFEST.indexOf('containerPort') + 3),
      'spec.template.spec.containers[0].ports[0].containerPort',
    );
    assert.equal(pathAt(MANIFEST.indexOf('targetPort: ') + 'targetPort: '.length + 1), 'spec.ports[0].targetPort');
    assert.equal(pathAt(MANIFEST.indexOf('front}') + 1), 'metadata.labels.tier');
    assert.equal(pathAt(MANIFEST.indexOf('daemon')), 'spec.template.spec.containers[0].args[1]');
    assert.equal(pathAt(0), '');
  });
});
