import type { Field } from '../k8s/field.ts';
import { type LabelSelector, matchSelector, type Ternary } from '../k8s/labels.ts';
import type { Monitor } from '../k8s/monitor.ts';
import type { Service } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { type Selection, sameNamespace, selectWorkloadsWhere } from './selection.ts';

/** Which Services a ServiceMonitor takes: certainly, and perhaps; and those that it would take in another namespace. */
export interface MonitoredServices {
  readonly matched: readonly Service[];
  readonly possible: readonly Service[];
  readonly elsewhere: readonly Service[];
}

/** The Services that a ServiceMonitor selects by their own labels, in the namespaces where it looks. */
export function monitoredServices(index: ResourceIndex, monitor: Monitor): MonitoredServices {
  const matched: Service[] = [];
  const possible: Service[] = [];
  const elsewhere: Service[] = [];
  for (const service of index.ofType('service')) {
    const verdict = monitor.selector === undefined ? 'no' : matchLabels(monitor.selector, service);
    if (verdict === 'no') continue;
    const scope = looksIn(monitor, service.namespace);
    if (scope === 'no') elsewhere.push(service);
    else if (scope === 'yes' && verdict === 'yes') matched.push(service);
    else possible.push(service);
  }
  return { matched, possible, elsewhere };
}

/** The workloads whose Pods a PodMonitor takes. */
export function monitoredWorkloads(index: ResourceIndex, monitor: Monitor): Selection {
  if (monitor.selector === undefined) return { matched: [], possible: [] };
  return selectWorkloadsWhere(index, monitor.selector, ({ namespace }) => looksIn(monitor, namespace));
}

function matchLabels(selector: LabelSelector, service: Service): Ternary {
  const verdict = matchSelector(selector, service.labels ?? { entries: [], open: false, start: 0, end: 0 });
  return service.opaque ? 'unknown' : verdict;
}

/** Whether a monitor looks into a namespace: its own where it names none. */
function looksIn(monitor: Monitor, namespace: Field<string>): Ternary {
  const { written, any, names } = monitor.namespaces;
  if (!written) return sameNamespace(monitor.namespace, namespace);
  if (any?.value === true) return 'yes';
  if (any !== undefined && any.value === undefined) return 'unknown';
  if (names.length === 0) return sameNamespace(monitor.namespace, namespace);
  if (namespace?.value === undefined) return 'unknown';
  if (names.some((name) => name?.value === namespace.value)) return 'yes';
  return names.some((name) => name !== undefined && name.value === undefined) ? 'unknown' : 'no';
}
