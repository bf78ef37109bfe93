import type { Span } from '../base/span.ts';
import type { ConfigMap } from '../k8s/configMap.ts';
import type { Route } from '../k8s/gateway.ts';
import type { Ingress } from '../k8s/ingress.ts';
import type { Protocol } from '../k8s/ports.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';

/** A connection that the manifests say somebody will open, with the place that says so. */
export interface DeclaredNeed {
  readonly from: NeedSource;
  readonly to: NeedTarget;
  /** `undefined`: not decided. */
  readonly protocol: Protocol | undefined;
  /** At the destination: of Pods the one that policies see, after the Service's translation. `undefined`: not known. */
  readonly port: number | undefined;
  /** The Service that the connection goes by. */
  readonly service: Service | undefined;
  /** Why it may be otherwise, a clause without a full stop; `undefined`: the manifests decide all of it. */
  readonly doubt: string | undefined;
  readonly evidence: NeedEvidence;
}

/** Who connects: a workload's Pods, what serves Ingresses or routes, or the kubelet on the node of the Pods. */
export type NeedSource =
  | { readonly kind: 'pods'; readonly workload: Workload }
  | { readonly kind: 'controller'; readonly resource: Ingress | Route }
  | { readonly kind: 'kubelet' };

/** A workload's Pods, or a host that no Pods of the unit are behind. */
export type NeedTarget = { readonly kind: 'pods'; readonly workload: Workload } | HostTargetOutside;

export interface HostTargetOutside {
  readonly kind: 'host';
  /** As written, or the name that an ExternalName Service leads to. */
  readonly host: string;
  /** It is a name of the cluster's own DNS, of a Service that leads to no Pods of the unit, or that no manifest shows. */
  readonly isInCluster: boolean;
}

/** The place that declares a need. */
export interface NeedEvidence extends Span {
  readonly kind: 'host' | 'ingress' | 'route' | 'probe';
  readonly resource: Workload | ConfigMap | Ingress | Route;
  /** The file of the resource, in which the span lies. */
  readonly file: string;
  /** What is written there: `http://orders:8080`, `orders:http`, `GET /healthz`. */
  readonly text: string;
  /** The variable, key or flag that holds a host; empty where there is none. */
  readonly name: string;
}
