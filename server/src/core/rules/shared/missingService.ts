import type { Located } from '../../base/span.ts';
import { countsNear, distanceOf, NEAR } from '../../cluster/locality.ts';
import { belongsTogether, findMeant, lookUp, mayBeMadeByCustomResource, standsBeside } from '../../cluster/lookup.ts';
import { isTypo } from '../../cluster/nearMiss.ts';
import { isExternalService, isInDoubt, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Field } from '../../k8s/field.ts';
import { headSpan, type ResourceBase } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import { type Finding, type RuleContext, replaceScalar } from '../rule.ts';
import { describeNamespace } from './selectors.ts';

/** A backend of an Ingress or a route: the name of a Service, and where it is looked up. */
export interface BackendReference {
  readonly referrer: ResourceBase;
  readonly wanted: Located<string>;
  readonly namespace: Field<string>;
  /** The names that the other backends of the referrer have. */
  readonly siblings: readonly string[];
  /** Services of other namespaces cannot be meant: "an Ingress's reach"; `undefined` where the reference names its namespace. */
  readonly reach: string | undefined;
}

/** What is to be said of a backend whose Service no manifest shows; `undefined` where one does, or may. */
export function findMissingService(
  { referrer, wanted, namespace, siblings, reach: scope }: BackendReference,
  { unit, settings }: RuleContext,
): Finding | undefined {
  const name = wanted.value;
  const indexes = [unit.index, ...unit.others];
  if (indexes.some((index) => lookUp(index.services(name), namespace).here.length > 0)) return undefined;
  const services = [...unit.index.ofType('service')].filter(
    (service) => sameNamespace(service.namespace, namespace) !== 'no',
  );
  const near = findMeant(referrer, name, services);
  const isSlip = near?.name?.value !== undefined && isTypo(name, near.name.value);
  // An operator's object at the other end of the folder says nothing about a slip of a Service that stands near.
  const reach = isSlip ? distanceOf(referrer.file, near.file) : Number.POSITIVE_INFINITY;
  const isNear = ({ file, name: own }: ResourceBase) =>
    own?.value === name || reach > NEAR || distanceOf(referrer.file, file) <= reach;
  if (indexes.some((index) => mayBeMadeByCustomResource(index, name, namespace, isNear))) return undefined;
  if (isExternalService(settings.external, name, namespace)) return undefined;
  const at = { start: wanted.start, end: wanted.end };
  const what = `Service \`${name}\`${describeNamespace(namespace)}`;
  const more = whyMoreMayExist(unit, namespace, settings.external);
  const nameless = indexes
    .flatMap((index) => index.derive(namelessServices))
    .filter((service) => sameNamespace(service.namespace, namespace) !== 'no');
  const isUnsure =
    nameless.some((service) => countsNear(unit, referrer.file, service)) ||
    isInDoubt(unit, referrer, namespace, settings.external);
  const [elsewhere] = lookUp(unit.index.services(name), namespace).elsewhere;
  if (elsewhere !== undefined && scope !== undefined) {
    const isSure = !isUnsure && more === undefined && belongsTogether(referrer, elsewhere, unit);
    return {
      at,
      severity: isSure ? 'warning' : 'hint',
      message: `${describeMissing(what, isSure)}; the one in namespace \`${elsewhere.namespace?.value ?? ''}\` is out of ${scope}`,
      related: [defined(elsewhere)],
    };
  }
  if (near?.name?.value !== undefined) {
    const isPart = belongsTogether(referrer, near, unit) || leadsSomewhere(siblings, services);
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
          edits: [replaceScalar(referrer.file, wanted, near.name.value)],
        },
      ],
    };
  }
  if (more !== undefined || services.length === 0 || nameless.length > 0) return undefined;
  const isPart = standsBeside(referrer, services, unit) || leadsSomewhere(siblings, services);
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

/** Whether another backend is among these Services: then they are what the referrer stands before. */
function leadsSomewhere(siblings: readonly string[], services: readonly Service[]): boolean {
  return services.some(({ name }) => name?.value !== undefined && siblings.includes(name.value));
}

/** Services whose name a template or a kustomization decides: any of them may be the one. */
function namelessServices(index: ResourceIndex): readonly Service[] {
  return [...index.ofType('service')].filter(({ name }) => name?.value === undefined);
}

function defined(service: Service) {
  const { start, end } = headSpan(service);
  return { file: service.file, start, end, message: `Service \`${service.name?.value ?? ''}\` is defined here` };
}
