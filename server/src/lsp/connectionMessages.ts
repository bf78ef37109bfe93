// What client and server say to each other about explained connections: names and plain types only, as in messages.ts.
import type { ConnectionNext } from '../core/ide/connectionChoices.ts';
import type { ConnectionChoice, ConnectionDraft, EndName } from '../core/ide/connectionEnds.ts';
import type { UriParams } from './messages.ts';

/**
 * Request, client to server: {@link ConnectionStartParams} to {@link ConnectionNext}, or null outside of all folders: what is
 * to be asked until a connection can be explained. Asked again with the draft of the choice, until `ask` is absent.
 */
export const nextChoiceRequest = 'kubefathom/connectionChoices';

/** Request, client to server: {@link ConnectionParams} to {@link ExplainedConnection}, or null where nothing is indexed. */
export const explainConnectionRequest = 'kubefathom/explainConnection';

/** Without a draft: what the position says of it. */
export interface ConnectionStartParams extends UriParams {
  readonly position?: { readonly line: number; readonly character: number };
  readonly draft?: ConnectionDraft;
}

export interface ConnectionParams extends UriParams {
  readonly draft: ConnectionDraft;
}

export interface ExplainedConnection {
  /** `Deployment/web → orders:80`. */
  readonly title: string;
  /** Markdown. Where an end is gone it says so. */
  readonly text: string;
  readonly links: readonly TextLink[];
}

/** A part of the text, by UTF-16 offsets, and the address that it leads to, `file:///work/web.yaml#12,5`. */
export interface TextLink {
  readonly start: number;
  readonly end: number;
  readonly target: string;
}

export type { ConnectionChoice, ConnectionDraft, ConnectionNext, EndName };
