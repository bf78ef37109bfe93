import type { YamlNode } from '../../yaml/node.ts';
import type { HelmParameter } from '../helm/renderRequest.ts';
import type { OriginNode, Place } from '../origin.ts';
import type { Variables } from './substitution.ts';
import type { TextPiece } from './textPieces.ts';

/** An object by which Argo CD or Flux deploys something, or that such an object refers to. */
export interface GitOpsObject {
  readonly file: string;
  readonly root: OriginNode;
}

/** What one Application, Flux Kustomization or HelmRelease deploys. Its place is the object's name. */
export interface Deployment extends Place {
  readonly tool: 'argocd' | 'flux';
  readonly kind: 'Application' | 'Kustomization' | 'HelmRelease';
  readonly name: string;
  /** What of this repository is deployed; empty when nothing is, or when that cannot be told. */
  readonly sources: readonly DeploymentSource[];
  /** Where objects of namespaced kinds go that name no namespace. */
  readonly namespace: string | undefined;
  /** The namespace is made where it does not exist. */
  readonly createsNamespace: boolean;
  /** The variables that are replaced in the built objects, bar those labelled or annotated `kustomize.toolkit.fluxcd.io/substitute: disabled`. */
  readonly variables: Variables | undefined;
  readonly gaps: readonly DeploymentGap[];
}

export type DeploymentSource = DirectorySource | KustomizeSource | HelmSource;

/** Manifests that are applied as they stand. */
export interface DirectorySource {
  readonly kind: 'directory';
  readonly folder: string;
  readonly files: readonly string[];
}

export interface KustomizeSource {
  readonly kind: 'kustomize';
  readonly folder: string;
  /** What stands in place of the folder's kustomization; `undefined` where that is built as it is. */
  readonly kustomization: AmendedKustomization | undefined;
  /** Files may come from anywhere in the repository (Flux builds without kustomize's restriction). */
  readonly unrestricted: boolean;
}

/** A kustomization with what a deployment changes in it: the text that the tool would build. */
export interface AmendedKustomization {
  /** Where it stands, be there such a file or not. */
  readonly path: string;
  readonly text: string;
  readonly pieces: readonly TextPiece[];
}

export interface HelmSource {
  readonly kind: 'helm';
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string | undefined;
  /** Absolute paths; a later file wins. */
  readonly valueFiles: readonly string[];
  /** The chart's own `values.yaml` does not count. */
  readonly withoutChartValues: boolean;
  /** Values that win over the files, the last ones most. */
  readonly values: readonly YamlNode[];
  readonly parameters: readonly HelmParameter[];
}

/** What is not known of a deployment, or lies elsewhere. */
export interface DeploymentGap extends Place {
  readonly code: GapCode;
  /** For people, without a full stop: `the repository \`https://…\` is another one`. */
  readonly message: string;
  /** `elsewhere`: objects of another repository or registry · `resources`: objects appear that are not shown · `all`: any field of any object may differ. */
  readonly touches: 'elsewhere' | 'resources' | 'all';
}

export type GapCode =
  | 'other-repository'
  | 'unclear-repository'
  | 'other-source'
  | 'templated'
  | 'missing-path'
  | 'missing-kustomization'
  | 'unread'
  | 'plugin'
  | 'jsonnet'
  | 'generator'
  | 'overrides'
  | 'values'
  | 'post-renderer';
