import { touches } from '../base/span.ts';
import { hostReferencesOf, isHostHolder } from '../cluster/hostReferences.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { type ConnectionChoice, type ConnectionDraft, labelOf, nameEnd, uniqueChoices } from './connectionEnds.ts';
import { objectsAt, unitsFor } from './locate.ts';

export interface ConnectionStart {
  readonly folder: WorkspaceFolder;
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly view?: string | undefined;
}

/**
 * What the place under the cursor says of a question: a Service is called, at the port under the cursor; a workload calls, or
 * is called at its port; a value that names a host says both. Several, where units or askers differ.
 */
export function startConnection({ folder, path, text, offset, view }: ConnectionStart): readonly ConnectionChoice[] {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = { start, end: end < 0 ? text.length : end };
  const found = unitsFor(folder, path, view).flatMap(({ unit, isChart }) =>
    isChart ? [] : objectsAt(unit, path, offset).flatMap((resource) => draftsAt(unit, resource, path, offset, line)),
  );
  return uniqueChoices(found);
}

interface Line {
  readonly start: number;
  readonly end: number;
}

function draftsAt(
  unit: Unit,
  resource: Resource,
  path: string,
  offset: number,
  line: Line,
): readonly ConnectionChoice[] {
  const isHere = (span: { readonly start: number; readonly end: number } | undefined) => {
    if (span === undefined) return false;
    const place = unit.siblings.files.resolve(resource.file, span);
    return place.file === path && touches(place, offset);
  };
  if (isHostHolder(resource)) {
    const onLine = hostReferencesOf(unit, resource).filter(({ text }) => {
      const place = unit.siblings.files.resolve(resource.file, text.host);
      return place.file === path && line.start <= place.start && place.start <= line.end;
    });
    const touched = onLine.filter(({ text }) => isHere(text.host) || isHere(text.port));
    const hosts = (touched.length > 0 ? touched : onLine).flatMap(({ askers, text }) =>
      askers.map((asker): ConnectionChoice => {
        const port = text.port === undefined ? {} : { port: text.port.value };
        const draft = { from: nameEnd(unit, asker), to: { kind: 'host', host: text.host.value } as const, ...port };
        return { ...labelOf(unit, asker), detail: `→ ${text.host.value}`, draft };
      }),
    );
    if (hosts.length > 0) return hosts;
  }
  switch (resource.type) {
    case 'service': {
      const port = resource.ports.find((each) => isHere(each));
      const number = port?.port?.value;
      return [
        {
          ...labelOf(unit, resource),
          detail: '',
          draft: { to: nameEnd(unit, resource), ...(number === undefined ? {} : { port: number }) },
        },
      ];
    }
    case 'workload': {
      const ports = resource.template.containers.flatMap((container) => container.ports);
      const number = ports.find((each) => isHere(each))?.containerPort?.value;
      const own = nameEnd(unit, resource);
      return [
        {
          ...labelOf(unit, resource),
          detail: '',
          draft: number === undefined ? { from: own } : { to: own, port: number },
        },
      ];
    }
    case 'ingress': {
      const backend = resource.backends.find((each) => isHere(each));
      return [
        {
          ...labelOf(unit, resource),
          detail: '',
          draft: throughBackend(unit, resource, backend?.service?.value, backend?.port?.value),
        },
      ];
    }
    case 'route': {
      const backend = resource.backends.find((each) => isHere(each));
      return [
        {
          ...labelOf(unit, resource),
          detail: '',
          draft: throughBackend(unit, resource, backend?.name?.value, backend?.port?.value),
        },
      ];
    }
    default:
      return [];
  }
}

function throughBackend(
  unit: Unit,
  holder: Resource,
  name: string | undefined,
  port: number | string | undefined,
): ConnectionDraft {
  const from = nameEnd(unit, holder);
  const service =
    name === undefined
      ? undefined
      : unit.index.services(name).find((each) => sameNamespace(each.namespace, holder.namespace) !== 'no');
  if (service === undefined) return { from };
  return { from, to: nameEnd(unit, service), ...(port === undefined ? {} : { port }) };
}
