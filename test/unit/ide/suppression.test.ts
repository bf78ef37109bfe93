import assert from 'node:assert/strict';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: wbe
  ports:
    - port: 80
`;

const DEPLOYMENT = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1
`;

function codesOf(source: string): readonly string[] {
  return diagnose(parseFixture(source), allRules).map(({ code }) => code);
}

describe('suppression', () => {
  it('has something to silence', () => assert.deepEqual(codesOf(SERVICE + DEPLOYMENT), ['service-selector-no-match']));

  const silenced: readonly (readonly [string, string])[] = [
    [
      'the next line',
      SERVICE.replace(
        '    app: wbe',
        '    # kubefathom-ignore-next-line service-selector-no-match -- soon\n    app: wbe',
      ),
    ],
    [
      'several codes',
      SERVICE.replace('    app: wbe', '    # kubefathom-ignore-next-line service-*,hpa-target-missing\n    app: wbe'),
    ],
    ['the document', `# kubefathom-ignore-document service-selector-no-match\n${SERVICE}`],
    ['the file', `# kubefathom-ignore-file\n${SERVICE}`],
    [
      'an annotation',
      SERVICE.replace(
        '  name: web\n',
        '  name: web\n  annotations:\n    kubefathom.dev/ignore.service-selector-no-match: operator\n',
      ),
    ],
    ['what is external, block', SERVICE.replace('  selector:', '  # kubefathom: external\n  selector:')],
    ['what is external, line', SERVICE.replace('app: wbe', 'app: wbe # kubefathom: external')],
    ['what is external, document', `# kubefathom: external\n${SERVICE}`],
  ];
  for (const [name, service] of silenced) {
    it(`silences by ${name}`, () => expectClean(service + DEPLOYMENT, allRules));
  }

  it('does not reach beyond its line', () => {
    const source = SERVICE.replace(
      '  selector:',
      '  # kubefathom-ignore-next-line service-selector-no-match\n  selector:',
    );
    assert.deepEqual(codesOf(source + DEPLOYMENT), ['unused-suppression', 'service-selector-no-match']);
  });

  it('points out a comment that silences nothing, and removes its line', () => {
    const fixture = parseFixture(`# kubefathom-ignore-file hpa-target-missing\n${DEPLOYMENT}`);
    const [finding] = diagnose(fixture, allRules);
    assert.equal(finding?.code, 'unused-suppression');
    const [fix] = finding.fixes ?? [];
    assert.ok(fix !== undefined);
    assert.equal(applyFix(fixture.files, fix)[0]?.text, DEPLOYMENT);
  });

  const said = (source: string) => {
    const fixture = parseFixture(source);
    return diagnose(fixture, allRules).map(({ at, message, fixes }) => {
      const text = fixture.files[0]?.text ?? '';
      const [fix] = fixes ?? [];
      return [text.slice(at.start, at.end), message, fix && applyFix(fixture.files, fix)[0]?.text.split('\n')[0]];
    });
  };

  it('points out a directive that it does not know', () => {
    assert.deepEqual(said(`# kubefathom-ignore-next-lin x\n${DEPLOYMENT}`), [
      [
        'kubefathom-ignore-next-lin',
        '`kubefathom-ignore-next-lin` is no directive of Kubefathom and does nothing; did you mean `kubefathom-ignore-next-line`?',
        '# kubefathom-ignore-next-line x',
      ],
    ]);
    const [[word, message] = []] = said(`# kubefathom: frobnicate\n${DEPLOYMENT}`);
    assert.equal(word, 'kubefathom: frobnicate');
    assert.match(message ?? '', /the directives are `kubefathom-ignore-next-line`, /);
  });

  it('names a code that does not exist, used or not, and the nearest that does', () => {
    const unknown = [
      'hpa-target-mising',
      'no rule is called `hpa-target-mising`; did you mean `hpa-target-missing`?',
      '# kubefathom-ignore-file hpa-target-missing',
    ];
    assert.deepEqual(said(`# kubefathom-ignore-file hpa-target-mising\n${DEPLOYMENT}`), [unknown]);
    assert.deepEqual(said(`# kubefathom-ignore-file frob-*\n${DEPLOYMENT}`), [
      ['frob-*', 'no rule is called anything like `frob-*`', '---'],
    ]);
    assert.deepEqual(
      said(`# kubefathom-ignore-file service-selector-no-match,hpa-target-mising\n${SERVICE}${DEPLOYMENT}`).map(
        ([at]) => at,
      ),
      ['hpa-target-mising'],
    );
  });

  it('names a code of an annotation that does not exist', () => {
    const source = SERVICE.replace('app: wbe', 'app: web').replace(
      '  name: web\n',
      '  name: web\n  annotations:\n    kubefathom.dev/ignore.port-name-invald: operator\n',
    );
    const fixture = parseFixture(source + DEPLOYMENT);
    const [finding] = diagnose(fixture, allRules);
    assert.equal(finding?.message, 'no rule is called `port-name-invald`; did you mean `port-name-invalid`?');
    const [fix] = finding.fixes ?? [];
    assert.ok(fix !== undefined);
    assert.match(applyFix(fixture.files, fix)[0]?.text ?? '', /kubefathom\.dev\/ignore\.port-name-invalid: operator/);
  });

  it('silences what it says of a text that cannot be read', () => {
    assert.deepEqual(codesOf(`kind: x\na: b: c\n`), ['yaml-unreadable']);
    assert.deepEqual(codesOf(`# kubefathom-ignore-file yaml-unreadable\nkind: x\na: b: c\n`), []);
  });

  it('says of a text that cannot be read what follows, and no more', () => {
    const messageOf = (text: string) => said(text)[0]?.[1] ?? '';
    assert.match(messageOf('kind: x\na: b: c\n'), /kubectl refuses this document, and what it holds is not checked/);
    assert.match(messageOf('kind: x\na: .nan\n'), /kubectl refuses this document$/);
  });
});
