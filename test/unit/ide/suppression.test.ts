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
      SERVICE.replace('    app: wbe', '    # kubefathom-ignore-next-line service-*,other\n    app: wbe'),
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

  it('points out a directive that it does not know', () => {
    assert.deepEqual(codesOf(`# kubefathom-ignore-line x\n${DEPLOYMENT}`), ['unused-suppression']);
  });
});
