import assert from 'node:assert/strict';
import { findSelectorFaults } from '../../../server/src/core/k8s/selectorValidity.ts';
import {
  classicEnvVarNameFault,
  configMapKeyFault,
  dns1035LabelFault,
  dns1123LabelFault,
  dns1123SubdomainFault,
  envVarNameFault,
  httpHeaderNameFault,
  labelKeyFault,
  labelValueFault,
  percentFault,
  portNameFault,
  portNumberFault,
  wildcardSubdomainFault,
} from '../../../server/src/core/k8s/validity.ts';
import { toYamlNode } from './jsonNode.ts';

describe('names', () => {
  const cases: readonly [(text: string) => string | undefined, readonly string[], readonly string[]][] = [
    [
      labelKeyFault,
      ['app', 'a.b/C_d', 'x'.repeat(63)],
      ['', '/a', 'a/', 'a/b/c', 'A.b/c', '-a', 'é', 'x'.repeat(64), 'a\n'],
    ],
    [labelValueFault, ['', 'A_b.c', '1'], ['-a', 'a b', 'a/b', 'x'.repeat(64), 'a\n']],
    [dns1123LabelFault, ['web-1', '0'], ['', 'a.b', 'A', '-a', 'x'.repeat(64)]],
    [dns1035LabelFault, ['web-1'], ['', '1a', 'a.b', 'a-', 'x'.repeat(64)]],
    [dns1123SubdomainFault, ['a.b', '1', `${'x'.repeat(64)}.b`], ['', 'a.', 'a..b', 'A', 'x'.repeat(254)]],
    [wildcardSubdomainFault, ['*.a', '*.a.b'], ['', '*', '*.', 'a.b', '*.*.a', `*.${'x'.repeat(252)}`]],
    [portNameFault, ['http', '8080-tcp', 'x'.repeat(15)], ['', '8080', 'HTTP', 'a--b', '-a', 'a-', 'x'.repeat(16)]],
    [envVarNameFault, ['A', '1', 'a b', '~', '..'], ['', 'A=B', 'é', 'a\n']],
    [classicEnvVarNameFault, ['A.b-C_1', '.A'], ['', '1A', 'a b', '.', '..', '..A']],
    [configMapKeyFault, ['a..b', '.env', 'x'.repeat(253)], ['', 'a/b', '.', '..', '..a', 'x'.repeat(254)]],
    [httpHeaderNameFault, ['X-A', '-1'], ['', 'X.A', 'X:']],
    [percentFault, ['0%', '250%'], ['', '%', '-1%', '5', '1.5%', ' 5%']],
  ];
  for (const [faultOf, valid, invalid] of cases) {
    it(`are judged by ${faultOf.name}`, () => {
      for (const text of valid) assert.equal(faultOf(text), undefined, text);
      for (const text of invalid) assert.ok(faultOf(text), text);
    });
  }

  it('of ports are numbers too', () => {
    assert.equal(portNumberFault(65535), undefined);
    for (const port of [0, -1, 65536, 1.5]) assert.ok(portNumberFault(port));
  });
});

describe('selector', () => {
  const messagesOf = (selector: unknown, isMap = false) =>
    findSelectorFaults(toYamlNode(selector), isMap).map(({ message }) => message);

  it('needs an operator of Kubernetes, and values where it takes them', () => {
    assert.deepEqual(messagesOf({ matchExpressions: [{ key: 'a', operator: 'in', values: ['x'] }] }), [
      'the operator `in` is none of `In`, `NotIn`, `Exists`, `DoesNotExist`',
    ]);
    assert.deepEqual(messagesOf({ matchExpressions: [{ key: 'a', operator: 'In' }] }), [
      'the operator `In` needs at least one value',
    ]);
    assert.deepEqual(messagesOf({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] }), [
      'the operator `Exists` takes no values',
    ]);
    assert.deepEqual(messagesOf({ matchExpressions: [{ key: 'a', operator: 'Exists', values: [] }] }), []);
  });

  it('needs valid keys and values', () => {
    assert.deepEqual(messagesOf({ matchLabels: { 'a/': 'x', b: 'c d' } }).length, 2);
    assert.deepEqual(messagesOf({ app: 'my web' }, true).length, 1);
    assert.deepEqual(messagesOf({ app: 'web', tier: null }, true), []);
    assert.deepEqual(messagesOf(null), []);
  });
});
