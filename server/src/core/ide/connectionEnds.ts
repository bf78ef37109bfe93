import { type HostReference, hostReferencesOf } from '../cluster/hostReferences.ts';
import type { ConnectionQuestion, Destination, Source } from '../explain/connection/model.ts';
import { parseIpAddress } from '../k8s/ipAddress.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';

/** An end of a connection by its names, which outlast edits: plain data that can be sent away and comes back. */
export type EndName =
  | {
      readonly kind: 'object';
      /** The unit's id. */
      readonly unit: string;
      readonly file: string;
      readonly objectKind: string;
      readonly name: string;
      readonly namespace?: string;
    }
  /** A name as a program is told it, or an address. */
  | { readonly kind: 'host'; readonly host: string }
  /** A client outside of the cluster, of an address or of any. */
  | { readonly kind: 'outside'; readonly address?: string };

/** What is known of a question. */
export interface ConnectionDraft {
  readonly from?: EndName;
  readonly to?: EndName;
  /** By number, or by the name that the Service gives it. */
  readonly port?: number | string;
}

/** One of the things that a part of a question may be. */
export interface ConnectionChoice {
  /** `Deployment/web`, `ORDERS_URL: orders:80`. */
  readonly label: string;
  /** Namespace and unit. */
  readonly description: string;
  /** Why it comes first. */
  readonly detail: string;
  /** The question, if this is chosen. */
  readonly draft: ConnectionDraft;
}

/** An object of a unit as an end. */
export function nameEnd(unit: Unit, resource: Resource): EndName {
  const { file, kind, name, namespace } = resource;
  const place = namespace?.value === undefined ? {} : { namespace: namespace.value };
  return { kind: 'object', unit: unit.id, file, objectKind: kind, name: name?.value ?? '', ...place };
}

/** The object that an end means; `undefined` where it is there no more. */
export function findEnd(
  folder: WorkspaceFolder,
  end: Extract<EndName, { kind: 'object' }>,
): { readonly unit: Unit; readonly resource: Resource } | undefined {
  const unit = folder.units.find(({ id }) => id === end.unit);
  const found = unit?.index
    .named(end.objectKind, end.name)
    .filter(({ namespace }) => namespace?.value === end.namespace);
  const resource = found?.find(({ file }) => file === end.file) ?? found?.[0];
  return unit === undefined || resource === undefined ? undefined : { unit, resource };
}

/** The question that a draft comes to; a sentence where an end is there no more. */
export function questionOf(
  folder: WorkspaceFolder,
  draft: ConnectionDraft,
): ConnectionQuestion | { readonly problem: string } {
  const { from, to, port } = draft;
  if (from === undefined || to === undefined) return { problem: 'An end of the connection is not chosen' };
  const destination = destinationOf(folder, from, to);
  if (typeof destination === 'string') return { problem: destination };
  const source = sourceOf(folder, from, destination);
  if (typeof source === 'string') return { problem: source };
  return { from: source, to: destination, port, protocol: undefined };
}

function destinationOf(folder: WorkspaceFolder, from: EndName, to: EndName): Destination | string {
  if (to.kind === 'outside') return 'Only a host, a Service or Pods can be connected to';
  if (to.kind === 'host') {
    const address = parseIpAddress(to.host);
    if (address !== undefined) return { kind: 'address', address };
    const asker = from.kind === 'object' ? findEnd(folder, from) : undefined;
    const workload = asker?.resource.type === 'workload' ? asker.resource : undefined;
    const reference =
      asker === undefined || workload === undefined ? undefined : declared(asker.unit, workload, to.host);
    return { kind: 'host', host: to.host, reference };
  }
  const found = findEnd(folder, to);
  if (found?.resource.type === 'service') return { kind: 'service', unit: found.unit, service: found.resource };
  if (found?.resource.type === 'workload') return { kind: 'pods', unit: found.unit, workload: found.resource };
  return `There is no ${to.objectKind} \`${to.name}\` now`;
}

function sourceOf(folder: WorkspaceFolder, from: EndName, to: Destination): Source | string {
  if (from.kind === 'object') {
    const found = findEnd(folder, from);
    if (found === undefined) return `There is no ${from.objectKind} \`${from.name}\` now`;
    const { unit, resource } = found;
    if (resource.type === 'workload') return { kind: 'workload', unit, workload: resource };
    if (resource.type === 'ingress' || resource.type === 'route') return { kind: 'ingress', unit, ingress: resource };
    return `${describeResource(resource)} opens no connections`;
  }
  if (to.kind !== 'service' && to.kind !== 'pods') return 'From outside, only a Service or Pods can be connected to';
  const text = from.kind === 'host' ? from.host : from.address;
  const address = text === undefined ? undefined : parseIpAddress(text);
  if (text !== undefined && address === undefined) return `\`${text}\` is no IP address`;
  return { kind: 'outside', unit: to.unit, address };
}

/** The value by which a workload is told of a host. */
function declared(unit: Unit, workload: Workload, host: string): HostReference | undefined {
  for (const holder of [workload, ...unit.index.ofType('configMap')])
    for (const reference of hostReferencesOf(unit, holder))
      if (reference.text.host.value === host && reference.askers.includes(workload)) return reference;
  return undefined;
}

/** An object as a choice. */
export function toChoice(unit: Unit, resource: Resource, draft: ConnectionDraft): ConnectionChoice {
  return { ...labelOf(unit, resource), detail: '', draft };
}

/** Its name, namespace and unit. */
export function labelOf(unit: Unit, resource: Resource): { readonly label: string; readonly description: string } {
  const description = [resource.namespace?.value, unit.label]
    .filter((text) => text !== undefined && text !== '')
    .join(' · ');
  return { label: describeResource(resource), description };
}

/** One of each question: what is declared in many places is one thing to explain. */
export function uniqueChoices(choices: readonly ConnectionChoice[]): readonly ConnectionChoice[] {
  const found = new Map<string, ConnectionChoice>();
  for (const choice of choices) {
    const key = JSON.stringify(choice.draft);
    if (!found.has(key)) found.set(key, choice);
  }
  return [...found.values()];
}
