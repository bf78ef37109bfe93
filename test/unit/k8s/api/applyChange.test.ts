import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../../server/src/core/k8s/api/defaults/draft.ts';
import { type ApplyFacts, applyChange } from '../../../../server/src/core/k8s/api/immutable/apply.ts';
import { mutabilityOf } from '../../../../server/src/core/k8s/api/immutable/fields.ts';
import { nodeOfJson } from '../../../../server/src/core/k8s/api/immutable/jsonNode.ts';
import { findRefusals } from '../../../../server/src/core/k8s/api/validate.ts';
import type { JsonValue } from '../../../../server/src/core/yaml/json.ts';

type Edit = (object: Record<string, never>) => void;

describe('an apply over an object', () => {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'a', image: 'a:1', ports: [{ containerPort: 80 }] }] },
  };
  const selector = { matchLabels: { app: 'web' } };
  const workload = (kind: string, more: JsonObject = {}) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: { selector, template, ...more },
  });
  const service = (spec: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  });
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'disk' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
  };

  /** The fields that are refused, with `?` where it is not certain. */
  const refusedFields = (old: JsonObject, edit: Edit, facts?: ApplyFacts) => {
    const changed = structuredClone(old) as Record<string, never>;
    edit(changed);
    const outcome = applyChange(old, changed, facts) ?? assert.fail();
    return outcome.refusals.map(({ field, isCertain }) => (isCertain ? field : `${field}?`));
  };
  const set =
    (path: string, value: JsonValue): Edit =>
    (object) => {
      const names = path.split('.');
      const last = names.pop() ?? '';
      const parent = names.reduce<Record<string, never>>((at, name) => at[name] ?? ({} as never), object);
      Object.assign(parent, { [last]: value });
    };

  it('is refused where selectors change, and where they no longer match', () => {
    const labels = { app: 'other' };
    for (const kind of ['Deployment', 'ReplicaSet', 'DaemonSet']) {
      const both: Edit = (object) => {
        set('spec.selector', { matchLabels: labels })(object);
        set('spec.template.metadata', { labels })(object);
      };
      assert.deepEqual(refusedFields(workload(kind), both), ['spec.selector']);
      const one = refusedFields(workload(kind), set('spec.template.metadata', { labels }));
      assert.deepEqual(one, ['spec.template.metadata.labels']);
    }
  });

  it('changes of a StatefulSet only some fields', () => {
    const set1 = workload('StatefulSet', { serviceName: 'web' });
    assert.deepEqual(refusedFields(set1, set('spec.serviceName', 'db')), ['spec']);
    assert.deepEqual(refusedFields(set1, set('spec.replicas', 3)), []);
  });

  it('changes of a Pod little more than images', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: template.spec };
    assert.deepEqual(refusedFields(pod, set('spec.containers.0.image', 'a:2')), []);
    assert.deepEqual(refusedFields(pod, set('spec.hostname', 'a')), ['spec']);
    assert.deepEqual(refusedFields(pod, set('spec.tolerations', [{ key: 'a', operator: 'Exists' }])), []);
    assert.deepEqual(refusedFields(pod, set('metadata.labels', { a: 'b' })), []);
  });

  it('leaves the template of a Job alone, but for where its Pods may run while it is suspended', () => {
    const job = (suspend: boolean) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: { suspend, template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
    });
    const spread = set('spec.template.spec.nodeSelector', { a: 'b' });
    assert.deepEqual(refusedFields(job(true), spread), []);
    assert.deepEqual(refusedFields(job(false), spread), ['spec.template']);
    assert.deepEqual(refusedFields(job(true), set('spec.template.spec.containers.0.image', 'b')), ['spec.template']);
  });

  it('keeps what the server drew for a Service', () => {
    assert.deepEqual(refusedFields(service({}), set('spec.clusterIP', '')), []);
    assert.deepEqual(refusedFields(service({}), set('spec.clusterIP', '10.0.0.1')), ['spec.clusterIPs[0]']);
    assert.deepEqual(refusedFields(service({}), set('spec.ipFamilies', ['IPv6'])), ['spec.clusterIPs[0]']);
    assert.deepEqual(refusedFields(service({}), set('spec.ipFamilyPolicy', 'PreferDualStack')), []);
    assert.deepEqual(refusedFields(service({ type: 'NodePort' }), set('spec.type', 'ClusterIP')), []);
    const balancer = service({ type: 'LoadBalancer', loadBalancerClass: 'a.b/c' });
    assert.deepEqual(refusedFields(balancer, set('spec.loadBalancerClass', null)), ['spec.loadBalancerClass']);
    assert.deepEqual(refusedFields(balancer, set('spec.type', 'ClusterIP')), []);
  });

  it('depends for claims on whether they are bound', () => {
    const grow = set('spec.resources.requests.storage', '2Gi');
    assert.deepEqual(refusedFields(claim, grow, { isClaimBound: false }), ['spec']);
    assert.deepEqual(refusedFields(claim, grow, { isClaimBound: true }), []);
    assert.deepEqual(refusedFields(claim, grow), ['spec?']);
    assert.deepEqual(refusedFields(claim, set('spec.resources.requests.storage', '1Gi')), []);
    assert.deepEqual(refusedFields(claim, set('spec.accessModes', ['ReadOnlyMany'])), ['spec']);
  });

  it('leaves immutable ConfigMaps alone', () => {
    const map = (immutable: boolean) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, immutable });
    assert.deepEqual(refusedFields(map(true), set('data', { a: 'b' })), ['data']);
    assert.deepEqual(refusedFields(map(true), set('immutable', null)), ['immutable']);
    assert.deepEqual(refusedFields(map(false), set('data', { a: 'b' })), []);
  });

  it('merges lists by their keys, and keeps what others added', () => {
    const spec = { ...template.spec, volumes: [{ name: 'v', configMap: { name: 'c' } }] };
    const old = workload('Deployment', { template: { ...template, spec } });
    const changed = structuredClone(old);
    Object.assign(changed.spec.template.spec, { volumes: [{ name: 'v', emptyDir: {} }, { name: 'w' }] });
    const next = (applyChange(old, changed) ?? assert.fail()).next as unknown as typeof old;
    assert.deepEqual(next.spec.template.spec, {
      ...next.spec.template.spec,
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', emptyDir: {} },
      ],
    });
  });

  it('merges items of one key into the first, as kubectl does', () => {
    const old = service({ ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] });
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ];
    const { next } = applyChange(old, service({ ports })) ?? assert.fail();
    const merged = (next.spec as { readonly ports: readonly JsonObject[] }).ports;
    assert.deepEqual(
      merged.map(({ name, protocol }) => [name, protocol]),
      [['dns-tcp', 'TCP']],
    );
  });

  it('says nothing of other objects', () => {
    assert.equal(applyChange(claim, { ...claim, metadata: { name: 'other' } }), undefined);
    assert.equal(applyChange(claim, workload('Deployment')), undefined);
    const custom = { apiVersion: 'a.b/v1', kind: 'C', metadata: { name: 'a' } };
    assert.equal(applyChange(custom, custom), undefined);
  });

  it('of the same manifest changes nothing, if the server took it', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).map((json) => json as JsonValue);
    const base = fc.constantFrom<JsonObject>(workload('StatefulSet'), service({ type: 'NodePort' }), claim);
    const path = fc.constantFrom(
      'spec',
      'spec.template',
      'spec.ports',
      'spec.ports.0.port',
      'spec.resources',
      'metadata.labels',
    );
    fc.assert(
      fc.property(base, path, value, (object, at, json) => {
        const manifest = structuredClone(object) as Record<string, never>;
        set(at, json)(manifest);
        const outcome = applyChange(manifest, manifest) ?? assert.fail();
        if (findRefusals(nodeOfJson(manifest)).length === 0) assert.deepEqual(outcome.refusals, []);
        // Whatever comes of these, it is an answer.
        assert.ok(applyChange(object, manifest));
        assert.ok(applyChange(manifest, object));
      }),
    );
  });
});

describe('the mutability of a field', () => {
  it('is that of the nearest field that has a rule', () => {
    assert.equal(mutabilityOf('apps/v1/Deployment', ['spec', 'selector', 'matchLabels', 'app']), 'never-changes');
    assert.equal(mutabilityOf('apps/v1/Deployment', ['spec', 'template']), 'open');
    assert.equal(mutabilityOf('apps/v1/StatefulSet', ['spec', 'serviceName']), 'never-changes');
    assert.equal(mutabilityOf('apps/v1/StatefulSet', ['spec', 'template', 'spec']), 'open');
    assert.equal(mutabilityOf('v1/Pod', ['spec', 'containers', 'image']), 'open');
    assert.equal(mutabilityOf('v1/Pod', ['spec', 'containers', 'env']), 'never-changes');
    assert.equal(mutabilityOf('v1/Service', ['spec', 'clusterIP']), 'sometimes');
    assert.equal(mutabilityOf('v1/Service', ['metadata', 'name']), 'never-changes');
    assert.equal(mutabilityOf('a/v1/B', ['spec']), 'open');
  });
});
