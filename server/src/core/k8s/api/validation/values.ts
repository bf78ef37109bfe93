import type { Span } from '../../../base/span.ts';
import { isAbsent, type Place, stringAt } from '../place.ts';

/** A string as the API server gets it: empty where nothing is written; `undefined` where undecided or of a wrong type. */
export function textAt(place: Place): string | undefined {
  return isAbsent(place) ? '' : stringAt(place);
}

/** Whether nothing is written, or an empty string, which the API server does not tell apart in most fields. */
export function isBlank(place: Place): boolean {
  return textAt(place) === '';
}

/** The items of a list are all that the cluster gets: no template writes some, and none stands for others. */
export function isWholeList(place: Place): boolean {
  if (isAbsent(place)) return true;
  const { node } = place;
  return (
    node?.kind === 'sequence' && node.unknown === undefined && node.items.every((item) => item.unknown === undefined)
  );
}

/** The same place, to be pointed at elsewhere: at a key, say. */
export function pointingAt(place: Place, span: Span): Place {
  return { ...place, span };
}

/** The same place under the name that the API server has for it in one kind. */
export function named(place: Place, path: string): Place {
  return { ...place, path };
}

/** "`Ingress`, `Egress`" */
export function quoteAll(values: Iterable<string>): string {
  return [...values].map((value) => `\`${value}\``).join(', ');
}
