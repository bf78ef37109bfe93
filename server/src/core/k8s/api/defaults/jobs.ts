import { type Draft, fillEmpty, fillUnset, isEmpty, isUnset, objectIn, objectsIn, openObject, put } from './draft.ts';
import { beginGeneration, templateLabels } from './metadata.ts';
import { defaultTemplate } from './workloads.ts';

/**
 * A Job. Its selector and the label with the Job's id are drawn by the server and left out.
 * Source: kubernetes pkg/apis/batch/v1/defaults.go; pkg/registry/batch/job, `generateSelector`.
 */
export function defaultJob(job: Draft, isUpdate: boolean): void {
  const spec = openObject(job, 'spec');
  if (isUnset(spec, 'completions') && isUnset(spec, 'parallelism')) spec.completions = 1;
  fillUnset(spec, 'parallelism', 1);
  fillUnset(spec, 'backoffLimit', isUnset(spec, 'backoffLimitPerIndex') ? 6 : 2_147_483_647);
  fillUnset(spec, 'completionMode', 'NonIndexed');
  fillUnset(spec, 'suspend', false);
  fillUnset(spec, 'podReplacementPolicy', isUnset(spec, 'podFailurePolicy') ? 'TerminatingOrFailed' : 'Failed');
  fillUnset(spec, 'manualSelector', false);
  defaultFailurePolicy(spec);
  defaultTemplate(spec);
  const metadata = openObject(job, 'metadata');
  if (spec.manualSelector !== true && !isUpdate) {
    openObject(spec, 'selector');
    addJobName(openObject(openObject(openObject(spec, 'template'), 'metadata'), 'labels'), metadata.name);
  }
  const labels = templateLabels(spec);
  if (labels && isEmpty(metadata.labels)) metadata.labels = labels;
  beginGeneration(job);
}

/** Source: as above, `SetDefaults_CronJob`. What its Jobs get is filled in when they are made. */
export function defaultCronJob(cronJob: Draft): void {
  const spec = openObject(cronJob, 'spec');
  fillEmpty(spec, 'concurrencyPolicy', 'Allow');
  fillUnset(spec, 'suspend', false);
  fillUnset(spec, 'successfulJobsHistoryLimit', 3);
  fillUnset(spec, 'failedJobsHistoryLimit', 1);
  const job = openObject(openObject(spec, 'jobTemplate'), 'spec');
  defaultFailurePolicy(job);
  defaultTemplate(job);
  beginGeneration(cronJob);
}

function defaultFailurePolicy(spec: Draft): void {
  for (const rule of objectsIn(objectIn(spec, 'podFailurePolicy'), 'rules')) {
    for (const pattern of objectsIn(rule, 'onPodConditions')) fillEmpty(pattern, 'status', 'True');
  }
}

function addJobName(labels: Draft, name: unknown): void {
  if (typeof name !== 'string') return;
  for (const label of ['batch.kubernetes.io/job-name', 'job-name']) {
    if (labels[label] === undefined) put(labels, label, name);
  }
}
