import type { FileTable } from '../base/fileTable.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { BuildNote } from './buildNote.ts';
import type { EnvironmentExternal } from './gitops/environments.ts';
import type { KustomizeFiles } from './kustomize/context.ts';
import type { ResourceIndex } from './resourceIndex.ts';

/**
 * What would be applied together, and the scope in which references resolve: a kustomization build, a chart, or the
 * loose manifests of a workspace folder. One file can be in many units.
 */
export interface Unit {
  /** `kustomization:/repo/overlays/dev`, `loose:/repo`, `environment:prod`. */
  readonly id: string;
  /** `deployment`: several sources, or plain files, that a tool or an environment of the settings puts together. */
  readonly kind: 'loose' | 'kustomization' | 'chart' | 'deployment';
  /** For people: the folder, relative to the workspace folder (`overlays/dev`), empty for loose manifests. */
  readonly label: string;
  readonly folder: string;
  /** The folders of the kustomizations that it is built from, without those that these include. */
  readonly builtFrom?: readonly string[];
  /** The objects as they would be applied. Their spans may be addresses of `siblings.files`. */
  readonly index: ResourceIndex;
  /** Everything else in the same workspace folder, as written: an absence counts only where these lack it too. */
  readonly others: readonly ResourceIndex[];
  /** It lies in a folder of tests' inputs, where faults may be meant: findings count one level less. */
  readonly isTestInput: boolean;
  /** Helm has rendered some of its objects. */
  readonly holdsCharts?: boolean;
  /** Why objects may exist that the unit does not show (remote base, generator, a file that cannot be read). */
  readonly open: string | undefined;
  /** What the settings say to exist beside it. */
  readonly external?: EnvironmentExternal;
  /** What keeps the unit from being built, or does nothing in it. */
  readonly notes: readonly BuildNote[];
  readonly siblings: Siblings;
  /** The objects of which something is written in a file: those that stand in it, and those that it patches or relabels. */
  writtenIn(path: string): readonly Resource[];
  /** The tree of a built object, of which steps and values tell more than its view; `undefined` for a written one. */
  rootOf(resource: Resource): YamlNode | undefined;
}

/** Whether kustomize writes an object of a unit anew; what is applied as it stands, and what Helm prints, it does not. */
export function isKustomized(unit: Unit, resource: Resource): boolean {
  if (unit.kind !== 'deployment') return unit.kind === 'kustomization';
  const { builtFrom = [], siblings } = unit;
  return builtFrom.length > 0 && !siblings.isInChart(resource.file) && unit.rootOf(resource) !== undefined;
}

/** What the units of a workspace folder share. */
export interface Siblings {
  /** Of the workspace folder: while it stays, nothing in the units changes. */
  readonly version: number;
  readonly files: FileTable;
  /** The texts of what kustomizations are made of. */
  readonly texts: KustomizeFiles;
  /** Whether a file belongs to a chart: what it holds, values may decide. */
  isInChart(path: string): boolean;
  /** Whether a custom resource deploys nothing but what the folder shows. */
  isExplained(resource: Resource): boolean;
  /** The namespaces that something of the folder is deployed to. */
  readonly namespaces: ReadonlySet<string>;
  /** The units that a file is part of. */
  unitsOf(path: string): readonly Unit[];
}
