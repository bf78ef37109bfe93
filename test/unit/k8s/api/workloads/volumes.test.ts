import { inPod, table } from './manifests.ts';

table('a volume', 'v1 Pod', 'spec.volumes[0]', (volume) => inPod({ volumes: [{ name: 'data', ...volume }] }), [
  ['without a type is an empty folder', {}],
  ['has a size', { emptyDir: { sizeLimit: '-1' } }, '.emptyDir.sizeLimit'],
  ['has a DNS label as name', { name: 'My_Data' }, '.name'],
  ['has one type', { emptyDir: {}, hostPath: { path: '/x' } }, '.hostPath'],
  ['is called otherwise where it is too much', { emptyDir: {}, downwardAPI: {} }, '.downwarAPI'],
  ['of the node is a path', { hostPath: {} }, '.hostPath.path'],
  ['of the node does not go up', { hostPath: { path: '/a/../b', type: 'Dir' } }, '.hostPath.path', '.hostPath.type'],
  ['of a ConfigMap has its name', { configMap: {} }, '.configMap.name'],
  ['of a Secret has its name', { secret: { name: 's' } }, '.secret.secretName'],
  ['has permissions in octal digits', { secret: { secretName: 's', defaultMode: 644 } }, '.secret.defaultMode'],
  [
    'shows keys as files',
    {
      configMap: {
        name: 'c',
        items: [
          { key: 'a', path: '..x' },
          { path: '/a', mode: -1 },
        ],
      },
    },
    '.configMap.items[0].path',
    '.configMap.items[1].key',
    '.configMap.items[1].path',
    '.configMap.items[1].mode',
  ],
  ['of a claim has its name', { persistentVolumeClaim: {} }, '.persistentVolumeClaim.claimName'],
  ['of NFS has an absolute path', { nfs: { path: 'x' } }, '.nfs.server', '.nfs.path'],
  ['shows facts', { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
  [
    'shows facts of a container',
    { downwardAPI: { items: [{ path: 'x', resourceFieldRef: { resource: 'limits.cpu' } }, {}] } },
    '.downwardAPI.resourceFieldRef.containerName',
    '.downwardAPI',
    '.downwardAPI.path',
  ],
  [
    'of CSI has a driver',
    { csi: { driver: 'a_b', nodePublishSecretRef: {} } },
    '.csi.driver',
    '.csi.nodePublishSecretRef.name',
  ],
  [
    'of a disk has at most 255 partitions',
    { awsElasticBlockStore: { partition: 256 } },
    '.awsElasticBlockStore.volumeID',
    '.awsElasticBlockStore.partition',
  ],
  ['of a disk is called otherwise inside', { gcePersistentDisk: {} }, '.persistentDisk.pdName'],
  ['of iSCSI has a target', { iscsi: { targetPortal: 'a', iqn: 'iqn.x', lun: 256 } }, '.iscsi.iqn', '.iscsi.lun'],
  ['of Fibre Channel has a unit', { fc: { targetWWNs: ['a'] } }, '.fc.lun'],
  ['of Azure is in a store', { azureDisk: { diskName: 'a', diskURI: '/subscriptions/x' } }, '.azureDisk.diskURI'],
  [
    'has options of its own',
    { flexVolume: { driver: 'a', options: { 'kubernetes.io/x': 'y' } } },
    '.flexVolume.options[kubernetes.io/x]',
  ],
  ['of an image has a reference', { image: { pullPolicy: 'Now' } }, '.image.reference', '.image.pullPolicy'],
  ['of its own has a claim', { ephemeral: {} }, '.ephemeral.volumeClaimTemplate'],
  [
    'of its own asks for a size',
    { ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { accessModes: ['Often'] } } } },
    '.ephemeral.volumeClaimTemplate.metadata.name',
    '.ephemeral.volumeClaimTemplate.spec.accessModes',
    '.ephemeral.volumeClaimTemplate.spec.resources[storage]',
  ],
]);

table(
  'a volume of several sources',
  'v1 Pod',
  'spec.volumes[0].projected',
  (projected) => inPod({ volumes: [{ name: 'data', projected }] }),
  [
    ['has names', { sources: [{ configMap: { name: 'a' } }, { secret: {} }] }, '.sources[1].secret.name'],
    ['has one type each', { sources: [{ configMap: { name: 'a' }, secret: { name: 'b' } }] }, '.sources[0]'],
    [
      'writes each file once',
      {
        sources: [
          { configMap: { name: 'a', items: [{ key: 'x', path: 'x' }] } },
          { secret: { name: 'b', items: [{ key: 'y', path: 'x' }] } },
        ],
      },
      '',
    ],
    [
      'has tokens that last',
      { sources: [{ serviceAccountToken: { expirationSeconds: 60 } }] },
      '.sources[0].serviceAccountToken.expirationSeconds',
      '.path',
    ],
  ],
);

const mounted = { name: 'web', image: 'web:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] };

table('volumes', 'v1 Pod', 'spec.', (fields) => inPod({ containers: [mounted], ...fields }), [
  ['have different names', { volumes: [{ name: 'data' }, { name: 'data' }] }, 'volumes[1].name'],
  [
    'cannot be mounted when they are wrong',
    { volumes: [{ name: 'data', secret: {} }] },
    'volumes[0].secret.secretName',
    'containers[0].volumeMounts[0].name',
  ],
  ['may be in the dark', { volumes: '{{ toYaml .volumes }}' }],
  ['may be named in the dark', { volumes: [{ name: '{{ .name }}' }] }],
]);
