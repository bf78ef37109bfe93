import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectionsKey, isEmptySet } from '../../../server/src/core/cluster/connectionSet.ts';
import {
  type ChangedEnds,
  changeBetween,
  compareConnections,
  workloadName,
} from '../../../server/src/core/cluster/differenceConnections.ts';
import { groupForComparing } from '../../../server/src/core/cluster/differenceUnits.ts';
import { judgeConnection } from '../../../server/src/core/cluster/reach.ts';
import { replicasOf, type Workload } from '../../../server/src/core/k8s/workload.ts';
import { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';

const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'), { maxKeys: 2 });
const selector = fc.record({ matchLabels: labels }, { requiredKeys: [] });
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: fc.constant({}) }),
  fc.constantFrom({ ipBlock: { cidr: '203.0.113.0/24' } }, { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }),
);
const rule = <K extends string>(key: K) =>
  fc.record(
    {
      [key]: fc.array(peer, { maxLength: 2 }),
      ports: fc.array(fc.constantFrom({ port: 80 }, { port: 81, endPort: 90 }), { maxLength: 1 }),
    },
    { requiredKeys: [] },
  );
const policy = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: fc.array(rule('from'), { maxLength: 2 }),
    egress: fc.array(rule('to'), { maxLength: 2 }),
  },
  { requiredKeys: ['podSelector'] },
);
const pod = fc.record({ namespace: fc.constantFrom('one', 'two'), labels, replicas: fc.constantFrom(1, 2) });
const side = fc.record({
  pods: fc.array(pod, { maxLength: 5 }),
  policies: fc.array(fc.record({ namespace: fc.constantFrom('one', 'two'), spec: policy }), { maxLength: 3 }),
});

type Model = typeof side extends fc.Arbitrary<infer T> ? T : never;

describe('the difference of connections', () => {
  it('is what comparing pair by pair finds', () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const [old, now] = [folderOf(before), folderOf(after)];
        const [group] = groupForComparing({ base: '/work', units: old.units }, { base: '/work', units: now.units });
        if (group === undefined) return;
        const difference = compareConnections(group);
        if ('limit' in difference) assert.fail();
        const found = new Map<string, string>();
        for (const change of difference.changes)
          for (const from of change.from.flatMap(podsOf))
            for (const to of change.to.flatMap(podsOf))
              if (!isSelf(from, to)) found.set(`${workloadName(from)} ${workloadName(to)}`, keyOf(change));
        const expected = new Map<string, string>();
        const [a, b] = [group.before, group.after].map(([unit]) => unit);
        if (a === undefined || b === undefined) return;
        const pairs = [...b.index.ofType('workload')].flatMap((workload) => {
          const was = [...a.index.ofType('workload')].find((other) => workloadName(other) === workloadName(workload));
          return was === undefined ? [] : [[was, workload] as const];
        });
        for (const [fromWas, from] of pairs) {
          for (const [toWas, to] of pairs) {
            if (isSelf(from, to)) continue;
            const judge = (unit: typeof a, one: Workload, other: Workload) =>
              judgeConnection({ kind: 'pods', unit, workload: one }, { kind: 'pods', unit, workload: other }).bounds;
            const change = changeBetween(judge(a, fromWas, toWas), judge(b, from, to));
            if (keyOf(change) !== '|||') expected.set(`${workloadName(from)} ${workloadName(to)}`, keyOf(change));
          }
        }
        assert.deepEqual([...found].sort(), [...expected].sort());
        assert.ok(difference.changes.every((change) => !Object.values(setsOf(change)).every(isEmptySet)));
      }),
      { numRuns: 200 },
    );
  });
});

type Sets = ReturnType<typeof changeBetween>;

function setsOf({ lost, gained, perhapsLost, perhapsGained }: Sets) {
  return [lost, gained, perhapsLost, perhapsGained];
}

function keyOf(change: Sets): string {
  return setsOf(change).map(connectionsKey).join('|');
}

function podsOf(ends: ChangedEnds): readonly Workload[] {
  return ends.kind === 'pods' ? ends.workloads.map(({ after }) => after) : [];
}

function isSelf(from: Workload, to: Workload): boolean {
  return from === to && replicasOf(from) === 1;
}

function folderOf({ pods, policies }: Model): WorkspaceFolder {
  const objects = [
    ...pods.map(({ namespace, labels: own, replicas }, at) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `pod-${at}`, namespace },
      spec: {
        replicas,
        selector: { matchLabels: { name: `pod-${at}` } },
        template: {
          metadata: { labels: { name: `pod-${at}`, ...own } },
          spec: { containers: [{ name: 'main', image: 'x' }] },
        },
      },
    })),
    ...policies.map(({ namespace, spec }, at) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${at}`, namespace },
      spec,
    })),
  ];
  const folder = new WorkspaceFolder('/work', { defaultNamespace: 'default' });
  folder.apply([{ path: '/work/all.yaml', text: objects.map((object) => JSON.stringify(object)).join('\n---\n') }]);
  return folder;
}
