import assert from 'node:assert/strict';
import { readResources } from '../../../server/src/core/k8s/kinds.ts';
import type { KnownViews, SharingContext } from '../../../server/src/core/k8s/knownViews.ts';
import type { YamlDocument, YamlMapping } from '../../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';

const TEXTS: readonly string[] = [
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: 1}}
spec:
  selector: {matchLabels: {app: yes}}
  template:
    metadata: {labels: {app: yes}}
    spec: {containers: [{name: web, image: web, ports: [{name: http, containerPort: 0120}]}]}
`,
  `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
`,
  `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
`,
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
`,
];

describe('views of objects that share all but their metadata', () => {
  for (const text of TEXTS) {
    it(`are as if each had been read by itself: ${/kind: (\w+)/.exec(text)?.[1]}`, () => {
      const [document] = parseYaml(text).documents;
      assert.ok(document?.root?.kind === 'mapping');
      const other = withMetadata(
        document,
        document.root,
        '{name: other, namespace: far, labels: {app: 2, tier: back}}',
      );
      const known = new Map();
      const shared = [document, other, document].map((each) => readResources(each, contextOf(known)));
      const alone = [document, other, document].map((each) => readResources(each, contextOf(undefined)));
      assert.deepEqual(shared, alone);
    });
  }

  it('are read again where more than the metadata differs', () => {
    const [document] = parseYaml(TEXTS[1] ?? '').documents;
    assert.ok(document?.root?.kind === 'mapping');
    const known = new Map();
    readResources(document, contextOf(known));
    const [opaque] = readResources({ ...document, templated: true }, contextOf(known));
    assert.equal(opaque?.opaque, true);
  });
});

function contextOf(known: KnownViews | undefined): SharingContext {
  return { file: '/a.yaml', faults: [], intern: (text) => text, ...(known && { known }) };
}

/** The same document, all nodes of it but its metadata the same. */
function withMetadata(document: YamlDocument, root: YamlMapping, metadata: string): YamlDocument {
  const [made] = parseYaml(metadata).documents;
  const pairs = root.pairs.map((pair) =>
    pair.name === 'metadata' && made?.root !== undefined ? { ...pair, value: made.root } : pair,
  );
  return { ...document, root: { ...root, pairs } };
}
