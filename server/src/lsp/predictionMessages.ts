// What client and server say to each other about predicted objects: names and plain types only, as in messages.ts.
import type { UriParams } from './messages.ts';

/** Request, client to server: {@link UriParams} of a manifest to {@link PredictedText}, or null outside of all folders. */
export const predictedSlicesRequest = 'kubefathom/predictedSlices';

export interface PredictedText {
  /** YAML in the shape of the objects, with comments. */
  readonly text: string;
}

export type { UriParams };
