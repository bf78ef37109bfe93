import { SLICE_CONTROLLER } from '../cluster/endpoints.ts';
import { mergeSlices } from '../cluster/endpointsJson.ts';
import type { PredictedEndpoint, PredictedPort, PredictedService, PredictedSlice } from '../cluster/prediction.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { isHeadless, protocolOf, type Service, type ServicePort, targetPortOf } from '../k8s/service.ts';
import { endpointLines } from './sliceEndpoints.ts';
import { asComment, asText, doubtComments, type SliceContext, UNDECIDED } from './sliceWords.ts';

/** One document for each slice; the controllers put at most 100 endpoints into one (--max-endpoints-per-slice). */
export function sliceDocuments(predicted: PredictedService, context: SliceContext): readonly string[] {
  return mergeSlices(predicted.slices).flatMap((slice) => {
    const { endpoints, managedBy } = slice;
    if (managedBy === '' || endpoints.length <= MAX_PER_SLICE) return [sliceText(predicted.service, slice, context)];
    const parts: string[] = [];
    for (let at = 0; at < endpoints.length; at += MAX_PER_SLICE) {
      const part = { ...slice, endpoints: endpoints.slice(at, at + MAX_PER_SLICE) };
      parts.push(sliceText(predicted.service, part, context));
    }
    return parts;
  });
}

const MAX_PER_SLICE = 100;

function sliceText(service: Service, slice: PredictedSlice, context: SliceContext): string {
  const { addressType, managedBy, name, source } = slice;
  const { placeOf, namespace } = context;
  const owner = service.name?.value ?? UNDECIDED;
  const origin =
    source === undefined
      ? []
      : [
          `# ${managedBy === '' ? 'written by hand' : `mirrored from ${describeResource(source)}`}: ${placeOf(source.file, headSpan(source))}`,
        ];
  const lines = [
    ...origin,
    ...doubtComments(
      slice.doubts.filter(({ about }) => about !== 'port'),
      placeOf,
    ),
    'apiVersion: discovery.k8s.io/v1',
    'kind: EndpointSlice',
    'metadata:',
    ...(managedBy === '' ? [] : [`  generateName: ${asText(`${owner}-`)}`]),
    '  labels:',
    ...labelsOf(service, slice).map(([key, value]) => `    ${asText(key)}: ${asText(value)}`),
    `  name: ${asText(name ?? (managedBy === '' ? UNDECIDED : `${owner}-<suffix>`))}`,
    `  namespace: ${asText(namespace)}`,
    ...(managedBy === '' ? [] : ownerLines(managedBy === SLICE_CONTROLLER ? 'Service' : 'Endpoints', owner)),
    `addressType: ${addressType}`,
    ...portLines(service, slice, context),
    ...endpointLines(service, slice, context),
  ];
  return `${lines.join('\n')}\n`;
}

const RESERVED_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/service-name',
  'endpointslice.kubernetes.io/managed-by',
  'service.kubernetes.io/headless',
]);

/** The Service's own labels and those that say whose the slice is (k8s.io/endpointslice/utils.go, `setEndpointSliceLabels`). */
function labelsOf(service: Service, { managedBy }: PredictedSlice): readonly (readonly [string, string])[] {
  const labels = new Map<string, string>();
  if (managedBy === SLICE_CONTROLLER) {
    for (const { key, value, fromNull } of service.labels?.entries ?? [])
      if (fromNull !== true && !RESERVED_LABELS.has(key.value)) labels.set(key.value, value?.value ?? UNDECIDED);
    if (isHeadless(service)) labels.set('service.kubernetes.io/headless', '');
  }
  if (managedBy !== '') labels.set('endpointslice.kubernetes.io/managed-by', managedBy);
  labels.set('kubernetes.io/service-name', service.name?.value ?? UNDECIDED);
  return [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
}

function ownerLines(kind: string, name: string): readonly string[] {
  return [
    '  ownerReferences:',
    '  - apiVersion: v1',
    '    blockOwnerDeletion: true',
    '    controller: true',
    `    kind: ${kind}`,
    `    name: ${asText(name)}`,
    '    uid: <uid>',
  ];
}

function portLines(service: Service, slice: PredictedSlice, { placeOf }: SliceContext): readonly string[] {
  const { ports, endpoints, source } = slice;
  const missing = source === undefined && endpoints.length > 0 ? missingPorts(service, slice) : [];
  const notes = missing.map((port) => {
    const name = port.name?.value ? `${port.name.value} ` : '';
    const wanted = `${name}${port.port?.value ?? '?'}/${protocolOf(port) ?? '?'}`;
    return `# missing: ${wanted} (${placeOf(service.file, port)}): no container port of these Pods is named ${targetPortOf(port) ?? '?'}`;
  });
  if (ports.length > 0)
    return ['ports:', ...ports.flatMap((port) => portText(service, slice, port, placeOf)), ...notes];
  const why = endpoints.length === 0 ? '' : missing.length > 0 ? ' # no connection reaches these Pods' : '';
  return [`ports: null${why}`, ...notes];
}

/** The ports of the Service that none of the slice's Pods has. */
function missingPorts(service: Service, { ports }: PredictedSlice): readonly ServicePort[] {
  return service.ports.filter((port) => !ports.some((found) => isOf(found, port)));
}

function isOf({ name, protocol }: PredictedPort, port: ServicePort): boolean {
  return name === (port.name?.value ?? '') && protocol === (protocolOf(port) ?? 'TCP');
}

function portText(
  service: Service,
  { source, endpoints }: PredictedSlice,
  port: PredictedPort,
  placeOf: SliceContext['placeOf'],
): readonly string[] {
  const { name, port: number, protocol, appProtocol, doubt } = port;
  const written = source === undefined ? service.ports.find((candidate) => isOf(port, candidate)) : undefined;
  const why = doubt === undefined ? written && originOf(service, written, port, endpoints, placeOf) : doubt.text;
  const value = number ?? (doubt === undefined ? undefined : UNDECIDED);
  return [
    ...(appProtocol === undefined ? [] : [`appProtocol: ${asText(appProtocol)}`]),
    `name: ${asText(name)}`,
    value === undefined
      ? '# no number: every port'
      : `port: ${value}${why === undefined ? '' : ` # ${asComment(why)}`}`,
    `protocol: ${protocol}`,
  ].map((line, at) => `${at === 0 ? '- ' : '  '}${line}`);
}

function originOf(
  service: Service,
  { targetPort, port }: ServicePort,
  { declaration }: PredictedPort,
  endpoints: readonly PredictedEndpoint[],
  placeOf: SliceContext['placeOf'],
): string | undefined {
  const from = targetPort ?? port;
  if (from === undefined) return undefined;
  const asked = `${targetPort === undefined ? 'port' : `targetPort ${targetPort.value ?? ''}`} (${placeOf(service.file, from)})`;
  if (declaration === undefined) return asked;
  const holders = new Set(endpoints.flatMap(({ pod }) => pod?.workload ?? []));
  const holder = [...holders].find(({ template }) =>
    template.containers.some(({ ports }) => ports.includes(declaration)),
  );
  if (holder === undefined) return asked;
  const owner = holder.template.containers.find(({ ports }) => ports.includes(declaration))?.name?.value;
  return `${asked}, a name in container ${owner ?? '?'} (${placeOf(holder.file, declaration)})`;
}
