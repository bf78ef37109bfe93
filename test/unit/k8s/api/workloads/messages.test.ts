import assert from 'node:assert/strict';
import { WORKLOAD_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/workloads/index.ts';
import { refusalsOf } from '../refusals.ts';

const DEPLOYMENT = `kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: wep
    spec:
      containers:
      - name: web
        image: web:1
        ports:
        - name: http
          protocol: tcp
        readinessProbe:
          httpGet:
            path: /
        resources:
          requests:
            memory: 1Gi
          limits:
            memory: 512Mi
        volumeMounts:
        - name: setings
          mountPath: /etc/web
      volumes:
      - name: settings
        configMap:
          name: web
          defaultMode: 644
      - name: setting-files
        configMap:
          name: web
`;

describe('a refusal', () => {
  const found = refusalsOf(DEPLOYMENT, WORKLOAD_VALIDATORS.get('apps/v1/Deployment')).map(
    ({ field, message, start, end }) =>
      `${field.replace('spec.template.', '')} at ${DEPLOYMENT.slice(start, end)}: ${message}`,
  );
  for (const expected of [
    'metadata.labels at labels: the labels do not match the selector: it asks for `app: web`, the template has `app: wep`',
    'spec.containers[0].ports[0].containerPort at name: `containerPort` is required',
    'spec.containers[0].ports[0].protocol at tcp: `protocol` cannot be `tcp`: it is one of `TCP`, `UDP`, `SCTP`',
    'spec.containers[0].readinessProbe.httpGet.port at httpGet: `port` is required',
    'spec.containers[0].resources.requests at 1Gi: the request of `memory`, `1Gi`, exceeds its limit, `512Mi`',
    'spec.containers[0].volumeMounts[0].name at setings: the Pod has no volume `setings`; `settings` is there',
    'spec.volumes[0].configMap.defaultMode at 644: `defaultMode` is `0777` at most, and 644 is more: `0644` may be meant',
  ]) {
    it(`says ${expected}`, () => assert(found.includes(expected), found.join('\n')));
  }
  it('says nothing else', () => assert.equal(found.length, 7, found.join('\n')));
});
