import assert from 'node:assert/strict';
import { resolveServicePorts } from '../../../server/src/core/cluster/endpointPorts.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { container, deployment, service } from '../rules/portFixtures.ts';

function resolve(source: string): readonly string[] {
  const folder = indexFixture(parseFixture(source).files);
  const [unit] = folder.unitsOf('/work/test.yaml');
  assert.ok(unit);
  return [...unit.index.ofType('service')].flatMap((each) =>
    resolveServicePorts(unit, each).map(({ target, protocol, on, perhapsOn }) => {
      const show = (list: typeof on) =>
        list.map(({ workload, found }) => `${workload.name?.value}:${found.kind}:${'port' in found ? found.port : ''}`);
      return `${target}/${protocol} [${show(on)}] [${show(perhapsOn)}]`;
    }),
  );
}

describe('resolveServicePorts', () => {
  it('applies the defaults of port, protocol and targetPort', () => {
    const ports = ['- port: 80', '- {port: 81, targetPort: 0, protocol: ""}', '- {port: 82, targetPort: http}'];
    assert.deepEqual(resolve(service(ports) + deployment('web', container('http 8080'))), [
      '80/TCP [web:number:80] []',
      '81/TCP [web:number:81] []',
      'http/TCP [web:named:8080] []',
    ]);
  });

  it('resolves a name for each workload of its own', () => {
    const source =
      service(['- {port: 80, targetPort: http}']) +
      deployment('one', container('http 8080')) +
      deployment('two', container('http 9090')) +
      deployment('three', container('grpc 9000')) +
      deployment('four', container('http 80'), ['namespace: shop']);
    assert.deepEqual(resolve(source), ['http/TCP [one:named:8080,two:named:9090,three:none:] [four:named:80]']);
  });

  it('has no workloads where the Service selects none', () => {
    const spec = ['type: ExternalName', 'externalName: a.example.com'];
    assert.deepEqual(resolve(service(['- port: 80'], spec) + deployment('web', container('http 80'))), [
      '80/TCP [] []',
    ]);
  });

  it('does not decide what is templated', () => {
    const ports = ['- {port: 80, targetPort: "{{ .a }}"}', '- {port: 81, targetPort: http, protocol: "{{ .p }}"}'];
    assert.deepEqual(resolve(service(ports) + deployment('web', container('http 80'))), [
      'undefined/TCP [web:unknown:] []',
      'http/undefined [web:unknown:] []',
    ]);
  });
});
