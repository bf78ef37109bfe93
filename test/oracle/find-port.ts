import { createInterner } from '../../server/src/core/k8s/field.ts';
import { readResources } from '../../server/src/core/k8s/kinds.ts';
import { findPort } from '../../server/src/core/k8s/ports.ts';
import { protocolOf, type Service, targetPortOf } from '../../server/src/core/k8s/service.ts';
import type { Workload } from '../../server/src/core/k8s/workload.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

/** The port that a Service's port reaches on a Pod: both are written as manifests and read as those are. */
export function run({ pod, servicePort, result }: Vector): Verdict {
  const manifests = [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec: pod },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'service' }, spec: { ports: [servicePort] } },
  ];
  const { documents } = parseYaml(manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n'));
  const context = { file: '/vector.yaml', faults: [], intern: createInterner() };
  const resources = documents.flatMap((document) => readResources(document, context));
  const workload = resources.find((resource): resource is Workload => resource.type === 'workload');
  const service = resources.find((resource): resource is Service => resource.type === 'service');
  const port = service?.ports[0];
  const target = port && targetPortOf(port);
  const protocol = port && protocolOf(port);
  if (workload === undefined || target === undefined || protocol === undefined) return { status: 'unknown' };
  const found = findPort(workload.template.containers, target, protocol);
  if (found.kind === 'unknown') return { status: 'unknown' };
  return compare(result, found.kind === 'none' ? null : found.port);
}
