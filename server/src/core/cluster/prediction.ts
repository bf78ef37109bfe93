import type { EndpointsObject } from '../k8s/endpoints.ts';
import type { ContainerPort } from '../k8s/ports.ts';
import type { Service } from '../k8s/service.ts';
import type { IpFamily } from './clusterFacts.ts';
import type { PredictedPod } from './pods.ts';
import type { Doubt } from './reason.ts';

/** What the controllers make of a Service: its slices, and the object of the old kind Endpoints. */
export interface PredictedService {
  readonly service: Service;
  /**
   * `selector`: controllers look for its Pods · `none`: no selector, it has what is written by hand · `externalName`: a name
   * alone, though hand-written slices may carry its name · `unknown`: the manifest does not decide which.
   */
  readonly kind: 'selector' | 'none' | 'externalName' | 'unknown';
  /** Address families, the first one first; empty for an ExternalName. */
  readonly families: readonly IpFamily[];
  readonly slices: readonly PredictedSlice[];
  /** `undefined`: there is none. */
  readonly endpoints: PredictedEndpoints | undefined;
  /** Why there may be other slices or endpoints than these. */
  readonly doubts: readonly Doubt[];
}

/** All EndpointSlices of one Service that have the same maker, address type and ports. */
export interface PredictedSlice {
  readonly addressType: IpFamily | 'FQDN';
  /** The label `endpointslice.kubernetes.io/managed-by`; empty: written by hand. */
  readonly managedBy: string;
  /** Of a hand-written one. */
  readonly name: string | undefined;
  /** Empty: the slice has no port, and no connection to its endpoints is made. */
  readonly ports: readonly PredictedPort[];
  readonly endpoints: readonly PredictedEndpoint[];
  /** The manifest of a hand-written slice, or the Endpoints object that is mirrored. */
  readonly source: EndpointsObject | undefined;
  /** Why it may be otherwise. */
  readonly doubts: readonly Doubt[];
}

export interface PredictedPort {
  /** Empty: unnamed. */
  readonly name: string;
  /** `undefined`: not decided, or, in a hand-written slice, every port. */
  readonly port: number | undefined;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
  /** Where the number comes from, when a container port's name was looked up. */
  readonly declaration?: ContainerPort;
  /** The number is not decided. */
  readonly doubt?: Doubt;
}

export interface PredictedEndpoint {
  /** `undefined` for one that is written by hand. */
  readonly pod: PredictedPod | undefined;
  /** What a manifest writes; empty for a Pod, whose address is drawn (it has one of each family of the cluster). */
  readonly addresses: readonly string[];
  /** The name below the Service's name that DNS has for it. */
  readonly hostname: string | undefined;
  /** `null`: unset, which counts as true. */
  readonly ready: boolean | null;
  readonly serving: boolean | null;
  readonly terminating: boolean | null;
  readonly hints: 'own zone' | 'own zone, node' | undefined;
  /** What has to happen until it is as predicted: `GET /healthz on 8080 answers`. */
  readonly readyWhen: string | undefined;
  /** Why it may not be there, or not like that. */
  readonly doubts: readonly Doubt[];
}

/** An object of the old kind Endpoints. */
export interface PredictedEndpoints {
  readonly subsets: readonly PredictedSubset[];
  readonly source: EndpointsObject | undefined;
}

export interface PredictedSubset {
  readonly addresses: readonly PredictedEndpoint[];
  readonly notReadyAddresses: readonly PredictedEndpoint[];
  readonly ports: readonly PredictedPort[];
}
