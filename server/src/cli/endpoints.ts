import { findNearest } from '../core/base/editDistance.ts';
import { comparePlaces } from '../core/cluster/adoption.ts';
import { ANY_CLUSTER, type ClusterFacts } from '../core/cluster/clusterFacts.ts';
import { endpointsWithoutService, predictService, unattachedSlices } from '../core/cluster/endpoints.ts';
import { endpointsJson, mergeSlices, reasonJson, sliceJson } from '../core/cluster/endpointsJson.ts';
import { whyMoreMayExist } from '../core/cluster/openWorld.ts';
import type { PredictedService } from '../core/cluster/prediction.ts';
import { reasonAt } from '../core/cluster/reason.ts';
import { storedServiceSpec } from '../core/cluster/serviceSpec.ts';
import type { JsonObject } from '../core/k8s/api/defaults/draft.ts';
import { describeResource } from '../core/k8s/resourceBase.ts';
import type { Service } from '../core/k8s/service.ts';
import type { ResourceIndex } from '../core/sources/resourceIndex.ts';
import type { Unit } from '../core/sources/unit.ts';
import { formatEndpoints, refusedJson, type ShownService } from './format/endpoints.ts';
import { type Loaded, load } from './load.ts';
import { acceptedObjects, createTrees, knownJson, type RefusedObject } from './manifests.ts';
import type { Program } from './program.ts';
import { createPlacer, type Place } from './report.ts';
import { labelOf, unitGroups } from './unitGroups.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/**
 * `kubefathom endpoints`: the EndpointSlices that the controllers make of each Service, in the steady state in which every Pod
 * runs and is ready. What is given counts as all that is applied, into the namespace `default` where none is named.
 */
export async function endpoints(args: ParsedArguments, program: Program): Promise<number> {
  const wanted = args.values.service === undefined ? undefined : parseService(args.values.service);
  const options = { defaults: { defaultNamespace: 'default' }, isWhole: true };
  const loaded = await load(args.positionals, args, program, options);
  const treeOf = createTrees(loaded);
  const placer = createPlacer(loaded.base, loaded.textOf);
  const placeOf = (file: string, start: number, end: number) => {
    const written = loaded.folder.index.siblings.files.resolve(file, { start, end });
    return placer(written.file, written);
  };
  const groups = unitGroups(loaded).map((units) => predictGroup(units, loaded, treeOf));
  const chosen = groups.map((group) => ({
    ...group,
    services: group.services.filter((each) => isWanted(each, wanted)),
  }));
  if (wanted !== undefined && chosen.every(({ services }) => services.length === 0))
    throw new UsageError(missingService(wanted, args.values.service ?? '', groups));
  const several = groups.filter(({ services }) => services.length > 0).length > 1;
  if (args.values.format === 'json') {
    const answer = toJson(chosen, several, wanted === undefined, placeOf);
    program.out(`${JSON.stringify(answer, replaceBigInts, 2)}\n`);
  } else {
    const shown = chosen.map(({ label, services, refused }) => ({
      label: several ? label : '',
      services,
      refused: wanted === undefined ? refused.map((each) => refusedJson(each, placeOf)) : [],
    }));
    program.out(formatEndpoints(shown, (file, start, end) => placeText(placeOf(file, start, end))));
  }
  return 0;
}

interface Wanted {
  readonly namespace: string | undefined;
  readonly name: string;
}

interface Group {
  readonly label: string;
  readonly index: ResourceIndex;
  readonly services: readonly ShownService[];
  readonly refused: readonly RefusedObject[];
}

/** `NAMESPACE/NAME`, or `NAME` in any namespace. */
function parseService(given: string): Wanted {
  const [first = '', second, more] = given.split('/');
  if (first === '' || second === '' || more !== undefined)
    throw new UsageError(`--service is NAMESPACE/NAME of a Service, such as shop/web, not \`${given}\``);
  return second === undefined ? { namespace: undefined, name: first } : { namespace: first, name: second };
}

function isWanted({ namespace, name }: ShownService, wanted: Wanted | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.name === name && (wanted.namespace === undefined || wanted.namespace === namespace);
}

function predictGroup(
  units: readonly Unit[],
  { folder: { settings } }: Loaded,
  treeOf: ReturnType<typeof createTrees>,
): Group {
  const { index, unitOf, refused } = acceptedObjects(units, treeOf);
  const facts: ClusterFacts = {
    ...ANY_CLUSTER,
    whyMore: (namespace) => units.map((unit) => whyMoreMayExist(unit, namespace, settings.external)).find(Boolean),
  };
  const byName = new Map<string, ShownService>();
  for (const service of [...index.ofType('service')].sort(comparePlaces)) {
    const namespace = service.namespace === undefined ? 'default' : (service.namespace.value ?? 'unknown');
    const name = service.name === undefined ? '' : (service.name.value ?? 'unknown');
    const key = `${namespace}/${name}`;
    const unit = unitOf.get(service);
    const manifest = knownJson(unit && treeOf(unit, service));
    const predicted = predictService(index, service, facts);
    const earlier = byName.get(key);
    byName.set(key, {
      namespace,
      name,
      manifest,
      predicted: earlier === undefined ? predicted : withTwin(predicted, earlier.predicted.service),
    });
  }
  const services = [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service);
  return { label: labelOf(units), index, services, refused };
}

function withTwin(predicted: PredictedService, twin: Service): PredictedService {
  const text = `several manifests are named \`${describeResource(twin)}\`, and the one that is applied last counts`;
  return { ...predicted, doubts: [...predicted.doubts, { ...reasonAt(twin, text), about: 'existence' }] };
}

function missingService({ name }: Wanted, given: string, groups: readonly Group[]): string {
  const refused = groups
    .flatMap((group) => group.refused)
    .find(({ resource }) => resource.kind === 'Service' && resource.name?.value === name);
  if (refused !== undefined)
    return `the API server refuses Service \`${given}\`: ${refused.refusals[0]?.message ?? ''}`;
  const services = groups.flatMap((group) => group.services);
  const meant =
    services.find((service) => service.name === name) ?? findNearest(name, services, (service) => service.name);
  const hint = meant === undefined ? '' : `; did you mean \`${meant.namespace}/${meant.name}\`?`;
  return `there is no Service \`${given}\` in the manifests that were read${hint}`;
}

type PlaceOf = (file: string, start: number, end: number) => Place;

function toJson(groups: readonly Group[], several: boolean, isWhole: boolean, placeOf: PlaceOf): JsonObject {
  const services = groups.flatMap(({ label, services: own }) =>
    own.map((service) => ({ ...serviceJson(service), ...(several ? { units: label.split(', ') } : {}) })),
  );
  if (!isWhole) return { services };
  const refused = groups.flatMap((group) => group.refused.map((each) => refusedJson(each, placeOf)));
  const slices = groups
    .flatMap(({ index }) => unattachedSlices(index))
    .map(({ source, serviceName, slice }) => ({
      ...sliceJson(slice),
      namespace: source.namespace?.value ?? 'default',
      ...(serviceName === undefined ? {} : { serviceName }),
    }));
  const loose = groups
    .flatMap(({ index }) => endpointsWithoutService(index))
    .map(({ source, endpoints: own }) => ({
      name: source.name?.value ?? 'unknown',
      namespace: source.namespace?.value ?? 'default',
      endpoints: endpointsJson(own),
    }));
  return {
    services,
    ...(slices.length === 0 ? {} : { unattachedEndpointSlices: slices }),
    ...(loose.length === 0 ? {} : { endpointsWithoutService: loose }),
    ...(refused.length === 0 ? {} : { refused }),
  } as unknown as JsonObject;
}

function serviceJson({ namespace, name, manifest, predicted }: ShownService): JsonObject {
  const metadata = manifest?.metadata;
  const labels = metadata !== null && typeof metadata === 'object' && !Array.isArray(metadata) ? metadata : {};
  const { labels: own } = labels as JsonObject;
  const isOpen = predicted.kind === 'unknown';
  return {
    name,
    namespace,
    ...(own === undefined || own === null ? {} : { labels: own }),
    spec: manifest === undefined ? 'unknown' : storedServiceSpec(manifest),
    endpointSlices: isOpen ? 'unknown' : mergeSlices(predicted.slices).map(sliceJson),
    endpoints: isOpen ? 'unknown' : predicted.endpoints === undefined ? null : endpointsJson(predicted.endpoints),
    ...(predicted.doubts.length > 0 && !isOpen ? { more: 'unknown' } : {}),
    ...reasonJson(predicted.doubts),
  };
}

function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** Integers beyond 2^53 are printed as texts. */
function replaceBigInts(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
