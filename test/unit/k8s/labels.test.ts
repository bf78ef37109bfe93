import assert from 'node:assert/strict';
import {
  labelsText,
  matchSelector,
  readLabelSelector,
  readLabels,
  readSelectorMap,
  selectorText,
} from '../../../server/src/core/k8s/labels.ts';
import type { YamlNode } from '../../../server/src/core/yaml/node.ts';
import { toYamlNode } from './jsonNode.ts';

/** A value, key or item that a template writes. */
const TEMPLATE = '{{ .Values.x }}';

describe('labels', () => {
  it('keep a null value as an empty string that may be gone', () => {
    const labels = labelsOf({ app: null });
    assert.deepEqual(labels.entries[0]?.value?.value, '');
    assert.equal(labels.entries[0]?.fromNull, true);
  });

  it('leave a value of a wrong type undecided', () => {
    assert.equal(labelsText(labelsOf({ on: true, b: 'x', a: 1 })), 'a=?,b=x,on=?');
  });

  it('are open where a template writes a key or the whole', () => {
    assert.equal(labelsOf({ [TEMPLATE]: 'x', app: 'web' }).open, true);
    assert.equal(labelsOf(TEMPLATE).open, true);
    assert.equal(labelsOf({ app: TEMPLATE }).open, false);
    assert.equal(labelsOf(['app']).open, true);
  });

  it('are absent when null', () => {
    assert.equal(readLabels(toYamlNode(null)), undefined);
    assert.equal(readLabels(undefined), undefined);
  });

  it('expand merge keys and are open where a merged mapping is', () => {
    const merged = (source: YamlNode): YamlNode => ({
      kind: 'mapping',
      flow: false,
      pairs: [{ name: '<<', key: toYamlNode('<<'), value: source, merge: true }],
      start: 0,
      end: 0,
    });
    const closed = readLabels(merged(toYamlNode({ app: 'web' })));
    assert.deepEqual([closed?.open, closed && labelsText(closed)], [false, 'app=web']);
    assert.equal(readLabels(merged(toYamlNode({ app: TEMPLATE })))?.open, false);
    assert.equal(readLabels(merged(toYamlNode(TEMPLATE)))?.open, true);
  });

  it('pass every text through the interner', () => {
    const seen: string[] = [];
    readLabels(toYamlNode({ app: 'web' }), (text) => {
      seen.push(text);
      return text;
    });
    assert.deepEqual(seen, ['app', 'web']);
  });
});

describe('label selector', () => {
  it('needs every requirement', () => {
    assert.equal(match({ app: 'web', tier: 'db' }, { app: 'web', tier: 'db', more: '1' }), 'yes');
    assert.equal(match({ app: 'web', tier: 'db' }, { app: 'web' }), 'no');
    assert.equal(match({}, {}), 'yes');
  });

  it('says no of closed labels alone', () => {
    assert.equal(match({ app: 'web' }, { [TEMPLATE]: 'x' }), 'unknown');
    assert.equal(match({ app: 'web' }, { [TEMPLATE]: 'x', app: 'api' }), 'unknown');
    assert.equal(match({ app: 'web' }, { [TEMPLATE]: 'x', app: 'web' }), 'yes');
    assert.equal(match({ app: 'web' }, { app: TEMPLATE }), 'unknown');
    assert.equal(match({ app: 'web', tier: 'db' }, { app: TEMPLATE }), 'no');
  });

  it('says no in spite of what is undecided, and never yes', () => {
    assert.equal(match({ app: 'web', tier: TEMPLATE }, { app: 'api', tier: 'db' }), 'no');
    assert.equal(match({ app: 'web', tier: TEMPLATE }, { app: 'web', tier: 'db' }), 'unknown');
    assert.equal(match({ app: 'web', [TEMPLATE]: 'x' }, { app: 'web' }), 'unknown');
    assert.equal(match({ app: 'web', tier: 1 }, { app: 'web', tier: '1' }), 'unknown');
  });

  it('is satisfied by an absent key for NotIn and DoesNotExist', () => {
    const expressions = [
      { key: 'a', operator: 'NotIn', values: ['x'] },
      { key: 'b', operator: 'DoesNotExist' },
    ];
    assert.equal(matchExpressions(expressions, {}), 'yes');
    assert.equal(matchExpressions(expressions, { [TEMPLATE]: 'x' }), 'unknown');
    assert.equal(matchExpressions(expressions, { b: TEMPLATE }), 'no');
    assert.equal(matchExpressions(expressions, { a: TEMPLATE }), 'unknown');
  });

  it('knows that a templated value exists', () => {
    assert.equal(matchExpressions([{ key: 'a', operator: 'Exists' }], { a: TEMPLATE }), 'yes');
  });

  it('does not decide what the API server refuses', () => {
    assert.equal(matchExpressions([{ key: 'a', operator: 'in', values: ['x'] }], {}), 'unknown');
    assert.equal(matchExpressions([{ key: 'a', operator: 'In', values: [] }], {}), 'unknown');
    assert.equal(matchExpressions([{ key: 'a', operator: 'In', values: [TEMPLATE, 'x'] }], { a: 'x' }), 'unknown');
    assert.equal(matchExpressions(TEMPLATE, {}), 'unknown');
    const misplaced = readLabelSelector(toYamlNode({ app: 'web' }));
    assert.equal(misplaced?.open, true);
  });

  it('drops keys with a null value and names them', () => {
    const selector = readSelectorMap(toYamlNode({ app: 'web', tier: null }));
    assert.deepEqual(
      selector?.nullKeys.map((key) => key.value),
      ['tier'],
    );
    assert.equal(match({ app: 'web', tier: null }, { app: 'web' }), 'yes');
  });

  it('leaves open whether a null label exists', () => {
    assert.equal(matchExpressions([{ key: 'a', operator: 'Exists' }], { a: null }), 'unknown');
    assert.equal(match({ a: '' }, { a: null }), 'unknown');
    assert.equal(match({ a: 'x' }, { a: null }), 'no');
  });

  it('prints as Kubernetes does', () => {
    const selector = readLabelSelector(
      toYamlNode({
        matchLabels: { tier: 'db', app: 'web', zone: TEMPLATE },
        matchExpressions: [
          { key: 'b', operator: 'In', values: ['y', 'x'] },
          { key: 'a', operator: 'DoesNotExist' },
        ],
      }),
    );
    assert.equal(selector && selectorText(selector), '!a,app=web,b in (x,y),tier=db,zone=?');
  });
});

function match(selector: unknown, labels: unknown): string | undefined {
  const read = readSelectorMap(toYamlNode(selector));
  return read && matchSelector(read, labelsOf(labels));
}

function matchExpressions(expressions: unknown, labels: unknown): string | undefined {
  const read = readLabelSelector(toYamlNode({ matchExpressions: expressions }));
  return read && matchSelector(read, labelsOf(labels));
}

function labelsOf(labels: unknown) {
  const read = readLabels(toYamlNode(labels));
  assert.ok(read);
  return read;
}
