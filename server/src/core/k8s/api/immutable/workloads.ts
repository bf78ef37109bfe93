import { type Draft, isUnset, objectIn, openObject, put } from '../defaults/draft.ts';
import { isEqual, keepField, type ReportUpdate, refuseChange, type UpdateValidator, without } from './update.ts';

/** Deployments, ReplicaSets and DaemonSets. Source: kubernetes pkg/registry/apps, `ValidateUpdate`. */
export const keepSelector: UpdateValidator = keepField(['spec', 'selector']);

/** The fields of a StatefulSet's spec that may change. */
export const OPEN_STATEFUL_SET_FIELDS: readonly string[] = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Source: kubernetes pkg/apis/apps/validation, `ValidateStatefulSetUpdate`. */
export const validateStatefulSetUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [live, next].map((object) => without(specOf(object), OPEN_STATEFUL_SET_FIELDS));
  if (isEqual(before, after)) return;
  const names = Object.keys({ ...before, ...after }).filter((name) => !isEqual(before?.[name], after?.[name]));
  const message = `of the spec of a StatefulSet, ${names.map((name) => `\`${name}\``).join(', ')} may not change`;
  refuseChange(report, 'spec', message, 'FieldValueForbidden');
};

/** Fields of a Job's spec that never change. */
export const FIXED_JOB_FIELDS: readonly string[] = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
];

/** Source: kubernetes pkg/apis/batch/validation, `ValidateJobSpecUpdate`. A suspended Job is taken for one that never ran. */
export const validateJobUpdate: UpdateValidator = (live, next, report) => {
  const [before, after] = [specOf(live), specOf(next)];
  validateCompletions(before, after, (message) => refuseChange(report, 'spec.completions', message));
  validateGeneratedLabels(live, next, report);
  for (const name of FIXED_JOB_FIELDS) keepField(['spec', name])(live, next, report);
  const isSuspended = before.suspend === true;
  const [template, nextTemplate] = [before, after].map((spec) => templateOf(spec, isSuspended));
  if (isEqual(template, nextTemplate)) return;
  const rest = isSuspended ? ', but for labels, annotations, tolerations and where its Pods may run' : '';
  refuseChange(report, 'spec.template', `the Pod template of a Job may not change${rest}`);
};

const ID_LABEL = 'batch.kubernetes.io/controller-uid';
const GENERATED_LABELS: readonly string[] = ['controller-uid', 'job-name', ID_LABEL, 'batch.kubernetes.io/job-name'];

/** A stand-in for the id of a Job, in its selector and the labels of its template. */
export function drawJobValues(job: Draft): void {
  const spec = openObject(job, 'spec');
  if (spec.manualSelector === true) return;
  const labels = openObject(openObject(openObject(spec, 'template'), 'metadata'), 'labels');
  for (const name of ['controller-uid', ID_LABEL]) put(labels, name, DRAWN_ID);
  put(openObject(openObject(spec, 'selector'), 'matchLabels'), ID_LABEL, DRAWN_ID);
}

const DRAWN_ID = '00000000-0000-4000-8000-000000000000';

/** Source: as above, `validateGeneratedSelector`. */
function validateGeneratedLabels(live: Draft, next: Draft, report: ReportUpdate): void {
  if (specOf(next).manualSelector === true) return;
  const [before, after] = [live, next].map((job) => {
    return objectIn(objectIn(objectIn(specOf(job), 'template'), 'metadata'), 'labels') ?? {};
  });
  const lost = GENERATED_LABELS.filter((name) => before?.[name] !== after?.[name]);
  for (const name of lost) {
    const message = `the label \`${name}\`, which the server adds to the template of a Job, may not go or change`;
    const reason = after?.[name] === undefined ? 'FieldValueRequired' : 'FieldValueInvalid';
    refuseChange(report, `spec.template.metadata.labels[${name}]`, message, reason);
  }
  if (lost.includes(ID_LABEL)) {
    refuseChange(report, 'spec.template.metadata.labels', 'the selector of the Job does not match its template');
  }
}

function validateCompletions(before: Draft, after: Draft, refuse: (message: string) => void): void {
  if (isEqual(before.completions, after.completions)) return;
  const isIndexed = after.completionMode === 'Indexed';
  if (isIndexed && (isUnset(after, 'completions') || after.completions === after.parallelism)) return;
  refuse('`completions` may not change, but for indexed Jobs, and there together with `parallelism`');
}

/** What of a template may not change. */
function templateOf(spec: Draft, isSuspended: boolean): Draft {
  const template = objectIn(spec, 'template') ?? {};
  if (!isSuspended) return template;
  const podSpec = objectIn(template, 'spec') ?? {};
  const affinity = without(objectIn(podSpec, 'affinity') ?? {}, ['nodeAffinity']);
  return {
    ...template,
    metadata: without(objectIn(template, 'metadata') ?? {}, ['labels', 'annotations']),
    spec: {
      ...without(podSpec, ['nodeSelector', 'tolerations', 'schedulingGates', 'affinity']),
      ...(Object.keys(affinity).length > 0 ? { affinity } : {}),
    },
  };
}

function specOf(object: Draft): Draft {
  return objectIn(object, 'spec') ?? {};
}
