import {
  copyValue,
  type Draft,
  type DraftValue,
  fillUnset,
  isDraft,
  isEmpty,
  isUnset,
  objectIn,
  objectsIn,
  openList,
  openObject,
  textIn,
} from './draft.ts';
import { beginGeneration, dropInitAnnotations } from './metadata.ts';
import { defaultPodResources, qosClassOf } from './podResources.ts';
import { defaultPodSpec } from './podSpec.ts';

/**
 * A Pod, with what the admission plugins add that are on by default (service account, priority, tolerations of
 * unreachable nodes). Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_Pod`; pkg/registry/core/pod;
 * plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}.
 */
export function defaultPod(pod: Draft, isUpdate: boolean): void {
  const spec = openObject(pod, 'spec');
  dropInitAnnotations(pod);
  defaultPodResources(spec);
  fillUnset(spec, 'enableServiceLinks', true);
  if (spec.hostNetwork === true) openHostPorts(spec);
  defaultPodSpec(spec);
  if (Number(spec.terminationGracePeriodSeconds) < 0) spec.terminationGracePeriodSeconds = 1;
  addTolerations(spec);
  beginGeneration(pod);
  pod.status = { phase: 'Pending', qosClass: qosClassOf(spec), ...gateConditions(spec) };
  if (isUpdate) return;
  applyLabelKeys(spec, objectIn(objectIn(pod, 'metadata'), 'labels') ?? {});
  addServiceAccount(spec);
  addPriority(spec);
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_VOLUME = 'kube-api-access-xxxxx';
const TOKEN_VOLUME_PREFIX = 'kube-api-access-';
const TOKEN_SOURCES: readonly DraftValue[] = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
];
const PRIORITIES: ReadonlyMap<unknown, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** On the host's network, the ports of containers are those of the host. */
function openHostPorts(spec: Draft): void {
  for (const container of [...objectsIn(spec, 'containers'), ...objectsIn(spec, 'initContainers')]) {
    for (const port of objectsIn(container, 'ports')) {
      if (isEmpty(port.hostPort) && !isEmpty(port.containerPort)) port.hostPort = port.containerPort;
    }
  }
}

/** Writes what `matchLabelKeys` stand for into the selectors beside them. */
function applyLabelKeys(spec: Draft, labels: Draft): void {
  const affinity = objectIn(spec, 'affinity');
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const kind = objectIn(affinity, name);
    const preferred = objectsIn(kind, 'preferredDuringSchedulingIgnoredDuringExecution');
    const terms = preferred.map((item) => objectIn(item, 'podAffinityTerm')).filter(isDraft);
    const all = [...terms, ...objectsIn(kind, 'requiredDuringSchedulingIgnoredDuringExecution')];
    for (const term of all) {
      addExpressions(term, 'matchLabelKeys', 'In', labels);
      addExpressions(term, 'mismatchLabelKeys', 'NotIn', labels);
    }
  }
  for (const constraint of objectsIn(spec, 'topologySpreadConstraints')) {
    addExpressions(constraint, 'matchLabelKeys', 'In', labels);
  }
}

function addExpressions(term: Draft, field: string, operator: string, labels: Draft): void {
  const selector = objectIn(term, 'labelSelector');
  const keys = term[field];
  if (selector === undefined || !Array.isArray(keys)) return;
  for (const key of keys) {
    const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (value === undefined) continue;
    const isThere = objectsIn(selector, 'matchExpressions').some(
      (expression) => expression.key === key && expression.operator === operator,
    );
    if (!isThere) openList(selector, 'matchExpressions').push({ key, operator, values: [value] });
  }
}

function gateConditions(spec: Draft): Draft {
  if (objectsIn(spec, 'schedulingGates').length === 0) return {};
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  return { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message }] };
}

/** The volume of the token is named after five random characters; `xxxxx` stands for them. */
function addServiceAccount(spec: Draft): void {
  if (isEmpty(spec.serviceAccountName)) {
    spec.serviceAccountName = 'default';
    spec.serviceAccount = 'default';
  }
  if (spec.automountServiceAccountToken === false) return;
  const names = objectsIn(spec, 'volumes').map((volume) => textIn(volume, 'name') ?? '');
  const own = names.find((name) => name.startsWith(TOKEN_VOLUME_PREFIX));
  let isNeeded = false;
  for (const container of [...objectsIn(spec, 'initContainers'), ...objectsIn(spec, 'containers')]) {
    if (objectsIn(container, 'volumeMounts').some(({ mountPath }) => mountPath === TOKEN_PATH)) continue;
    openList(container, 'volumeMounts').push({ name: own ?? TOKEN_VOLUME, mountPath: TOKEN_PATH, readOnly: true });
    isNeeded = true;
  }
  if (!isNeeded || own !== undefined) return;
  const sources = copyValue([...TOKEN_SOURCES]);
  openList(spec, 'volumes').push({ name: TOKEN_VOLUME, projected: { defaultMode: 0o644, sources } });
}

/** The classes that every cluster has; the value of another one is not known. */
function addPriority(spec: Draft): void {
  const priority = isEmpty(spec.priorityClassName) ? 0 : PRIORITIES.get(spec.priorityClassName);
  if (priority === undefined) return;
  fillUnset(spec, 'priority', priority);
  fillUnset(spec, 'preemptionPolicy', 'PreemptLowerPriority');
}

function addTolerations(spec: Draft): void {
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const isTolerated = objectsIn(spec, 'tolerations').some(
      (toleration) =>
        (isUnset(toleration, 'key') || toleration.key === '' || toleration.key === key) &&
        (isEmpty(toleration.effect) || toleration.effect === 'NoExecute'),
    );
    if (!isTolerated) {
      openList(spec, 'tolerations').push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
    }
  }
}
