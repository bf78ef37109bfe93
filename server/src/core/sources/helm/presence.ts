import type { Span } from '../../base/span.ts';
import type { Template, TemplatePart } from './goTemplate.ts';

/**
 * What is known of an object that a template which is not rendered holds, by the place where it begins. `always`: the template
 * prints it · `perhaps`: it depends on values whether, or how many times (`if`, `with`, `range`), or on who includes it (`define`).
 */
export type Presence = 'always' | 'perhaps';

/** Tells of an object in an unrendered template whether it exists. */
export function presenceOf({ parts, definitions }: Template, { start }: Span): Presence {
  const isDefined = definitions.some(({ body }) => (body[0]?.start ?? 0) <= start && start < (body.at(-1)?.end ?? 0));
  return isDefined || isConditional(parts, start) ? 'perhaps' : 'always';
}

function isConditional(parts: readonly TemplatePart[], offset: number): boolean {
  const around = parts.find(({ start, end }) => start <= offset && offset < end);
  if (around?.kind !== 'choice') return false;
  // `block` prints its one branch whatever the values are.
  const isBlock = !around.optional && around.branches.length === 1;
  return !isBlock || around.branches.some((branch) => isConditional(branch, offset));
}
