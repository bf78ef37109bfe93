import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasConnection, PROTOCOLS } from '../../../server/src/core/cluster/connectionSet.ts';
import { answerFor, type Endpoint, judgeConnection } from '../../../server/src/core/cluster/reach.ts';
import type { MatrixEnd } from '../../../server/src/core/cluster/reachClasses.ts';
import { computeReach, type ReachMatrix } from '../../../server/src/core/cluster/reachMatrix.ts';
import { parseIpAddress } from '../../../server/src/core/k8s/ipAddress.ts';
import type { Ternary } from '../../../server/src/core/k8s/labels.ts';
import type { Unit } from '../../../server/src/core/sources/unit.ts';
import { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { allows, type Model, type ModelEnd, type Peer, type Port, type Selector } from './bruteForce.ts';

const KEYS = ['app', 'tier', 'env'];
const VALUES = ['a', 'b', ''];
const NAMESPACES = ['one', 'two', 'three'];
const ADDRESSES = ['203.0.113.7', '203.0.113.200', '10.1.2.3', '127.0.0.1'];
const NUMBERS = [80, 81, 443, 8080];

const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 3 });
const expression = fc.oneof(
  fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 }),
  }),
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selector: fc.Arbitrary<Selector> = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const namespaceSelector: fc.Arbitrary<Selector> = fc.oneof(
  selector,
  fc.constantFrom(...NAMESPACES).map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
);
const peer: fc.Arbitrary<Peer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector: selector, namespaceSelector }),
  fc.constantFrom(
    { ipBlock: { cidr: '0.0.0.0/0' } },
    { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } },
    { ipBlock: { cidr: '127.0.0.0/8' } },
    { ipBlock: { cidr: '10.1.2.3/32' } },
  ),
);
const port: fc.Arbitrary<Port> = fc.oneof(
  fc.record({ port: fc.constantFrom(...NUMBERS), protocol: fc.constantFrom(...PROTOCOLS) }, { requiredKeys: ['port'] }),
  fc.record({ protocol: fc.constantFrom(...PROTOCOLS) }),
  fc.record(
    { port: fc.constantFrom('http', 'dns'), protocol: fc.constantFrom(...PROTOCOLS) },
    { requiredKeys: ['port'] },
  ),
  fc.constantFrom({ port: 80, endPort: 81 }, { port: 81, endPort: 8079 }, {}),
);
const lists = <T>(item: fc.Arbitrary<T>, maxLength: number) => fc.array(item, { maxLength });
const ingressRule = fc.record({ from: lists(peer, 3), ports: lists(port, 2) }, { requiredKeys: [] });
const egressRule = fc.record({ to: lists(peer, 3), ports: lists(port, 2) }, { requiredKeys: [] });
const spec = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: lists(ingressRule, 2),
    egress: lists(egressRule, 2),
  },
  { requiredKeys: ['podSelector'] },
);
const containerPorts = fc.constantFrom(
  [],
  [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
  [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'dns', containerPort: 81, protocol: 'UDP' },
  ],
);
const model: fc.Arbitrary<Model> = fc.record({
  namespaces: fc
    .tuple(labels, labels, labels)
    .map((all) => all.map((own, at) => ({ name: NAMESPACES[at] ?? '', labels: own }))),
  pods: fc
    .array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), labels, ports: containerPorts }), {
      minLength: 2,
      maxLength: 6,
    })
    .map((all) => all.map((own, at) => ({ name: `pod-${at}`, ...own }))),
  policies: fc
    .array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), spec }), { maxLength: 5 })
    .map((all) => all.map((own, at) => ({ name: `policy-${at}`, ...own }))),
});

function toYaml({ namespaces, pods, policies }: Model): string {
  const objects = [
    ...namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map(({ name, namespace, labels, ports }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a', ports }] } } },
    })),
    ...policies.map(({ name, namespace, spec }) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec,
    })),
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

function unitOf(text: string): Unit {
  const folder = new WorkspaceFolder('/work');
  folder.apply([{ path: '/work/cluster.yaml', text }]);
  const [unit] = folder.unitsOf('/work/cluster.yaml');
  assert.ok(unit);
  return unit;
}

function toEndpoint(unit: Unit, end: ModelEnd): Endpoint {
  if (typeof end === 'string') {
    const address = parseIpAddress(end);
    assert.ok(address);
    return { kind: 'address', address };
  }
  const [workload] = unit.index.named('Deployment', end.name);
  assert.ok(workload?.type === 'workload');
  return { kind: 'pods', unit, workload };
}

/** The place of an end in a matrix; an address is in the range that holds it. */
function groupOf({ groups }: ReachMatrix, end: Endpoint): number {
  const isIn = (member: MatrixEnd) => {
    if (end.kind === 'pods') return member.kind === 'pods' && member.workload === end.workload;
    const value = end.address.bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return (
      member.kind === 'address' &&
      member.range.family === 4 &&
      member.range.first <= value &&
      value <= member.range.last
    );
  };
  const found = groups.findIndex(({ members }) => members.some(isIn));
  assert.notEqual(found, -1);
  return found;
}

describe('reach', () => {
  it('says of every connection what the documented rules say, alone and in the matrix', () => {
    let [allowed, denied, unknown] = [0, 0, 0];
    fc.assert(
      fc.property(model, (cluster) => {
        const unit = unitOf(toYaml(cluster));
        const matrix = computeReach([unit]);
        assert.ok('groups' in matrix && 'boundsOf' in matrix);
        const ends: readonly ModelEnd[] = [...cluster.pods, ...ADDRESSES];
        for (const from of ends) {
          for (const to of ends) {
            if (typeof from === 'string' && typeof to === 'string') continue;
            const [source, destination] = [toEndpoint(unit, from), toEndpoint(unit, to)];
            const connection = judgeConnection(source, destination);
            const bounds = matrix.boundsOf(groupOf(matrix, source), groupOf(matrix, destination));
            assert.deepEqual(bounds, connection.bounds);
            for (const protocol of PROTOCOLS) {
              for (const number of NUMBERS) {
                const [least, most] = [false, true].map((hold) => allows(cluster, from, to, protocol, number, hold));
                const expected: Ternary = least === true ? 'yes' : most === true ? 'unknown' : 'no';
                const answer = answerFor(connection, protocol, number);
                assert.equal(answer.allowed, expected, `${JSON.stringify([from, to])} ${protocol} ${number}`);
                assert.equal(hasConnection(bounds.sure, protocol, number), expected === 'yes');
                if (expected === 'yes') allowed++;
                else if (expected === 'no') denied++;
                else unknown++;
              }
            }
          }
        }
      }),
      { numRuns: 100 },
    );
    assert.ok(allowed > 0 && denied > 0 && unknown > 0);
  });
});
