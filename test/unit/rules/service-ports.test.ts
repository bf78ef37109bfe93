import assert from 'node:assert/strict';
import { servicePortNameRequired } from '../../../server/src/core/rules/service-port-name-required.ts';
import { servicePortsDuplicate } from '../../../server/src/core/rules/service-ports-duplicate.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { service } from './portFixtures.ts';

const rules = [servicePortNameRequired, servicePortsDuplicate];

function codes(source: string): readonly string[] {
  return diagnose(parseFixture(source), rules).map(({ code, severity }) => `${severity} ${code}`);
}

describe('service-ports-duplicate', () => {
  it('takes one number over two protocols, and two numbers', () => {
    expectClean(
      service(['- {name: a, port: 53}', '- {name: b, port: 53, protocol: UDP}', '- {name: c, port: 54}']),
      rules,
    );
  });

  it('counts an absent and an empty protocol as TCP', () => {
    for (const protocol of ['TCP', '""', '~'])
      assert.deepEqual(codes(service(['- {name: a, port: 53}', `- {name: b, port: 53, protocol: ${protocol}}`])), [
        'error service-ports-duplicate',
      ]);
  });

  it('knows nothing of templated ports, names and protocols', () => {
    expectClean(service(['- {name: a, port: "{{ .a }}"}', '- {name: b, port: "{{ .a }}"}']), rules);
    expectClean(service(['- {name: "{{ .a }}", port: 1}', '- {name: "{{ .a }}", port: 2}']), rules);
    expectClean(service(['- {name: a, port: 1, protocol: "{{ .a }}"}', '- {name: b, port: 1}']), rules);
  });

  it('holds for an ExternalName Service too', () => {
    const spec = ['type: ExternalName', 'externalName: db.example.com'];
    assert.deepEqual(codes(service(['- {name: a, port: 1}', '- {name: a, port: 2}'], spec)), [
      'error service-ports-duplicate',
    ]);
  });
});

describe('service-port-name-required', () => {
  it('lets a single port stay nameless, its name null or empty', () => {
    for (const port of ['- {port: 80}', '- {port: 80, name: ""}', '- {port: 80, name: ~}'])
      expectClean(service([port]), rules);
  });

  it('counts an empty name as none', () => {
    assert.deepEqual(codes(service(['- {port: 80, name: ""}', '- {port: 81, name: a}'])), [
      'error service-port-name-required',
    ]);
  });

  it('takes a templated name for a name, and is silent where a template writes ports', () => {
    expectClean(service(['- {port: 80, name: "{{ .a }}"}', '- {port: 81, name: a}']), rules);
    expectClean(service(['{{- range .ports }}', '- port: 80', '- port: 81', '{{- end }}']), rules);
  });

  it('takes ports without numbers for a piece of a Service', () => {
    expectClean(service(['- targetPort: 80', '- targetPort: 81']), rules);
  });

  it('derives names that differ and that Kubernetes reads as names', () => {
    let files = parseFixture(
      service(['- port: 53', '- port: 53', '  protocol: UDP', '- port: 7', '  targetPort: "on"']),
    ).files;
    for (let round = 0; round < 3; round++) {
      const [finding] = diagnose({ files, expected: [], cursor: undefined }, rules).filter(
        ({ code }) => code === 'service-port-name-required',
      );
      const fix = finding?.fixes?.[0];
      assert.ok(fix);
      files = applyFix(files, fix);
    }
    assert.deepEqual(files[0]?.text.match(/name: .*/g)?.slice(1), ['name: dns', 'name: dns-udp', 'name: "on"']);
    assert.deepEqual(diagnose({ files, expected: [], cursor: undefined }, rules), []);
  });
});
