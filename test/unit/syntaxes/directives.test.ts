import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

describe('the grammar of comment directives', () => {
  let grammar: IGrammar;

  before(async () => {
    grammar = await loadYamlGrammar();
  });

  const directive = 'keyword.other.directive';
  const rule = 'variable.other.constant.rule';
  const reason = 'string.unquoted.reason';

  const examples: readonly (readonly [line: string, tokens: readonly (readonly [text: string, scope: string])[]])[] = [
    [
      '# kubefathom-ignore-next-line service-selector-no-match -- made by an operator',
      [
        ['kubefathom-ignore-next-line', directive],
        ['service-selector-no-match', rule],
        ['--', 'punctuation.separator.reason'],
        ['made by an operator', reason],
      ],
    ],
    [
      '  selector: # kubefathom-ignore-next-line rule-a,rule-b, rule-c',
      [
        ['kubefathom-ignore-next-line', directive],
        ['rule-a', rule],
        [',', 'punctuation.separator.comma'],
        ['rule-b', rule],
        [',', 'punctuation.separator.comma'],
        ['rule-c', rule],
      ],
    ],
    [
      '#kubefathom-ignore-document rule-a -- all of it',
      [
        ['kubefathom-ignore-document', directive],
        ['rule-a', rule],
        ['--', 'punctuation.separator.reason'],
        ['all of it', reason],
      ],
    ],
    ['# kubefathom-ignore-document', [['kubefathom-ignore-document', directive]]],
    [
      '# kubefathom-expect: web -> orders:80 allow; * -> db:5432 deny',
      [
        ['kubefathom-expect', directive],
        [':', 'punctuation.separator.directive'],
        ['web', 'variable.other.end'],
        ['->', 'keyword.operator.arrow'],
        [':80', 'constant.numeric.port'],
        ['allow', 'constant.language'],
        [';', 'punctuation.separator.semicolon'],
        ['*', 'variable.other.end'],
        ['->', 'keyword.operator.arrow'],
        [':5432', 'constant.numeric.port'],
        ['deny', 'constant.language'],
      ],
    ],
    [
      '# kubefathom-ignore-file -- rendered elsewhere',
      [
        ['kubefathom-ignore-file', directive],
        ['--', 'punctuation.separator.reason'],
        ['rendered elsewhere', reason],
      ],
    ],
    [
      '# kubefathom: external -- created by the ingress operator',
      [
        ['kubefathom', directive],
        [':', 'punctuation.separator.directive'],
        ['external', 'constant.language'],
        ['--', 'punctuation.separator.reason'],
        ['created by the ingress operator', reason],
      ],
    ],
  ];
  for (const [line, tokens] of examples) {
    it(`colours ${line.trim()}`, () => assert.deepEqual(directiveTokens(grammar, line), tokens));
  }

  const others = [
    '# kubefathom-ignore-next-line',
    '# kubefathom-ignore-next-line -- a reason without a rule',
    '# kubefathom-ignore-everything rule-a',
    '# see kubefathom-ignore-next-line rule-a',
    '# kubefathom-ignore-next-line Some words of prose',
    '# kubefathom: internal',
    '# kubefathom external',
    'kubefathom-ignore-next-line: rule-a',
    'value: "# kubefathom-ignore-file rule-a"',
  ];
  for (const line of others) {
    it(`leaves ${line} alone`, () => assert.deepEqual(directiveTokens(grammar, line), []));
  }

  it('ends with its line', () => {
    const first = grammar.tokenizeLine('# kubefathom-ignore-file rule-a', textmate.INITIAL);
    const second = grammar.tokenizeLine('kind: Service', first.ruleStack);
    assert.deepEqual(
      second.tokens.flatMap(({ scopes }) => scopes.filter((scope) => scope.endsWith('.kubefathom'))),
      [],
    );
  });
});

/** Each piece of the line with a scope of ours, and that scope without its last part. */
function directiveTokens(grammar: IGrammar, line: string): readonly (readonly [string, string])[] {
  return grammar.tokenizeLine(line, textmate.INITIAL).tokens.flatMap(({ startIndex, endIndex, scopes }) => {
    const scope = scopes.findLast((name) => name.endsWith('.kubefathom'));
    return scope === undefined
      ? []
      : [[line.slice(startIndex, endIndex), scope.slice(0, -'.kubefathom'.length)] as const];
  });
}

/** Comments and quoted strings as editors scope them in YAML; the directives' grammar needs no more of its host. */
const yamlGrammar = {
  scopeName: 'source.yaml',
  patterns: [
    { begin: '"', end: '"', name: 'string.quoted.double.yaml' },
    { begin: '(?<=[\\t ]|^)#', end: '$', name: 'comment.line.number-sign.yaml' },
  ],
};

async function loadYamlGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
  const ours = readFileSync('syntaxes/kubefathom-directives.injection.json', 'utf8');
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text: string) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scopeName) =>
      textmate.parseRawGrammar(scopeName === 'source.yaml' ? JSON.stringify(yamlGrammar) : ours, `${scopeName}.json`),
    getInjections: (scopeName) => (scopeName === 'source.yaml' ? ['kubefathom.directives.injection'] : []),
  });
  const grammar = await registry.loadGrammar('source.yaml');
  assert.ok(grammar);
  return grammar;
}
