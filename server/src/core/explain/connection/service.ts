import { namespaceManifests } from '../../cluster/namespaces.ts';
import type { PredictedService } from '../../cluster/prediction.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import { isUndecided } from '../../k8s/field.ts';
import { describeResource, headSpan, type ResourceBase } from '../../k8s/resourceBase.ts';
import { isHeadless, type Service, serviceTypeOf } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { code } from '../link.ts';
import { type ConnectionStep, type ConnectionWorld, fails, ok, open, placed, type Source } from './model.ts';

/** Whether client and Service are in one namespace, and the namespace is known. */
export function explainNamespace(
  world: ConnectionWorld,
  from: ResourceBase | undefined,
  service: ResourceBase,
): ConnectionStep {
  const title = 'namespace';
  const place = placeOf(world, service);
  if (isUndecided(service.namespace) || (from !== undefined && isUndecided(from.namespace)))
    return open('namespace', title, {
      says: 'which namespaces both are in is not decided: a template or a kustomization writes them',
      evidence: [service, ...(from === undefined ? [] : [from])].map((each) =>
        placed(each.file, each.namespace ?? headSpan(each), code(describeResource(each))),
      ),
    });
  if (place === undefined || (from !== undefined && placeOf(world, from) === undefined)) {
    const isSame = from === undefined || sameNamespace(from.namespace, service.namespace) === 'yes';
    if (isSame)
      return ok('namespace', title, 'no manifest names one: both come to where they are applied (`kubectl apply -n`)');
    const [named, bare] = place === undefined ? [from, service] : [service, from];
    return open('namespace', title, {
      says: `${code(describeResource(named))} is in ${code(placeOf(world, named) ?? '?')}, and ${code(describeResource(bare))} is where it is applied, which no manifest says`,
      evidence: [placed(named.file, named.namespace ?? headSpan(named), 'the namespace that is written')],
    });
  }
  const shown = namespaceManifests(world.unit, place).slice(0, 1);
  const evidence = shown.map((manifest) => placed(manifest.file, headSpan(manifest), `the manifest of ${code(place)}`));
  const own = from && placeOf(world, from);
  if (own === undefined || own === place)
    return ok('namespace', title, `${from === undefined ? 'it is' : 'both are'} in ${code(place)}`, evidence);
  const says = `from ${code(own)} to ${code(place)}: namespaces separate names, and keep nobody out without a NetworkPolicy`;
  return ok('namespace', title, says, evidence);
}

function placeOf(
  { dns, settings }: ConnectionWorld,
  { namespace }: Pick<ResourceBase, 'namespace'>,
): string | undefined {
  if (namespace !== undefined) return namespace.value;
  return settings.defaultNamespace === '' ? undefined : dns.namespaceOf({ namespace });
}

const TYPE = 'Service type';

/** What the type of a Service makes of a connection to it. */
export function explainType(predicted: PredictedService, from: Source, workloads: readonly Workload[]): ConnectionStep {
  const { service } = predicted;
  const type = serviceTypeOf(service);
  const at = [
    placed(
      service.file,
      service.serviceType ?? service.clusterIP ?? headSpan(service),
      code(describeResource(service)),
    ),
  ];
  if (type === undefined || service.opaque)
    return open('service', TYPE, {
      says: 'its type is not decided: a template or patch shapes the Service',
      evidence: at,
    });
  if (type === 'ExternalName') return explainAlias(service, at);
  if (from.kind === 'outside') return explainOutside(service, type, at);
  const { internalTrafficPolicy } = service;
  const isOnEachNode = workloads.length > 0 && workloads.every(({ maker }) => maker === 'DaemonSet');
  if (from.kind === 'workload' && internalTrafficPolicy?.value === 'Local' && !isOnEachNode && !isHeadless(service))
    return open('service', TYPE, {
      says: `${type} with ${code('internalTrafficPolicy: Local')}: a client gets to Pods on its own node alone, and where there is none what it sends is dropped`,
      evidence: [placed(service.file, internalTrafficPolicy, code(describeResource(service)))],
      seen: ['intermittent', 'timeout'],
    });
  if (isHeadless(service))
    return ok(
      'service',
      TYPE,
      'headless: no virtual IP and no rewriting; DNS gives the addresses of ready Pods, and the client picks one',
      at,
    );
  const shown = type === 'ClusterIP' ? 'ClusterIP' : `${type}, which has a cluster IP as well`;
  return ok(
    'service',
    TYPE,
    `${shown}: the node of the client rewrites the virtual IP and port to one ready endpoint, for each connection`,
    at,
  );
}

function explainAlias(service: Service, at: ConnectionStep['evidence']): ConnectionStep {
  const target = service.externalName?.value;
  return open('service', TYPE, {
    says: `ExternalName: DNS gives the alias ${target === undefined ? 'that a template writes' : code(target)} alone; no ports are mapped, no Pods are selected, and what is behind it no manifest tells. The Host header and the name in certificates stay those of the alias`,
    evidence:
      service.externalName === undefined
        ? at
        : [placed(service.file, service.externalName, 'the name that it stands for')],
    seen: ['name error'],
  });
}

function explainOutside(service: Service, type: string, at: ConnectionStep['evidence']): ConnectionStep {
  const isLocal = service.externalTrafficPolicy?.value === 'Local';
  const local = isLocal ? '; with `externalTrafficPolicy: Local`, nodes without such a Pod drop it (timeout)' : '';
  if (type === 'NodePort')
    return ok(
      'service',
      TYPE,
      `NodePort: clients connect to a port of any node, where node addresses and firewalls let them${local}`,
      at,
    );
  if (type === 'LoadBalancer')
    return ok(
      'service',
      TYPE,
      `LoadBalancer: a controller of the cloud, or an add-on, has to provide its address${local}`,
      at,
    );
  if (service.externalIPs.length > 0)
    return ok('service', TYPE, 'its `externalIPs` lead here, where the network routes them to a node', at);
  return fails('service', TYPE, {
    says: `${isHeadless(service) ? 'a headless Service' : type} has no address outside of the cluster`,
    evidence: at,
    fix: 'put an Ingress or a route in front of it, or make it a NodePort or LoadBalancer',
    seen: ['timeout'],
  });
}
