// Measures what it takes to know all connections of a cluster: npm run bench -- --only reach
import { computeReach } from '../server/src/core/cluster/reachMatrix.ts';
import { WorkspaceFolder } from '../server/src/core/workspace/folder.ts';
import { createRandom, type Random } from './random.ts';

export interface ReachTimes {
  readonly workloads: number;
  readonly policies: number;
  /** Groups of workloads and addresses that no policy can tell apart; 0 where they are too many. */
  readonly groups: number;
  /** Milliseconds of processor time for all pairs, the manifests being read. */
  readonly cold: number;
  /** The same for one edit of a file: reading it, and every group again, so that each pair is one look away. Sorted. */
  readonly edits: readonly number[];
}

/** Makes a cluster of 50 workloads a namespace, asks for all pairs, and edits one workload or policy after the other. */
export function measureReach(workloads: number, policies: number, edits: number, seed = 1): ReachTimes {
  const random = createRandom(seed);
  const texts = new Map(generateCluster(random, workloads, policies));
  const folder = new WorkspaceFolder('/cluster', { defaultNamespace: 'default' });
  folder.apply([...texts].map(([path, text]) => ({ path, text })));
  let groups = 0;
  const cold = timed(() => {
    groups = visitAll(folder);
  });
  const files = [...texts.keys()];
  const times: number[] = [];
  for (let edit = -WARM_UP; edit < edits; edit++) {
    const path = files[((edit + WARM_UP) * 37) % files.length] ?? '';
    const text = changeText(texts.get(path) ?? '', edit + WARM_UP);
    const time = timed(() => {
      folder.apply([{ path, text }]);
      visitGroups(folder);
    });
    if (edit >= 0) times.push(time);
  }
  return { workloads, policies, groups, cold, edits: times.sort((a, b) => a - b) };
}

/** Edits before those that count: an editor's server has seen some, too. */
const WARM_UP = 20;

/** All pairs, each looked at once. */
function visitAll(folder: WorkspaceFolder): number {
  const matrix = computeReach(folder.units);
  if (!('boundsOf' in matrix)) return 0;
  const count = matrix.groups.length;
  let sum = 0;
  for (let from = 0; from < count; from++) sum += matrix.keysFrom(from)[from] ?? 0;
  return Number.isNaN(sum) ? -1 : count;
}

/** Each group with itself: both of its directions are judged against all others then. */
function visitGroups(folder: WorkspaceFolder): void {
  const matrix = computeReach(folder.units);
  if ('boundsOf' in matrix) for (const at of matrix.groups.keys()) matrix.boundsOf(at, at);
}

/** Another port in a policy, another label in a workload. */
function changeText(text: string, edit: number): string {
  return text.replace(/port: \d+/, `port: ${2000 + edit}`).replace(/tier: \w+/, `tier: edit${edit}`);
}

const PER_NAMESPACE = 50;

function generateCluster(random: Random, workloads: number, policies: number): readonly (readonly [string, string])[] {
  const count = Math.ceil(workloads / PER_NAMESPACE);
  const spaces = Array.from({ length: count }, (_, index) => `team-${index}`);
  const files: [string, string][] = spaces.map((name, index) => [
    `/cluster/${name}/namespace.yaml`,
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {zone: z${index % 4}}}\n`,
  ]);
  for (let index = 0; index < workloads; index++) {
    const namespace = spaces[index % count] ?? '';
    files.push([`/cluster/${namespace}/app-${index}.yaml`, workloadText(random, namespace, index)]);
  }
  for (let index = 0; index < policies; index++) {
    const at = index % count;
    const other = spaces[(at + 1) % count] ?? '';
    const text = policyText(random, index, {
      namespace: spaces[at] ?? '',
      other,
      apps: Math.floor(workloads / count),
      at,
      count,
    });
    files.push([`/cluster/${spaces[at]}/policy-${index}.yaml`, text]);
  }
  return files;
}

function workloadText(random: Random, namespace: string, index: number): string {
  const tier = random.pick(['edge', 'middle', 'data']);
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: app-${index}, namespace: ${namespace}}
spec:
  replicas: 2
  selector: {matchLabels: {app: app-${index}}}
  template:
    metadata: {labels: {app: app-${index}, tier: ${tier}}}
    spec:
      containers:
        - name: main
          image: app:1
          ports: [{name: http, containerPort: ${random.pick([8080, 8000, 3000])}}, {name: metrics, containerPort: 9090}]
`;
}

interface Scene {
  readonly namespace: string;
  readonly other: string;
  /** Workloads of the namespace. */
  readonly apps: number;
  readonly at: number;
  readonly count: number;
}

function policyText(random: Random, index: number, scene: Scene): string {
  const { namespace, other } = scene;
  const head = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: policy-${index}, namespace: ${namespace}}
spec:
`;
  const app = () => `app-${random.integer(0, scene.apps - 1) * scene.count + scene.at}`;
  const turn = Math.floor(index / scene.count);
  if (turn === 0) return `${head}  podSelector: {}\n  policyTypes: [Ingress, Egress]\n`;
  if (turn === 1)
    return `${head}  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
    - to: [{namespaceSelector: {matchLabels: {zone: z${scene.at % 4}}}}]
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}}]
      ports: [{port: 443}]
`;
  if (turn === 2)
    return `${head}  podSelector: {matchExpressions: [{key: tier, operator: In, values: [edge, middle]}]}
  ingress:
    - from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${other}}}}]
      ports: [{port: http}]
`;
  return `${head}  podSelector: {matchLabels: {app: ${app()}}}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: ${app()}}}
        - podSelector: {matchLabels: {app: ${app()}}}
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${other}}}
          podSelector: {matchLabels: {tier: data}}
      ports: [{port: ${random.pick([8080, 8000, 3000])}}, {port: 9000, endPort: 9010}]
    - from: [{ipBlock: {cidr: 203.0.113.${random.integer(0, 255)}/32}}]
`;
}

function timed(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Prints the times of three sizes. */
export function reportReach(edits: number): void {
  for (const [workloads, policies] of [
    [300, 30],
    [1000, 200],
    [10_000, 2000],
  ] as const) {
    const { groups, cold, edits: times } = measureReach(workloads, policies, workloads > 1000 ? 3 : edits);
    const p95 = times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? 0;
    const median = times[Math.floor(times.length / 2)] ?? 0;
    const size = groups === 0 ? 'too many groups' : `${groups} groups`;
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `  all pairs of ${workloads} workloads under ${policies} policies: ${cold.toFixed(0)} ms, an edit ${median.toFixed(1)} ms (median), ${p95.toFixed(1)} ms (p95), ${size}, ${peak} MB`,
    );
  }
}
