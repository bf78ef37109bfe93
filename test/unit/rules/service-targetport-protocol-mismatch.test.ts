import assert from 'node:assert/strict';
import { serviceTargetportProtocolMismatch } from '../../../server/src/core/rules/service-targetport-protocol-mismatch.ts';
import { serviceTargetportUnresolved } from '../../../server/src/core/rules/service-targetport-unresolved.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { container, deployment, service } from './portFixtures.ts';

const rules = [serviceTargetportProtocolMismatch, serviceTargetportUnresolved];
const both = ['- name: dns', '  port: 53', '  targetPort: dns', '  protocol: UDP'];

function find(source: string) {
  return diagnose(parseFixture(source), rules);
}

describe('service-targetport-protocol-mismatch', () => {
  it('speaks alone, at the protocol where it is written', () => {
    const source =
      service(['- port: 53', '  protocol: TCP', '  targetPort: dns']) + deployment('dns', container('dns 53 UDP'));
    const found = find(source);
    assert.deepEqual(
      found.map(({ code, at }) => [code, source.slice(at.start, at.end)]),
      [['service-targetport-protocol-mismatch', 'TCP']],
    );
  });

  it('keeps a UDP port of the same number apart when it fixes the TCP one', () => {
    const tcp = ['- name: dns-tcp', '  port: 53', '  targetPort: dns'];
    const [finding] = find(service([...both, ...tcp]) + deployment('dns', container('dns 5353 UDP')));
    assert.deepEqual(
      finding?.fixes?.map(({ title }) => title),
      ['Change `dns` to 5353'],
    );
  });

  it('takes one name over both protocols, in one container or two', () => {
    const tcp = ['- name: dns-tcp', '  port: 53', '  targetPort: dns', '  protocol: TCP'];
    const two = [
      ...container('dns 53 UDP'),
      '  - name: relay',
      '    image: relay:1',
      '    ports:',
      '      - name: dns',
      '        containerPort: 5353',
    ];
    expectClean(service([...both, ...tcp]) + deployment('dns', two), rules);
  });

  it('does not compare the protocol of a number', () => {
    expectClean(service(['- port: 53', '  targetPort: 53']) + deployment('dns', container('dns 53 UDP')), rules);
  });

  it('knows nothing of a templated protocol', () => {
    const templated = container('dns 53 UDP').map((line) => line.replace('UDP', '"{{ .protocol }}"'));
    expectClean(service(['- port: 53', '  targetPort: dns']) + deployment('dns', templated), rules);
  });
});
