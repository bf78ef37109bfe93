import assert from 'node:assert/strict';
import { resolveScalar, toKeyName } from '../../../server/src/core/yaml/scalars.ts';

describe('resolveScalar', () => {
  const cases: [string, unknown][] = [
    ['Y', true],
    ['No', false],
    ['oN', 'oN'],
    ['', null],
    ['~', null],
    ['NULL', null],
    ['nil', 'nil'],
    ['0644', 420],
    ['0o644', 420],
    ['089', 89],
    ['0b101', 5],
    ['-0x10', -16],
    ['1_0_0', 100],
    ['0x_A', 10],
    ['_5', '_5'],
    ['18446744073709551615', 18446744073709551615n],
    ['18446744073709551616', 2 ** 64],
    ['-9223372036854775808', -9223372036854775808n],
    ['1e2', 100],
    ['1.', 1],
    ['.25', 0.25],
    ['.2_5', 0.25],
    ['.2_', '.2_'],
    ['0b-11', -3],
    ['1e999', '1e999'],
    ['1e', '1e'],
    ['+1', 1],
    ['-', '-'],
    ['2024-02-30', '2024-02-30'],
    ['10:20', '10:20'],
    ['1.2.3', '1.2.3'],
    ['<<', '<<'],
    ['=', '='],
  ];
  for (const [text, value] of cases)
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(resolveScalar(text, true).value, value));

  it('reads quoted text as text, tags aside', () => {
    assert.equal(resolveScalar('yes', false).value, 'yes');
    assert.equal(resolveScalar('010', false, 'tag:yaml.org,2002:int').value, 8);
    assert.equal(resolveScalar('x', false, 'tag:yaml.org,2002:int').problem !== undefined, true);
    assert.equal(resolveScalar('aMO8', true, 'tag:yaml.org,2002:binary').value, 'hü');
    assert.equal(resolveScalar('5', true, '!secret').value, '5');
  });

  it('names keys as JSON has them', () => {
    const names = ['yes', '0123', '1e-7', '1.50', '1e6', '123456789.0', '-.inf', '99999', '0.1'].map((text) =>
      toKeyName(resolveScalar(text, true)),
    );
    assert.deepEqual(names, ['true', '83', '1e-07', '1.5', '1e+06', '1.2345679e+08', '-.inf', '99999', '0.1']);
    assert.equal(toKeyName(resolveScalar('null', true)), undefined);
    assert.equal(toKeyName(resolveScalar('9223372036854775808', true)), undefined);
  });
});
