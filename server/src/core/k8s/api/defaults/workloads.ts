import { type Draft, fillEmpty, fillUnset, isEmpty, objectIn, objectsIn, openObject, put } from './draft.ts';
import { beginGeneration, dropInitAnnotations, templateLabels } from './metadata.ts';
import { defaultPodSpec } from './podSpec.ts';
import { defaultClaimSpec } from './storage.ts';

/** The Pod template of a spec, if it has one. Source: kubernetes pkg/apis/core/v1/zz_generated.defaults.go. */
export function defaultTemplate(spec: Draft): void {
  const template = openObject(spec, 'template');
  dropInitAnnotations(template);
  defaultPodSpec(openObject(template, 'spec'));
}

/** Source of this and the next ones: kubernetes pkg/apis/apps/v1/defaults.go and pkg/registry/apps. */
export function defaultDeployment(deployment: Draft): void {
  const spec = openObject(deployment, 'spec');
  fillUnset(spec, 'replicas', 1);
  const strategy = openObject(spec, 'strategy');
  fillEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const update = openObject(strategy, 'rollingUpdate');
    fillUnset(update, 'maxUnavailable', '25%');
    fillUnset(update, 'maxSurge', '25%');
  }
  fillUnset(spec, 'revisionHistoryLimit', 10);
  fillUnset(spec, 'progressDeadlineSeconds', 600);
  defaultTemplate(spec);
  beginGeneration(deployment);
}

export function defaultReplicaSet(replicaSet: Draft): void {
  const spec = openObject(replicaSet, 'spec');
  fillUnset(spec, 'replicas', 1);
  defaultTemplate(spec);
  beginGeneration(replicaSet);
}

export function defaultDaemonSet(daemonSet: Draft): void {
  const spec = openObject(daemonSet, 'spec');
  const strategy = openObject(spec, 'updateStrategy');
  fillEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const update = openObject(strategy, 'rollingUpdate');
    fillUnset(update, 'maxUnavailable', 1);
    fillUnset(update, 'maxSurge', 0);
  }
  fillUnset(spec, 'revisionHistoryLimit', 10);
  defaultTemplate(spec);
  beginGeneration(daemonSet);
  const annotations = openObject(openObject(daemonSet, 'metadata'), 'annotations');
  const generation = Number(annotations[TEMPLATE_GENERATION]);
  put(annotations, TEMPLATE_GENERATION, Number.isInteger(generation) && generation > 1 ? String(generation) : '1');
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export function defaultStatefulSet(statefulSet: Draft): void {
  const spec = openObject(statefulSet, 'spec');
  fillEmpty(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = openObject(spec, 'updateStrategy');
  if (isEmpty(strategy.type)) {
    strategy.type = 'RollingUpdate';
    openObject(strategy, 'rollingUpdate');
  }
  const update = objectIn(strategy, 'rollingUpdate');
  if (update) {
    if (strategy.type === 'RollingUpdate') fillUnset(update, 'partition', 0);
    // Behind a feature gate that is off by default.
    delete update.maxUnavailable;
  }
  const retention = openObject(spec, 'persistentVolumeClaimRetentionPolicy');
  fillEmpty(retention, 'whenDeleted', 'Retain');
  fillEmpty(retention, 'whenScaled', 'Retain');
  fillUnset(spec, 'replicas', 1);
  fillUnset(spec, 'revisionHistoryLimit', 10);
  for (const claim of objectsIn(spec, 'volumeClaimTemplates')) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    defaultClaimSpec(openObject(claim, 'spec'));
    fillEmpty(openObject(claim, 'status'), 'phase', 'Pending');
  }
  defaultTemplate(spec);
  beginGeneration(statefulSet);
}

/** Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_ReplicationController`. */
export function defaultReplicationController(controller: Draft): void {
  const spec = openObject(controller, 'spec');
  fillUnset(spec, 'replicas', 1);
  const labels = templateLabels(spec);
  if (labels) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    const metadata = openObject(controller, 'metadata');
    if (isEmpty(metadata.labels)) metadata.labels = { ...labels };
  }
  if (objectIn(spec, 'template')) defaultTemplate(spec);
  beginGeneration(controller);
}

export function defaultPodTemplate(template: Draft): void {
  defaultTemplate(template);
  beginGeneration(template);
}
