import assert from 'node:assert/strict';
import { hasConnection } from '../../../server/src/core/cluster/connectionSet.ts';
import { type Answer, answerFor, type Endpoint, judgeConnection } from '../../../server/src/core/cluster/reach.ts';
import { computeReach, mergeGroups } from '../../../server/src/core/cluster/reachMatrix.ts';
import { parseIpAddress } from '../../../server/src/core/k8s/ipAddress.ts';
import type { Protocol } from '../../../server/src/core/k8s/ports.ts';
import type { Unit } from '../../../server/src/core/sources/unit.ts';
import type { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { namespace, pods, policy } from '../rules/policyFixtures.ts';

const web = pods('web', ['app: web'], 'shop', ['http 8080']);
const db = pods('db', ['app: db'], 'shop', ['sql 5432']);
const onlyWeb = [
  'podSelector: {matchLabels: {app: db}}',
  'ingress:',
  '  - from: [{podSelector: {matchLabels: {app: web}}}]',
];

function load(source: string): WorkspaceFolder {
  return indexFixture(parseFixture(source).files);
}

function endIn(folder: WorkspaceFolder, name: string, unitLabel?: string): Endpoint {
  if (name.startsWith('ip:')) {
    const address = parseIpAddress(name.slice(3));
    assert.ok(address);
    return { kind: 'address', address };
  }
  for (const unit of folder.units) {
    if (unitLabel !== undefined && unit.label !== unitLabel) continue;
    for (const workload of unit.index.ofType('workload'))
      if (workload.name?.value === name) return { kind: 'pods', unit, workload };
  }
  assert.fail(`no ${name}`);
}

interface Question {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly protocol?: Protocol;
  readonly unit?: string;
}

/** From `web` to `db`, TCP 5432, unless the question says otherwise. The matrix must agree wherever both are in one unit. */
function ask(source: string, { from = 'web', to = 'db', port = 5432, protocol = 'TCP', unit }: Question = {}): Answer {
  const folder = load(source);
  const [source_, destination] = [endIn(folder, from, unit), endIn(folder, to, unit)];
  const connection = judgeConnection(source_, destination);
  if (source_.kind === 'pods' && destination.kind === 'pods' && source_.unit === destination.unit) {
    const bounds = matrixBounds(source_.unit, source_.workload, destination.workload);
    assert.deepEqual(bounds, connection.bounds);
  }
  return answerFor(connection, protocol, port);
}

function matrixBounds(unit: Unit, from: unknown, to: unknown) {
  const matrix = computeReach([unit]);
  assert.ok('boundsOf' in matrix);
  const groupOf = (workload: unknown) =>
    matrix.groups.findIndex(({ members }) => members.some((end) => end.kind === 'pods' && end.workload === workload));
  return matrix.boundsOf(groupOf(from), groupOf(to));
}

/** The one doubt of an unknown answer. */
function doubtOf(source: string, question: Question = {}): string {
  const { allowed, egress, ingress } = ask(source, question);
  assert.equal(allowed, 'unknown');
  return [egress, ingress].find((side) => side?.allowed === 'unknown')?.reason ?? '';
}

describe('answerFor', () => {
  it('names the rule that allows, and the place of it', () => {
    const source = policy(onlyWeb, 'shop') + web + db;
    const { allowed, ingress, egress } = ask(source);
    assert.equal(allowed, 'yes');
    assert.equal(egress?.reason, 'no policy isolates `Deployment/web` for egress');
    assert.deepEqual(egress?.deciders, []);
    assert.equal(ingress?.reason, 'rule 1 of `NetworkPolicy/orders` lets it in');
    const [decider, ...others] = ingress?.deciders ?? [];
    assert.deepEqual(others, []);
    assert.equal(decider?.effect, 'allows');
    assert.equal(decider?.rule?.index, 0);
    assert.ok(source.slice(decider?.at.start).startsWith('from: [{podSelector'));
  });

  it('names the policies that deny, what isolates, and the rule that comes close', () => {
    const source = policy([...onlyWeb, '    ports: [{port: 80}]'], 'shop') + web + db;
    const { allowed, ingress } = ask(source);
    assert.equal(allowed, 'no');
    const [decider] = ingress?.deciders ?? [];
    assert.equal(decider?.effect, 'denies');
    assert.ok(source.slice(decider?.at.start).startsWith('ingress:'));
    assert.equal(
      ingress?.reason,
      '`NetworkPolicy/orders` isolates `Deployment/db` for ingress, and no rule lets TCP 5432 from `Deployment/web` in; rule 1 of `NetworkPolicy/orders` takes this peer, but only TCP 80',
    );
  });

  it('judges both sides', () => {
    const { allowed, egress, ingress } = ask(policy(['podSelector: {}', 'policyTypes: [Egress]'], 'shop') + web + db);
    assert.deepEqual([allowed, egress?.allowed, ingress?.allowed], ['no', 'no', 'yes']);
    assert.equal(ask(web + db, { from: 'ip:10.0.0.1' }).egress, undefined);
  });

  it('looks a port name up with its protocol, in ordinary containers alone', () => {
    const named = (name: string, protocol = 'TCP') =>
      policy([...onlyWeb, `    ports: [{port: ${name}, protocol: ${protocol}}]`], 'shop') + web;
    assert.equal(ask(named('sql') + db).allowed, 'yes');
    assert.equal(ask(named('sql', 'UDP') + db).allowed, 'no');
    assert.equal(ask(named('http') + db).allowed, 'no');
    const container = (name: string, port: number, extra = '') =>
      `{name: ${name}, image: a, ${extra}ports: [{name: sql, containerPort: ${port}}]}`;
    const pod = (spec: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop, labels: {app: db}}\nspec: {${spec}}\n`;
    const plain = '{name: main, image: a}';
    const sidecar = `containers: [${plain}], initContainers: [${container('side', 5432, 'restartPolicy: Always, ')}]`;
    assert.equal(
      doubtOf(named('sql') + pod(sidecar)),
      'rule 1 of `NetworkPolicy/orders`: its ports at the destination are not decided',
    );
    assert.equal(
      ask(named('sql') + pod(`containers: [${plain}], initContainers: [${container('init', 5432)}]`)).allowed,
      'no',
    );
    const twice = pod(`containers: [${container('a', 5432)}, ${container('b', 5433)}]`);
    assert.equal(ask(named('sql') + twice).allowed, 'unknown');
    assert.equal(ask(named('sql') + twice, { port: 5434 }).allowed, 'no');
  });

  it('reads ports that are no numbers of this version as refused', () => {
    for (const port of [
      '{port: 0}',
      '{port: 70000}',
      '{port: 90, endPort: 80}',
      '{port: "5432"}',
      '{protocol: ICMP}',
      '{endPort: 9}',
    ])
      assert.match(
        doubtOf(policy([...onlyWeb, `    ports: [${port}]`], 'shop') + web + db),
        /the API server refuses it/,
        port,
      );
  });

  it('is undecided about what the API server refuses', () => {
    for (const peer of [
      '{}',
      '{ipBlock: {cidr: 10.0.0.0/33}}',
      '{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/8]}}',
      '{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}',
      `{podSelector: {matchLabels: {app: ${'x'.repeat(64)}}}}`,
    ])
      assert.match(
        doubtOf(policy(['podSelector: {}', 'ingress:', `  - from: [${peer}]`], 'shop') + web + db),
        /refuses it/,
        peer,
      );
    const types = policy(['podSelector: {}', 'policyTypes: [Ingres]'], 'shop');
    assert.match(doubtOf(types + web + db), /`Ingres` is no policy type/);
    const old = policy(['podSelector: {}'], 'shop').replace('networking.k8s.io/v1', 'extensions/v1beta1');
    assert.match(doubtOf(old + web + db), /no version `extensions\/v1beta1` any more/);
  });

  it('takes label values of 63 characters', () => {
    const value = 'x'.repeat(63);
    const long = policy(
      ['podSelector: {}', 'ingress:', `  - from: [{podSelector: {matchLabels: {app: ${value}}}}]`],
      'shop',
    );
    assert.equal(ask(long + pods('web', [`app: ${value}`], 'shop') + db).allowed, 'yes');
    assert.equal(ask(long + web + db).allowed, 'no');
  });

  it('is undecided where a template writes what matters, and only there', () => {
    const templated = pods('web', ['app: "{{ .Values.app }}"'], 'shop');
    assert.match(doubtOf(policy(onlyWeb, 'shop') + templated + db), /its label `app` is not decided/);
    assert.equal(ask(policy([...onlyWeb, '    ports: [{port: 80}]'], 'shop') + templated + db).allowed, 'no');
    const rule = ['podSelector: {}', 'ingress:', '  - from: [{podSelector: {matchLabels: {app: $' + '{APP}}}}]'];
    assert.equal(ask(policy(rule, 'shop') + web + db).allowed, 'unknown');
    const types = policy(['podSelector: {}', 'policyTypes: ["{{ .Values.type }}"]'], 'shop');
    assert.match(doubtOf(types + web + db), /whether `NetworkPolicy\/orders` isolates for egress is not decided/);
  });

  it('knows of a namespace without a manifest only its name', () => {
    const from = (labels: string) =>
      policy(['podSelector: {}', 'ingress:', `  - from: [{namespaceSelector: {matchLabels: {${labels}}}}]`], 'shop') +
      pods('web', ['app: web'], 'front') +
      db;
    assert.match(doubtOf(from('team: front')), /no manifest shows the labels of the namespace `front`/);
    assert.equal(ask(from('kubernetes.io/metadata.name: front')).allowed, 'yes');
    assert.equal(ask(from('kubernetes.io/metadata.name: back')).allowed, 'no');
    assert.equal(ask(from('team: front') + namespace('front', ['team: front'])).allowed, 'yes');
    assert.equal(ask(from('team: front') + namespace('front')).allowed, 'no');
  });

  it('is undecided where one namespace is written and the other is not', () => {
    assert.match(doubtOf(policy(onlyWeb) + web + db), /in one namespace is not decided/);
    assert.equal(ask(policy(onlyWeb) + pods('web', ['app: web']) + pods('db', ['app: db'])).allowed, 'yes');
  });

  it('leaves the host network, and blocks for Pods, to the network plugin', () => {
    const host = web.replace('    spec:\n      containers', '    spec:\n      hostNetwork: true\n      containers');
    assert.notEqual(host, web);
    assert.match(doubtOf(policy(onlyWeb, 'shop') + host + db), /on the host network/);
    assert.equal(ask(host + db).allowed, 'yes');
    const block = (cidr: string) =>
      policy(['podSelector: {}', 'ingress:', `  - from: [{ipBlock: {cidr: ${cidr}}}]`], 'shop');
    assert.match(doubtOf(block('10.0.0.0/8') + web + db), /`10.0.0.0\/8` may hold addresses of Pods/);
    for (const cidr of ['169.254.20.10/32', '127.0.0.0/8', 'fe80::/64'])
      assert.equal(ask(block(cidr) + web + db).allowed, 'no', cidr);
    assert.equal(ask(block('2001:db8::/32') + web + db, { from: 'ip:2001:db8::7' }).allowed, 'yes');
    assert.equal(ask(block('2001:db8::/32') + web + db, { from: 'ip:32.1.13.184' }).allowed, 'no');
  });

  it('is undecided beside policies of other kinds, in their namespaces', () => {
    const cilium = (kind: string, place: string) =>
      `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: tight${place}}\nspec: {}\n---\n`;
    assert.match(
      doubtOf(cilium('CiliumNetworkPolicy', ', namespace: shop') + web + db),
      /`CiliumNetworkPolicy\/tight` may decide otherwise/,
    );
    assert.equal(ask(cilium('CiliumNetworkPolicy', ', namespace: other') + web + db).allowed, 'yes');
    assert.equal(ask(cilium('CiliumClusterwideNetworkPolicy', '') + web + db).allowed, 'unknown');
    assert.equal(ask(cilium('CiliumLoadBalancerIPPool', '') + web + db).allowed, 'yes');
  });

  it('is undecided about labels that differ from Pod to Pod', () => {
    const set = (replicas: number) =>
      db
        .replace('kind: Deployment', 'kind: StatefulSet')
        .replace('spec:\n  selector', `spec:\n  replicas: ${replicas}\n  selector`);
    const first = policy(['podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}'], 'shop');
    assert.match(doubtOf(first + web + set(3)), /running Pods get the label/);
    assert.equal(ask(first + web + set(1)).allowed, 'no');
    const role = (value: string) => policy([`podSelector: {matchLabels: {role: ${value}}}`], 'shop');
    assert.equal(ask(role('primary') + web + set(3)).allowed, 'unknown');
    assert.equal(ask(role('server') + web + set(3)).allowed, 'yes');
    assert.equal(ask(role('primary') + web + db).allowed, 'yes');
  });

  it('is undecided between two manifests of one name', () => {
    const twins = policy(onlyWeb, 'shop') + policy(['podSelector: {}'], 'shop');
    assert.match(doubtOf(twins + web + db), /two manifests are named/);
    assert.equal(ask(policy(onlyWeb, 'shop') + policy(onlyWeb, 'shop') + web + db).allowed, 'yes');
  });

  it('reckons with policies of other units, but not with variants of the same', () => {
    const files = (extra: string) => `
#- app/kustomization.yaml
namespace: shop
resources: [all.yaml]
#- app/all.yaml
${pods('web', ['app: web'])}${pods('db', ['app: db'])}
#- policies/kustomization.yaml
namespace: shop
resources: [deny.yaml]
#- policies/deny.yaml
${policy(['podSelector: {}'])}${extra}`;
    assert.match(doubtOf(files(''), { unit: 'app' }), /it belongs to another unit of the workspace/);
    assert.equal(ask(files(pods('web', ['app: web'])), { unit: 'app' }).allowed, 'yes');
  });

  it('is undecided where a unit lacks a part', () => {
    const remote = `
#- kustomization.yaml
namespace: shop
resources: [all.yaml, "https://example.com/more.yaml"]
#- all.yaml
${web}${db}`;
    assert.match(doubtOf(remote), /there may be more policies/);
    assert.equal(ask(remote.replace('#- all.yaml\n', `#- all.yaml\n${policy(onlyWeb)}`)).ingress?.allowed, 'yes');
  });
});

describe('computeReach', () => {
  it('follows edits of the unit and of what lies beside it', () => {
    const folder = load(`#- all.yaml\n${web}${db}\n#- policy.yaml\n${policy(onlyWeb, 'shop')}`);
    const isAllowed = (from: string) =>
      answerFor(judgeConnection(endIn(folder, from), endIn(folder, 'db')), 'TCP', 5432).allowed;
    assert.deepEqual([isAllowed('web'), isAllowed('db')], ['yes', 'no']);
    folder.apply([{ path: '/work/policy.yaml', text: policy(['podSelector: {}'], 'shop') }]);
    assert.deepEqual([isAllowed('web'), isAllowed('db')], ['no', 'no']);
    folder.apply([{ path: '/work/policy.yaml', text: undefined }]);
    assert.deepEqual([isAllowed('web'), isAllowed('db')], ['yes', 'yes']);
    folder.apply([{ path: '/work/kustomization.yaml', text: 'namespace: shop\nresources: [beside.yaml]\n' }]);
    folder.apply([{ path: '/work/beside.yaml', text: policy(['podSelector: {}']) }]);
    for (const path of folder.wanted) folder.provide(path, { text: policy(['podSelector: {}']) });
    assert.equal(isAllowed('web'), 'unknown');
    folder.apply([{ path: '/work/kustomization.yaml', text: 'namespace: other\nresources: [beside.yaml]\n' }]);
    assert.equal(isAllowed('web'), 'yes');
  });

  it('groups what no policy tells apart, and merges what behaves alike', () => {
    const many = ['a', 'b', 'c'].map((name) => pods(name, [`app: ${name}`], 'shop')).join('');
    const folder = load(
      policy(['podSelector: {matchLabels: {app: db}}', 'policyTypes: [Ingress]'], 'shop') + many + db,
    );
    const matrix = computeReach(folder.units);
    assert.ok('boundsOf' in matrix);
    assert.deepEqual(
      matrix.groups.map(({ members }) => members.length),
      [3, 1, 2],
    );
    assert.equal(hasConnection(matrix.boundsOf(0, 0).sure, 'TCP', 1), true);
    assert.equal(hasConnection(matrix.boundsOf(0, 1).possible, 'TCP', 1), false);
    const alike = policy(['podSelector: {matchLabels: {app: a}}', 'ingress: [{}]'], 'shop');
    const unmerged = computeReach(load(alike + many).units);
    assert.ok('boundsOf' in unmerged);
    assert.deepEqual([unmerged.groups.length, mergeGroups(unmerged).groups.length], [3, 2]);
  });

  it('says when there are too many groups', () => {
    const folder = load(policy(onlyWeb, 'shop') + web + db);
    assert.deepEqual(computeReach(folder.units, 2), { groups: 3, limit: 2 });
  });
});
