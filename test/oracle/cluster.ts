import { answerDns, type RecordType } from '../../server/src/core/cluster/dns.ts';
import { type RecordJson, recordsJson } from '../../server/src/core/cluster/dnsText.ts';
import { createDnsWorld } from '../../server/src/core/cluster/dnsWorld.ts';
import { endpointsWithoutService, predictService, unattachedSlices } from '../../server/src/core/cluster/endpoints.ts';
import { endpointsJson, mergeSlices, podJson, sliceJson } from '../../server/src/core/cluster/endpointsJson.ts';
import { podsOf } from '../../server/src/core/cluster/pods.ts';
import type { PredictedService } from '../../server/src/core/cluster/prediction.ts';
import type { Service } from '../../server/src/core/k8s/service.ts';
import { ApiServer } from './cluster/apiServer.ts';
import { applyFile, readOptions } from './cluster/kubectl.ts';
import { type Json, readScenarios, type Scenario } from './cluster/scenario.ts';
import { type World, worldOf } from './cluster/world.ts';
import type { Tally } from './runners.ts';
import { compare, type Verdict } from './vector.ts';

interface Part {
  readonly id: string;
  readonly verdict: Verdict;
}

/**
 * Compares every scenario of a folder with our prediction, part by part, one vector each: `NAME/apply/FILE#DOCUMENT`,
 * `NAME/services`, `NAME/service/NAMESPACE/NAME/spec` (`…/endpointSlices`, `…/endpoints`), `NAME/unattached`, `NAME/pods` and
 * `NAME/dns/TYPE NAME`. What of an answer is left open counts as unknown.
 */
export function runScenarios(folder: string, corpus: string): Tally {
  const count = { agree: 0, differ: 0, unknown: 0 };
  const rest: Part[] = [];
  for (const scenario of readScenarios(folder, corpus)) {
    for (const part of runSafely(scenario)) {
      count[part.verdict.status] += 1;
      if (part.verdict.status !== 'agree') rest.push(part);
    }
  }
  return { ...count, rest };
}

function runSafely(scenario: Scenario): readonly Part[] {
  try {
    return [...runScenario(scenario)].map(({ id, verdict }) => ({ id: `${scenario.name}/${id}`, verdict }));
  } catch (error) {
    const detail = `threw ${error instanceof Error ? error.stack : String(error)}`;
    return [{ id: scenario.name, verdict: { status: 'differ', detail } }];
  }
}

function* runScenario({ files, namespace: own, namespaces, flags, expected }: Scenario): Iterable<Part> {
  const options = readOptions(flags, own);
  const { namespace } = options;
  const server = new ApiServer(namespaces);
  const applied = files.flatMap(({ path, text }) => applyFile(server, path, text, options));
  for (const document of expected.apply) {
    const same = applied.find((other) => other.file === document.file && other.document === document.document);
    const { kind, name, namespace: written, result } = document;
    const mine = same && { kind: same.kind, name: same.name, namespace: same.namespace, result: same.result };
    yield {
      id: `apply/${document.file}#${document.document}`,
      verdict: compare({ kind, name, namespace: written, result }, mine),
    };
  }
  const world = worldOf(server);
  const services = [...world.index.ofType('service')];
  const fullName = (service: Service) => `${service.namespace?.value}/${service.name?.value}`;
  yield {
    id: 'services',
    verdict: compare(
      expected.services.map((service) => `${service.namespace}/${service.name}`).sort(),
      services.map(fullName).sort(),
    ),
  };
  for (const recorded of expected.services) {
    const id = `${recorded.namespace}/${recorded.name}`;
    const service = services.find((other) => fullName(other) === id);
    if (service !== undefined)
      yield* compareService(`service/${id}`, recorded, predictService(world.index, service, world.facts), world);
  }
  const unattached = unattachedSlices(world.index).map(({ source, serviceName, slice }) => ({
    ...sliceJson(slice),
    namespace: source.namespace?.value,
    ...(serviceName === undefined ? {} : { serviceName }),
  }));
  const loose = endpointsWithoutService(world.index).map(({ source, endpoints }) => ({
    name: source.name?.value,
    namespace: source.namespace?.value,
    endpoints: endpointsJson(endpoints),
  }));
  const recordedLoose = [expected.unattachedEndpointSlices ?? [], expected.endpointsWithoutService ?? []];
  yield { id: 'unattached', verdict: compareSets(recordedLoose, [unattached, loose]) };
  const pods = [...world.index.ofType('workload')].flatMap((workload) => podsOf(world.index, workload, world.facts));
  yield {
    id: 'pods',
    verdict: compareSets(
      expected.pods,
      pods.map((pod) => hideNodes(world.asUpdated(pod, podJson(pod, world.facts, namespace)), files)),
      pods.some(({ doubts }) => doubts.length > 0),
    ),
  };
  const dns = createDnsWorld(world.index, {
    ...world.facts,
    clusterDomain: 'cluster.local',
    namespace,
    namespaces: server.namespaces,
  });
  for (const { name, type, rcode, answers } of expected.dns) {
    const answer = answerDns(dns, name, type as RecordType);
    const records = recordsJson(answer.name, answer.answers, namespace);
    const mine = { rcode: answer.rcode, answers: records.map((record) => asRecorded(record, name)) };
    const recorded = { rcode, answers };
    const isOpen = answer.rcode === 'unknown' || answer.doubts.length > 0;
    yield { id: `dns/${type} ${name}`, verdict: compareSets(recorded, mine, isOpen) };
  }
}

function* compareService(
  id: string,
  recorded: Scenario['expected']['services'][number],
  predicted: PredictedService,
  world: World,
): Iterable<Part> {
  const isOpen =
    predicted.doubts.length > 0 ||
    predicted.slices.some(({ doubts, endpoints }) => [{ doubts }, ...endpoints].some((part) => part.doubts.length > 0));
  yield { id: `${id}/spec`, verdict: compare(recorded.spec, world.specOf(predicted.service)) };
  const slices = mergeSlices(predicted.slices).map(sliceJson);
  yield { id: `${id}/endpointSlices`, verdict: compareSets(recorded.endpointSlices, slices, isOpen) };
  const endpoints = predicted.endpoints === undefined ? null : endpointsJson(predicted.endpoints);
  yield { id: `${id}/endpoints`, verdict: compareSets(recorded.endpoints, endpoints, isOpen) };
}

/** Zone and region of a node are written as placeholders, but where the manifests name them. */
function hideNodes(pod: Json, files: Scenario['files']): Json {
  const labels = Object.entries(pod.labels as Json).map(([key, value]) => {
    const placeholder = NODE_LABELS.get(key);
    const isNamed = files.some(({ text }) => text.includes(String(value)));
    return [key, placeholder === undefined || isNamed ? value : placeholder];
  });
  return { ...pod, labels: Object.fromEntries(labels) };
}

const NODE_LABELS: ReadonlyMap<string, string> = new Map([
  ['topology.kubernetes.io/zone', '<zone>'],
  ['topology.kubernetes.io/region', '<region>'],
]);

/** The API server's own address is that of the recorded cluster, and a text record is recorded as it is printed. */
function asRecorded(record: RecordJson, name: string): RecordJson {
  if (record.to === 'clusterIP of default/kubernetes') return { ...record, to: '10.96.0.1' };
  return record.type === 'TXT' ? { ...record, to: `${name}.\t28800\tIN\tTXT\t"${record.to}"` } : record;
}

/** Lists count as sets, and Pods of one owner are alike; what our answers say beyond the recorded ones is left out. */
function compareSets(expected: unknown, actual: unknown, isOpen = false): Verdict {
  const verdict = compare(unordered(expected), unordered(actual));
  return verdict.status === 'differ' && isOpen ? { ...verdict, status: 'unknown' } : verdict;
}

function unordered(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/#\d+/g, '#');
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(unordered).map((item) => ({ item, text: stable(item) }));
    return items.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ item }) => item);
  }
  const entries = Object.entries(value as Json).filter(([name]) => name !== 'readyWhen');
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, unordered(item)]),
  );
}

function stable(value: unknown): string {
  return JSON.stringify(value) ?? '';
}
