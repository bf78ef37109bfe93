import { isServiceRef, type Route } from '../../k8s/gateway.ts';
import type { Ingress } from '../../k8s/ingress.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import { code } from '../link.ts';
import { type ConnectionStep, fails, ok, placed } from './model.ts';

/** The backends of an Ingress or route that lead to a Service. */
export function explainRoute(ingress: Ingress | Route, service: Service): ConnectionStep {
  const own = code(describeResource(ingress));
  const at = ingress.type === 'ingress' ? ingressBackends(ingress, service) : routeBackends(ingress, service);
  return at.length === 0
    ? fails('name', 'route', { says: `${own} has no backend ${code(service.name?.value ?? '?')}`, seen: ['refused'] })
    : ok(
        'name',
        'route',
        `${own} leads here; its controller connects to the Pods itself, or by the Service, and no DNS takes part`,
        at,
      );
}

function ingressBackends(ingress: Ingress, service: Service): ConnectionStep['evidence'] {
  return ingress.backends
    .filter((backend) => backend.service?.value !== undefined && backend.service.value === service.name?.value)
    .slice(0, 3)
    .map((backend) => {
      const path =
        backend.path?.value === undefined
          ? 'the default backend'
          : `${backend.host?.value ?? '*'}${backend.path.value}`;
      return placed(ingress.file, backend.service ?? backend, code(path));
    });
}

function routeBackends(route: Route, service: Service): ConnectionStep['evidence'] {
  return route.backends
    .filter(
      (backend) =>
        isServiceRef(backend) && backend.name?.value !== undefined && backend.name.value === service.name?.value,
    )
    .slice(0, 3)
    .map((backend) => placed(route.file, backend.name ?? backend, 'a backend of the route'));
}
