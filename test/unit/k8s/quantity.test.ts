import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityFault,
  readQuantity,
  roundQuantityUp,
} from '../../../server/src/core/k8s/quantity.ts';
import { decimalText } from '../../../server/src/core/k8s/quantityText.ts';

describe('quantity', () => {
  const shown = (text: string) => {
    const quantity = parseQuantity(text);
    return quantity && [formatQuantity(quantity), decimalText(quantity)];
  };

  it('is printed as Kubernetes does', () => {
    assert.deepEqual(shown('1000'), ['1k', '1000']);
    assert.deepEqual(shown('0.5'), ['500m', '0.5']);
    assert.deepEqual(shown('1.5Gi'), ['1536Mi', '1610612736.000000000']);
    assert.deepEqual(shown('1000Ki'), ['1000Ki', '1024000']);
    assert.deepEqual(shown('1e3'), ['1e3', '1000']);
    assert.deepEqual(shown('12e4'), ['120e3', '120000']);
    assert.deepEqual(shown('5.'), ['5.', '5']);
    assert.deepEqual(shown('Gi'), ['0', '0']);
    assert.deepEqual(shown('-1.50'), ['-1500m', '-1.50']);
  });

  it('is rounded up to a nano, and capped where it is binary', () => {
    assert.deepEqual(shown('0.1n'), ['1n', '0.000000001']);
    assert.deepEqual(shown('-1.0000000001'), ['-1000000001n', '-1.000000001']);
    assert.deepEqual(shown('8Ei'), ['9223372036854775807', '9223372036854775807']);
    assert.deepEqual(shown('9223372036854775808'), ['9223372036854775808', '9223372036854775808.000000000']);
  });

  it('is refused in other forms', () => {
    for (const text of ['', ' 1', '1 Gi', '1GB', '1..5', '1e', '1ki', '1e3Mi', '1,5', '.Ei', 'a']) {
      assert.ok(quantityFault(text), text);
      assert.equal(parseQuantity(text), undefined);
    }
    assert.equal(quantityFault('1Gi'), undefined);
  });

  it('may be a number in a manifest, or stand among blanks', () => {
    assert.equal(readQuantity(' 1Gi ')?.unscaled, 2n ** 30n);
    assert.equal(readQuantity(0.5)?.unscaled, 5n);
    assert.equal(readQuantity(true), undefined);
  });

  it('compares by value', () => {
    const order = (a: string, b: string) => Math.sign(compareQuantities(of(a), of(b)));
    assert.equal(order('1Ki', '1k'), 1);
    assert.equal(order('1024', '1Ki'), 0);
    assert.equal(order('-2', '1m'), -1);
    assert.equal(order('-2', '-1000m'), -1);
    assert.equal(order('1e2000000000', '1e1999999999'), 1);
    assert.equal(order('0', '0e5'), 0);
  });

  it('rounds away from zero', () => {
    assert.equal(formatQuantity(roundQuantityUp(of('1.0001'), -3)), '1001m');
    assert.equal(formatQuantity(roundQuantityUp(of('-1u'), -3)), '-1m');
    assert.equal(formatQuantity(roundQuantityUp(of('5.'), -3)), '5.');
  });

  it('is read and printed without fail, whatever is written', () => {
    const text = fc.stringMatching(/^[+-]?[0-9.]{0,25}[eEinumkKMGTP]{0,2}[+-]?[0-9]{0,12}$/);
    fc.assert(
      fc.property(text, (written) => {
        const quantity = parseQuantity(written);
        assert.equal(quantity === undefined, quantityFault(written) !== undefined);
        if (quantity === undefined) return;
        assert.equal(compareQuantities(quantity, quantity), 0);
        decimalText(quantity);
        formatQuantity(quantity);
      }),
    );
  });

  function of(text: string) {
    return parseQuantity(text) ?? assert.fail(text);
  }
});
