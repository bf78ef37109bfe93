import assert from 'node:assert/strict';
import { METADATA_VALIDATOR } from '../../../../../server/src/core/k8s/api/validation/metadata/index.ts';
import { KIND_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/network/index.ts';
import { refusalsOf, refusedFields } from '../refusals.ts';

const validate = KIND_VALIDATORS.get('v1/Service');

function manifest(spec: string, annotations = '{}'): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: ${annotations}}\nspec: ${spec}\n`;
}

/** The fields refused below `spec`, without that word. */
function refused(spec: string, annotations?: string): readonly string[] {
  return refusedFields(manifest(spec, annotations), validate).map((field) => field.replace(/^spec\./, ''));
}

type Case = readonly [spec: string, ...fields: string[]];

function checkAll(cases: readonly Case[]): void {
  for (const [spec, ...fields] of cases) it(spec, () => assert.deepEqual(refused(spec), fields));
}

describe('ports of Services', () => {
  checkAll([
    ['{ports: [{port: 80}]}'],
    ['{}', 'ports'],
    ['{clusterIP: None}'],
    ['{ports: []}', 'ports'],
    ['{ports: "{{ .ports }}"}'],
    ['{type: "{{ .type }}"}'],
    ['{ports: [{port: 80}, {port: 81}]}', 'ports[0].name', 'ports[1].name'],
    ['{ports: [{port: 80, name: a}, {port: 81, name: a}]}', 'ports[1].name'],
    ['{ports: [{port: 80, name: a}, "{{ .more }}"]}'],
    ['{ports: [{port: 80, name: A}]}', 'ports[0].name'],
    ['{ports: [{port: 0, targetPort: 1}]}', 'ports[0].port'],
    // Where no target is given, it is the port.
    ['{ports: [{port: 70000}]}', 'ports[0].port', 'ports[0].targetPort'],
    ['{ports: [{port: 80, targetPort: HTTP}]}', 'ports[0].targetPort'],
    ['{ports: [{port: 80, targetPort: ""}]}'],
    ['{ports: [{port: 80, protocol: tcp}]}', 'ports[0].protocol'],
    ['{ports: [{port: 80, protocol: ""}]}'],
    ['{ports: [{port: 80, appProtocol: ""}]}', 'ports[0].appProtocol'],
    ['{ports: [{port: 53, name: a}, {port: 53, name: b, protocol: UDP}]}'],
    ['{ports: [{port: 53, name: a}, {port: 53, name: b}]}', 'ports[1]'],
    ['{ports: [~]}', 'ports[0].port', 'ports[0].targetPort'],
  ]);
});

describe('node ports', () => {
  const two = (first: string, second: string, type = 'NodePort') =>
    `{type: ${type}, ports: [{name: a, ${first}}, {name: b, ${second}}]}`;
  checkAll([
    ['{ports: [{port: 80, nodePort: 30080}]}', 'ports[0].nodePort'],
    ['{ports: [{port: 80, nodePort: 0}]}'],
    // The range is the cluster's.
    ['{type: NodePort, ports: [{port: 80, nodePort: 80}]}'],
    [two('port: 80, nodePort: 30080', 'port: 81, nodePort: 30080'), 'ports[1].nodePort'],
    [two('port: 53, nodePort: 30053', 'port: 53, nodePort: 30053, protocol: UDP')],
    [two('port: 53', 'port: 53, nodePort: 30053, protocol: UDP')],
    // Equal numbers share the node port that is drawn for them.
    [two('port: 80', 'port: 80'), 'ports[1].nodePort', 'ports[1]'],
    [two('port: 80', 'port: 80', 'LoadBalancer, allocateLoadBalancerNodePorts: false'), 'ports[1]'],
    [two('port: 80, nodePort: 1', 'port: 81, nodePort: 1', 'Nodeport'), 'type', 'ports[1].nodePort'],
    [two('port: "{{ .a }}", nodePort: 30080', 'port: 81, nodePort: 30080')],
    ['{type: LoadBalancer, ports: [{port: 80}], externalTrafficPolicy: Local, healthCheckNodePort: 30000}'],
    ['{type: LoadBalancer, ports: [{port: 80}], healthCheckNodePort: 30000}', 'healthCheckNodePort'],
    [
      '{type: LoadBalancer, ports: [{port: 80, nodePort: 30000}], externalTrafficPolicy: Local, healthCheckNodePort: 30000}',
      'healthCheckNodePort',
    ],
  ]);
});

describe('addresses of Services', () => {
  const ports = 'ports: [{port: 80}]';
  checkAll([
    [`{${ports}, clusterIP: none}`, 'clusterIPs[0]'],
    [`{${ports}, clusterIP: 10.0.0.1}`],
    [`{${ports}, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]}`, 'clusterIPs'],
    [`{${ports}, clusterIPs: [10.0.0.1]}`, 'clusterIPs'],
    [`{${ports}, clusterIP: None, clusterIPs: [None, 10.0.0.1]}`, 'clusterIPs'],
    [`{${ports}, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2]}`, 'clusterIPs'],
    [`{${ports}, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, "fd00::1"], ipFamilyPolicy: RequireDualStack}`],
    [`{${ports}, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, "fd00::1"]}`, 'ipFamilyPolicy'],
    [`{${ports}, clusterIP: 10.0.0.1, ipFamilies: [IPv6]}`, 'clusterIPs[0]'],
    [`{${ports}, ipFamilies: [IPv4, IPv6]}`, 'ipFamilyPolicy'],
    [`{${ports}, ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack}`],
    ['{clusterIP: None, ipFamilies: [IPv4, IPv6]}'],
    ['{clusterIP: None, ipFamilies: [IPv4, IPv6], selector: {a: b}}', 'ipFamilyPolicy'],
    [`{${ports}, ipFamilies: [IPv4, IPv4]}`, 'ipFamilies[1]'],
    [`{${ports}, ipFamilies: [v4]}`, 'ipFamilies[0]'],
    [`{${ports}, ipFamilyPolicy: ""}`, 'ipFamilyPolicy'],
    [`{${ports}, type: NodePort, clusterIP: None}`, 'clusterIPs[0]'],
    [`{${ports}, externalIPs: [1.2.3.4, 127.0.0.1, "fe80::1", x]}`, ...[1, 2, 3].map((at) => `externalIPs[${at}]`)],
    [`{${ports}, clusterIP: "{{ .ip }}", ipFamilies: [IPv6]}`],
  ]);

  it('hide all other faults, as allocation comes first', () => {
    const text = manifest('{clusterIP: x}').replace('name: web', 'name: Web');
    assert.deepEqual(refusedFields(text, validate), ['spec.clusterIPs[0]']);
    assert.deepEqual(refusedFields(text, METADATA_VALIDATOR), []);
  });

  it('are pointed at where they are written', () => {
    const text = manifest('{clusterIP: x}');
    assert.deepEqual(
      refusalsOf(text, validate).map(({ start, end }) => text.slice(start, end)),
      ['x'],
    );
  });
});

describe('types of Services', () => {
  const ports = 'ports: [{port: 80}]';
  checkAll([
    [`{${ports}, type: ClusterIp}`, 'type'],
    ['{type: ExternalName, externalName: db.example.com.}'],
    ['{type: ExternalName}', 'externalName'],
    ['{type: ExternalName, externalName: "http://x"}', 'externalName'],
    ['{type: ExternalName, externalName: a.b, clusterIP: None}', 'clusterIPs'],
    ['{type: ExternalName, externalName: a.b, ipFamilies: [IPv4]}', 'ipFamilies'],
    ['{type: ExternalName, externalName: a.b, ipFamilyPolicy: SingleStack}', 'ipFamilyPolicy'],
    [`{${ports}, loadBalancerClass: a/b}`, 'loadBalancerClass'],
    [`{${ports}, type: LoadBalancer, loadBalancerClass: a b}`, 'loadBalancerClass'],
    [`{${ports}, allocateLoadBalancerNodePorts: true}`, 'allocateLoadBalancerNodePorts'],
    [`{${ports}, externalTrafficPolicy: Local}`, 'externalTrafficPolicy'],
    [`{${ports}, externalTrafficPolicy: Local, externalIPs: [1.2.3.4]}`],
    [`{${ports}, type: NodePort, externalTrafficPolicy: local}`, 'externalTrafficPolicy'],
    [`{${ports}, type: "{{ .type }}", externalTrafficPolicy: Local, loadBalancerClass: a}`],
    [`{${ports}, internalTrafficPolicy: ""}`, 'internalTrafficPolicy'],
    [`{${ports}, trafficDistribution: PreferSameNode}`],
    [`{${ports}, trafficDistribution: Near}`, 'trafficDistribution'],
    [`{${ports}, sessionAffinity: client}`, 'sessionAffinity'],
    [
      `{${ports}, sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}}`,
      'sessionAffinityConfig.clientIP.timeoutSeconds',
    ],
    [`{${ports}, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}}`],
    [`{${ports}, selector: {a: "b c"}}`, 'selector'],
    [`{${ports}, loadBalancerSourceRanges: [10.0.0.0/8]}`, 'LoadBalancerSourceRanges'],
    [`{${ports}, type: LoadBalancer, loadBalancerSourceRanges: [" 10.0.0.0/8 "]}`],
    [`{${ports}, type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1]}`, 'LoadBalancerSourceRanges[0]'],
  ]);

  it('reads annotations that say the same', () => {
    const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
    const field = `metadata.annotations[${ranges}]`;
    assert.deepEqual(refused(`{${ports}}`, `{${ranges}: ""}`), [field]);
    assert.deepEqual(refused(`{${ports}, type: LoadBalancer}`, `{${ranges}: "10.0.0.0/8, 1.2.3.4/32"}`), []);
    assert.deepEqual(refused(`{${ports}, type: LoadBalancer}`, `{${ranges}: "10.0.0.0/8,x"}`), [field]);
    const hints = 'service.kubernetes.io/topology-aware-hints: auto, service.kubernetes.io/topology-mode';
    assert.deepEqual(refused(`{${ports}}`, `{${hints}: auto}`), []);
    assert.deepEqual(refused(`{${ports}}`, `{${hints}: disabled}`), [
      'metadata.annotations[service.kubernetes.io/topology-mode]',
    ]);
  });
});
