import assert from 'node:assert/strict';
import { nodeportConflict } from '../../../server/src/core/rules/nodeport-conflict.ts';
import { diagnose, indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = [nodeportConflict];

function nodePort(name: string, port: number | string, spec = 'type: NodePort'): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {${spec}, ports: [{port: 80, nodePort: ${port}}]}
---
`;
}

function find(source: string): readonly string[] {
  return diagnose(parseFixture(source), rules).map(({ severity, file }) => `${severity} ${file}`);
}

describe('nodeport-conflict', () => {
  it('refuses one number twice within a Service for one protocol only', () => {
    const twice = (protocol: string) => `
apiVersion: v1
kind: Service
metadata: {name: dns}
spec:
  type: NodePort
  ports:
    - {name: a, port: 53, nodePort: 30053}
    - {name: b, port: 54, nodePort: 30053, protocol: ${protocol}}
`;
    assert.deepEqual(find(twice('UDP')), []);
    assert.deepEqual(find(twice('TCP')), ['error /work/test.yaml']);
  });

  it('counts only what takes a node port', () => {
    const first = nodePort('a', 30080);
    for (const spec of [
      'type: ClusterIP',
      'type: ExternalName, externalName: a.example.com',
      'type: "{{ .type }}"',
      'type: LoadBalancer, allocateLoadBalancerNodePorts: false',
    ])
      assert.deepEqual(find(first + nodePort('b', 30080, spec)), [], spec);
    assert.deepEqual(find(first + nodePort('b', '"{{ .port }}"')), []);
    assert.deepEqual(find(nodePort('a', 0) + nodePort('b', 0)), []);
    assert.deepEqual(find(first + nodePort('b', 30080, 'type: LoadBalancer')), ['error /work/test.yaml']);
  });

  it('does not take another version of one Service for a second one', () => {
    assert.deepEqual(find(nodePort('a', 30080) + nodePort('a', 30080)), []);
  });

  it('warns within a folder that looks like one application, and not between folders', () => {
    const two = (one: string, other: string) =>
      `#- ${one}\n${nodePort('a', 30080)}\n#- ${other}\n${nodePort('b', 30080)}`;
    assert.deepEqual(find(two('k8s/a.yaml', 'k8s/b.yaml')), ['warning /work/k8s/b.yaml']);
    assert.deepEqual(find(two('k8s/a.yaml', 'other/b.yaml')), []);
    assert.deepEqual(find(`${two('k8s/a.yaml', 'k8s/b.yaml')}\n#- k8s/all.yaml\n${nodePort('a', 30081)}`), []);
  });

  it('forgets what an edit takes away', () => {
    const folder = indexFixture([
      { path: '/work/a.yaml', text: nodePort('a', 30080) },
      { path: '/work/b.yaml', text: nodePort('b', 30080) },
    ]);
    const [unit] = folder.unitsOf('/work/b.yaml');
    assert.equal(unit?.index.servicesWithNodePort(30080).length, 2);
    folder.apply([{ path: '/work/a.yaml', text: undefined }]);
    assert.deepEqual(
      unit?.index.servicesWithNodePort(30080).map(({ file }) => file),
      ['/work/b.yaml'],
    );
    assert.deepEqual(unit?.index.filesIn('/work'), ['/work/b.yaml']);
  });

  it('is certain within a kustomization, and knows nothing between two', () => {
    const files = `#- base/a.yaml\n${nodePort('a', 30080)}\n#- base/b.yaml\n${nodePort('b', 30080)}`;
    assert.deepEqual(find(`#- base/kustomization.yaml\nresources: [a.yaml, b.yaml]\n${files}`), [
      'error /work/base/b.yaml',
    ]);
    const one = `#- one/kustomization.yaml\nresources: [a.yaml]\n#- one/a.yaml\n${nodePort('a', 30080)}\n`;
    const two = `#- two/kustomization.yaml\nresources: [b.yaml]\n#- two/b.yaml\n${nodePort('b', 30080)}`;
    assert.deepEqual(find(one + two), []);
  });
});
