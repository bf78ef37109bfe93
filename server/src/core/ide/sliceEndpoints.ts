import type { PredictedPod } from '../cluster/pods.ts';
import type { PredictedEndpoint, PredictedSlice } from '../cluster/prediction.ts';
import { whySelected } from '../cluster/servicePods.ts';
import { probeVerdict } from '../explain/readiness.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { asComment, asText, doubtComments, type SliceContext, UNDECIDED } from './sliceWords.ts';

/** The list of a slice's endpoints; comments tell whose Pods they are, and why they are selected. */
export function endpointLines(service: Service, slice: PredictedSlice, context: SliceContext): readonly string[] {
  const { endpoints, addressType } = slice;
  if (endpoints.length === 0) return ['endpoints: null'];
  const lines = ['endpoints:'];
  let told: Workload | undefined;
  for (const endpoint of endpoints) {
    const { pod } = endpoint;
    if (pod !== undefined && pod.workload !== told) {
      told = pod.workload;
      const { placeOf } = context;
      lines.push(`# Pods of ${describeResource(told)}, ${placeOf(told.file, headSpan(told))}`);
      for (const { text: reason, file, start, end } of whySelected(service, pod))
        lines.push(`#   ${asComment(reason)} (${placeOf(file, { start, end })})`);
    }
    lines.push(...doubtComments(endpoint.doubts, context.placeOf));
    const own = endpointText(service, endpoint, addressType, context);
    lines.push(...own.map((line, at) => `${at === 0 ? '- ' : '  '}${line}`));
  }
  return lines;
}

function endpointText(
  service: Service,
  endpoint: PredictedEndpoint,
  addressType: PredictedSlice['addressType'],
  { placeOf, namespace }: SliceContext,
): readonly string[] {
  const { pod, addresses, hostname, serving, terminating, hints } = endpoint;
  const own =
    pod === undefined ? addresses : [`<${addressType} of ${pod.hostNetwork ? `the node of ` : ''}${pod.reference}>`];
  const conditions = [
    ...readyText(service, endpoint, placeOf),
    ...(serving === null ? [] : [`  serving: ${serving}`]),
    ...(terminating === null ? [] : [`  terminating: ${terminating}`]),
  ];
  return [
    'addresses:',
    ...own.map((address) => `- ${asText(address)}`),
    ...(conditions.length === 0 ? [] : ['conditions:', ...conditions]),
    ...(hints === undefined ? [] : hintLines(hints)),
    ...(hostname === undefined ? [] : [`hostname: ${asText(hostname)}`]),
    ...(pod === undefined ? [] : targetLines(pod, namespace)),
  ];
}

function readyText(
  service: Service,
  { ready, pod, readyWhen }: PredictedEndpoint,
  placeOf: SliceContext['placeOf'],
): readonly string[] {
  if (ready === null) return [];
  const { publishNotReadyAddresses: publish } = service;
  const never = pod && neverReady(pod.workload);
  const why =
    publish?.value === true
      ? `whether its Pod is ready or not: publishNotReadyAddresses (${placeOf(service.file, publish)})`
      : readyWhen === undefined || !ready
        ? undefined
        : `ready when ${readyWhen}${never === undefined ? '' : `, which cannot happen: ${never}`}`;
  return [`  ready: ${ready}${why === undefined ? '' : ` # ${asComment(why)}`}`];
}

/** Why a workload's Pods never become ready. */
function neverReady({ template, opaque }: Workload): string | undefined {
  if (opaque) return undefined;
  for (const container of template.containers) {
    if (container.role === 'init') continue;
    for (const probe of container.probes) {
      if (probe.field !== 'readinessProbe' && probe.field !== 'startupProbe') continue;
      const verdict = probeVerdict(container, probe);
      if (verdict.kind === 'problem') return verdict.why;
    }
  }
  return undefined;
}

function hintLines(hints: NonNullable<PredictedEndpoint['hints']>): readonly string[] {
  return [
    'hints:',
    ...(hints === 'own zone, node' ? ['  forNodes:', '  - name: <its node>'] : []),
    '  forZones:',
    '  - name: <its zone>',
  ];
}

function targetLines(pod: PredictedPod, namespace: string): readonly string[] {
  return [
    'nodeName: <node>',
    'targetRef:',
    '  kind: Pod',
    `  name: ${asText(podName(pod))}`,
    `  namespace: ${asText(pod.namespace?.value ?? namespace)}`,
    '  uid: <uid>',
  ];
}

/** A Pod's name, with `<hash>` and `<suffix>` for what its controller draws. */
function podName({ name, workload, ordinal }: PredictedPod): string {
  const owner = workload.name?.value ?? UNDECIDED;
  if (name !== undefined) return name;
  switch (workload.maker) {
    case 'Pod':
      return owner;
    case 'Deployment':
      return `${owner}-<hash>-<suffix>`;
    case 'Job':
      return workload.job?.completionMode?.value === 'Indexed' ? `${owner}-${ordinal}-<suffix>` : `${owner}-<suffix>`;
    case 'custom':
      return `<Pod of ${describeResource(workload)}>`;
    default:
      return `${owner}-<suffix>`;
  }
}
