import type { Span } from '../base/span.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { protocolOf, type ServicePort, targetPortOf } from '../k8s/service.ts';
import type { Container } from '../k8s/workload.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';

export interface DocumentSymbol {
  readonly name: string;
  /** Beside the name: a namespace, a port's target, an image. Empty where there is nothing to say. */
  readonly detail: string;
  readonly sort: 'object' | 'port' | 'container';
  /** Everything that belongs to it. */
  readonly span: Span;
  /** What a click selects; lies inside `span`. */
  readonly selection: Span;
  readonly children: readonly DocumentSymbol[];
}

/** The outline of a file: its objects, with the ports of Services and the containers of workloads. */
export function documentSymbols(folder: WorkspaceFolder, path: string): readonly DocumentSymbol[] {
  return (folder.files.get(path)?.resources ?? []).map((resource) => ({
    name: describeResource(resource),
    detail: resource.namespace?.value ?? '',
    sort: 'object',
    span: toSpan(resource),
    selection: toSpan(headSpan(resource)),
    children: childrenOf(resource),
  }));
}

function childrenOf(resource: Resource): readonly DocumentSymbol[] {
  if (resource.type === 'service') return resource.ports.map(servicePort).filter((child) => isInside(child, resource));
  if (resource.type === 'workload')
    return resource.template.containers.map(container).filter((child) => isInside(child, resource));
  return [];
}

function servicePort(port: ServicePort): DocumentSymbol {
  const number = `${port.port?.value ?? '?'}/${protocolOf(port) ?? '?'}`;
  return {
    name: port.name?.value === undefined ? number : `${port.name.value} ${number}`,
    detail: `→ ${targetPortOf(port) ?? '?'}`,
    sort: 'port',
    span: toSpan(port),
    selection: toSpan(port.name ?? port.port ?? port),
    children: [],
  };
}

function container(owner: Container): DocumentSymbol {
  const children = owner.ports.map((port): DocumentSymbol => {
    const number = `${port.containerPort?.value ?? '?'}/${containerProtocolOf(port) ?? '?'}`;
    return {
      name: port.name === undefined ? number : `${port.name.value} ${number}`,
      detail: '',
      sort: 'port',
      span: toSpan(port),
      selection: toSpan(port.name ?? port.containerPort ?? port),
      children: [],
    };
  });
  return {
    name: owner.name?.value ?? 'container',
    detail: owner.image?.value ?? '',
    sort: 'container',
    span: toSpan(owner),
    selection: toSpan(owner.name ?? owner),
    children: children.filter((child) => isInside(child, owner)),
  };
}

/** An alias or merge key brings parts that stand elsewhere: an outline must not leave its parent. */
function isInside({ span, selection }: DocumentSymbol, parent: Span): boolean {
  return (
    parent.start <= span.start && span.end <= parent.end && span.start <= selection.start && selection.end <= span.end
  );
}

function toSpan({ start, end }: Span): Span {
  return { start, end };
}
