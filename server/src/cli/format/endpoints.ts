import { mergeSlices } from '../../core/cluster/endpointsJson.ts';
import type {
  PredictedEndpoint,
  PredictedPort,
  PredictedService,
  PredictedSlice,
} from '../../core/cluster/prediction.ts';
import type { Reason } from '../../core/cluster/reason.ts';
import type { JsonObject } from '../../core/k8s/api/defaults/draft.ts';
import { isHeadless, serviceTypeOf } from '../../core/k8s/service.ts';
import type { RefusedObject } from '../manifests.ts';
import type { Place } from '../report.ts';

/** A Service with what becomes of it. */
export interface ShownService {
  readonly namespace: string;
  readonly name: string;
  /** `undefined` where its text cannot be read any more. */
  readonly manifest: JsonObject | undefined;
  readonly predicted: PredictedService;
}

export interface ShownGroup {
  /** The units; empty where there is only one set of them. */
  readonly label: string;
  readonly services: readonly ShownService[];
  readonly refused: readonly RefusedJson[];
}

type RefusedJson = ReturnType<typeof refusedJson>;

type ShowPlace = (file: string, start: number, end: number) => string;

/** Each Service with its slices, and in each of them the Pods: a table for people. */
export function formatEndpoints(groups: readonly ShownGroup[], showPlace: ShowPlace): string {
  const blocks = groups.flatMap(({ label, services, refused }) => [
    ...(label !== '' && services.length > 0 ? [`# ${label}`] : []),
    ...services.map((service) => serviceLines(service, showPlace).join('\n')),
    ...refused.map(refusedText),
  ]);
  return blocks.length === 0 ? 'There is no Service in these manifests.\n' : `${blocks.join('\n\n')}\n`;
}

/** An object that the API server refuses, with its reasons. */
export function refusedJson(
  { resource, refusals }: RefusedObject,
  placeOf: (file: string, start: number, end: number) => Place,
) {
  const [first] = refusals;
  const place = placeOf(resource.file, first?.start ?? resource.start, first?.end ?? resource.end);
  const { kind, name, namespace } = resource;
  return {
    kind,
    name: name?.value ?? '',
    namespace: namespace?.value ?? 'default',
    file: place.file,
    line: place.line,
    reasons: refusals.map(({ field, message }) => ({ field, message })),
  };
}

function refusedText({ kind, namespace, name, file, line, reasons }: RefusedJson): string {
  const texts = reasons.map(({ field, message }) => `\n  ${field}: ${message}`);
  return `${kind} ${namespace}/${name} is refused by the API server (${file}:${line})${texts.join('')}`;
}

function serviceLines({ namespace, name, predicted }: ShownService, showPlace: ShowPlace): readonly string[] {
  const { service, kind, slices, doubts } = predicted;
  const type = isHeadless(service) ? 'headless' : (serviceTypeOf(service) ?? 'type unknown');
  const head = `${namespace}/${name}  ${type}`;
  const reasons = doubts.map((doubt) => `  not certain: ${reasonText(doubt, showPlace)}`);
  if (kind === 'unknown') return [head, '  unknown', ...reasons];
  if (kind === 'externalName' && slices.length === 0)
    return [head, `  an alias of ${service.externalName?.value ?? 'unknown'}, without endpoints`, ...reasons];
  if (slices.length === 0) return [head, '  no selector and no hand-written endpoints: nothing answers', ...reasons];
  return [head, ...mergeSlices(slices).flatMap((slice) => sliceLines(slice, showPlace)), ...reasons];
}

function sliceLines(slice: PredictedSlice, showPlace: ShowPlace): readonly string[] {
  const { addressType, managedBy, name, ports, endpoints } = slice;
  const maker = managedBy === '' ? ` (hand-written, ${name ?? '?'})` : '';
  const isMirror = slice.source !== undefined && managedBy !== '' ? ' (mirrored from Endpoints)' : '';
  const shown = ports.length > 0 ? ports.map(portText).join(', ') : endpoints.length > 0 ? 'no ports' : '';
  const head = `  ${addressType}  ${shown}${maker}${isMirror}`.trimEnd();
  if (endpoints.length === 0) return [`${head}${shown === '' ? ' ' : ':'} no endpoints`];
  const useless = ports.length === 0 && slice.source === undefined ? ': no connection reaches these Pods' : '';
  const rows = rowsOf(endpoints).map(({ who, host, state }) => [who, host, state] as const);
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at as 0 | 1].length)));
  return [
    `${head}${useless}`,
    ...rows.map(([who, host, state]) =>
      `    ${who.padEnd(widths[0] ?? 0)}  ${widths[1] === 0 ? '' : `${host.padEnd(widths[1] ?? 0)}  `}${state}`.trimEnd(),
    ),
    ...doubtLines(slice, showPlace),
  ];
}

interface Row {
  readonly who: string;
  readonly host: string;
  readonly state: string;
}

/** Pods of one owner that differ in number alone share a line. */
function rowsOf(endpoints: readonly PredictedEndpoint[]): readonly Row[] {
  const rows: (Row & { count: number; readonly base: string })[] = [];
  for (const endpoint of endpoints) {
    const { pod, addresses, hostname } = endpoint;
    const full = pod?.reference ?? addresses.join(', ');
    const base = full.replace(/#\d+$/, '');
    const state = stateText(endpoint);
    const last = rows.at(-1);
    if (last !== undefined && base !== full && last.base === base && last.state === state) last.count += 1;
    else rows.push({ who: full, base: base === full ? '' : base, host: hostname ?? '', state, count: 1 });
  }
  return rows.map(({ who, base, host, state, count }) => ({
    who: base === '' ? who : `${base}${count > 1 ? `  ${count} Pods` : '  1 Pod'}`,
    host,
    state,
  }));
}

function stateText({ ready, serving, terminating, readyWhen, hints, doubts }: PredictedEndpoint): string {
  const parts = [ready === false ? 'not ready' : readyWhen === undefined ? 'ready' : `ready when ${readyWhen}`];
  if (ready === true && serving === false) parts.push('though not serving');
  if (terminating === true) parts.push('terminating');
  if (hints !== undefined) parts.push(`for its ${hints}`);
  if (doubts.some(({ about }) => about === 'existence')) parts.push('perhaps');
  if (doubts.some(({ about }) => about === 'count')) parts.push('number not certain');
  return parts.join(', ');
}

function doubtLines({ endpoints, doubts }: PredictedSlice, showPlace: ShowPlace): readonly string[] {
  const all = [...doubts, ...endpoints.flatMap((endpoint) => endpoint.doubts)];
  return [...new Set(all.map((doubt) => `    not certain: ${reasonText(doubt, showPlace)}`))];
}

function portText({ name, port, protocol, doubt }: PredictedPort): string {
  const number = port ?? (doubt === undefined ? 'any' : 'unknown');
  return `${name === '' ? '' : `${name} `}${number}/${protocol}`;
}

function reasonText({ text, file, start, end }: Reason, showPlace: ShowPlace): string {
  return file === '' ? text : `${text} (${showPlace(file, start, end)})`;
}
