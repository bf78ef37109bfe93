import assert from 'node:assert/strict';
import { explainConnection } from '../../../../server/src/core/explain/connection/explainConnection.ts';
import type { ConnectionQuestion, Destination, Source } from '../../../../server/src/core/explain/connection/model.ts';
import { connectionDocument } from '../../../../server/src/core/ide/explainConnection.ts';
import { DEFAULT_SETTINGS } from '../../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

const ODD = `
#- odd.yaml
apiVersion: v1
kind: Service
metadata: {}
spec: {}
---
apiVersion: v1
kind: Service
metadata: {name: "\${NAME}", namespace: "{{ x }}"}
spec: {type: "\${TYPE}", selector: {app: "\${APP}"}, ports: [{port: "\${PORT}"}, {port: 70000, targetPort: nosuch}]}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: a}
spec: {type: ExternalName, externalName: loop.a.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: loop, namespace: a}
spec: {type: ExternalName, externalName: alias.a.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: numbers, namespace: a}
spec: {type: ExternalName, externalName: 10.0.0.1}
---
apiVersion: v1
kind: Service
metadata: {name: none, namespace: a}
spec: {clusterIP: None, selector: {app: web}, ports: []}
---
apiVersion: v1
kind: Service
metadata: {name: hand, namespace: a}
spec: {ports: [{port: 1}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: hand, namespace: a}
subsets: [{addresses: [{ip: nonsense}, {ip: "::1"}], ports: [{port: 1}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec: {replicas: -1, template: {metadata: {labels: {app: web}}, spec: {dnsPolicy: None, containers: []}}}
---
apiVersion: v1
kind: Pod
metadata: {generateName: x-}
spec: {hostNetwork: "\${HOST}", dnsPolicy: 3, containers: [{name: "", ports: [{}, {containerPort: "http"}]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: job, namespace: a}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: job}]}}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: odd, namespace: a}
spec: {podSelector: {}, policyTypes: [Ingress, Egress, Nonsense], ingress: [{from: [{}, {ipBlock: {cidr: x}}], ports: [{port: 1, endPort: 0}]}], egress: null}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: odd, namespace: a}
spec: {defaultBackend: {service: {}}, rules: [{http: {paths: [{backend: {service: {name: none, port: {}}}}]}}]}
`;

const HOSTS = [
  'alias',
  'alias.a',
  'loop.a.svc',
  'numbers.a',
  'none.a',
  'x.none.a',
  'hand.a.',
  '.',
  '..',
  '-',
  '10.0.0.1',
  '::1',
  'a'.repeat(300),
  'ünïcode',
  'web.a.svc.cluster.local.',
];

describe('an explained connection of odd manifests', () => {
  it('never throws, and never calls something a problem for what a template decides', () => {
    const { files } = parseFixture(ODD);
    const { units } = indexFixture(files);
    let count = 0;
    for (const unit of units) {
      const sources: readonly Source[] = [
        ...[...unit.index.ofType('workload')].map((workload): Source => ({ kind: 'workload', unit, workload })),
        ...[...unit.index.ofType('ingress')].map((ingress): Source => ({ kind: 'ingress', unit, ingress })),
        { kind: 'outside', unit, address: undefined },
      ];
      const goals: readonly Destination[] = [
        ...[...unit.index.ofType('service')].map((service): Destination => ({ kind: 'service', unit, service })),
        ...[...unit.index.ofType('workload')].map((workload): Destination => ({ kind: 'pods', unit, workload })),
        ...HOSTS.map((host): Destination => ({ kind: 'host', host, reference: undefined })),
      ];
      for (const from of sources)
        for (const to of goals)
          for (const port of [undefined, 1, 70_000, 'http', ''])
            for (const protocol of [undefined, 'UDP'] as const) {
              const question: ConnectionQuestion = { from, to, port, protocol };
              const explained = explainConnection(question, { settings: DEFAULT_SETTINGS });
              const { text, links } = connectionDocument(explained, (file, offset) => `${file}:${offset}`);
              assert.equal(new Set(explained.commands).size, 3);
              assert.doesNotMatch(text, /undefined|\[object|NaN/);
              for (const { start, end } of links) assert.match(text.slice(start, end), /^\/work\/odd\.yaml:\d+$/);
              if (to.kind === 'service' && to.service.name?.value === undefined && from.kind !== 'outside')
                assert.deepEqual(
                  explained.steps.filter(
                    ({ id, state }) => state === 'Problem' && id !== 'dns' && from.kind !== 'ingress',
                  ),
                  [],
                  text,
                );
              count++;
            }
    }
    assert.ok(count > 500, `${count}`);
  });
});
