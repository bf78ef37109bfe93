import { type Draft, fillEmpty, fillUnset, isEmpty, objectIn, objectsIn, textIn } from './draft.ts';
import { pullPolicyOf } from './image.ts';
import { roundResources } from './resources.ts';
import { defaultVolume } from './volumes.ts';

/**
 * Fills in what every Pod spec gets, in Pods and templates alike. Source: kubernetes pkg/apis/core/v1/defaults.go,
 * `SetDefaults_PodSpec` and what zz_generated.defaults.go calls below a Pod spec; conversion.go for the service account.
 */
export function defaultPodSpec(spec: Draft): void {
  fillEmpty(spec, 'dnsPolicy', 'ClusterFirst');
  fillEmpty(spec, 'restartPolicy', 'Always');
  fillUnset(spec, 'securityContext', {});
  fillUnset(spec, 'terminationGracePeriodSeconds', 30);
  fillEmpty(spec, 'schedulerName', 'default-scheduler');
  syncServiceAccount(spec);
  for (const volume of objectsIn(spec, 'volumes')) defaultVolume(volume);
  for (const list of CONTAINER_LISTS) {
    for (const container of objectsIn(spec, list)) defaultContainer(container);
  }
  roundResources(objectIn(spec, 'overhead'));
  defaultResources(objectIn(spec, 'resources'));
}

export const CONTAINER_LISTS: readonly string[] = ['initContainers', 'containers', 'ephemeralContainers'];

/** Two names of one field, the older one kept for old clients; the newer one wins. */
export function syncServiceAccount(spec: Draft): void {
  const name = [spec.serviceAccountName, spec.serviceAccount].find((value) => !isEmpty(value));
  if (typeof name !== 'string') return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function defaultContainer(container: Draft): void {
  fillEmpty(container, 'imagePullPolicy', pullPolicyOf(textIn(container, 'image') ?? ''));
  fillEmpty(container, 'terminationMessagePath', '/dev/termination-log');
  fillEmpty(container, 'terminationMessagePolicy', 'File');
  for (const port of objectsIn(container, 'ports')) fillEmpty(port, 'protocol', 'TCP');
  for (const variable of objectsIn(container, 'env')) {
    const source = objectIn(variable, 'valueFrom');
    const field = objectIn(source, 'fieldRef');
    if (field) fillEmpty(field, 'apiVersion', 'v1');
    const file = objectIn(source, 'fileKeyRef');
    if (file) fillUnset(file, 'optional', false);
  }
  defaultResources(objectIn(container, 'resources'));
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(objectIn(container, name));
  const lifecycle = objectIn(container, 'lifecycle');
  // Behind a feature gate that is off by default.
  delete lifecycle?.stopSignal;
  for (const name of ['postStart', 'preStop']) defaultHttpGet(objectIn(objectIn(lifecycle, name), 'httpGet'));
}

function defaultResources(resources: Draft | undefined): void {
  roundResources(objectIn(resources, 'limits'));
  roundResources(objectIn(resources, 'requests'));
}

function defaultProbe(probe: Draft | undefined): void {
  if (probe === undefined) return;
  fillEmpty(probe, 'timeoutSeconds', 1);
  fillEmpty(probe, 'periodSeconds', 10);
  fillEmpty(probe, 'successThreshold', 1);
  fillEmpty(probe, 'failureThreshold', 3);
  defaultHttpGet(objectIn(probe, 'httpGet'));
  const grpc = objectIn(probe, 'grpc');
  if (grpc) fillUnset(grpc, 'service', '');
}

function defaultHttpGet(action: Draft | undefined): void {
  if (action === undefined) return;
  fillEmpty(action, 'path', '/');
  fillEmpty(action, 'scheme', 'HTTP');
}
