import assert from 'node:assert/strict';
import { parseTemplate, type TemplatePart } from '../../../server/src/core/sources/helm/goTemplate.ts';
import { presenceOf } from '../../../server/src/core/sources/helm/presence.ts';

/** Text as it stands, values in `«»`, choices as `(a|b)`, with `?` where none may print and `*` where one repeats. */
function show(text: string, parts: readonly TemplatePart[] = parseTemplate(text).parts): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return text.slice(part.start, part.end);
        case 'output':
          return `«${part.pipeline}»`;
        case 'choice': {
          const branches = part.branches.map((branch) => show(text, branch)).join('|');
          return `(${branches})${part.loop ? '*' : ''}${part.optional ? '?' : ''}`;
        }
        default:
          return `!${part.kind}`;
      }
    })
    .join('');
}

describe('parseTemplate', () => {
  it('takes white space away where the braces say so', () => {
    assert.equal(show('a \n{{- .x -}}\n b {{ .y }} c'), 'a«.x»b «.y» c');
    assert.equal(show('a {{-3}} b'), 'a «-3» b');
    assert.equal(show('a {{- /* note */ -}} b'), 'ab');
  });

  it('reads conditions, loops and jumps', () => {
    assert.equal(show('{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}'), '(1|2|3)');
    assert.equal(show('{{ with .a }}1{{ end }}{{ range .b }}2{{ break }}{{ else }}3{{ end }}'), '(1)?(2!break|3)*');
  });

  it('prints nothing for assignments and definitions', () => {
    const text = '{{ $x := 1 }}{{- $y = .z }}{{ define "d" }}in{{ end }}{{ block "e" . }}out{{ end }}{{ $x }}';
    assert.equal(show(text), '(out)«$x»');
    assert.deepEqual(
      parseTemplate(text).definitions.map(({ name, body }) => `${name}: ${show(text, body)}`),
      ['d: in'],
    );
  });

  it('does not end an action within quotes', () => {
    assert.equal(show('{{ print "}}" `}}` }}!'), '«print "}}" `}}`»!');
  });

  it('reads something of broken texts', () => {
    for (const text of ['{{', '{{ if', '{{ end }}a', '{{ if .x }}a', '{{ else }}{{ end }}{{ range', '{{/* x', '{{ "'])
      show(text);
    assert.equal(show('{{ end }}a'), 'a');
  });
});

describe('presenceOf', () => {
  it('tells what depends on values', () => {
    const text =
      '\na\n{{ if .x }}b{{ end }}{{ range .y }}c{{ end }}{{ define "n" }}d{{ end }}{{ block "m" . }}e{{ if .z }}f{{ end }}{{ end }}g';
    const template = parseTemplate(text);
    const told = [...'abcdefg'].map((letter) => {
      const start = /\w/.test(letter) ? text.search(new RegExp(`(?:^|\\n|\\}\\})${letter}(?:$|\\n|\\{\\{)`)) : 0;
      const at = text.indexOf(letter, start);
      return `${letter} ${presenceOf(template, { start: at, end: at + 1 })}`;
    });
    assert.deepEqual(told, ['a always', 'b perhaps', 'c perhaps', 'd perhaps', 'e always', 'f perhaps', 'g always']);
  });
});
