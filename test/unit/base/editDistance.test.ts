import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, findNearest } from '../../../server/src/core/base/editDistance.ts';

const nearest = (wanted: string, ...names: readonly string[]) => findNearest(wanted, names, (name) => name);

describe('edit distance', () => {
  it('counts insertions, deletions, substitutions and swaps', () => {
    assert.equal(editDistance('web', 'wbe', 3), 1);
    assert.equal(editDistance('cart', 'carts', 3), 1);
    assert.equal(editDistance('kitten', 'sitting', 3), 3);
    assert.equal(editDistance('', 'abc', 3), 3);
  });

  it('stops at the limit', () => {
    assert.equal(editDistance('kitten', 'sitting', 2), 3);
    assert.equal(editDistance('a', 'abcdef', 2), 3);
  });

  it('is symmetric and zero for equal texts alone, whatever the limit', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, fc.nat(5), (a, b, max) => {
        const full = editDistance(a, b, 20);
        assert.equal(full === 0, a === b);
        assert.equal(editDistance(b, a, 20), full);
        assert.equal(editDistance(a, b, max), Math.min(full, max + 1));
      }),
    );
  });
});

describe('nearest name', () => {
  it('finds typos', () => {
    assert.equal(nearest('wbe', 'api', 'web'), 'web');
    assert.equal(nearest('frontned', 'backend', 'frontend'), 'frontend');
    assert.equal(nearest('cart', 'carts', 'orders'), 'carts');
    assert.equal(nearest('catalouge-db', 'catalogue-db', 'catalogue'), 'catalogue-db');
    assert.equal(nearest('Web', 'web'), 'web');
    assert.equal(nearest('web_api', 'web-api'), 'web-api');
    assert.equal(nearest('webapi', 'web-api'), 'web-api');
    assert.equal(
      nearest('app.kubernetes.io/nmae', 'app.kubernetes.io/name', 'app.kubernetes.io/part-of'),
      'app.kubernetes.io/name',
    );
  });

  it('finds a name with one part more or less', () => {
    assert.equal(nearest('web', 'web-svc', 'db'), 'web-svc');
    assert.equal(nearest('shop-web', 'web'), 'web');
  });

  it('takes other words for no typos', () => {
    assert.equal(nearest('api', 'app'), undefined);
    assert.equal(nearest('db', 'ui'), undefined);
    assert.equal(nearest('staging-api', 'staging-web'), undefined);
    assert.equal(nearest('catalog-db', 'catalog-ui'), undefined);
    assert.equal(nearest('frontend', 'backend'), undefined);
    assert.equal(nearest('web-1', 'web-2'), undefined);
    assert.equal(nearest('shard-a', 'shard-b'), undefined);
    assert.equal(nearest('', 'a'), undefined);
  });

  it('finds nothing where two are equally near', () => {
    assert.equal(nearest('carts', 'cart', 'carta'), undefined);
    assert.equal(nearest('web', 'web-svc', 'web-app'), undefined);
  });

  it('takes equal names for one, and the wanted one for none', () => {
    const candidates = [{ name: 'web' }, { name: 'web' }];
    assert.equal(
      findNearest('wbe', candidates, ({ name }) => name),
      candidates[0],
    );
    assert.equal(nearest('web', 'web'), undefined);
  });
});
