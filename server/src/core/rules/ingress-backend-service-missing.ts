import type { Located } from '../base/span.ts';
import { countsNear, distanceOf, NEAR } from '../cluster/locality.ts';
import { belongsTogether, findMeant, lookUp, mayBeMadeByCustomResource, standsBeside } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { isExternalService, isInDoubt, whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { Ingress } from '../k8s/ingress.ts';
import { headSpan, type ResourceBase } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import { dns1035LabelFault } from '../k8s/validity.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { defineRule, type Finding, type RuleContext, replaceScalar } from './rule.ts';
import { isActionOfController } from './shared/ingressBackends.ts';
import { describeNamespace } from './shared/selectors.ts';

export const ingressBackendServiceMissing = defineRule({
  id: 'ingress-backend-service-missing',
  types: ['ingress'],
  severity: 'warning',
  reads: 'unit',
  summary: 'An Ingress leads to a Service that no manifest defines in its namespace',
  why: `An Ingress reaches Services of its own namespace alone. The API server does not look whether they exist; the controller
answers requests of such a path with an error (503 from ingress-nginx) until there is one.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: chekout
                      ^^^^^^^ there is no Service \`chekout\`, so requests to this backend fail; did you mean \`checkout\`?
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: checkout
      port:
        number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
spec:
  selector:
    app: checkout
  ports:
    - port: 80
`,
  *check(ingress, context) {
    const said = new Set<string>();
    for (const backend of ingress.backends) {
      if (backend.resource || isActionOfController(ingress, backend)) continue;
      if (backend.service?.value === undefined || dns1035LabelFault(backend.service.value) !== undefined) continue;
      const finding = checkService(ingress, backend.service, context);
      if (finding === undefined || (finding.severity === 'hint' && said.has(backend.service.value))) continue;
      said.add(backend.service.value);
      yield finding;
    }
  },
});

function checkService(ingress: Ingress, wanted: Located<string>, { unit, settings }: RuleContext): Finding | undefined {
  const name = wanted.value;
  const { namespace } = ingress;
  const indexes = [unit.index, ...unit.others];
  if (indexes.some((index) => lookUp(index.services(name), namespace).here.length > 0)) return undefined;
  const services = [...unit.index.ofType('service')].filter(
    (service) => sameNamespace(service.namespace, namespace) !== 'no',
  );
  const near = findMeant(ingress, name, services);
  const isSlip = near?.name?.value !== undefined && isTypo(name, near.name.value);
  // An operator's object at the other end of the folder says nothing about a slip of a Service that stands near.
  const reach = isSlip ? distanceOf(ingress.file, near.file) : Number.POSITIVE_INFINITY;
  const isNear = ({ file, name: own }: ResourceBase) =>
    own?.value === name || reach > NEAR || distanceOf(ingress.file, file) <= reach;
  if (indexes.some((index) => mayBeMadeByCustomResource(index, name, namespace, isNear))) return undefined;
  if (isExternalService(settings.external, name, namespace)) return undefined;
  const at = { start: wanted.start, end: wanted.end };
  const what = `Service \`${name}\`${describeNamespace(namespace)}`;
  const more = whyMoreMayExist(unit, namespace, settings.external);
  const nameless = indexes
    .flatMap((index) => index.derive(namelessServices))
    .filter((service) => sameNamespace(service.namespace, namespace) !== 'no');
  const isUnsure =
    nameless.some((service) => countsNear(unit, ingress.file, service)) ||
    isInDoubt(unit, ingress, namespace, settings.external);
  const [elsewhere] = lookUp(unit.index.services(name), namespace).elsewhere;
  if (elsewhere !== undefined) {
    const isSure = !isUnsure && more === undefined && belongsTogether(ingress, elsewhere, unit);
    return {
      at,
      severity: isSure ? 'warning' : 'hint',
      message: `${describeMissing(what, isSure)}; the one in namespace \`${elsewhere.namespace?.value ?? ''}\` is out of an Ingress's reach`,
      related: [defined(elsewhere)],
    };
  }
  if (near?.name?.value !== undefined) {
    const isPart = belongsTogether(ingress, near, unit) || leadsSomewhere(ingress, services);
    const isSure = !isUnsure && isPart && (isSlip || more === undefined);
    const isClosed = more === undefined && nameless.length === 0;
    const isCertain = isSlip && isClosed && sameNamespace(near.namespace, namespace) === 'yes';
    return {
      at,
      severity: !isSure ? 'hint' : isCertain ? 'error' : 'warning',
      message: `${describeMissing(what, isSure)}; did you mean \`${near.name.value}\`?`,
      related: [defined(near)],
      fixes: [
        {
          title: `Change \`${name}\` to \`${near.name.value}\``,
          safe: false,
          edits: [replaceScalar(ingress.file, wanted, near.name.value)],
        },
      ],
    };
  }
  if (more !== undefined || services.length === 0 || nameless.length > 0) return undefined;
  const isPart = standsBeside(ingress, services, unit) || leadsSomewhere(ingress, services);
  return {
    at,
    severity: isPart ? 'warning' : 'hint',
    message: isPart
      ? describeMissing(what, true)
      : `${describeMissing(what, false)}; unless it comes from elsewhere, requests to this backend fail`,
  };
}

function describeMissing(what: string, isSure: boolean): string {
  return isSure ? `there is no ${what}, so requests to this backend fail` : `no manifest here shows a ${what}`;
}

/** Whether another backend of the Ingress is among these Services: then they are what the Ingress stands before. */
function leadsSomewhere(ingress: Ingress, services: readonly Service[]): boolean {
  const names = new Set(services.map((service) => service.name?.value));
  return ingress.backends.some(({ service }) => service?.value !== undefined && names.has(service.value));
}

/** Services whose name a template or a kustomization decides: any of them may be the one. */
function namelessServices(index: ResourceIndex): readonly Service[] {
  return [...index.ofType('service')].filter(({ name }) => name?.value === undefined);
}

function defined(service: Service) {
  const { start, end } = headSpan(service);
  return { file: service.file, start, end, message: `Service \`${service.name?.value ?? ''}\` is defined here` };
}
