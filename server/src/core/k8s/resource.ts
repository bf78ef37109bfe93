import type { HorizontalPodAutoscaler } from './autoscaler.ts';
import type { ConfigMap } from './configMap.ts';
import type { PodDisruptionBudget } from './disruptionBudget.ts';
import type { EndpointsObject } from './endpoints.ts';
import type { Gateway, ReferenceGrant, Route } from './gateway.ts';
import type { Ingress } from './ingress.ts';
import type { Monitor } from './monitor.ts';
import type { NetworkPolicy } from './networkPolicy.ts';
import type { ResourceBase } from './resourceBase.ts';
import type { Service } from './service.ts';
import type { Workload } from './workload.ts';

/**
 * One object of a manifest: a view of what the predictions need, every field with its place. `type` names the view
 * (one for all kinds that make Pods), `kind` the Kubernetes kind.
 */
export type Resource =
  | Service
  | Workload
  | NetworkPolicy
  | Ingress
  | HorizontalPodAutoscaler
  | PodDisruptionBudget
  | EndpointsObject
  | ConfigMap
  | Monitor
  | Route
  | Gateway
  | ReferenceGrant
  | OtherResource;

export type ResourceType = Resource['type'];

/** A kind of which only the metadata matters here. Namespaces are among them: their labels are metadata. */
export interface OtherResource extends ResourceBase {
  readonly type: 'other';
}
