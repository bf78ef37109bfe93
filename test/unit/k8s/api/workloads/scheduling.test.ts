import { inPod, table } from './manifests.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

table(
  'affinity to Pods',
  'v1 Pod',
  `spec.affinity.podAffinity.${REQUIRED}[0]`,
  (term) => inPod({ affinity: { podAffinity: { [REQUIRED]: [term] } } }),
  [
    ['has a topology', { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } }],
    ['has no other', { topologyKey: '' }, '.topologyKey'],
    [
      'selects',
      { topologyKey: 'zone', labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      '.labelSelector.matchExpressions[0].values',
    ],
    ['names namespaces', { topologyKey: 'zone', namespaces: ['A'] }, '.namespace'],
    ['adds keys to a selector', { topologyKey: 'zone', matchLabelKeys: ['a'] }, '.matchLabelKeys'],
    [
      'adds or takes off a key',
      { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['a'], mismatchLabelKeys: ['a'] },
      '.matchLabelKeys[0]',
    ],
  ],
);

table(
  'affinity to nodes',
  'v1 Pod',
  'spec.affinity.nodeAffinity.',
  (nodeAffinity) => inPod({ affinity: { nodeAffinity } }),
  [
    ['has terms', { [REQUIRED]: {} }, `${REQUIRED}.nodeSelectorTerms`],
    [
      'compares numbers',
      { [REQUIRED]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] }] } },
    ],
    [
      'compares as many values as the operator takes',
      {
        [REQUIRED]: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'a', operator: 'Gt', values: ['1', '2'] },
                { key: 'a', operator: 'Exists', values: ['1'] },
                { key: 'a', operator: 'in', values: ['a b'] },
              ],
            },
          ],
        },
      },
      ...[0, 1].map((index) => `${REQUIRED}.nodeSelectorTerms[0].matchExpressions[${index}].values`),
      `${REQUIRED}.nodeSelectorTerms[0].matchExpressions[2].operator`,
      `${REQUIRED}.nodeSelectorTerms[0].matchExpressions[2].values[0]`,
    ],
    [
      'weighs',
      {
        [PREFERRED]: [
          { weight: 0, preference: {} },
          { weight: 100, preference: {} },
        ],
      },
      `${PREFERRED}[0].weight`,
    ],
    [
      'names nodes',
      {
        [REQUIRED]: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.uid', operator: 'In', values: ['a'] }] }] },
      },
      `${REQUIRED}.nodeSelectorTerms[0].matchFields[0].key`,
    ],
  ],
);

table('tolerations', 'v1 Pod', 'spec.tolerations[0]', (toleration) => inPod({ tolerations: [toleration] }), [
  ['tolerate all', { operator: 'Exists' }],
  ['tolerate all with an operator that says so', {}, '.operator'],
  ['tolerate a value', { key: 'a', value: 'b', effect: 'NoSchedule' }],
  ['have a value or none', { key: 'a', operator: 'Exists', value: 'b' }, '.operator'],
  ['last for evictions only', { key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }, '.effect'],
  ['have one of three effects', { key: 'a b', operator: 'Exists', effect: 'Never' }, '.effect', '.key'],
]);

const SPREAD = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };

table('spreading', 'v1 Pod', 'spec.topologySpreadConstraints', (fields) => inPod(fields), [
  ['is even', { topologySpreadConstraints: [SPREAD, { ...SPREAD, topologyKey: 'host' }] }],
  ['is a bit uneven at least', { topologySpreadConstraints: [{ ...SPREAD, maxSkew: 0 }] }, '[0].maxSkew'],
  [
    'has a topology and a consequence',
    { topologySpreadConstraints: [{ maxSkew: 1 }] },
    '[0].topologyKey',
    '[0].whenUnsatisfiable',
  ],
  ['is said once', { topologySpreadConstraints: [SPREAD, SPREAD] }, '[0].{topologyKey, whenUnsatisfiable}'],
  [
    'needs domains only when it must',
    { topologySpreadConstraints: [{ ...SPREAD, whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 }] },
    '[0].minDomains',
  ],
]);

table('DNS', 'v1 Pod', 'spec.', inPod, [
  ['has one of four policies', { dnsPolicy: 'none' }, 'dnsPolicy'],
  ['needs a server when there is none', { dnsPolicy: 'None' }, 'dnsConfig'],
  ['needs a server in it', { dnsPolicy: 'None', dnsConfig: {} }, 'dnsConfig.nameservers'],
  [
    'has three servers',
    { dnsConfig: { nameservers: ['1.1.1.1', '::1', '01.1.1.1', '1.1.1.2'] } },
    'dnsConfig.nameservers',
  ],
  [
    'has addresses',
    { dnsConfig: { nameservers: ['dns'], options: [{ value: '1' }] } },
    'dnsConfig.nameservers[0]',
    'dnsConfig.options[0]',
  ],
  ['searches domains', { dnsConfig: { searches: ['.', '_tcp.example.com.', 'A.b'] } }, 'dnsConfig.searches[2]'],
  [
    'has names of its own',
    { hostAliases: [{ ip: 'x', hostnames: ['a_b'] }] },
    'hostAliases[0].ip',
    'hostAliases[0].hostnames[0]',
  ],
]);
