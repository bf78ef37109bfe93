import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ANY_CLUSTER } from '../../../server/src/core/cluster/clusterFacts.ts';
import {
  endpointsWithoutService,
  predictService,
  unattachedSlices,
} from '../../../server/src/core/cluster/endpoints.ts';
import { endpointsJson, mergeSlices, podJson, sliceJson } from '../../../server/src/core/cluster/endpointsJson.ts';
import { podsOf } from '../../../server/src/core/cluster/pods.ts';
import { storedServiceSpec } from '../../../server/src/core/cluster/serviceSpec.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { indexOf } from './manifests.ts';

const MANIFESTS = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: db}
subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 5432}]}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: s, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 80}]
endpoints: [{addresses: [192.0.2.2], conditions: {ready: false}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {a: b}, readinessGates: [{conditionType: x}], containers: [{name: c}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {parallelism: 2, completionMode: Indexed, completions: 3, template: {metadata: {labels: {app: web}}, spec: {}}}
`;

const ODD = [
  '{{ .Values.x }}',
  '${X}',
  '-1',
  '1e9',
  'null',
  '[]',
  '{}',
  '~',
  '"',
  ': ',
  '\n',
  '99999999999999999999',
  '*a',
  '&a',
];

describe('endpoints of odd manifests', () => {
  it('are predicted without an exception, in bounded time', () => {
    const edit = fc.record({ at: fc.nat(MANIFESTS.length), cut: fc.nat(12), text: fc.constantFrom(...ODD) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce(
          (all, { at, cut, text: odd }) => all.slice(0, at) + odd + all.slice(at + cut),
          MANIFESTS,
        );
        const index = indexOf(text);
        for (const service of index.ofType('service')) {
          const { slices, endpoints } = predictService(index, service, ANY_CLUSTER);
          mergeSlices(slices).map(sliceJson);
          if (endpoints !== undefined) endpointsJson(endpoints);
        }
        unattachedSlices(index).map(({ slice }) => sliceJson(slice));
        endpointsWithoutService(index);
        for (const workload of index.ofType('workload')) {
          const pods = podsOf(index, workload, ANY_CLUSTER);
          assert.ok(pods.length <= 1000);
          for (const pod of pods) podJson(pod, ANY_CLUSTER, 'default');
        }
        for (const { root } of parseYaml(text).documents) {
          const manifest = toJson(root);
          if (manifest !== null && typeof manifest === 'object' && !Array.isArray(manifest))
            storedServiceSpec(manifest as Parameters<typeof storedServiceSpec>[0]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
