import type { Resolver } from '../../cluster/dnsResolver.ts';
import type { PredictedPod } from '../../cluster/pods.ts';
import type { Service } from '../../k8s/service.ts';
import type { ConnectionStep } from './model.ts';

/** Where a name leads. */
export type NameTarget =
  /** `pods`: those of one name below a Service; `undefined`: the Service as a whole. */
  | { readonly kind: 'service'; readonly service: Service; readonly pods: readonly PredictedPod[] | undefined }
  /** A name that the cluster's DNS passes on to others. */
  | { readonly kind: 'world'; readonly name: string }
  | { readonly kind: 'address'; readonly address: string };

export interface NameResult {
  readonly step: ConnectionStep;
  readonly target: NameTarget | undefined;
  /** What answers, `orders.shop.svc.cluster.local`. */
  readonly fullName: string | undefined;
  readonly resolver: Resolver;
}
