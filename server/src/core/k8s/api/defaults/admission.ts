import { type Draft, fillEmpty, fillUnset, isUnset, objectIn, objectsIn, openObject } from './draft.ts';
import { beginGeneration } from './metadata.ts';

/** Source: kubernetes pkg/apis/admissionregistration/v1/defaults.go. */
export function defaultWebhooks(configuration: Draft): void {
  const isMutating = configuration.kind === 'MutatingWebhookConfiguration';
  for (const webhook of objectsIn(configuration, 'webhooks')) {
    fillUnset(webhook, 'failurePolicy', 'Fail');
    fillUnset(webhook, 'matchPolicy', 'Equivalent');
    fillUnset(webhook, 'namespaceSelector', {});
    fillUnset(webhook, 'objectSelector', {});
    fillUnset(webhook, 'timeoutSeconds', 10);
    if (isMutating) fillUnset(webhook, 'reinvocationPolicy', 'Never');
    const service = objectIn(objectIn(webhook, 'clientConfig'), 'service');
    if (service) fillUnset(service, 'port', 443);
    for (const rule of objectsIn(webhook, 'rules')) fillUnset(rule, 'scope', '*');
  }
  beginGeneration(configuration);
}

/** Source: kubernetes pkg/apis/storage/v1/defaults.go. */
export function defaultCsiDriver(driver: Draft): void {
  const spec = openObject(driver, 'spec');
  fillUnset(spec, 'attachRequired', true);
  for (const name of ['podInfoOnMount', 'storageCapacity', 'requiresRepublish', 'seLinuxMount']) {
    if (isUnset(spec, name)) spec[name] = false;
  }
  fillUnset(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  fillEmpty(spec, 'volumeLifecycleModes', ['Persistent']);
}
