import type { Located } from '../base/span.ts';
import { belongsTogether, findMeant, lookUp, mayBeMadeByCustomResource, nearestTo } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { isExternalService, isInDoubt, whyMoreMayExist } from '../cluster/openWorld.ts';
import { matchWorkload, sameNamespace } from '../cluster/selection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { defineRule, type Finding, type Related, type RuleContext, replaceScalar } from './rule.ts';
import { describeNamespace } from './shared/selectors.ts';

export const statefulsetServiceMissing = defineRule({
  id: 'statefulset-service-missing',
  types: ['workload'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A StatefulSet names a Service that does not exist, or that does not take its Pods',
  why: `The Pods of a StatefulSet have stable names in DNS (\`pg-0.pg\`) below the Service that \`serviceName\` names, as far as that
Service selects them. The API server does not look whether it exists: without it the Pods run, and their names do not.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: postgres
spec:
  clusterIP: None
  selector:
    app: pg
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: postgers
               ^^^^^^^^ there is no Service \`postgers\`, so the Pods have no names in DNS; did you mean \`postgres\`?
  selector:
    matchLabels:
      app: pg
  template:
    metadata:
      labels:
        app: pg
    spec:
      containers:
        - name: pg
          image: postgres:17
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: postgres
spec:
  clusterIP: None
  selector:
    app: pg
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: postgres
  selector:
    matchLabels:
      app: pg
  template:
    metadata:
      labels:
        app: pg
    spec:
      containers:
        - name: pg
          image: postgres:17
`,
  *check(set, context) {
    const name = set.serviceName;
    if (set.maker !== 'StatefulSet' || name?.value === undefined || name.value === '') return;
    const finding = otherPods(set, name, context) ?? missing(set, name, context);
    if (finding !== undefined) yield finding;
  },
});

/** The Service is there and selects other Pods. */
function otherPods(set: Workload, name: Located<string>, { unit }: RuleContext): Finding | undefined {
  const services = nearestTo(set, lookUp(unit.index.services(name.value), set.namespace).here, unit);
  const [service] = services;
  if (service === undefined || !services.every((each) => takesNone(each, set))) return undefined;
  const selects = [unit.index, ...unit.others].some((index) =>
    lookUp(index.services(name.value), set.namespace).here.some((each) => !takesNone(each, set)),
  );
  if (selects) return undefined;
  const { start, end } = name;
  const isSure = services.some(
    (each) => sameNamespace(each.namespace, set.namespace) === 'yes' && belongsTogether(set, each, unit),
  );
  const selector = service.selector ?? headSpan(service);
  return {
    at: { start, end },
    severity: isSure ? 'warning' : 'hint',
    message: `Service \`${name.value}\` does not select the Pods of \`${describeResource(set)}\`, so they have no names in DNS`,
    related: [
      {
        file: service.file,
        start: selector.start,
        end: selector.end,
        message: `Service \`${name.value}\` selects other Pods`,
      },
    ],
  };
}

/** Without selector somebody else says what a Service leads to. */
function takesNone(service: Service, set: Workload): boolean {
  if (service.opaque || set.opaque || !selectsPods(service) || service.selector === undefined) return false;
  return matchWorkload(service.selector, set) === 'no';
}

function missing(set: Workload, wanted: Located<string>, { unit, settings }: RuleContext): Finding | undefined {
  const name = wanted.value;
  const { namespace } = set;
  const indexes = [unit.index, ...unit.others];
  if (indexes.some((index) => lookUp(index.services(name), namespace).here.length > 0)) return undefined;
  if (indexes.some((index) => mayBeMadeByCustomResource(index, name, namespace))) return undefined;
  if (isExternalService(settings.external, name, namespace)) return undefined;
  const services = [...unit.index.ofType('service')].filter(
    (each) => sameNamespace(each.namespace, namespace) !== 'no',
  );
  const near =
    findMeant(
      set,
      name,
      services.filter((each) => takes(each, set)),
    ) ?? findMeant(set, name, services);
  const isSlip = near?.name?.value !== undefined && isTypo(name, near.name.value);
  const isUnsure =
    isInDoubt(unit, set, namespace, settings.external) ||
    indexes.some((index) =>
      index.derive(namelessServices).some((each) => sameNamespace(each.namespace, namespace) !== 'no'),
    );
  const { start, end } = wanted;
  const what = `Service \`${name}\`${describeNamespace(namespace)}`;
  if (isSlip) {
    const isSure = !isUnsure && belongsTogether(set, near, unit);
    return {
      at: { start, end },
      severity: isSure ? 'warning' : 'hint',
      message: `${describeMissing(what, isSure)}; did you mean \`${near.name.value}\`?`,
      related: [defined(near)],
      fixes: [
        {
          title: `Change \`${name}\` to \`${near.name.value}\``,
          safe: false,
          edits: [replaceScalar(set.file, wanted, near.name.value)],
        },
      ],
    };
  }
  if (isUnsure || whyMoreMayExist(unit, namespace, settings.external) !== undefined) return undefined;
  const [other] = services.filter((each) => takes(each, set) && belongsTogether(set, each, unit));
  if (other?.name?.value !== undefined)
    return {
      at: { start, end },
      message: `${describeMissing(what, true)}; \`${other.name.value}\` selects them`,
      related: [defined(other)],
      fixes: [
        {
          title: `Change \`${name}\` to \`${other.name.value}\``,
          safe: false,
          edits: [replaceScalar(set.file, wanted, other.name.value)],
        },
      ],
    };
  return {
    at: { start, end },
    severity: 'info',
    message: `${describeMissing(what, false)}, without which the Pods have no names in DNS`,
  };
}

function takes(service: Service, set: Workload): boolean {
  return selectsPods(service) && service.selector !== undefined && matchWorkload(service.selector, set) === 'yes';
}

function describeMissing(what: string, isSure: boolean): string {
  return isSure ? `there is no ${what}, so the Pods have no names in DNS` : `no manifest here shows a ${what}`;
}

function namelessServices(index: ResourceIndex): readonly Service[] {
  return [...index.ofType('service')].filter(({ name }) => name?.value === undefined);
}

function defined(service: Service): Related {
  const { start, end } = headSpan(service);
  return { file: service.file, start, end, message: `Service \`${service.name?.value ?? ''}\` is defined here` };
}
