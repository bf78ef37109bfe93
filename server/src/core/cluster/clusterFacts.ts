import type { Field } from '../k8s/field.ts';
import type { Workload } from '../k8s/workload.ts';

/** A condition that a Pod is in; what it says of itself, not what becomes of it in an EndpointSlice. */
export interface PodState {
  readonly phase: 'Running' | 'Pending' | 'Succeeded' | 'Failed';
  readonly ready: boolean;
  /** Bound to a node. */
  readonly scheduled: boolean;
  readonly hasAddress: boolean;
  readonly terminating: boolean;
}

/** The steady state: what a Pod comes to once its containers run and its probes succeed. */
export const RUNNING: PodState = {
  phase: 'Running',
  ready: true,
  scheduled: true,
  hasAddress: true,
  terminating: false,
};

export type IpFamily = 'IPv4' | 'IPv6';

/** What a prediction may take for granted beyond the manifests. */
export interface ClusterFacts {
  /** Address families of Pods and Services, the one that Services get by default first. */
  readonly families: readonly IpFamily[];
  /** The labels of each node; absent: the nodes are not known. */
  readonly nodes?: readonly ReadonlyMap<string, string>[];
  /** In what state a workload's Pods are, where it is not the steady one; `undefined`: none are made. */
  readonly stateOf?: (workload: Workload) => PodState | undefined;
  /** Only what the manifests say and Kubernetes' own controllers do happens: no operators, no scaling, no elections. */
  readonly closed?: boolean;
  /** Why objects may exist in a namespace that no manifest shows. */
  readonly whyMore?: (namespace: Field<string>) => string | undefined;
}

/** A cluster with both address families, IPv4 first, of which nothing else is known. */
export const ANY_CLUSTER: ClusterFacts = { families: ['IPv4', 'IPv6'] };
