import assert from 'node:assert/strict';
import { code, linkTo, renderLinks } from '../../../server/src/core/explain/link.ts';

describe('links of explanations', () => {
  it('give back any path and offset', () => {
    for (const file of ['/a b/(c).yaml', 'c:/x?y#z.yaml', 'vscode-vfs://github/o/r/a%20b.yaml', '/naïve/日本.yaml']) {
      const places: unknown[] = [];
      const rendered = renderLinks(`see ${linkTo('Service/web', { file, offset: 7 })}.`, (place) => {
        places.push(place);
        return 'target#L1';
      });
      assert.deepEqual(places, [{ file, offset: 7 }]);
      assert.equal(rendered, 'see [`Service/web`](target#L1).');
    }
  });

  it('leave the text alone where there is no target', () => {
    const text = `[Ingress] ${linkTo('a[0]', { file: '/a', offset: 1 })}, ${linkTo('b', { file: '/b', offset: 2 })} [x](y)`;
    assert.equal(
      renderLinks(text, ({ file }) => (file === '/b' ? 't' : undefined)),
      '[Ingress] `a[0]`, [`b`](t) [x](y)',
    );
  });

  it('survive a path that is no Unicode', () => {
    assert.match(
      renderLinks(linkTo('a', { file: '/\ud800', offset: 0 }), ({ file }) => file),
      /\(\/\ufffd\)/,
    );
  });
});

describe('names as code', () => {
  it('stay on one line, whatever they hold', () => {
    assert.equal(code('app=web'), '`app=web`');
    assert.equal(code('a\n# b'), '`a # b`');
    assert.equal(code('a`b'), '`` a`b ``');
    assert.equal(code(''), '`""`');
    assert.ok(code('x'.repeat(1000)).length < 150);
  });
});
