import { type Span, touches } from '../../base/span.ts';
import type { LabelSelector } from '../../k8s/labels.ts';
import type { Resource } from '../../k8s/resource.ts';
import type { Service } from '../../k8s/service.ts';
import type { Unit } from '../../sources/unit.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { objectsAt, unitsFor } from '../locate.ts';
import { type LabelPair, labelSubject } from './labels.ts';
import { type Mention, placeOf, type Subject } from './mention.ts';
import { containerPortSubject, servicePortSubject } from './ports.ts';
import { type CarrierKind, labelsOf, selectorsIn } from './selectors.ts';
import { serviceSubject, type WrittenService } from './services.ts';

/** What of a manifest can be renamed at a place. */
export type RenameTarget = Span & { readonly file: string } & (
    | { readonly kind: 'label'; readonly of: CarrierKind; readonly pair: LabelPair; readonly part: 'key' | 'value' }
    | { readonly kind: 'container-port' | 'service-port'; readonly name: string }
    | { readonly kind: 'service'; readonly service: WrittenService }
  );

/** What can be renamed at an offset, by the first unit of the file that knows it; `undefined` where nothing can. */
export function targetAt(folder: WorkspaceFolder, path: string, offset: number): RenameTarget | undefined {
  for (const { unit } of unitsFor(folder, path)) {
    const found = targetIn(folder, unit, path, offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The thing that a target is, with the new name that a person has given it. */
export function subjectOf(target: RenameTarget, to: string): Subject {
  switch (target.kind) {
    case 'label':
      return labelSubject(target.of, target.pair, newPair(target, to));
    case 'container-port':
      return containerPortSubject(target.name, to);
    case 'service-port':
      return servicePortSubject(target.name, to);
    case 'service':
      return serviceSubject(target.service, to);
  }
}

/** The pair that a label becomes: of a new `key=value` both parts count, else the part that was asked for. */
export function newPair({ pair, part }: RenameTarget & { kind: 'label' }, to: string): LabelPair {
  const equals = to.indexOf('=');
  if (equals >= 0) return { key: to.slice(0, equals).trim(), value: to.slice(equals + 1).trim() };
  return part === 'key' ? { key: to, value: pair.value } : { key: pair.key, value: to };
}

function targetIn(folder: WorkspaceFolder, unit: Unit, path: string, offset: number): RenameTarget | undefined {
  for (const resource of objectsAt(unit, path, offset)) {
    const at = (span: Span | undefined) => {
      if (span === undefined) return undefined;
      const { file, start, end } = placeOf(unit, { resource, span });
      return file === path && touches({ start, end }, offset) && start < end ? { file, start, end } : undefined;
    };
    const found =
      labelAt(unit, resource, at) ?? portAt(resource, at) ?? serviceAt(folder, unit, resource, path, offset, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

type At = (span: Span | undefined) => (Span & { readonly file: string }) | undefined;

function labelAt(unit: Unit, resource: Resource, at: At): RenameTarget | undefined {
  const of = resource.type === 'service' ? 'services' : 'pods';
  if (resource.type === 'workload' || resource.type === 'service') {
    for (const { key, value } of labelsOf(resource)) {
      if (value === undefined) continue;
      const found = pairAt(of, { key: key.value, value: value.value }, at(value), at(key));
      if (found !== undefined) return found;
    }
  }
  for (const kind of ['pods', 'services'] as const) {
    for (const { holder, selector } of selectorsIn(unit, kind, resource)) {
      const found = holder === resource ? requirementAt(kind, selector, at) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function requirementAt(of: CarrierKind, selector: LabelSelector, at: At): RenameTarget | undefined {
  for (const { key, values } of selector.requirements) {
    for (const value of values) {
      const onKey = values.length === 1 ? at(key) : undefined;
      const found = pairAt(of, { key: key.value, value: value.value }, at(value), onKey);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A pair that was written in another file has one place for both parts: that of the value. */
function pairAt(
  of: CarrierKind,
  pair: LabelPair,
  value: ReturnType<At>,
  key: ReturnType<At>,
): RenameTarget | undefined {
  if (value !== undefined) return { kind: 'label', of, pair, part: 'value', ...value };
  return key === undefined ? undefined : { kind: 'label', of, pair, part: 'key', ...key };
}

function portAt(resource: Resource, at: At): RenameTarget | undefined {
  const first = (
    kind: 'container-port' | 'service-port',
    ports: readonly ((Span & { readonly value?: string | number | undefined }) | undefined)[],
  ): RenameTarget | undefined => {
    for (const port of ports) {
      const place = typeof port?.value === 'string' && port.value !== '' ? at(port) : undefined;
      if (place !== undefined && typeof port?.value === 'string') return { kind, name: port.value, ...place };
    }
    return undefined;
  };
  switch (resource.type) {
    case 'workload':
      return first(
        'container-port',
        resource.template.containers.flatMap(({ ports, probes }) => [
          ...ports.map(({ name }) => name),
          ...probes.map(({ port }) => port),
        ]),
      );
    case 'service':
      return (
        first(
          'container-port',
          resource.ports.map(({ targetPort }) => targetPort),
        ) ??
        first(
          'service-port',
          resource.ports.map(({ name }) => name),
        )
      );
    case 'networkPolicy': {
      const rules = [...(resource.ingress?.rules ?? []), ...(resource.egress?.rules ?? [])];
      return first(
        'container-port',
        rules.flatMap(({ ports }) => ports.map(({ port }) => port)),
      );
    }
    case 'monitor':
      return first(
        resource.kind === 'PodMonitor' ? 'container-port' : 'service-port',
        resource.endpoints.map(({ port }) => port),
      );
    case 'ingress':
      return first(
        'service-port',
        resource.backends.map(({ port }) => port),
      );
    case 'endpoints':
      return first(
        'service-port',
        resource.ports.map(({ name }) => name),
      );
    default:
      return undefined;
  }
}

function serviceAt(
  folder: WorkspaceFolder,
  unit: Unit,
  resource: Resource,
  path: string,
  offset: number,
  at: At,
): RenameTarget | undefined {
  if (resource.type === 'service') {
    const place = at(resource.name);
    const service = place && writtenService(folder, resource);
    if (place !== undefined && service !== undefined) return { kind: 'service', service, ...place };
  }
  if (!MAY_REFER.has(resource.type)) return undefined;
  for (const built of unit.index.ofType('service')) {
    const service = writtenService(folder, built);
    if (service === undefined) continue;
    const found = referenceAt(unit, resource, service, path, offset);
    if (found !== undefined) return { kind: 'service', service, ...found };
  }
  return undefined;
}

const MAY_REFER: ReadonlySet<Resource['type']> = new Set(['ingress', 'route', 'workload', 'configMap', 'endpoints']);

function referenceAt(unit: Unit, resource: Resource, service: WrittenService, path: string, offset: number) {
  const mentions: readonly Mention[] = serviceSubject(service, service.name).mentionsIn(unit, resource);
  for (const mention of mentions) {
    if (mention.resource !== resource || mention.side !== 'refers') continue;
    const { file, start, end } = placeOf(unit, mention);
    if (file === path && touches({ start, end }, offset)) return { file, start, end };
  }
  return undefined;
}

/** How a Service's name is written; `undefined` for what no manifest writes. */
export function writtenService(folder: WorkspaceFolder, { file, start, kind }: Service): WrittenService | undefined {
  const written = folder.files.get(file)?.resources.find((each) => each.start === start && each.kind === kind);
  const name = written?.name?.value;
  return written === undefined || name === undefined ? undefined : { file, start, end: written.end, name };
}
