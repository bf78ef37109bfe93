import { basename } from '../../base/path.ts';
import type { Refusal } from '../../k8s/api/refusal.ts';
import type { Resource } from '../../k8s/resource.ts';

/**
 * Whether an object is but a part of one that gets its rest before it is applied, or was never meant to be: a patch that a
 * generator or tool of its own applies, what a test expects to find, a ciphertext. It lacks several things at once that nobody
 * forgets together, or has what only such files have.
 */
export function isPartial(resource: Resource, refusals: readonly Refusal[]): boolean {
  if (refusals.length === 0) return false;
  if (EXPECTATION.test(basename(resource.file)) || refusals.some(isMark)) return true;
  const template = resource.type === 'workload' ? resource.template : undefined;
  const imageless = refusals.filter((refusal) => isRequired(refusal) && IMAGE.test(refusal.field)).length;
  const lacksContainers = refusals.some((refusal) => isRequired(refusal) && CONTAINERS.test(refusal.field));
  const lacksImages = lacksContainers || (imageless > 0 && imageless >= (template?.containers.length ?? 0));
  if (resource.kind === 'Pod') return lacksImages;
  const lacksSelector = refusals.some((refusal) => isRequired(refusal) && refusal.field === 'spec.selector');
  const lacksLabels = lacksSelector && (template?.labels === undefined || template.labels.entries.length === 0);
  const lacksPolicy = refusals.some(({ field }) => field === JOB_POLICY || field === CRON_JOB_POLICY);
  return [imageless > 0 || lacksContainers, lacksSelector, lacksLabels, lacksPolicy].filter(Boolean).length > 1;
}

/** `00-assert.yaml`, `01-errors.yaml`: what KUTTL and Chainsaw look for in a cluster. */
const EXPECTATION = /(^|[-_.])(assert|errors?)([-_.]|$)/;

const CONTAINERS = /(^|\.)spec\.containers$/;
const IMAGE = /(^|\.)spec\.containers\[\d+\]\.image$/;
const JOB_POLICY = 'spec.template.spec.restartPolicy';
const CRON_JOB_POLICY = 'spec.jobTemplate.spec.template.spec.restartPolicy';

/**
 * `(length(items))` is a question of Chainsaw; sops encrypts whole objects and is undone by who applies them; objects
 * without a name, and owners without an id, are what tests expect and what programs complete.
 */
function isMark(refusal: Refusal): boolean {
  const { field, reason } = refusal;
  if (reason === 'Strict') return field === 'sops' || /(^|\.)\([^.]*/.test(field);
  return field.startsWith('metadata.ownerReferences') || (isRequired(refusal) && field === 'metadata.name');
}

function isRequired({ reason }: Refusal): boolean {
  return reason === 'FieldValueRequired';
}
