import { joinWords } from '../context.ts';
import type { ConnectionStep, ConnectionVerdict, Seen, Source, StepId } from './model.ts';

/**
 * What a client comes to see: the first link that fails, in the order in which a connection is made (a look-up, the translation
 * of the Service, the policies of both ends).
 */
export function verdictOf(steps: readonly ConnectionStep[], from: Source): ConnectionVerdict {
  const ordered = ORDER.flatMap((id) => steps.filter((step) => step.id === id));
  const problems = ordered.filter(({ state }) => state === 'Problem');
  const unknown = ordered.filter(({ state }) => state === 'Unknown');
  const [first, ...more] = problems;
  if (first !== undefined) {
    const seen = seenOf(first, more);
    const then = more.length === 0 ? '' : `; after that: ${more.map(({ title }) => title).join(', ')}`;
    return {
      state: 'Problem',
      seen,
      says: `${seenText(seen)}${behind(from, seen)}, because of ${first.title}: ${first.says}${then}`,
    };
  }
  const [open] = unknown;
  if (open !== undefined) {
    const seen = [...new Set(unknown.flatMap((step) => step.seen))];
    const names = joinWords([...new Set(unknown.map(({ title }) => title))]);
    const otherwise = seen.length === 0 ? '' : `; if it fails there, the client sees ${seenText(seen)}`;
    const says = `nothing fails for certain, but the manifests do not decide ${names} (${open.says})${otherwise}`;
    return { state: 'Unknown', seen, says };
  }
  if (steps.length === 0) return { state: 'Unknown', seen: [], says: 'the manifests show nothing of it' };
  return { state: 'OK', seen: [], says: 'as far as the manifests tell, the client connects' };
}

/** In which order a connection meets the links. */
const ORDER: readonly StepId[] = [
  'dns',
  'name',
  'namespace',
  'service',
  'selector',
  'endpoints',
  'port',
  'egress',
  'ingress',
  'assumptions',
];

/** A rejection for a Service without endpoints comes only where no policy drops the packet before. */
function seenOf(first: ConnectionStep, more: readonly ConnectionStep[]): readonly Seen[] {
  const isRejected = first.seen.length === 1 && first.seen[0] === 'refused';
  const isDropped = isRejected && more.some(({ id }) => id === 'egress');
  return isDropped ? ['refused', 'timeout'] : first.seen;
}

/** `refused`, `timeout or refused`. */
function seenText(seen: readonly Seen[]): string {
  return seen.join(' or ');
}

/** Behind a controller a client sees its answer. */
function behind(from: Source, seen: readonly Seen[]): string {
  if (from.kind !== 'ingress') return '';
  return seen.includes('timeout')
    ? ' at the controller, which answers 504'
    : ' at the controller, which answers 503 or 502';
}
