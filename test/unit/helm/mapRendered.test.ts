import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mapRendered, type RenderedChart } from '../../../server/src/core/sources/helm/mapRendered.ts';
import { createTemplateSet } from '../../../server/src/core/sources/helm/templates.ts';
import type { OriginNode } from '../../../server/src/core/sources/origin.ts';

const FILE = '/c/templates/a.yaml';

/** Maps what one template is said to have printed. */
function render(template: string, printed: string, partial = ''): RenderedChart {
  const texts = new Map([
    [FILE, template],
    ['/c/templates/_helpers.tpl', partial],
  ]);
  return mapRendered({
    output: printed
      .split('\n---\n')
      .map((document) => `---\n# Source: c/templates/a.yaml\n${document}\n`)
      .join(''),
    findFile: (source) =>
      source === 'c/templates/a.yaml' ? { file: FILE, text: template, verbatim: false } : undefined,
    templates: createTemplateSet(texts),
  });
}

/** Each scalar as `path: value = "text of its place"`, with `≈` where it is not exact, and the text in the definition. */
function describePlaces(template: string, printed: string, partial = ''): readonly string[] {
  const lines: string[] = [];
  const visit = (node: OriginNode, at: string): void => {
    if (node.kind === 'sequence') for (const [index, item] of node.items.entries()) visit(item, `${at}[${index}]`);
    else if (node.kind === 'mapping') for (const { name, value } of node.pairs) visit(value, `${at}.${name}`);
    else {
      const base = node.origin?.base;
      const inner = base === undefined ? '' : ` in ${partial.slice(base.start, base.end)}`;
      lines.push(
        `${at} ${node.text} ${node.origin?.exact ? '=' : '≈'} ${template.slice(node.start, node.end)}${inner}`,
      );
    }
  };
  for (const { root } of render(template, printed, partial).objects) visit(root, '');
  return lines;
}

describe('mapRendered', () => {
  it('is exact where the template holds the value, and only there', () => {
    const template =
      'kind: Service\nname: web-{{ .Values.suffix }}\nport: {{ .Values.port }}\nproto: TCP\nnote: "{{ .x }}"\n';
    assert.deepEqual(describePlaces(template, 'kind: Service\nname: web-a\nport: 80\nproto: TCP\nnote: "TCP"'), [
      '.kind Service = Service',
      '.name web-a ≈ web-{{ .Values.suffix }}',
      '.port 80 ≈ {{ .Values.port }}',
      '.proto TCP = TCP',
      '.note TCP ≈ "{{ .x }}"',
    ]);
  });

  it('is not exact beside an action that printed nothing', () => {
    assert.deepEqual(
      describePlaces(
        'name: web{{ if .x }}-{{ .x }}{{ end }}\nempty: {{ .y }}\nnone:\nlast:{{ .z }}\n',
        'name: web\nempty: \nnone:\nlast:',
      ),
      ['.name web ≈ web', '.empty  ≈ ', '.none  = ', '.last  ≈ '],
    );
  });

  it('maps every turn of a loop to the one place', () => {
    const template = 'ports:\n{{- range .Values.ports }}\n- name: {{ .name }}\n  protocol: TCP\n{{- end }}\nlast: 1\n';
    assert.deepEqual(
      describePlaces(template, 'ports:\n- name: a\n  protocol: TCP\n- name: b\n  protocol: TCP\nlast: 1'),
      [
        '.ports[0].name a ≈ {{ .name }}',
        '.ports[0].protocol TCP = TCP',
        '.ports[1].name b ≈ {{ .name }}',
        '.ports[1].protocol TCP = TCP',
        '.last 1 = 1',
      ],
    );
  });

  it('tells the branch of a condition, and is not exact where both would print the same', () => {
    const template = 'a: 1\n{{- if .x }}\nb: two\n{{- else if .y }}\nb: three\n{{- else }}\nb: three\n{{- end }}\n';
    assert.deepEqual(describePlaces(template, 'a: 1\nb: two'), ['.a 1 = 1', '.b two = two']);
    assert.deepEqual(describePlaces(template, 'a: 1\nb: three'), ['.a 1 = 1', '.b three ≈ three']);
  });

  it('is not exact where a value may have printed the same lines', () => {
    const template = 'env:\n  {{- toYaml .Values.env | nindent 2 }}\n  {{- if .x }}\n  - one\n  {{- end }}\n';
    assert.deepEqual(describePlaces(template, 'env:\n  - zero\n  - one').at(-1), '.env[1] one ≈ one');
  });

  it('leads through includes to the definition', () => {
    const partial =
      '{{- define "sel" -}}\napp: web\nrelease: {{ .r }}\n{{- end }}\n{{- define "labels" -}}\n{{ include "sel" . }}\nteam: x\n{{- end }}\n';
    const template = 'labels:\n  {{- include "labels" . | nindent 2 }}\n  own: 1\n';
    const include = '{{- include "labels" . | nindent 2 }}';
    assert.deepEqual(describePlaces(template, 'labels:\n  app: web\n  release: rel\n  team: x\n  own: 1', partial), [
      `.labels.app web ≈ ${include} in web`,
      `.labels.release rel ≈ ${include} in {{ .r }}`,
      `.labels.team x ≈ ${include} in x`,
      '.labels.own 1 = 1',
    ]);
  });

  it('parts an include from the values behind it by what its definition can print', () => {
    const partial = '{{- define "sel" -}}\napp: web\n{{- end }}\n';
    const template =
      'labels:\n  {{- include "sel" . | nindent 2 }}\n  {{- with .Values.labels }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n';
    assert.deepEqual(describePlaces(template, 'labels:\n  app: web\n  tier: front', partial), [
      '.labels.app web ≈ {{- include "sel" . | nindent 2 }} in web',
      '.labels.tier front ≈ {{- toYaml . | nindent 2 }}',
    ]);
  });

  it('finds each document of a file, in whatever order they come', () => {
    const template =
      '{{- range .Values.names }}\n---\nkind: A\nname: {{ . }}\n{{- end }}\n---\nkind: B\nname: b\n---\n# none\n';
    const { objects } = render(template, 'kind: B\nname: b\n---\nkind: A\nname: x\n---\nkind: A\nname: y');
    assert.deepEqual(
      objects.map(({ start, end }) => template.slice(start, end).split('\n')[0]),
      ['kind: B', 'kind: A', 'kind: A'],
    );
  });

  it('keeps texts over several lines exact', () => {
    const template = 'a: |\n  one\n  two\n\n  three\nb: {{ .x }}\n';
    const [first] = describePlaces(template, 'a: |\n  one\n  two\n\n  three\nb: 1');
    assert.match(first ?? '', /^\.a one\ntwo\n\nthree\n = \|/);
  });

  it('gives the line that reads alike, and nothing exact, where the template cannot have printed the text', () => {
    const template = 'kind: A\nname: x\nport: 80\n';
    const { objects } = render(template, 'kind: A\nother: 1\nport: 80');
    assert.equal(objects[0]?.places, 'lines');
    assert.deepEqual(describePlaces(template, 'kind: A\nother: 1\nport: 80'), [
      '.kind A ≈ kind: A',
      '.other 1 ≈ kind: A',
      '.port 80 ≈ port: 80',
    ]);
  });

  it('understands a value that prints more lines than its functions tell', () => {
    const template = 'a: 1\nb: {{ .Values.text }}\nc: 3\n';
    const { objects } = render(template, 'a: 1\nb: x\nbb: y\nc: 3');
    assert.equal(objects[0]?.places, 'aligned');
  });

  it('takes documents of packed subcharts without places', () => {
    const { packed, objects } = mapRendered({
      output: '---\n# Source: c/charts/db/templates/a.yaml\nkind: A\n',
      findFile: () => 'packed',
      templates: createTemplateSet(new Map()),
    });
    assert.deepEqual([packed.length, objects.length], [1, 0]);
  });

  it('keeps all places inside the file, whatever the texts are', () => {
    const piece = fc.constantFrom(
      'a: 1\n',
      '- b\n',
      '{{ .x }}',
      '{{- if .y }}\n',
      '{{ end }}',
      '{{- end }}\n',
      '{{ range .z }}',
      '{{ else }}',
      '---\n',
      '{{ include "d" . | nindent 2 }}',
      '{{ define "d" }}',
      '  c: "d"\n',
      '{{',
      '}}',
      '{{/* x */}}',
      '"',
      '`',
      '{{ break }}',
      '|\n',
      '\r\n',
      ' ',
    );
    const text = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (template, printed) => {
        const inside = (node: OriginNode): boolean =>
          0 <= node.start &&
          node.start <= node.end &&
          node.end <= template.length &&
          (node.kind === 'scalar' ||
            (node.kind === 'sequence' ? node.items : node.pairs.flatMap(({ key, value }) => [key, value])).every(
              inside,
            ));
        return render(template, printed).objects.every(
          ({ root, start, end }) => inside(root) && start <= end && end <= template.length,
        );
      }),
      { numRuns: 400 },
    );
  });
});
