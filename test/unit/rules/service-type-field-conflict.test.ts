import assert from 'node:assert/strict';
import { serviceTypeFieldConflict } from '../../../server/src/core/rules/service-type-field-conflict.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { service } from './portFixtures.ts';

const rules = [serviceTypeFieldConflict];
const port = ['- port: 80'];

function find(spec: readonly string[], ports: readonly string[] = port): readonly string[] {
  return diagnose(parseFixture(service(ports, spec)), rules).map(({ severity, message }) => `${severity} ${message}`);
}

describe('service-type-field-conflict', () => {
  it('takes what the API server takes', () => {
    for (const spec of [
      ['type: ""'],
      ['externalTrafficPolicy: ""'],
      ['externalTrafficPolicy: ~'],
      ['externalTrafficPolicy: Local', 'type: NodePort'],
      ['externalTrafficPolicy: Local', 'externalIPs: [192.0.2.1]'],
      ['externalName: ""'],
      ['healthCheckNodePort: 0'],
      ['loadBalancerSourceRanges: []'],
      ['sessionAffinityConfig: {}'],
      ['type: LoadBalancer', 'allocateLoadBalancerNodePorts: false', 'loadBalancerClass: example.com/lb'],
      ['type: ExternalName', 'externalName: db.example.com', 'clusterIP: ""'],
    ])
      assert.deepEqual(find(spec), [], spec.join());
    assert.deepEqual(
      find(['type: ExternalName', 'externalName: a.example.com'], ['- {port: 80, nodePort: 31000}']),
      [],
    );
  });

  it('finds what the API server refuses', () => {
    for (const spec of [
      ['type: Nodeport'],
      ['externalTrafficPolicy: Cluster'],
      ['externalTrafficPolicy: Local', 'externalIPs: []'],
      ['type: LoadBalancer', 'clusterIP: None'],
      ['type: ExternalName', 'externalName: ""'],
      ['type: ExternalName', 'externalName: a.example.com', 'clusterIP: None'],
      ['type: NodePort', 'allocateLoadBalancerNodePorts: true'],
      ['loadBalancerClass: ""'],
      ['loadBalancerSourceRanges: [10.0.0.0/8]'],
      ['type: LoadBalancer', 'healthCheckNodePort: 31000'],
    ]) {
      const found = find(spec);
      assert.equal(found.length, 1, spec.join());
      assert.match(found[0] ?? '', /^error .*refuses/, spec.join());
    }
  });

  it('tells what is accepted and ignored', () => {
    assert.deepEqual(find(['type: NodePort', 'externalName: x']), [
      'info `externalName` has no effect on a NodePort Service',
    ]);
  });

  it('knows nothing of a templated type, list or policy', () => {
    const t = '"{{ .x }}"';
    expectClean(
      service(['- {port: 80, nodePort: 30080}'], [`type: ${t}`, 'clusterIP: None', 'externalName: x']),
      rules,
    );
    for (const spec of [
      ['externalTrafficPolicy: Local', `externalIPs: ${t}`],
      [`externalTrafficPolicy: ${t}`],
      ['type: LoadBalancer', `externalTrafficPolicy: ${t}`, 'healthCheckNodePort: 31000'],
      ['type: ExternalName', `externalName: ${t}`],
      [`sessionAffinity: ${t}`, 'sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}'],
    ])
      assert.deepEqual(find(spec), [], spec.join());
  });
});
