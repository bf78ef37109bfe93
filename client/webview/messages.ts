import type { ReachabilityPlace } from '../../server/src/core/ide/reachabilityData.ts';
import type { UnitReachability } from '../../server/src/lsp/reachabilityMessages.ts';

/** What the extension tells the view: its whole content, again after each change. */
export interface ShowMessage {
  readonly type: 'show';
  /** The workspace folder, and what units it could show in place of this one. */
  readonly folder: string;
  readonly units: readonly UnitChoice[];
  readonly unit: string;
  /** Absent where there is no such unit now. */
  readonly data?: UnitReachability;
}

export interface UnitChoice {
  readonly id: string;
  /** As people call it: `overlays/prod`. */
  readonly name: string;
}

/** What the view tells the extension. */
export type ViewMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly unit: string }
  | { readonly type: 'open'; readonly uri: string; readonly place: ReachabilityPlace };

/** What the view keeps for the editor, which gives it back after a restart. */
export interface ViewState {
  readonly folder?: string;
  readonly unit?: string;
  readonly tab?: 'table' | 'graph';
  readonly filter?: string;
  readonly onlyTrouble?: boolean;
  readonly sort?: { readonly column: string; readonly descending: boolean };
  /** Keys of the lists that are open. */
  readonly opened?: readonly string[];
  /** Whether the graph shows what is allowed without a need; absent: where it is little. */
  readonly showExcess?: boolean;
}
