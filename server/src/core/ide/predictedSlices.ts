import type { Span } from '../base/span.ts';
import { ANY_CLUSTER, type ClusterFacts } from '../cluster/clusterFacts.ts';
import { predictService } from '../cluster/endpoints.ts';
import { findNearMiss } from '../cluster/nearMiss.ts';
import { whyMoreMayExist, withExternal } from '../cluster/openWorld.ts';
import type { PredictedService } from '../cluster/prediction.ts';
import { selectWorkloads } from '../cluster/selection.ts';
import { joinWords, nearby } from '../explain/context.ts';
import { selectorText } from '../k8s/labels.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { RuleSettings } from '../workspace/config.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { unitsFor } from './locate.ts';
import { sliceDocuments } from './sliceText.ts';
import { asComment, doubtComments, type SliceContext, UNDECIDED } from './sliceWords.ts';

export interface PredictedSlicesRequest {
  readonly folder: WorkspaceFolder;
  /** A file in which something of the Services is written, or of the workloads that they select. */
  readonly path: string;
  /** The name of one Service, as the file writes it or as a unit has it; absent: all of them. */
  readonly service?: string | undefined;
  readonly settings: RuleSettings;
  /** The id of the one unit to speak of, where the file is part of it. */
  readonly view?: string | undefined;
  /** Whether the index holds the whole folder. */
  readonly complete: boolean;
  /** A place in words: `base/web.yaml:7`. */
  readonly showPlace: (file: string, offset: number) => string;
}

/**
 * The EndpointSlices that the controllers will make of the Services of a file, as a YAML stream that has the shape of the real
 * objects: placeholders in angle brackets stand for what the cluster draws, and comments tell why each part is as it is. What
 * units have in common stands there once.
 */
export function predictedSlices(request: PredictedSlicesRequest): string {
  const texts = new Map<string, string[]>();
  const units = unitsFor(request.folder, request.path, request.view);
  for (const { unit, isChart } of units) {
    const services = servicesOf(unit, request);
    if (services.length === 0) continue;
    const notes = isChart ? ['the chart is not rendered: this is what its text says outside of templates'] : [];
    if (!request.complete) notes.push('the folder is still being read: there may be more');
    const head = notes.map((note) => `# ${note}\n`).join('');
    const text = head + services.map((service) => serviceText(unit, service, request)).join('---\n');
    texts.set(text, [...(texts.get(text) ?? []), unit.label]);
  }
  if (texts.size === 0) return nothingText(request);
  const isNamed = units.length > 1 || units.some(({ unit }) => unit.kind !== 'loose');
  return [...texts]
    .map(([text, labels]) => (isNamed ? `# In ${joinWords(labels.map((label) => label || '.'))}\n${text}` : text))
    .join('---\n');
}

function nothingText({ service }: PredictedSlicesRequest): string {
  return service === undefined
    ? '# No Service is written here, and none selects the Pods of what is.\n'
    : `# There is no Service ${service} here now.\n`;
}

/** The Services of which something is written in the file; where there are none, those that select its workloads. */
export function servicesOf(
  unit: Unit,
  { folder, path, service }: Pick<PredictedSlicesRequest, 'folder' | 'path' | 'service'>,
): readonly Service[] {
  const written = unit.writtenIn(path);
  const own = written.filter((resource) => resource.type === 'service');
  const found = own.length > 0 ? own : selecting(unit, new Set(written.filter(({ type }) => type === 'workload')));
  return service === undefined
    ? found
    : found.filter((each) => each.name?.value === service || writtenName(folder, each) === service);
}

function selecting(unit: Unit, workloads: ReadonlySet<unknown>): readonly Service[] {
  if (workloads.size === 0) return [];
  return [...unit.index.ofType('service')].filter(({ selector, namespace, ...service }) => {
    if (selector === undefined || !selectsPods({ selector, namespace, ...service })) return false;
    const { matched } = selectWorkloads(unit.index, selector, namespace);
    return matched.some((workload) => workloads.has(workload));
  });
}

/** The name of an object before a tool changed it. */
function writtenName({ files }: WorkspaceFolder, { file, start, kind }: Service): string | undefined {
  return files.get(file)?.resources.find((resource) => resource.start === start && resource.kind === kind)?.name?.value;
}

/** What the controllers make of a Service in the steady state, by the objects of one unit that belong to it. */
export function predictIn(unit: Unit, service: Service, settings: RuleSettings): PredictedService {
  const { external } = withExternal(settings, unit);
  const facts: ClusterFacts = {
    ...ANY_CLUSTER,
    whyMore: (namespace) => whyMoreMayExist(unit, namespace, external),
  };
  return predictService(indexFor(unit, service), service, facts);
}

/**
 * The objects that a Service is judged by. Folders of loose manifests often hold many small applications with equal labels: what
 * lies beside the Service hides what lies elsewhere, as it does in hovers.
 */
function indexFor(unit: Unit, service: Service): ResourceIndex {
  const { selector, namespace } = service;
  if (unit.kind !== 'loose' || selector === undefined || !selectsPods(service)) return unit.index;
  const { matched, possible } = selectWorkloads(unit.index, selector, namespace);
  const near = new Set(nearby(service, matched, unit));
  const hidden = new Set<unknown>(matched.filter((workload) => !near.has(workload)));
  if (hidden.size === 0) return unit.index;
  for (const workload of possible) hidden.add(workload);
  const index = new ResourceIndex();
  for (const resource of unit.index.all) if (!hidden.has(resource)) index.add(resource);
  return index;
}

function serviceText(unit: Unit, service: Service, request: PredictedSlicesRequest): string {
  const { settings, showPlace } = request;
  const placeOf = (file: string, span: Span) => {
    const { file: written, start } = unit.siblings.files.resolve(file, span);
    return showPlace(written, start);
  };
  const context: SliceContext = {
    placeOf,
    namespace:
      service.namespace === undefined
        ? settings.defaultNamespace || '<namespace>'
        : (service.namespace.value ?? UNDECIDED),
  };
  const predicted = predictIn(unit, service, settings);
  const name = service.name?.value ?? UNDECIDED;
  const head = [
    `Service ${context.namespace}/${name}, ${placeOf(service.file, headSpan(service))}`,
    ...kindLines(predicted),
    ...(service.refusals ?? []).map(
      ({ message, start, end }) =>
        `the API server refuses this Service: ${message} (${placeOf(service.file, { start, end })})`,
    ),
    ...selectionLines(unit, predicted, placeOf),
  ];
  const comments = [...head.map((line) => `# ${asComment(line)}`), ...doubtComments(predicted.doubts, placeOf)]
    .map((line) => `${line}\n`)
    .join('');
  return comments + (predicted.kind === 'unknown' ? '' : sliceDocuments(predicted, context).join('---\n'));
}

function kindLines({ kind, service, slices }: PredictedService): readonly string[] {
  if (kind === 'externalName')
    return [`an alias of ${service.externalName?.value ?? '?'}: DNS answers, no slices are made`];
  if (kind !== 'none') return [];
  return [
    slices.length === 0
      ? 'no selector, and no hand-written endpoints: there are no slices, and nothing answers'
      : 'no selector: hand-written endpoints count',
  ];
}

/** Why there are no endpoints, where there are none. */
function selectionLines(
  unit: Unit,
  { kind, service, slices }: PredictedService,
  placeOf: SliceContext['placeOf'],
): readonly string[] {
  const { selector } = service;
  if (kind !== 'selector' || selector === undefined || slices.some(({ endpoints }) => endpoints.length > 0)) return [];
  const { matched, possible } = selectWorkloads(unit.index, selector, service.namespace);
  const place = placeOf(service.file, selector);
  const found = [...matched, ...possible].map(
    (workload) => `${describeResource(workload)} (${placeOf(workload.file, headSpan(workload))})`,
  );
  if (found.length > 0) return [`no Pods: ${joinWords(found)} ${found.length === 1 ? 'makes' : 'make'} none now`];
  const miss = findNearMiss(unit.index, selector, service.namespace, service.file);
  const text = `selector ${selectorText(selector)} (${place}) matches no Pod template of these manifests`;
  if (miss === undefined) return [text];
  const { workload, actual } = miss;
  return [
    text,
    `near miss: ${describeResource(workload)} has ${miss.differs === 'value' ? miss.requirement.key.value : actual.value}=${miss.differs === 'value' ? actual.value : (miss.requirement.values[0]?.value ?? '')} (${placeOf(workload.file, actual)})`,
  ];
}
