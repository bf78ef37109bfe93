import type { Span } from '../base/span.ts';
import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readBoolean, readIntOrString, readList, readString } from './field.ts';
import { type LabelSelector, readLabelSelector } from './labels.ts';
import type { ResourceBase } from './resourceBase.ts';

/**
 * What the Prometheus operator scrapes: a ServiceMonitor selects Services by their labels, a PodMonitor Pods.
 * https://prometheus-operator.dev/docs/api-reference/api/
 */
export interface Monitor extends ResourceBase {
  readonly type: 'monitor';
  readonly selector: LabelSelector | undefined;
  /** Where it looks: in its own namespace where nothing is written. */
  readonly namespaces: MonitoredNamespaces;
  readonly endpoints: readonly MonitorEndpoint[];
}

export interface MonitoredNamespaces {
  /** `namespaceSelector` says something. */
  readonly written: boolean;
  readonly any: Field<boolean>;
  readonly names: readonly Field<string>[];
}

export interface MonitorEndpoint extends Span {
  /** The *name* of a port: of a Service, or of a container. */
  readonly port: Field<string>;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['ServiceMonitor', 'endpoints'],
  ['PodMonitor', 'podMetricsEndpoints'],
]);

/** Reads a ServiceMonitor or PodMonitor. */
export function readMonitor(base: ResourceBase, root: YamlNode, context: ReadContext): Monitor {
  const spec = findValue(root, 'spec');
  const scope = findValue(spec, 'namespaceSelector');
  const names = readList(findValue(scope, 'matchNames'), context);
  const endpoints = readList(findValue(spec, KINDS.get(base.kind) ?? ''), context);
  const undecided = (span: Span): Field<string> => ({ undecided: 'template', start: span.start, end: span.end });
  return {
    type: 'monitor',
    selector: readLabelSelector(findValue(spec, 'selector'), context.intern),
    namespaces: {
      written: !isNull(scope),
      any: readBoolean(findValue(scope, 'any'), context),
      names: [
        ...(names?.items ?? []).map((item) => readString(item, context)),
        ...(names?.open || (scope !== undefined && scope.unknown !== undefined) ? [undecided(scope ?? base)] : []),
      ],
    },
    endpoints: (endpoints?.items ?? []).map((item) => {
      const port = readIntOrString(findValue(item, 'port'), context);
      return {
        start: item.start,
        end: item.end,
        port: typeof port?.value === 'number' ? undefined : (port as Field<string>),
      };
    }),
    ...base,
  };
}
