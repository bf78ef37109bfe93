import { inContainer, inPod, table } from './manifests.ts';

const CONTAINER = 'spec.containers[0].';

table('a container', 'v1 Pod', CONTAINER, inContainer, [
  ['is fine with name and image', {}],
  ['needs a name', { name: null }, 'name'],
  ['has a DNS label as name', { name: 'Web.1' }, 'name'],
  ['needs an image', { image: '' }, 'image'],
  ['has an image without blanks around', { image: 'web:1 ' }, 'image'],
  ['is pulled by one of three policies', { imagePullPolicy: 'always' }, 'imagePullPolicy'],
  ['writes its last words in one of two ways', { terminationMessagePolicy: 'Log' }, 'terminationMessagePolicy'],
]);

table('ports', 'v1 Pod', `${CONTAINER}ports`, (port) => inContainer({ ports: [{ containerPort: 80 }, port] }), [
  ['are numbers', { containerPort: 8080, name: 'http', protocol: 'SCTP', hostPort: 8080 }],
  ['need a number', { name: 'http' }, '[1].containerPort'],
  ['have numbers of 16 bits', { containerPort: 65536, hostPort: -1 }, '[1].containerPort', '[1].hostPort'],
  ['have names of letters', { containerPort: 81, name: '8081' }, '[1].name'],
  ['have one of three protocols', { containerPort: 81, protocol: 'tcp' }, '[1].protocol'],
]);

table('several ports', 'v1 Pod', `${CONTAINER}ports`, (fields) => inContainer(fields), [
  [
    'have different names, whatever the protocol',
    {
      ports: [
        { name: 'dns', containerPort: 53 },
        { name: 'dns', containerPort: 53, protocol: 'UDP' },
      ],
    },
    '[1].name',
  ],
  [
    'take different ports of the node, by protocol and address',
    {
      ports: [
        { containerPort: 1, hostPort: 53 },
        { containerPort: 2, hostPort: 53, protocol: 'UDP' },
        { containerPort: 3, hostPort: 53, hostIP: '10.0.0.1' },
        { containerPort: 4, hostPort: 53, protocol: 'TCP' },
      ],
    },
    '[3].hostPort',
  ],
]);

table('ports of the host network', 'v1 Pod', 'spec.', (fields) => inPod({ hostNetwork: true, ...fields }), [
  ["are the container's", { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] }],
  [
    'are no others',
    { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80, hostPort: 81 }] }] },
    'containers[0].ports[0].hostPort',
  ],
  [
    'cannot be taken twice, though they are not written',
    { containers: ['a', 'b'].map((name) => ({ name, image: 'a', ports: [{ containerPort: 80 }] })) },
    'containers[1].ports[0].hostPort',
  ],
]);

table('the environment', 'v1 Pod', `${CONTAINER}env`, (variable) => inContainer({ env: [variable] }), [
  ['has names of printable characters', { name: 'a b.c', value: 'x' }],
  ['has no `=` in names', { name: 'A=B' }, '[0].name'],
  ['needs names', { value: 'x' }, '[0].name'],
  ['takes one source', { name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }],
  [
    'takes a source or a value',
    { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    '[0].valueFrom',
  ],
  ['needs a source in `valueFrom`', { name: 'A', valueFrom: {} }, '[0].valueFrom'],
  [
    'takes one source only',
    { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' }, secretKeyRef: { name: 's', key: 'k' } } },
    '[0].valueFrom',
  ],
  [
    'takes keys that can be files',
    { name: 'A', valueFrom: { secretKeyRef: { name: 'S', key: 'a/b' } } },
    '[0].valueFrom.secretKeyRef.key',
    '[0].valueFrom.secretKeyRef.name',
  ],
  [
    'shows no labels as a whole',
    { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
    '[0].valueFrom.fieldRef.fieldPath',
  ],
  ['shows a label', { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }],
  [
    'shows no label without a valid key',
    { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
    '[0].valueFrom.fieldRef',
  ],
  ['shows what is limited', { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } }],
  [
    'divides what is limited by a unit',
    { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '2Mi' } } },
    '[0].valueFrom.resourceFieldRef.divisor',
  ],
  [
    'shows no other resource',
    { name: 'A', valueFrom: { resourceFieldRef: { resource: 'cpu' } } },
    '[0].valueFrom.resourceFieldRef.resource',
  ],
  [
    'is read from files of an empty folder',
    { name: 'A', valueFrom: { fileKeyRef: { volumeName: 'disk', path: '../x', key: 'K' } } },
    '[0].valueFrom.fileKeyRef.path',
    '[0].valueFrom.fileKeyRef.volumeName',
  ],
]);

table(
  'what is taken whole into the environment',
  'v1 Pod',
  `${CONTAINER}envFrom`,
  (source) => inContainer({ envFrom: [source] }),
  [
    ['is a ConfigMap or a Secret', { configMapRef: { name: 'c' }, prefix: 'C_' }],
    ['is not nothing', { prefix: 'C_' }, ''],
    ['is not both', { configMapRef: { name: 'c' }, secretRef: { name: 's' } }, ''],
    ['has a name', { secretRef: {}, prefix: '=' }, '[0].secretRef.name', '[0].prefix'],
  ],
);

table('mounts', 'v1 Pod', `${CONTAINER}volumeMounts`, (fields) => inContainer(fields), [
  [
    'show volumes',
    {
      volumeMounts: [
        { name: 'data', mountPath: '/a' },
        { name: 'data', mountPath: '/b' },
      ],
    },
  ],
  ['show no other volumes', { volumeMounts: [{ name: 'cache', mountPath: '/a' }] }, '[0].name'],
  ['need a path', { volumeMounts: [{ name: 'data' }] }, '[0].mountPath'],
  [
    'have different paths',
    {
      volumeMounts: [
        { name: 'data', mountPath: '/a' },
        { name: 'disk', mountPath: '/a' },
      ],
    },
    '[1].mountPath',
  ],
  ['stay below the volume', { volumeMounts: [{ name: 'data', mountPath: '/a', subPath: 'x/../..' }] }, '.subPath'],
  [
    'have one sub-path',
    { volumeMounts: [{ name: 'data', mountPath: '/a', subPath: 'x', subPathExpr: '/y' }] },
    '.subPathExpr',
    '[0].subPathExpr',
  ],
  [
    'go both ways in privileged containers only',
    { volumeMounts: [{ name: 'data', mountPath: '/a', mountPropagation: 'Bidirectional' }] },
    '.mountPropagation',
  ],
  [
    'are read-only in depth when they are so at all',
    { volumeMounts: [{ name: 'data', mountPath: '/a', recursiveReadOnly: 'Enabled' }] },
    '.recursiveReadOnly',
  ],
]);

table('devices', 'v1 Pod', `${CONTAINER}volumeDevices`, (fields) => inContainer(fields), [
  ['are claims', { volumeDevices: [{ name: 'disk', devicePath: '/dev/a' }] }],
  ['are nothing else', { volumeDevices: [{ name: 'data', devicePath: '/dev/../a' }] }, '[0].name', '[0].devicePath'],
  ['are there', { volumeDevices: [{ name: 'none' }] }, '[0].name', '[0].devicePath'],
]);

for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
  table(`a ${probe}`, 'v1 Pod', `${CONTAINER}${probe}`, (fields) => inContainer({ [probe]: fields }), [
    ['asks a port', { httpGet: { port: 'http', path: '/' }, periodSeconds: 5 }],
    ['asks an undeclared port', { tcpSocket: { port: 5432 } }],
    ['runs something', {}, ''],
    ['runs one thing', { exec: { command: ['true'] }, grpc: { port: 1 } }, '.grpc'],
    ['runs a command', { exec: {} }, '.exec.command'],
    ['asks a valid port', { httpGet: { port: '8080' } }, '.httpGet.port'],
    ['asks some port', { tcpSocket: {} }, '.tcpSocket.port'],
    ['asks by number for gRPC', { grpc: {} }, '.grpc.port'],
    [
      'sends valid headers',
      { httpGet: { port: 1, scheme: 'http', httpHeaders: [{ name: 'a b' }] } },
      '.httpGet.scheme',
      '.httpGet.httpHeaders',
    ],
    [
      'waits for a time',
      { tcpSocket: { port: 1 }, periodSeconds: -1, failureThreshold: -2 },
      '.periodSeconds',
      '.failureThreshold',
    ],
    ['sleeps never', { sleep: { seconds: 1 } }, ''],
  ]);
}

table('the thresholds of probes', 'v1 Pod', CONTAINER, inContainer, [
  ['let a readiness probe ask twice', { readinessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } }],
  [
    'let others ask once',
    { livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } },
    'livenessProbe.successThreshold',
  ],
  [
    'end no Pod by a readiness probe',
    { readinessProbe: { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 5 } },
    'readinessProbe.terminationGracePeriodSeconds',
  ],
]);

table('lifecycle', 'v1 Pod', `${CONTAINER}lifecycle`, (lifecycle) => inContainer({ lifecycle }), [
  ['sleeps within the grace period', { preStop: { sleep: { seconds: 30 } } }],
  ['sleeps no longer', { preStop: { sleep: { seconds: 31 } } }, '.preStop.sleep'],
  ['runs something', { postStart: {} }, '.postStart'],
]);

table('resources', 'v1 Pod', `${CONTAINER}resources`, (resources) => inContainer({ resources }), [
  ['are amounts', { requests: { cpu: 0.5, memory: '64Mi' }, limits: { cpu: '500m', 'nvidia.com/gpu': 1 } }],
  ['request no more than they limit', { requests: { cpu: 1 }, limits: { cpu: '900m' } }, '.requests'],
  ['are compared by value', { requests: { memory: '1Gi' }, limits: { memory: '1024Mi' } }],
  ['are not negative', { requests: { cpu: '-1' } }, '.requests[cpu]'],
  ['are known', { requests: { mem: '1Gi' } }, '.requests[mem]'],
  ['are taken for requests in a Pod', { limits: { CPU: 1 } }, '.limits[CPU]', '.requests[CPU]'],
  ['are whole devices', { limits: { 'a.b/c': '500m' } }, '.limits[a.b/c]', '.requests[a.b/c]'],
  ['limit the devices that they request', { requests: { 'a.b/c': 1 } }, '.limits'],
  ['are as many devices as are requested', { requests: { 'a.b/c': 1 }, limits: { 'a.b/c': 2 } }, '.requests'],
  [
    'are whole pages, beside others',
    { limits: { 'hugepages-2Mi': '3Mi' } },
    '',
    '.limits[hugepages-2Mi]',
    '.requests[hugepages-2Mi]',
  ],
  ['claim what the Pod has', { claims: [{ name: 'gpu' }] }, '.claims[0]'],
]);

table(
  'the security context',
  'v1 Pod',
  `${CONTAINER}securityContext`,
  (securityContext) => inContainer({ securityContext }),
  [
    ['has ids of 31 bits', { runAsUser: 0, runAsGroup: 2147483648 }, '.runAsGroup'],
    ['does not escalate when it is privileged', { privileged: true, allowPrivilegeEscalation: false }, ''],
    ['masks /proc', { procMount: 'Unmasked' }, '.procMount'],
    ['names a profile on the node', { seccompProfile: { type: 'Localhost' } }, '.seccompProfile.localhostProfile'],
    [
      'names one only then',
      { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'x' } },
      '.seccompProfile.localhostProfile',
    ],
    ['has a type of profile', { appArmorProfile: {} }, '.appArmorProfile.type'],
    ['has users as Windows does', { windowsOptions: { runAsUserName: 'a\\b\\c' } }, '.windowsOptions.runAsUserName'],
  ],
);

table('restarts', 'v1 Pod', CONTAINER, inContainer, [
  [
    'follow rules',
    {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
    },
  ],
  [
    'follow rules of a policy',
    { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In' } }] },
    'restartPolicy',
  ],
  [
    'follow rules of exit codes',
    { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Stop' }] },
    'restartPolicyRules[0].action',
    'restartPolicyRules[0].exitCodes',
  ],
  [
    'are needed or not when a resource changes',
    { resizePolicy: [{ resourceName: 'disk', restartPolicy: 'x' }] },
    'resizePolicy',
  ],
]);

table('containers', 'v1 Pod', 'spec.', (fields) => inPod(fields), [
  ['are needed', { containers: [] }, 'containers'],
  [
    'have different names',
    {
      containers: [
        { name: 'a', image: 'a' },
        { name: 'a', image: 'b' },
      ],
    },
    'containers[1].name',
  ],
  [
    'have other names than init containers',
    { initContainers: [{ name: 'web', image: 'a' }] },
    'initContainers[0].name',
  ],
  [
    'are asked only while they run',
    { initContainers: [{ name: 'a', image: 'a', livenessProbe: {}, lifecycle: {} }] },
    'initContainers[0].livenessProbe',
    'initContainers[0].lifecycle',
  ],
  [
    'are asked when they stay',
    { initContainers: [{ name: 'a', image: 'a', restartPolicy: 'Always', livenessProbe: { tcpSocket: { port: 1 } } }] },
  ],
  [
    'may share ports when they run one by one',
    { initContainers: ['a', 'b'].map((name) => ({ name, image: 'a', ports: [{ containerPort: 1, hostPort: 1 }] })) },
  ],
  [
    'for debugging are added later',
    { ephemeralContainers: [{ name: 'a', image: 'a', ports: [{ containerPort: 1 }], targetContainerName: 'x' }] },
    'ephemeralContainers',
    'ephemeralContainers[0].ports',
    'ephemeralContainers[0].targetContainerName',
  ],
]);
