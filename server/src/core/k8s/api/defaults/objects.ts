import { encodeBase64 } from './base64.ts';
import { type Draft, fillEmpty, fillUnset, isEmpty, objectIn, objectsIn, openList, openObject, put } from './draft.ts';
import { beginGeneration } from './metadata.ts';
import { fillResources, roundResources } from './resources.ts';

/** `stringData` becomes a part of `data`. Source: kubernetes pkg/apis/core/v1/conversion.go and defaults.go. */
export function defaultSecret(secret: Draft): void {
  fillEmpty(secret, 'type', 'Opaque');
  const texts = objectIn(secret, 'stringData');
  if (texts && !isEmpty(texts)) {
    const data = openObject(secret, 'data');
    for (const [key, value] of Object.entries(texts)) {
      if (value === null || typeof value === 'string') put(data, key, encodeBase64(value ?? ''));
    }
  }
  delete secret.stringData;
}

/** Source: kubernetes pkg/apis/core/v1/defaults.go and pkg/registry/core/namespace. */
export function defaultNamespace(namespace: Draft): void {
  const metadata = openObject(namespace, 'metadata');
  if (typeof metadata.name === 'string') {
    put(openObject(metadata, 'labels'), 'kubernetes.io/metadata.name', metadata.name);
  }
  const finalizers = openList(openObject(namespace, 'spec'), 'finalizers');
  if (!finalizers.includes('kubernetes')) finalizers.push('kubernetes');
  namespace.status = { phase: 'Active' };
}

/** Of references to Secrets only the names are kept. Source: kubernetes pkg/registry/core/serviceaccount. */
export function defaultServiceAccount(account: Draft): void {
  if (!Array.isArray(account.secrets)) return;
  account.secrets = objectsIn(account, 'secrets').map(({ name }) => (name === undefined ? {} : { name }));
}

/** Source: kubernetes pkg/apis/rbac/v1/defaults.go. */
export function defaultRoleBinding(binding: Draft): void {
  fillEmpty(openObject(binding, 'roleRef'), 'apiGroup', RBAC_GROUP);
  for (const subject of objectsIn(binding, 'subjects')) {
    if (subject.kind === 'User' || subject.kind === 'Group') fillEmpty(subject, 'apiGroup', RBAC_GROUP);
  }
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_LimitRangeItem`. */
export function defaultLimitRange(range: Draft): void {
  for (const item of objectsIn(objectIn(range, 'spec'), 'limits')) {
    if (item.type === 'Container') {
      fillResources(openObject(item, 'default'), objectIn(item, 'max'));
      fillResources(openObject(item, 'defaultRequest'), objectIn(item, 'default'));
      fillResources(openObject(item, 'defaultRequest'), objectIn(item, 'min'));
    }
    for (const name of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) {
      roundResources(objectIn(item, name));
    }
  }
}

export function defaultResourceQuota(quota: Draft): void {
  roundResources(objectIn(objectIn(quota, 'spec'), 'hard'));
}

/** Source: kubernetes pkg/apis/scheduling/v1/defaults.go. */
export function defaultPriorityClass(priorityClass: Draft): void {
  fillUnset(priorityClass, 'preemptionPolicy', 'PreemptLowerPriority');
  beginGeneration(priorityClass);
}
