import assert from 'node:assert/strict';
import fc from 'fast-check';
import { substitute, substituteScalar, type Variables } from '../../../server/src/core/sources/gitops/substitution.ts';
import { findSource } from '../../../server/src/core/sources/gitops/textPieces.ts';

function closed(values: Readonly<Record<string, string>>): Variables {
  return { values: new Map(Object.entries(values)), open: false };
}

/** With a variable that no text names, so that replacing happens at all. */
function expand(text: string, values: Readonly<Record<string, string>> = {}): string {
  const { text: result, refused } = substitute(text, closed({ another: '1', ...values }));
  return refused === undefined ? result : `refused: ${text.slice(refused.start, refused.end)}`;
}

describe('the substitution of variables', () => {
  it('replaces names, and takes away those that nobody sets', () => {
    assert.equal(expand('a: ${x}, ${y}.', { x: '1' }), 'a: 1, .');
    assert.equal(expand('$x $ ${x', { x: '1' }), 'refused: ${x');
    assert.equal(expand('cost: $5 or $'), 'cost: $5 or $');
  });

  it('knows defaults, whatever sign stands after the colon', () => {
    for (const sign of [':-', ':=', '=', ':+', ':?']) {
      assert.equal(expand(`\${x${sign}d}`), 'd', sign);
      assert.equal(expand(`\${x${sign}d}`, { x: '' }), 'd', sign);
      assert.equal(expand(`\${x${sign}d}`, { x: 'v' }), 'v', sign);
    }
    assert.equal(expand('${x:=}'), '');
    assert.equal(expand('${x:=a:b/c $$}'), 'a:b/c $$');
    assert.equal(expand('${x:=<${y}-${z:-${y}}>}', { y: 'Y' }), '<Y-Y>');
    assert.equal(expand('${x-d}'), 'refused: ${x');
  });

  it('keeps what two dollars escape', () => {
    assert.equal(expand('$${x} $$x $$$ $$${x}', { x: '1' }), '${x} $x $$ $1');
  });

  it('cuts, trims, replaces and changes case', () => {
    const values = { v: 'abcABC', path: 'a/b/c.tar.gz' };
    assert.equal(expand('${#v}', values), '6');
    assert.equal(expand('${#v}', { v: 'é€😀' }), '9');
    assert.equal(expand('${v^} ${v^^} ${v,} ${v,,}', values), 'AbcABC ABCABC abcABC abcabc');
    assert.equal(expand('${v:2} ${v:2:3} ${v:9} ${v:0:99} ${v: -2}', values), 'cABC cAB  abcABC abcABC');
    assert.equal(
      expand('${path#*/} ${path##*/} ${path%.*} ${path%%.*}', values),
      'b/c.tar.gz c.tar.gz a/b/c.tar a/b/c',
    );
    assert.equal(expand('${path/\\//-} ${path//\\//-} ${path/a/}', values), 'a-b/c.tar.gz a-b-c.tar.gz /b/c.tar.gz');
    assert.equal(expand('${v/#abc/X} ${v/%ABC/X} ${v/#B/X}', values), 'XABC abcX abcABC');
    assert.equal(expand('${v/$$&/x}', { v: 'a$&' }), 'ax');
  });

  it('refuses what Flux cannot read, and leaves the text alone', () => {
    for (const wrong of ['${}', '${a b}', '${a[@]}', '${a!}', '${a:}', '${a#}', '${a/b}', '${#a:1}', '${a:=${b}']) {
      assert.match(expand(`x ${wrong} y`), /^refused: \$\{/, wrong);
    }
    assert.equal(substitute('x ${a[0]}', closed({ a: '1' })).text, 'x ${a[0]}');
  });

  it('touches nothing without any variable', () => {
    assert.equal(substitute('${x:=d} $${y} ${', closed({})).text, '${x:=d} $${y} ${');
  });

  it('leaves unknown variables as they stand', () => {
    const result = substitute('a ${x} ${y} ${z:-${y}} ${y:-1}', { values: new Map([['x', 'X']]), open: true });
    assert.equal(result.text, 'a X ${y} ${z:-${y}} ${y:-1}');
    assert.equal(result.unknown.length, 3);
  });

  it('tells where every part of the result was written', () => {
    const text = 'name: ${app}-web$$x\nport: ${port:=80}';
    const { text: result, pieces } = substitute(text, closed({ app: 'shop' }));
    assert.equal(result, 'name: shop-web$x\nport: 80');
    const sourceOf = (part: string) => {
      const start = result.indexOf(part);
      const source = findSource(pieces, { start, end: start + part.length });
      return source && `${text.slice(source.start, source.end)} ${source.exact}`;
    };
    assert.equal(sourceOf('name'), 'name true');
    assert.equal(sourceOf('shop'), '${app} false');
    assert.equal(sourceOf('shop-web'), '${app}-web false');
    assert.equal(sourceOf('80'), '${port:=80} false');
  });

  it('never fails, and gives pieces that cover the result', () => {
    const word = fc.constantFrom(
      '${',
      '}',
      '$',
      '$$',
      'a',
      'b',
      ':',
      '=',
      '-',
      '/',
      '\\',
      '#',
      '%',
      '^',
      ',',
      '*',
      'é',
      '1',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 14 }), fc.boolean(), (words, open) => {
        const text = words.join('');
        const { text: result, pieces } = substitute(text, { values: new Map([['a', 'A/b.c']]), open });
        let at = 0;
        for (const piece of pieces) {
          assert.equal(piece.start, at);
          at = piece.end;
          const source = text.slice(piece.source.start, piece.source.end);
          if (piece.exact) assert.equal(result.slice(piece.start, piece.end), source);
        }
        assert.equal(at, result.length);
      }),
    );
  });
});

describe('the substitution in a built object', () => {
  const variables = closed({
    port: '8080',
    yes: 'yes',
    name: 'web',
    empty: '',
    map: 'a: b',
    list: '[1]',
    quoted: '"1"',
  });
  const evaluated = (text: string) => {
    const result = substituteScalar(text, variables);
    return result.kind === 'value' ? result.value : result.kind;
  };

  it('gives plain text the type that it then looks like', () => {
    assert.equal(evaluated('${port}'), 8080);
    assert.equal(evaluated('${yes}'), true);
    assert.equal(evaluated('${empty}'), null);
    assert.equal(evaluated('${quoted}'), '1');
    assert.equal(evaluated('"${port}"'), '"8080"');
    assert.equal(evaluated('${name}-${port}'), 'web-8080');
    assert.equal(evaluated('no variable'), 'no variable');
  });

  it('keeps text that is written with quotes or over lines', () => {
    assert.equal(evaluated('a: ${port}'), 'a: 8080');
    assert.equal(evaluated('${port}\n${yes}\n'), '8080\nyes\n');
  });

  it('does not know what becomes of structure', () => {
    assert.equal(evaluated('${map}'), 'unknown');
    assert.equal(evaluated('${list}'), 'unknown');
    assert.equal(evaluated('${a[0]}'), 'refused');
    assert.deepEqual(substituteScalar('${other}', { ...variables, open: true }), { kind: 'unknown' });
  });
});
