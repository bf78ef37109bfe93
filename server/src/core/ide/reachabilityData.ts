/** What the view *Show Reachability* shows of one unit. Plain data; objects are named by their numbers in the lists here. */
export interface Reachability {
  /** Workloads of the unit; a row may stand for several of them. */
  readonly workloads: number;
  readonly rows: readonly ReachabilityRow[];
  /** Whom the policies treat alike. Empty where they tell too many apart. */
  readonly groups: readonly ReachabilityGroup[];
  readonly services: readonly ReachabilityService[];
  /** Ingresses, and routes of Gateways. */
  readonly entries: readonly ReachabilityObject[];
  readonly needs: readonly ReachabilityNeed[];
  /** What limits or weakens the answer, as sentences. */
  readonly remarks: readonly string[];
  /** The files that places lie in: paths in the core, URIs in the protocol. */
  readonly files: readonly string[];
}

/** UTF-16 offsets in one of the files. */
export interface ReachabilityPlace {
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

export interface ReachabilityObject {
  readonly kind: string;
  readonly name: string;
  /** Absent: not written, or not decided. */
  readonly namespace?: string;
  readonly place: ReachabilityPlace;
}

/** A workload and its connections with the other workloads of the unit. */
export interface ReachabilityRow extends ReachabilityObject {
  /** Further workloads that share the row, because the policies treat them alike and there are too many for rows of their own. */
  readonly alike: number;
  /** Absent where the connections are not known for their number. */
  readonly group?: number;
  /** It has, or may have, several Pods, which may call each other. */
  readonly hasPeers: boolean;
  readonly mayCall: ReachabilityCount;
  readonly mayBeCalledBy: ReachabilityCount;
  readonly excess: ReachabilityExcess;
}

/** Numbers of other workloads. */
export interface ReachabilityCount {
  /** By at least one port, for certain. */
  readonly sure: number;
  /** Only perhaps. */
  readonly perhaps: number;
}

/** What a workload may certainly call although no manifest declares a need for it. */
export interface ReachabilityExcess {
  /** Workloads that it has no declared need for. */
  readonly workloads: number;
  /** Workloads that it has one for, but not on all the ports that are allowed. */
  readonly ports: readonly ExcessPorts[];
}

export interface ExcessPorts {
  readonly row: number;
  /** Example: `everything`. */
  readonly allowed: string;
  /** Example: `TCP 8080`. */
  readonly declared: string;
}

export interface ReachabilityGroup {
  /** The numbers of its rows; empty for addresses. */
  readonly rows: readonly number[];
  /** Of addresses outside the cluster. Example: `10.0.0.0/8`. */
  readonly addresses?: string;
  /** What its members may open to those of other groups, or to others of its own. */
  readonly calls: readonly ReachabilityCall[];
}

export interface ReachabilityCall {
  readonly to: number;
  /** Example: `TCP 80, 443; all UDP`. Absent: nothing for certain. */
  readonly allowed?: string;
  /** What is not known to be allowed or denied. */
  readonly unknown?: string;
}

export interface ReachabilityService extends ReachabilityObject {
  /** The rows whose Pods it selects. */
  readonly selects: readonly { readonly row: number; readonly sure: boolean }[];
}

/** A connection that manifests say to be needed, and whether the policies let it through. */
export interface ReachabilityNeed {
  readonly from: NeedSource;
  /** The Service that it goes by. */
  readonly service?: number;
  /** The workload that it ends at. */
  readonly to?: number;
  /** The host that no workload of the unit is behind, in place of `to`. */
  readonly host?: string;
  /** The port of the Pods. Example: `TCP 8080`. Absent where it is not known. */
  readonly port?: string;
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  /** Why it is denied or not known; a sentence without a full stop. Empty where it is allowed. */
  readonly reason: string;
  /** The policy that denies it. */
  readonly policy?: ReachabilityObject;
  /** What declares it. Example: `ORDERS_URL: http://orders`. */
  readonly evidence: string;
  readonly place: ReachabilityPlace;
}

export type NeedSource =
  | { readonly kind: 'row'; readonly row: number }
  /** Whatever serves an Ingress or a route. */
  | { readonly kind: 'entry'; readonly entry: number }
  /** The kubelet on the node of the Pods, whose probes no policy stops. */
  | { readonly kind: 'kubelet' };
