import { joinPath } from '../base/path.ts';
import type { Field, Undecided } from '../k8s/field.ts';
import { isClusterScoped } from '../k8s/kinds.ts';
import type { LabelSelector, LabelSet } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Kustomization, PatchTarget } from './kustomization.ts';
import type { SourceFile } from './sourceFile.ts';

/** Looks a file up by path; `undefined` when it is not indexed. */
export type FindFile = (path: string) => SourceFile | undefined;

export interface KustomizeBuild {
  readonly resources: readonly Resource[];
  /** Every file that the build reads, kustomizations and fragments included. */
  readonly files: ReadonlySet<string>;
  /** Why objects may exist that no file shows. */
  readonly open: string | undefined;
}

/**
 * The resources of one kustomization as far as they are certain: what it may change is undecided, what it makes of
 * nothing leaves the build open. Cycles end where they close.
 */
export function buildKustomization(kustomization: Kustomization, findFile: FindFile): KustomizeBuild {
  const files = new Set<string>();
  const open: string[] = [];
  const resources = collect(kustomization, findFile, files, open, []);
  return { resources, files, open: open[0] };
}

/** The kustomization of a folder, whichever of its file names it has. */
export function kustomizationIn(folder: string, findFile: FindFile): Kustomization | undefined {
  for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
    const found = findFile(joinPath(folder, name))?.kustomization;
    if (found !== undefined) return found;
  }
  return undefined;
}

function collect(
  kustomization: Kustomization,
  findFile: FindFile,
  files: Set<string>,
  open: string[],
  above: readonly string[],
): readonly Resource[] {
  if (above.includes(kustomization.file)) {
    open.push(`${kustomization.file} includes itself`);
    return [];
  }
  files.add(kustomization.file);
  for (const fragment of kustomization.fragments) files.add(fragment);
  if (kustomization.generates) open.push(`${kustomization.file} generates objects or reads remote ones`);
  const resources: Resource[] = [];
  for (const { path } of kustomization.entries) {
    if (path === undefined) continue;
    const nested = kustomizationIn(path, findFile);
    if (nested !== undefined) {
      resources.push(...collect(nested, findFile, files, open, [...above, kustomization.file]));
      continue;
    }
    files.add(path);
    const file = findFile(path);
    if (file === undefined || file.unread) open.push(`${path} cannot be read`);
    resources.push(...(file?.resources ?? []));
  }
  const targets = kustomization.patches.flatMap((patch) => resolveTarget(patch, findFile));
  return resources.map((resource) => change(resource, kustomization, targets));
}

function resolveTarget(patch: PatchTarget, findFile: FindFile): readonly PatchTarget[] {
  if (patch.file === undefined) return [patch];
  const file = findFile(patch.file);
  if (file === undefined || file.unread || file.resources.length === 0) return [{ kind: undefined, name: undefined }];
  return file.resources.map((resource) => ({ kind: resource.kind, name: resource.name?.value }));
}

function change(resource: Resource, kustomization: Kustomization, targets: readonly PatchTarget[]): Resource {
  const patched = kustomization.rewrites || targets.some((target) => mayTarget(target, resource));
  const { namespace, renames, relabels } = kustomization;
  if (!patched && namespace === undefined && !renames && !relabels) return resource;
  const changed: Resource = {
    ...resource,
    opaque: resource.opaque || patched,
    name: renames ? undecided(resource.name) : resource.name,
    namespace:
      namespace === undefined || isClusterScoped(resource) ? resource.namespace : { ...namespace, ...spanIn(resource) },
  };
  return relabels || patched ? openLabels(changed) : changed;
}

function mayTarget(target: PatchTarget, resource: Resource): boolean {
  return mayEqual(target.kind, resource.kind) && mayEqual(target.name, resource.name?.value);
}

/** Kustomize anchors the pattern on both sides; one that is no regular expression here may match anything. */
function mayEqual(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined || text === undefined || pattern === text) return true;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return true;
  }
}

function undecided(field: Field<string>): Field<string> {
  if (field === undefined) return undefined;
  const change: Undecided = { undecided: 'change', start: field.start, end: field.end };
  return change;
}

/** Places stay in the resource's own file: a namespace that a kustomization sets is shown at the object's name. */
function spanIn(resource: Resource): { start: number; end: number } {
  const { start, end } = resource.namespace ?? resource.name ?? resource.kindSpan;
  return { start, end };
}

function openLabels(resource: Resource): Resource {
  switch (resource.type) {
    case 'workload':
      return {
        ...resource,
        labels: openSet(resource.labels),
        selector: openSelector(resource.selector),
        template: {
          ...resource.template,
          labels: openSet(resource.template.labels) ?? { entries: [], open: true, ...resource.template.labelsPlace },
        },
      };
    case 'service':
    case 'disruptionBudget':
      return { ...resource, labels: openSet(resource.labels), selector: openSelector(resource.selector) };
    case 'networkPolicy':
      return {
        ...resource,
        labels: openSet(resource.labels),
        podSelector: openSelector(resource.podSelector),
        opaque: true,
      };
    default:
      return { ...resource, labels: openSet(resource.labels) };
  }
}

function openSet(labels: LabelSet | undefined): LabelSet | undefined {
  return labels && { ...labels, open: true, entries: labels.entries.map(({ key }) => ({ key, value: undefined })) };
}

function openSelector(selector: LabelSelector | undefined): LabelSelector | undefined {
  return selector && { ...selector, open: true };
}
