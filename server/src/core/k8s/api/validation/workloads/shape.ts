import type { Place } from '../../place.ts';

/** What the validators of a Pod's parts need to know of the Pod, or of the template that it is made from. */
export interface PodShape {
  readonly spec: Place;
  readonly labels: Place;
  readonly annotations: Place;
  /** The object is a Pod and no template: the server fills in more, and asks for more. */
  readonly isPod: boolean;
  /** The name of the Pod, where it is a Pod and has one. */
  readonly podName?: string;
  /** The claims that a StatefulSet makes for each Pod: a volume each, before the Pod's own. */
  readonly claimTemplates?: Place;
  /** A controller overwrites `hostname` and `subdomain`. */
  readonly ignoresHostname?: true;
}

/** The volumes that containers may mount. */
export interface KnownVolumes {
  /** The names of all that are written, also of those that are refused. */
  readonly written: ReadonlySet<string>;
  /** By name; whether a claim is behind it, `undefined` where undecided. */
  readonly isClaimByName: ReadonlyMap<string, boolean | undefined>;
  /** There are no others. */
  readonly isClosed: boolean;
}

/** Names in a list that is read as a whole. */
export interface KnownNames {
  readonly names: ReadonlySet<string>;
  readonly isClosed: boolean;
}

/** What of a Pod bears upon its containers; `undefined` where undecided. */
export interface PodFacts {
  readonly isPod: boolean;
  readonly volumes: KnownVolumes;
  readonly resourceClaims: KnownNames;
  readonly restartPolicy: string | undefined;
  readonly gracePeriod: number | undefined;
  readonly hostUsers: boolean | undefined;
  readonly hostNetwork: boolean | undefined;
}

export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';
