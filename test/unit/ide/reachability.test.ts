import assert from 'node:assert/strict';
import { computeReachability, type ReachabilityLimits } from '../../../server/src/core/ide/reachability.ts';
import type { Reachability, ReachabilityNeed } from '../../../server/src/core/ide/reachabilityData.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

function workload(name: string, { env = '', labels = `app: ${name}`, spec = '' } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec:
      ${spec}
      containers:
        - name: main
          ports: [{name: http, containerPort: 8080}]
          env: [${env}]
---
`;
}

function service(name: string, app = name): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${app}}, ports: [{port: 80, targetPort: http}]}
---
`;
}

function policy(name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: ${spec}
---
`;
}

const url = (host: string) => `{name: URL, value: "http://${host}"}`;

function reach(source: string, limits?: ReachabilityLimits): Reachability {
  const [unit] = indexFixture(parseFixture(source).files).units;
  assert.ok(unit);
  return computeReachability(unit, 'cluster.local', limits);
}

function rowOf(data: Reachability, name: string) {
  const row = data.rows.find((candidate) => candidate.name === name);
  assert.ok(row, `${name} has a row`);
  return row;
}

/** `web -> orders TCP 8080 denied`. */
function show({ rows, entries, needs }: Reachability): readonly string[] {
  const sourceOf = ({ from }: ReachabilityNeed) =>
    from.kind === 'row' ? rows[from.row]?.name : from.kind === 'entry' ? entries[from.entry]?.kind : from.kind;
  return needs.map((need) => {
    const goal = need.to === undefined ? need.host : rows[need.to]?.name;
    return `${sourceOf(need)} -> ${goal} ${need.port ?? '?'} ${need.verdict}`;
  });
}

const DENY_IN = policy('deny', '{podSelector: {}, policyTypes: [Ingress]}');

describe('reachability of a unit', () => {
  it('counts everything as allowed, and as excess, where there is no policy', () => {
    const data = reach(
      workload('web', { env: url('orders') }) + workload('orders') + workload('db') + service('orders'),
    );
    const web = rowOf(data, 'web');
    assert.deepEqual(
      [web.mayCall, web.mayBeCalledBy],
      [
        { sure: 2, perhaps: 0 },
        { sure: 2, perhaps: 0 },
      ],
    );
    const orders = data.rows.indexOf(rowOf(data, 'orders'));
    assert.deepEqual(web.excess, {
      workloads: 1,
      ports: [{ row: orders, allowed: 'everything', declared: 'TCP 8080' }],
    });
    assert.deepEqual(show(data), ['web -> orders TCP 8080 allowed']);
    assert.deepEqual(data.remarks, []);
  });

  it('names the policy and its line where a declared need is denied', () => {
    const source = workload('web', { env: url('orders') }) + workload('orders') + service('orders') + DENY_IN;
    const data = reach(source);
    const [need] = data.needs;
    assert.ok(need?.policy);
    assert.deepEqual([need.verdict, need.evidence, need.policy.name], ['denied', 'URL: http://orders', 'deny']);
    assert.match(need.reason, /`NetworkPolicy\/deny` isolates `Deployment\/orders` for ingress/);
    const at = ({ start, end }: { start: number; end: number }) => source.slice(start, end);
    assert.deepEqual([at(need.place), at(need.policy.place)], ['orders', 'Ingress']);
    assert.deepEqual(
      data.rows.map(({ place }) => at(place)),
      ['orders', 'web'],
    );
    assert.deepEqual(rowOf(data, 'web').mayCall, { sure: 0, perhaps: 0 });
    assert.deepEqual(rowOf(data, 'web').excess, { workloads: 0, ports: [] });
  });

  it('has no excess where exactly what is declared is allowed', () => {
    const allow = policy(
      'allow',
      '{podSelector: {matchLabels: {app: orders}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]}',
    );
    const data = reach(
      workload('web', { env: url('orders') }) +
        workload('orders') +
        workload('db') +
        service('orders') +
        DENY_IN +
        allow,
    );
    assert.deepEqual(rowOf(data, 'web').excess, { workloads: 0, ports: [] });
    assert.deepEqual(rowOf(data, 'web').mayCall, { sure: 1, perhaps: 0 });
    assert.deepEqual(rowOf(data, 'orders').mayBeCalledBy, { sure: 1, perhaps: 0 });
    const calls = data.groups[rowOf(data, 'web').group ?? -1]?.calls.map(({ to, ...rest }) => [
      data.groups[to]?.rows.map((row) => data.rows[row]?.name) ?? [],
      rest,
    ]);
    assert.deepEqual(calls?.find(([names]) => String(names) === 'orders')?.[1], { allowed: 'TCP 8080' });
    assert.equal(data.groups.filter(({ addresses }) => addresses === 'addresses outside the cluster').length, 1);
  });

  it('says what is not known as not known', () => {
    const maybe = policy('maybe', '{podSelector: {matchLabels: {app: "{{ .x }}"}}, policyTypes: [Ingress]}');
    const data = reach(workload('web', { env: url('orders') }) + workload('orders') + service('orders') + maybe);
    assert.deepEqual(show(data), ['web -> orders TCP 8080 unknown']);
    assert.deepEqual(rowOf(data, 'web').mayCall, { sure: 0, perhaps: 1 });
    assert.deepEqual(rowOf(data, 'web').excess.workloads, 0);
    assert.notEqual(data.needs[0]?.reason, '');
    const foreign = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n---\n';
    assert.match(reach(workload('web') + foreign).remarks.join(), /`CiliumNetworkPolicy\/c` may decide otherwise/);
  });

  it('knows what serves an Ingress only by what everybody may open', () => {
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: gate, namespace: shop}\nspec: {defaultBackend: {service: {name: orders, port: {number: 80}}}}\n---\n';
    const base = workload('orders') + service('orders') + ingress;
    assert.deepEqual(show(reach(base)), ['Ingress -> orders TCP 8080 allowed']);
    assert.deepEqual(show(reach(base + DENY_IN)), ['Ingress -> orders TCP 8080 unknown']);
    const open = policy('open', '{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}');
    assert.deepEqual(show(reach(base + DENY_IN + open)), ['Ingress -> orders TCP 8080 allowed']);
  });

  it('judges names outside the cluster by all addresses', () => {
    const web = workload('web', { env: '{name: API, value: "https://api.example.com"}' });
    const to = (cidr: string) =>
      policy('out', `{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: ${cidr}}}]}]}`);
    assert.deepEqual(show(reach(web)), ['web -> api.example.com TCP 443 allowed']);
    assert.deepEqual(show(reach(web + to('10.0.0.0/8'))), ['web -> api.example.com TCP 443 unknown']);
    const shut = policy('shut', '{podSelector: {}, policyTypes: [Egress]}');
    assert.deepEqual(show(reach(web + shut)), ['web -> api.example.com TCP 443 denied']);
  });

  it('lets the kubelet probe, whatever the policies', () => {
    const probed = workload('web').replace(
      'ports:',
      'readinessProbe: {httpGet: {port: http, path: /up}}\n          ports:',
    );
    const data = reach(probed + DENY_IN);
    assert.deepEqual(show(data), ['kubelet -> web TCP 8080 allowed']);
    assert.equal(data.needs[0]?.evidence, 'readinessProbe: GET /up');
  });

  it('shows what Services select, for certain or perhaps', () => {
    const data = reach(workload('web') + workload('odd', { labels: 'app: "{{ .x }}"' }) + service('web'));
    const names = data.services[0]?.selects.map(({ row, sure }) => [data.rows[row]?.name, sure]);
    assert.deepEqual(names?.sort(), [
      ['odd', false],
      ['web', true],
    ]);
  });

  it('gives workloads that the policies treat alike one row where there are too many', () => {
    const many = Array.from({ length: 30 }, (_, at) => workload(`w${at + 10}`)).join('');
    const only = policy('only', '{podSelector: {matchLabels: {app: w39}}, policyTypes: [Ingress]}');
    const data = reach(many + only, { rows: 10, needs: 10, groups: 10 });
    assert.deepEqual(
      data.rows.map(({ name, alike, mayCall }) => [name, alike, mayCall.sure]),
      [
        ['w10', 28, 28],
        ['w39', 0, 29],
      ],
    );
    assert.match(data.remarks.join(), /30 workloads.*share a row/);
    const tight = reach(many + only, { rows: 10, needs: 10, groups: 2 });
    assert.deepEqual([tight.rows.length, tight.groups.length, tight.workloads], [10, 0, 30]);
    assert.match(tight.remarks.join(), /3 groups.*20 workloads are left out/s);
    assert.equal(tight.rows[0]?.group, undefined);
  });

  it('stays small with ten thousand workloads', () => {
    const files = Array.from({ length: 10 }, (_, file) => ({
      path: `/work/${file}.yaml`,
      text: Array.from({ length: 1000 }, (_, at) => {
        const number = file * 1000 + at;
        return workload(`w${number}`, {
          labels: `app: w${number}, tier: t${number % 400}`,
          env: url(`w${number % 7}`),
        });
      }).join(''),
    }));
    const policies = Array.from({ length: 400 }, (_, at) =>
      policy(
        `p${at}`,
        `{podSelector: {matchLabels: {tier: t${at}}}, ingress: [{from: [{podSelector: {matchLabels: {tier: t${(at * 7) % 400}}}}]}]}`,
      ),
    ).join('');
    const services = Array.from({ length: 7 }, (_, at) => service(`w${at}`)).join('');
    const [unit] = indexFixture([...files, { path: '/work/policies.yaml', text: policies + services }]).units;
    assert.ok(unit);
    const data = computeReachability(unit);
    assert.deepEqual([data.workloads, data.rows.length <= 2500, data.needs.length <= 5000], [10_000, true, true]);
    assert.ok(JSON.stringify(data).length < 6_000_000);
    assert.match(data.remarks.join(), /share a row/);
  }).timeout(30_000);
});
