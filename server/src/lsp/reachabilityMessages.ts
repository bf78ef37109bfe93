// What the client and the server say to each other about the view of reachability. Names and plain types only, as in messages.ts.
import type { Reachability } from '../core/ide/reachabilityData.ts';
import type { DocumentUnit, UriParams } from './messages.ts';

/** Request, client to server: {@link UriParams} of a file or folder to {@link ReachabilityUnits}, or null outside of all folders. */
export const reachabilityUnitsRequest = 'kubefathom/reachabilityUnits';

/** Request, client to server: {@link ReachabilityParams} to {@link UnitReachability}, or null where there is no such unit. */
export const reachabilityRequest = 'kubefathom/reachability';

/** Request, client to server: {@link OffsetParams} to a range of the protocol: where offsets in a file lie now. */
export const rangeRequest = 'kubefathom/range';

export interface ReachabilityUnits {
  /** The workspace folder. */
  readonly uri: string;
  /** Its units that have workloads, by their labels. */
  readonly units: readonly DocumentUnit[];
  /** The ids of those that the file is part of. */
  readonly own: readonly string[];
  /** The id of the unit that the folder is shown as, if one was chosen. */
  readonly view?: string;
}

export interface ReachabilityParams extends UriParams {
  readonly unit: string;
}

/** Files are URIs in it. */
export interface UnitReachability extends Reachability {
  readonly unit: DocumentUnit;
}

/** UTF-16 offsets in the text that the server has. */
export interface OffsetParams extends UriParams {
  readonly start: number;
  readonly end: number;
}
