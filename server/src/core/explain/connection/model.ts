import type { DnsWorld } from '../../cluster/dnsWorld.ts';
import type { HostReference } from '../../cluster/hostReferences.ts';
import type { Reason } from '../../cluster/reason.ts';
import type { IntOrString } from '../../k8s/field.ts';
import type { Route } from '../../k8s/gateway.ts';
import type { Ingress } from '../../k8s/ingress.ts';
import type { IpAddress } from '../../k8s/ipAddress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { RuleSettings } from '../../workspace/config.ts';

/** Who opens a connection. */
export type Source =
  | { readonly kind: 'workload'; readonly unit: Unit; readonly workload: Workload }
  /** The controller that serves an Ingress or a route. */
  | { readonly kind: 'ingress'; readonly unit: Unit; readonly ingress: Ingress | Route }
  /** A client outside of the cluster, of an address or of any. */
  | { readonly kind: 'outside'; readonly unit: Unit; readonly address: IpAddress | undefined };

/** What is connected to. */
export type Destination =
  /** A name, as a program is told it; with the value that declares it, where one does. */
  | { readonly kind: 'host'; readonly host: string; readonly reference: HostReference | undefined }
  | { readonly kind: 'service'; readonly unit: Unit; readonly service: Service }
  /** One of its Pods, by its address. */
  | { readonly kind: 'pods'; readonly unit: Unit; readonly workload: Workload }
  | { readonly kind: 'address'; readonly address: IpAddress };

export interface ConnectionQuestion {
  readonly from: Source;
  readonly to: Destination;
  /** Of the Service, else of the Pods; `undefined`: the first one that there is. */
  readonly port: IntOrString | undefined;
  /** `undefined`: TCP, unless the port has another one. */
  readonly protocol: Protocol | undefined;
}

export interface ConnectionOptions {
  readonly settings: RuleSettings;
  /** The manifests are all that is applied: what they lack does not exist. */
  readonly isWhole?: boolean;
}

export type StepState = 'OK' | 'Problem' | 'Unknown';

export type StepId =
  | 'name'
  | 'namespace'
  | 'service'
  | 'selector'
  | 'endpoints'
  | 'port'
  | 'dns'
  | 'egress'
  | 'ingress'
  | 'assumptions';

/** What a client comes to see. `intermittent`: some attempts fail. */
export type Seen = 'refused' | 'timeout' | 'name error' | 'intermittent';

/** One link of the chain that a connection hangs on. */
export interface ConnectionStep {
  readonly id: StepId;
  readonly title: string;
  readonly state: StepState;
  /** A sentence of Markdown without full stop; names in backticks, no links. */
  readonly says: string;
  /** Where it is written. A place of no file is a remark. */
  readonly evidence: readonly Reason[];
  /** What to change, in words. */
  readonly fix: string | undefined;
  /** What a client sees where the step fails; empty where it holds. */
  readonly seen: readonly Seen[];
}

/** An end behind all translation: Pods and the port on them, or an address. */
export type Backend =
  | {
      readonly kind: 'pods';
      readonly unit: Unit;
      readonly workload: Workload;
      /** `undefined`: not decided. */
      readonly port: number | undefined;
    }
  | { readonly kind: 'address'; readonly address: IpAddress; readonly port: number | undefined };

export interface ConnectionExplanation {
  /** `Deployment/web`, `the Ingress controller`. */
  readonly from: string;
  /** `orders:80`. */
  readonly to: string;
  readonly question: ConnectionQuestion;
  readonly protocol: Protocol;
  readonly steps: readonly ConnectionStep[];
  readonly verdict: ConnectionVerdict;
  /** What no manifest tells, most telling first. */
  readonly onlyCluster: readonly string[];
  /** Three commands that read from a cluster, names filled in. */
  readonly commands: readonly string[];
}

export interface ConnectionVerdict {
  readonly state: StepState;
  /** Several: it depends on what the manifests do not show. Empty: the client connects. */
  readonly seen: readonly Seen[];
  readonly says: string;
}

/** What the steps look at. */
export interface ConnectionWorld extends ConnectionOptions {
  /** The unit of the source. */
  readonly unit: Unit;
  /** Over all units that take part. */
  readonly dns: DnsWorld;
}

/** A remark without a place. */
export function remark(text: string): Reason {
  return { text, file: '', start: 0, end: 0 };
}

/** A reason with the place of a part of a file. */
export function placed(
  file: string,
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
): Reason {
  return { text, file, start, end };
}

export function ok(id: StepId, title: string, says: string, evidence: readonly Reason[] = []): ConnectionStep {
  return { id, title, state: 'OK', says, evidence, fix: undefined, seen: [] };
}

/** What a step that fails, or may, comes to. */
export interface Failure {
  readonly says: string;
  readonly evidence?: readonly Reason[];
  readonly fix?: string | undefined;
  readonly seen?: readonly Seen[];
}

export function fails(id: StepId, title: string, { says, evidence = [], fix, seen = [] }: Failure): ConnectionStep {
  return { id, title, state: 'Problem', says, evidence, fix, seen };
}

export function open(id: StepId, title: string, { says, evidence = [], fix, seen = [] }: Failure): ConnectionStep {
  return { id, title, state: 'Unknown', says, evidence, fix, seen };
}
