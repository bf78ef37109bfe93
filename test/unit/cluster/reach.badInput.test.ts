import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PROTOCOLS } from '../../../server/src/core/cluster/connectionSet.ts';
import { answerFor, type Endpoint, judgeConnection } from '../../../server/src/core/cluster/reach.ts';
import { computeReach, mergeGroups } from '../../../server/src/core/cluster/reachMatrix.ts';
import type { Unit } from '../../../server/src/core/sources/unit.ts';
import { indexFixture } from '../../check.ts';

const WORDS = [
  'app',
  'web',
  '',
  'a/b/c',
  'x'.repeat(63),
  'x'.repeat(64),
  '{{ .Values.x }}',
  '$' + '{X}',
  'Ingress',
  'Egress',
  'TCP',
  'http',
  '80',
  '10.0.0.0/8',
  '10.0.0.0/99',
  '::/0',
  '2001:db8::/129',
  '010.1.2.3/8',
  'In',
  'NotIn',
  'Exists',
];
const scalar = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.integer({ min: -2, max: 70000 }),
  fc.constantFrom(null, true, 1.5, 1e300),
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('anything'), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom('matchLabels', 'matchExpressions', 'key', 'operator', 'values', 'app', 'cidr'),
      tie('anything'),
      { maxKeys: 3 },
    ),
  ),
}));
const selector = fc.oneof(
  anything,
  fc.record({ matchLabels: fc.dictionary(fc.constantFrom('app', 'role'), scalar, { maxKeys: 2 }) }),
  fc.record({
    matchExpressions: fc.array(
      fc.record({ key: scalar, operator: fc.constantFrom('In', 'NotIn', 'in', 'Exists'), values: anything }),
    ),
  }),
);
const peer = fc.oneof(
  anything,
  fc.record({ podSelector: selector, namespaceSelector: selector, ipBlock: anything }, { requiredKeys: [] }),
  fc.record({ ipBlock: fc.record({ cidr: scalar, except: anything }, { requiredKeys: ['cidr'] }) }),
);
const port = fc.oneof(anything, fc.record({ port: scalar, endPort: scalar, protocol: scalar }, { requiredKeys: [] }));
const lists = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 2 }) }, { weight: 1, arbitrary: anything });
const spec = fc.oneof(
  anything,
  fc.record(
    {
      podSelector: selector,
      policyTypes: lists(scalar),
      ingress: lists(fc.record({ from: lists(peer), ports: lists(port) }, { requiredKeys: [] })),
      egress: lists(fc.record({ to: lists(peer), ports: lists(port) }, { requiredKeys: [] })),
    },
    { requiredKeys: [] },
  ),
);

function unitOf(objects: readonly unknown[]): Unit {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const [unit] = indexFixture([{ path: '/work/all.yaml', text }]).unitsOf('/work/all.yaml');
  assert.ok(unit);
  return unit;
}

function workload(name: string, labels: unknown = { app: name }, ports: unknown = []) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels },
    spec: { containers: [{ name: 'main', image: 'a', ports }] },
  };
}

function policyOf(spec: unknown, name = 'any') {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' }, spec };
}

const OUTSIDE: Endpoint = { kind: 'address', address: { family: 4, bytes: [203, 0, 113, 7] } };

describe('policies that nobody would write', () => {
  it('never make anything fail, and never make the matrix and the single answer differ', () => {
    fc.assert(
      fc.property(spec, spec, anything, (one, other, labels) => {
        const unit = unitOf([workload('web'), workload('db', labels), policyOf(one), policyOf(other, 'other')]);
        const matrix = computeReach([unit]);
        assert.ok('boundsOf' in matrix);
        mergeGroups(matrix);
        const ends: Endpoint[] = [...unit.index.ofType('workload')].map((pods) => ({
          kind: 'pods',
          unit,
          workload: pods,
        }));
        for (const from of ends) {
          for (const to of [...ends, OUTSIDE]) {
            const connection = judgeConnection(from, to);
            for (const protocol of PROTOCOLS) assert.ok(answerFor(connection, protocol, 80).egress?.reason);
            if (to.kind !== 'pods') continue;
            const groupOf = (end: Endpoint): number =>
              matrix.groups.findIndex(({ members }) =>
                members.some(
                  (member) => member.kind === 'pods' && end.kind === 'pods' && member.workload === end.workload,
                ),
              );
            assert.deepEqual(matrix.boundsOf(groupOf(from), groupOf(to)), connection.bounds);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('may have thousands of rules', () => {
    const ingress = Array.from({ length: 3000 }, (_, at) => ({
      from: [{ ipBlock: { cidr: `10.${at >> 8}.${at & 255}.0/24`, except: [`10.${at >> 8}.${at & 255}.7/32`] } }],
      ports: [{ port: 1000 + at }],
    }));
    const unit = unitOf([workload('web'), policyOf({ podSelector: {}, ingress })]);
    const [web] = unit.index.ofType('workload');
    assert.ok(web);
    const answer = (bytes: readonly number[], number: number) =>
      answerFor(
        judgeConnection({ kind: 'address', address: { family: 4, bytes } }, { kind: 'pods', unit, workload: web }),
        'TCP',
        number,
      ).allowed;
    assert.equal(answer([10, 1, 2, 3], 1258), 'yes');
    assert.equal(answer([10, 1, 2, 7], 1258), 'no');
    assert.equal(answer([10, 1, 2, 3], 1259), 'no');
    assert.ok('boundsOf' in computeReach([unit]));
  });

  it('may select ten thousand workloads one by one', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `app-${at}`);
    const policies = names
      .slice(0, 4000)
      .map((name) => policyOf({ podSelector: { matchLabels: { app: name } } }, name));
    const found = computeReach([unitOf([...names.map((name) => workload(name)), ...policies])]);
    assert.ok('limit' in found);
    assert.ok(found.groups > 4000);
    const alike = computeReach([unitOf([...names.map((name) => workload(name)), policyOf({ podSelector: {} })])]);
    assert.ok('boundsOf' in alike);
    assert.equal(alike.groups.length, 2);
  });
});
