import type { Service } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { takesPod } from './podLabels.ts';
import { type PredictedPod, podsOf } from './pods.ts';
import { type Doubt, type Reason, reasonAt } from './reason.ts';
import { sameNamespace, selectWorkloads } from './selection.ts';

export interface ServicePods {
  /** With a doubt about its existence where it is not certain that the selector takes it. */
  readonly pods: readonly PredictedPod[];
  readonly doubts: readonly Doubt[];
}

/** The Pods that a Service's selector takes, certainly or perhaps; sorted by reference. */
export function podsOfService(index: ResourceIndex, service: Service, facts: ClusterFacts): ServicePods {
  const { selector } = service;
  if (selector === undefined) return { pods: [], doubts: [] };
  const { matched, possible } = selectWorkloads(index, selector, service.namespace);
  const pods: PredictedPod[] = [];
  for (const workload of [...matched, ...possible]) {
    const isNear = sameNamespace(workload.namespace, service.namespace);
    for (const pod of podsOf(index, workload, facts)) {
      const taken = takesPod(selector, pod, facts);
      if (taken === 'no') continue;
      if (isNear === 'yes' && taken === 'yes') pods.push(pod);
      else {
        const text =
          taken === 'yes'
            ? 'whether both are in one namespace is not decided'
            : 'whether the selector takes it is not decided';
        pods.push({ ...pod, doubts: [{ ...reasonAt(workload, text), about: 'existence' }, ...pod.doubts] });
      }
    }
  }
  if (pods.length > 1) pods.sort((a, b) => compareReferences(a.reference, b.reference));
  return { pods, doubts: [] };
}

/** `web#2` before `web#10`. */
const { compare: compareReferences } = new Intl.Collator('en', { numeric: true });

/** Why a Service takes a Pod: each requirement of its selector with the label that has it, as places in the manifests. */
export function whySelected(service: Service, pod: PredictedPod): readonly Reason[] {
  const { workload } = pod;
  const what = workload.maker === 'Pod' ? 'the Pod' : 'the Pod template';
  return (service.selector?.requirements ?? []).flatMap(({ key }) => {
    const entry = workload.template.labels?.entries.find((label) => label.key.value === key.value);
    if (entry === undefined)
      return [reasonAt(workload, `the cluster puts the label \`${key.value}\` on Pods of this kind`)];
    const text = `${what} has \`${key.value}: ${entry.value?.value ?? '?'}\``;
    return [{ text, file: workload.file, start: entry.key.start, end: (entry.value ?? entry.key).end }];
  });
}
