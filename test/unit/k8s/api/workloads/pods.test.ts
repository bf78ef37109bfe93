import assert from 'node:assert/strict';
import { CONTAINER, inPod, refusedIn, table } from './manifests.ts';

table('a Pod', 'v1 Pod', 'spec.', inPod, [
  ['has host names of one label', { hostname: 'a.b', subdomain: 'A' }, 'hostname', 'subdomain'],
  ['has one host name', { hostnameOverride: 'a.b', hostNetwork: true, setHostnameAsFQDN: true }, 'hostnameOverride'],
  ['has an end', { activeDeadlineSeconds: 0 }, 'activeDeadlineSeconds'],
  ['restarts in one of three ways', { restartPolicy: 'always' }, 'restartPolicy'],
  [
    'has names',
    { serviceAccountName: 'A', nodeName: 'a_b', priorityClassName: 'x y', runtimeClassName: '' },
    'serviceAccountName',
    'nodeName',
    'priorityClassName',
    'runtimeClassName',
  ],
  ['has an account by its old name', { serviceAccount: 'A' }, 'serviceAccountName'],
  ['selects nodes by labels', { nodeSelector: { 'a b': 'c d' } }, 'nodeSelector'],
  [
    'has gates',
    { readinessGates: [{ conditionType: 'a b' }], schedulingGates: [{ name: 'a' }, { name: 'a' }] },
    'readinessGates[0].conditionType',
    'schedulingGates[1]',
  ],
  ['has no node while gates are shut', { nodeName: 'n', schedulingGates: [{ name: 'a' }] }, 'nodeName'],
  [
    'has groups',
    { securityContext: { fsGroup: -1, supplementalGroups: [1, -1], fsGroupChangePolicy: 'x' } },
    'securityContext.fsGroup',
    'securityContext.supplementalGroups[1]',
    'securityContext.fsGroupChangePolicy',
  ],
  [
    'sets parameters of its own kernel',
    {
      hostNetwork: true,
      securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies' }, { name: 'kernel.sem' }, { name: 'A' }, {}] },
    },
    ...[0, 2, 3].map((index) => `securityContext.sysctls[${index}].name`),
  ],
  [
    'shares processes with its containers or the node',
    { hostPID: true, shareProcessNamespace: true },
    'securityContext.shareProcessNamespace',
  ],
  [
    "has users of its own, or the node's namespaces",
    { hostUsers: false, hostNetwork: true, hostPID: true },
    'hostNetwork',
    'HostPID',
  ],
  ['runs on one of two systems', { os: { name: 'plan9' } }, 'os'],
  [
    'of Windows has nothing of Linux',
    { os: { name: 'windows' }, hostPID: true, securityContext: { runAsUser: 1 } },
    'hostPID',
    'securityContext.runAsUser',
  ],
  [
    'of Linux has nothing of Windows',
    { os: { name: 'linux' }, securityContext: { windowsOptions: {} } },
    'securityContext.windowsOptions',
  ],
  ['runs on the host as a whole', { securityContext: { windowsOptions: { hostProcess: true } } }, 'hostNetwork'],
  ['has overhead', { overhead: { cpu: '-1' } }, 'overhead.limits[cpu]'],
  [
    'has claims of devices',
    { resourceClaims: [{ name: 'a', resourceClaimName: 'x' }, { name: 'a', resourceClaimName: 'x' }, { name: 'b' }] },
    'resourceClaims[1].name',
    'resourceClaims[2]',
  ],
  ['is preempted or not', { preemptionPolicy: 'x' }, 'preemptionPolicy'],
]);

const asking = (cpu: string) => ({ containers: [{ ...CONTAINER, resources: { requests: { cpu }, limits: { cpu } } }] });

table('the resources of a Pod', 'v1 Pod', 'spec.resources', inPod, [
  ['hold those of its containers', { ...asking('1'), resources: { limits: { cpu: '2' } } }],
  [
    'are no less than these',
    { ...asking('2'), resources: { requests: { cpu: '1' }, limits: { cpu: '1' } } },
    '.requests[cpu]',
    '.containers[0][cpu].limits',
  ],
  [
    'are of three kinds',
    { resources: { limits: { 'ephemeral-storage': '1Gi' }, claims: [] } },
    '.limits[ephemeral-storage]',
    '.claims',
  ],
]);

describe('annotations of a Pod', () => {
  const refused = (annotations: Record<string, string>, spec = {}) =>
    refusedIn('v1 Pod', { metadata: { name: 'a', annotations }, ...inPod(spec) });
  it('cost a number', () => {
    assert.deepEqual(refused({ 'controller.kubernetes.io/pod-deletion-cost': '-5' }), []);
    const key = 'controller.kubernetes.io/pod-deletion-cost';
    assert.deepEqual(refused({ [key]: '+5' }), [`metadata.annotations[${key}]`]);
  });
  it('name containers that are there', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/';
    assert.deepEqual(refused({ [`${key}web`]: 'runtime/default' }), []);
    assert.deepEqual(refused({ [`${key}nope`]: 'strict' }), [`metadata.annotations[${key}nope]`]);
  });
  it('agree with the fields', () => {
    const annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
    const spec = { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } };
    assert.deepEqual(refused(annotations, spec), ['spec.securityContext.seccompProfile.type']);
  });
});
