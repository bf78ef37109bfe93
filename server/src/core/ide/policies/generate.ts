import { dirname, extension, joinPath } from '../../base/path.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { FileEdit } from '../../rules/rule.ts';
import { identityOf } from '../../rules/shared/policyRuleText.ts';
import { KUSTOMIZATION_FILES } from '../../sources/kustomization.ts';
import type { Unit } from '../../sources/unit.ts';
import type { RuleSettings } from '../../workspace/config.ts';
import { findPair } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { locate, type PlaceRequest, unitsFor } from '../locate.ts';
import { planEgress } from './egressPlan.ts';
import { planIngress } from './ingressPlan.ts';
import { joinDirections, leftOut, type PlannedDirection, type PolicyPlan } from './plan.ts';
import { findCutNeeds } from './prove.ts';
import { readToldValues } from './toldValues.ts';
import { writePolicy } from './write.ts';

export interface GenerateRequest extends PlaceRequest {
  readonly settings: Pick<RuleSettings, 'clusterDomain'>;
  /** The id of the one unit to speak of, where the file is part of it. */
  readonly view?: string | undefined;
  /** Whether the client can make files; else the policy goes to the workload's own. */
  readonly canCreate: boolean;
}

/** What can be generated for the workload at a place; with `why`, that nothing can. */
export type Generation =
  | { readonly kind: 'nothing'; readonly why: string }
  | {
      readonly kind: 'policy';
      readonly plan: PolicyPlan;
      /** Where the policy goes: a new file, or the end of the workload's own. */
      readonly file: string;
      readonly isNew: boolean;
      /** The files whose texts {@link finishGeneration} wants to see: those of the evidence, and a kustomization. */
      readonly wanted: readonly string[];
    };

/** More units than that of one file are not looked at: what differs between them is the same few fields. */
const MAX_UNITS = 12;

/**
 * Plans a NetworkPolicy for the workload at a place, from what the manifests declare; `undefined` where no workload stands.
 * A direction is only restricted where all declared needs are proved to be allowed afterwards, in every unit of the file.
 */
export function planGeneration(request: GenerateRequest): Generation | undefined {
  const { folder, path, view, settings } = request;
  const written = locate(request);
  const workload = written?.resource;
  if (workload?.type !== 'workload' || folder.chartOf(path) !== undefined) return undefined;
  const subjects = unitsFor(folder, path, view)
    .slice(0, MAX_UNITS)
    .flatMap(({ unit }): readonly Subject[] => {
      const own = unit
        .writtenIn(path)
        .find(({ file, start, type }) => file === path && start === workload.start && type === 'workload');
      return own?.type === 'workload' ? [{ unit, workload: own }] : [];
    });
  const [first] = subjects;
  if (first === undefined) return undefined;
  if (isJson(path) && !request.canCreate)
    return { kind: 'nothing', why: 'a JSON file has no room for a second object' };
  const head = planHead(workload, first);
  if (typeof head === 'string') return { kind: 'nothing', why: head };
  const { clusterDomain } = settings;
  const directions = (planOf: (subject: Subject) => PlannedDirection) => joinDirections(subjects.map(planOf));
  const drafted: PolicyPlan = {
    ...head,
    ingress: directions(({ unit, workload: own }) => planIngress(unit, own, clusterDomain)),
    egress: directions(({ unit, workload: own }) => {
      const told = readToldValues(unit.rootOf(own) ?? written?.root, own.file);
      return planEgress(unit, own, told, clusterDomain);
    }),
  };
  const plan = proved(drafted, subjects, clusterDomain);
  const { ingress, egress } = plan;
  if (ingress.kind === 'left out' && egress.kind === 'left out')
    return { kind: 'nothing', why: `ingress: ${ingress.why}; egress: ${egress.why}` };
  const place = placeFor(request, plan);
  const kustomization = place.isNew ? findListing(request) : undefined;
  const evidence = [ingress, egress].flatMap((direction) => (direction.kind === 'rules' ? direction.rules : []));
  const files = evidence.flatMap(({ notes }) => notes.flatMap(({ at }) => (at === undefined ? [] : [at.file])));
  return {
    kind: 'policy',
    plan,
    ...place,
    wanted: [...new Set([...files, ...(kustomization === undefined ? [] : [kustomization])])],
  };
}

/** Whether a place is the kind or name of its object. */
export function isAtHead(request: PlaceRequest): boolean {
  const names = (locate(request)?.steps ?? []).map((step) => (step.kind === 'item' ? '[]' : step.pair.name)).join('.');
  return names === 'kind' || names === 'metadata.name';
}

interface Subject {
  readonly unit: Unit;
  readonly workload: Workload;
}

/** The parts of a plan that no direction decides, or why there can be none. */
function planHead(written: Workload, { unit, workload }: Subject): Omit<PolicyPlan, 'ingress' | 'egress'> | string {
  const name = written.name?.value;
  if (name === undefined) return 'its name is not decided';
  if (written.namespace !== undefined && written.namespace.value === undefined) return 'its namespace is not decided';
  if (onHost(workload) !== 'no') return 'its Pods are on the host network, where most network plugins apply no policy';
  const labels = identityOf(unit, workload, new Set());
  if (labels === undefined) return 'the labels of its Pods are not decided, or there are none';
  const isTaken = unit.index
    .named('NetworkPolicy', name)
    .some((other) => sameNamespace(other.namespace, workload.namespace) !== 'no');
  return {
    workload: written,
    name: isTaken ? `${name}-declared-needs` : name,
    namespace: written.namespace?.value,
    labels,
    hasProbes: workload.template.containers.some(({ probes }) => probes.length > 0),
  };
}

/** The plan without directions in which the engine finds that a declared need would be cut. */
function proved(plan: PolicyPlan, subjects: readonly Subject[], clusterDomain: string): PolicyPlan {
  let result = plan;
  for (const direction of ['ingress', 'egress'] as const) {
    if (result[direction].kind === 'left out') continue;
    const text = writePolicy(result, { file: plan.workload.file, lineOf: () => undefined });
    const cut = subjects.flatMap(({ unit, workload }) => findCutNeeds(unit, workload, text, direction, clusterDomain));
    const [need] = cut;
    if (need !== undefined) result = { ...result, [direction]: leftOut(`it would cut ${need.evidence.text}`) };
  }
  return result;
}

/** Beside the workload; at the end of its file, where that holds several objects. */
function placeFor(
  { folder, path, canCreate }: GenerateRequest,
  { name }: PolicyPlan,
): { readonly file: string; readonly isNew: boolean } {
  const several = (folder.files.get(path)?.resources.length ?? 0) > 1;
  if ((several && !isJson(path)) || !canCreate) return { file: path, isNew: false };
  for (let count = 1; ; count++) {
    const file = joinPath(dirname(path), `${name}-networkpolicy${count === 1 ? '' : `-${count}`}.yaml`);
    if (!folder.files.has(file)) return { file, isNew: true };
  }
}

function isJson(path: string): boolean {
  return extension(path) === '.json';
}

/** The kustomization of the folder, where it lists the workload's file. */
function findListing({ folder, path }: GenerateRequest): string | undefined {
  return KUSTOMIZATION_FILES.map((name) => joinPath(dirname(path), name)).find(
    (file) => folder.files.get(file)?.kustomization?.includes.includes(path) === true,
  );
}

/** What the editor has to do: the text of a new file, and edits of others. */
export interface GeneratedFiles {
  readonly created: { readonly file: string; readonly text: string } | undefined;
  readonly edits: readonly FileEdit[];
}

/** Writes a planned policy. `texts`: of the files that the plan wants, and of the workload's own. */
export function finishGeneration(
  { plan, file, isNew, wanted }: Extract<Generation, { kind: 'policy' }>,
  texts: ReadonlyMap<string, string>,
): GeneratedFiles {
  const lineOf = (path: string, offset: number) => {
    const text = texts.get(path);
    return text === undefined ? undefined : text.slice(0, offset).split('\n').length;
  };
  const policy = writePolicy(plan, { file, lineOf });
  if (!isNew) return { created: undefined, edits: [append(file, texts.get(file) ?? '', policy)] };
  const listing = wanted.find((path) => KUSTOMIZATION_FILES.some((name) => path === joinPath(dirname(file), name)));
  return {
    created: { file, text: policy },
    edits: listing === undefined ? [] : listIn(listing, texts.get(listing), file),
  };
}

function append(file: string, text: string, policy: string): FileEdit {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const ends = text === '' || text.endsWith('\n') ? '' : eol;
  const separator = /(^|\n)---[ \t]*\r?\n?$/.test(text) ? '' : `---${eol}`;
  const newText = `${ends}${separator}${policy.replaceAll('\n', eol)}`;
  return { file, edit: { kind: 'text', span: { start: text.length, end: text.length }, newText } };
}

function listIn(kustomization: string, text: string | undefined, file: string): readonly FileEdit[] {
  if (text === undefined) return [];
  const list = findPair(parseSingle(text).root, 'resources')?.value;
  if (list?.kind !== 'sequence') return [];
  const sequence = { start: list.start, end: list.end };
  return [{ file: kustomization, edit: { kind: 'insert-item', sequence, text: file.slice(dirname(file).length + 1) } }];
}
