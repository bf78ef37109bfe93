import type { Span } from '../../base/span.ts';
import type { Field } from '../../k8s/field.ts';
import type { IngressBackend } from '../../k8s/ingress.ts';
import type { Resource } from '../../k8s/resource.ts';

/** A field that holds a port, and what it takes. */
export interface PortField {
  readonly field: Field<unknown>;
  readonly takes: 'number' | 'number or name';
  readonly backend?: IngressBackend;
}

/** Digits where they are no port number. */
export interface QuotedNumber extends Span {
  readonly digits: string;
  /** It stands without quotes, where a string must be. */
  readonly isNumber: boolean;
}

/** Every field of a resource that holds a port. */
export function* portsOf(resource: Resource): Iterable<PortField> {
  switch (resource.type) {
    case 'service':
      for (const { port, targetPort, nodePort } of resource.ports) {
        yield { field: port, takes: 'number' };
        yield { field: targetPort, takes: 'number or name' };
        yield { field: nodePort, takes: 'number' };
      }
      return;
    case 'workload':
      for (const { ports, probes } of resource.template.containers) {
        for (const { start, end, decided } of ports) if (!decided) yield* wrongIntegersIn(resource, { start, end });
        for (const { handler, port } of probes)
          yield { field: port, takes: handler === 'grpc' ? 'number' : 'number or name' };
      }
      return;
    case 'networkPolicy':
      for (const rule of [...(resource.ingress?.rules ?? []), ...(resource.egress?.rules ?? [])]) {
        for (const { port, endPort } of rule.ports) {
          yield { field: port, takes: 'number or name' };
          yield { field: endPort, takes: 'number' };
        }
      }
      return;
    case 'ingress':
      if (resource.shape === 'v1')
        for (const backend of resource.backends) yield { field: backend.port, takes: 'number', backend };
  }
}

function* wrongIntegersIn(resource: Resource, span: Span): Iterable<PortField> {
  for (const fault of resource.faults) {
    if (fault.code !== 'wrong-type' || fault.expected !== 'integer') continue;
    if (span.start <= fault.start && fault.end <= span.end)
      yield { field: { undecided: 'type', start: fault.start, end: fault.end }, takes: 'number' };
  }
}

/** The digits that a port field holds in the wrong form; `undefined` where it is right, or wrong in another way. */
export function quotedNumber(field: Field<unknown>, resource: Resource): QuotedNumber | undefined {
  if (field === undefined) return undefined;
  const { start, end } = field;
  if (typeof field.value === 'string')
    return /^\d+$/.test(field.value) ? { digits: field.value, isNumber: false, start, end } : undefined;
  if (!('undecided' in field) || field.undecided !== 'type') return undefined;
  const fault = resource.faults.find((each) => each.start === start && each.end === end);
  if (fault?.code !== 'wrong-type' || !/^\d+$/.test(fault.text)) return undefined;
  return { digits: fault.text, isNumber: fault.expected === 'string', start, end };
}
