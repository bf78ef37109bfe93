// Measures predictions over a workspace: npm run bench -- --only predictions
import { readFileSync } from 'node:fs';
import { ANY_CLUSTER } from '../server/src/core/cluster/clusterFacts.ts';
import { createDnsWorld } from '../server/src/core/cluster/dnsWorld.ts';
import { predictService } from '../server/src/core/cluster/endpoints.ts';
import { hostReferencesOf, isHostHolder } from '../server/src/core/cluster/hostReferences.ts';
import { findRefusals } from '../server/src/core/k8s/api/validate.ts';
import type { Unit } from '../server/src/core/sources/unit.ts';
import type { WorkspaceFolder } from '../server/src/core/workspace/folder.ts';
import { Workspace } from '../server/src/core/workspace/workspace.ts';
import { parseYaml } from '../server/src/core/yaml/parse.ts';
import { createNodeHost } from '../server/src/main/nodeHost.ts';

/** Milliseconds of processor time. */
export interface PredictionTimes {
  readonly services: number;
  readonly strings: number;
  readonly documents: number;
  /** For everything, the manifests being read: endpoints of all Services, DNS strings, the structure of all objects. */
  readonly cold: { readonly endpoints: number; readonly dns: number; readonly structure: number };
  /** For reading one file again and predicting what it shows, sorted. */
  readonly edits: readonly number[];
}

/** Reads a folder, predicts everything in it, and then what one file after the other shows after an edit. */
export async function measurePredictions(root: string, edits: number): Promise<PredictionTimes> {
  const workspace = new Workspace(createNodeHost(), { userSettings: () => ({}) });
  await workspace.indexFolder(root);
  const folder = workspace.folders[0]?.index;
  if (folder === undefined) throw new Error(`there is nothing in ${root}`);
  let services = 0;
  let strings = 0;
  let documents = 0;
  const endpoints = timed(() => {
    for (const unit of folder.units) services += predictEndpoints(unit);
  });
  const dns = timed(() => {
    for (const unit of folder.units) strings += predictNames(unit);
  });
  const texts = new Map([...folder.files.keys()].map((path) => [path, readFileSync(path, 'utf8')]));
  const parsing = timed(() => {
    for (const text of texts.values()) parseYaml(text);
  });
  const structure = timed(() => {
    for (const text of texts.values()) documents += judge(text);
  });
  const times = editFiles(folder, [...texts], edits);
  return {
    services,
    strings,
    documents,
    cold: { endpoints, dns, structure: Math.max(0, structure - parsing) },
    edits: times,
  };
}

function predictEndpoints({ index }: Unit): number {
  let count = 0;
  for (const service of index.ofType('service')) {
    predictService(index, service, ANY_CLUSTER);
    count++;
  }
  return count;
}

function predictNames(unit: Unit): number {
  const world = createDnsWorld(unit.index, { ...ANY_CLUSTER, clusterDomain: 'cluster.local' });
  let count = 0;
  for (const resource of unit.index.all) {
    if (!isHostHolder(resource)) continue;
    count += hostReferencesOf(unit, resource).length;
  }
  return world === undefined ? 0 : count;
}

function judge(text: string): number {
  const { documents } = parseYaml(text);
  for (const { root } of documents) if (root !== undefined) findRefusals(root);
  return documents.length;
}

/** What an editor shows of an edited file: its Services, the strings of its workloads, and what the API server refuses. */
function editFiles(folder: WorkspaceFolder, texts: readonly (readonly [string, string])[], edits: number) {
  const chosen = texts.filter(([, text]) => /^kind: (?:Service|Deployment)$/m.test(text));
  const times: number[] = [];
  for (let edit = -WARM_UP; edit < edits; edit++) {
    const [path, text] = chosen[((edit + WARM_UP) * 37) % chosen.length] ?? ['', ''];
    const changed = text.replace(/replicas: \d+/, `replicas: ${edit + WARM_UP + 1}`);
    const time = timed(() => {
      folder.apply([{ path, text: changed }]);
      for (const unit of folder.unitsOf(path)) predictFile(unit, path);
      judge(changed);
    });
    if (edit >= 0) times.push(time);
  }
  return times.sort((a, b) => a - b);
}

/** Edits before those that count: an editor's server has seen some, too. */
const WARM_UP = 20;

function predictFile(unit: Unit, path: string): void {
  for (const resource of unit.writtenIn(path)) {
    if (resource.type === 'service') predictService(unit.index, resource, ANY_CLUSTER);
    if (isHostHolder(resource)) hostReferencesOf(unit, resource);
  }
}

function timed(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Prints the times of a folder. */
export async function reportPredictions(folder: string, edits: number): Promise<void> {
  const { services, strings, documents, cold, edits: times } = await measurePredictions(folder, edits);
  const p95 = times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? 0;
  const median = times[Math.floor(times.length / 2)] ?? 0;
  console.log(
    `  predictions      endpoints of ${services} Services ${cold.endpoints.toFixed(0)} ms, ${strings} DNS strings ${cold.dns.toFixed(0)} ms, structure of ${documents} documents ${cold.structure.toFixed(0)} ms; an edited file ${median.toFixed(1)} ms (median), ${p95.toFixed(1)} ms (p95)`,
  );
}
