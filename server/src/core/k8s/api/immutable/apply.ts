import { isClusterScoped } from '../../kinds.ts';
import { applyDefaults, applyUpdateDefaults, type ClusterFacts } from '../defaults/applyDefaults.ts';
import { type Draft, draftOf, type JsonObject, openObject } from '../defaults/draft.ts';
import { SERVED_KINDS } from '../shapes.ts';
import { findRefusals } from '../validate.ts';
import { nodeOfJson } from './jsonNode.ts';
import { mergeApplied } from './merge.ts';
import { drawServiceValues, prepareServiceUpdate, validateServiceAllocation } from './service.ts';
import type { UpdateRefusal } from './update.ts';
import { updateValidatorOf } from './validators.ts';
import { drawJobValues } from './workloads.ts';

/** What an apply depends on that no manifest says. */
export interface ApplyFacts {
  readonly cluster?: ClusterFacts;
  /** Whether a claim has its volume; left out where it is not known. */
  readonly isClaimBound?: boolean;
}

export interface ApplyOutcome {
  /** The object before and after, as stored, with stand-ins for what the server draws. */
  readonly live: JsonObject;
  readonly next: JsonObject;
  /** Why the API server refuses the update; empty when it takes it. */
  readonly refusals: readonly UpdateRefusal[];
}

/**
 * What happens when `manifest` is given to `kubectl apply` where `applied` was applied before and nobody else has touched
 * the object. Speaks of changes only: what is refused in `applied` already is not said again. `undefined` where the two
 * are not the same object, or of no built-in kind. Both must be decided, without templates.
 */
export function applyChange(
  applied: JsonObject,
  manifest: JsonObject,
  facts: ApplyFacts = {},
): ApplyOutcome | undefined {
  const { apiVersion, kind } = applied;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const shape = SERVED_KINDS.get(apiVersion)?.get(kind);
  if (shape === undefined || identityOf(applied) !== identityOf(manifest)) return undefined;
  const live = draftOf(applyDefaults(applied, facts.cluster));
  const isService = apiVersion === 'v1' && kind === 'Service';
  if (isService) drawServiceValues(live);
  if (kind === 'Job') drawJobValues(live);
  const merged = mergeApplied(draftOf(applied), draftOf(manifest), live, shape);
  const refusals: UpdateRefusal[] = [];
  const report = (refusal: UpdateRefusal) => void refusals.push(refusal);
  if (isService) {
    prepareServiceUpdate(live, merged);
    validateServiceAllocation(live, merged, report);
  }
  const next = draftOf(applyUpdateDefaults(merged as JsonObject, facts.cluster));
  keepServerParts(live, next);
  if (isService) drawServiceValues(next);
  if (refusals.length === 0) {
    updateValidatorOf(`${apiVersion}/${kind}`, facts.isClaimBound)?.(live, next, report);
    refusals.push(...newRefusals(live, next).filter(({ field }) => !isTolerated(kind, field)));
  }
  return { live: live as JsonObject, next: next as JsonObject, refusals };
}

/** What the server does not look at again when an object is updated: it may not change anyway. */
function isTolerated(kind: string, field: string): boolean {
  return kind === 'StatefulSet' && /^spec\.(?:volumeClaimTemplates|serviceName)/.test(field);
}

function identityOf(object: JsonObject): string {
  const metadata = draftOf(object).metadata;
  const { name, namespace } = metadata !== null && typeof metadata === 'object' ? (metadata as Draft) : {};
  const { apiVersion, kind } = object;
  const group = String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : '';
  const place = isClusterScoped({ group: group ?? '', kind: String(kind) }) ? '' : (namespace ?? 'default');
  return JSON.stringify([apiVersion, kind, place, name].map(String));
}

/** A client changes neither the status nor how often an object was changed. */
function keepServerParts(live: Draft, next: Draft): void {
  if (live.status === undefined) delete next.status;
  else next.status = live.status;
  const { generation } = openObject(live, 'metadata');
  if (generation !== undefined) openObject(next, 'metadata').generation = generation;
}

/** Faults of the new object that the old one has not. */
function newRefusals(live: Draft, next: Draft): readonly UpdateRefusal[] {
  const old = new Set(findRefusals(nodeOfJson(live)).map(keyOf));
  return findRefusals(nodeOfJson(next))
    .filter((refusal) => !old.has(keyOf(refusal)))
    .map(({ field, reason, message }) => ({ field, reason, message, isCertain: true }));
}

function keyOf({ field, reason }: { readonly field: string; readonly reason: string }): string {
  return `${field} ${reason}`;
}
