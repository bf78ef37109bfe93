import { showsAny } from '../cluster/lookup.ts';
import { areRelatedNames, findNamesake, findNearMiss, type NearMiss } from '../cluster/nearMiss.ts';
import { type External, mayMatchExternalPods, whyMoreMayExist } from '../cluster/openWorld.ts';
import { isRuntimeLabel, matchWorkload, sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import { type LabelSelector, requirementText, selectorText } from '../k8s/labels.ts';
import { describeResource, headSpan } from '../k8s/resource.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import { isJob, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding } from './rule.ts';
import { describeNamespace, labelsRelated, nearMissFix, nearMissMessage } from './shared/selectors.ts';

export const serviceSelectorNoMatch = defineRule({
  id: 'service-selector-no-match',
  types: ['service'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A Service selects no Pod of any workload',
  why: `A Service sends traffic to the Pods of its namespace that have every label of its selector. The labels that count are
those of the Pod *template*, not the Deployment's own. Where no Pod has them all, the Service exists, its name resolves, and
every connection is refused or times out.

It is a warning where the manifests show a slip: a workload that has the label almost, or that the Service is named after.
Else it is a hint, for the Pods may come from elsewhere.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: ordres
         ^^^^^^ no workload has the label \`app=ordres\`, so this Service has no endpoints; \`Deployment/orders\` has \`app=orders\`
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
---
apiVersion: v1
kind: Service
metadata:
  name: legacy-database
spec:
  ports:
    - port: 5432
`,
  *check(service, { unit, settings }) {
    const { selector } = service;
    if (selector === undefined || !isDecided(selector) || !selectsPods(service)) return;
    if (!selectsNothing(service, selector, unit) || mayMatchExternalPods(settings.external, selector)) return;
    if (hasWrittenEndpoints(service, [unit.index, ...unit.others])) return;
    const finding =
      slip(service, selector, unit) ??
      otherNamespace(service, selector, unit, settings.external) ??
      namesake(service, selector, unit, settings.external) ??
      unexplained(service, selector, unit, settings.external);
    if (finding !== undefined) yield finding;
  },
});

function isDecided(selector: LabelSelector): boolean {
  return !selector.open && selector.requirements.every(({ decided, key }) => decided && !isRuntimeLabel(key.value));
}

function selectsNothing(service: Service, selector: LabelSelector, unit: Unit): boolean {
  return [unit.index, ...unit.others].every((index) => {
    const { matched, possible } = selectWorkloads(index, selector, service.namespace);
    return matched.length === 0 && possible.length === 0;
  });
}

/** Endpoints that somebody writes for this Service: it serves without any Pod of its selector. */
function hasWrittenEndpoints(service: Service, indexes: readonly ResourceIndex[]): boolean {
  const name = service.name?.value;
  return indexes.some((index) => {
    for (const endpoints of index.ofType('endpoints'))
      if (endpoints.service?.value === name && sameNamespace(endpoints.namespace, service.namespace) !== 'no')
        return true;
    return false;
  });
}

function slip(service: Service, selector: LabelSelector, unit: Unit): Finding | undefined {
  const miss = findNearMiss(unit.index, selector, service.namespace);
  if (miss === undefined) return undefined;
  const isMeant =
    areRelatedNames(service.name?.value, miss.workload.name?.value) || !isServed(miss.workload, service, unit.index);
  if (!isMeant) return undefined;
  return {
    at: placeOf(miss),
    message: nearMissMessage(miss, 'so this Service has no endpoints'),
    related: [labelsRelated(miss.workload)],
    fixes: [nearMissFix(service.file, miss)],
  };
}

function placeOf({ requirement, differs }: NearMiss) {
  return differs === 'key' ? requirement.key : (requirement.values[0] ?? requirement.key);
}

/** Pods with exactly these labels run in another namespace, and no Service there leads to them. */
function otherNamespace(
  service: Service,
  selector: LabelSelector,
  unit: Unit,
  external: External,
): Finding | undefined {
  if (service.namespace?.value === undefined || whyMoreMayExist(unit, service.namespace, external) !== undefined)
    return undefined;
  const there: Workload[] = [];
  for (const workload of unit.index.workloadsWithLabel(...firstPair(selector))) {
    if (workload.namespace?.value === undefined || matchWorkload(selector, workload) !== 'yes' || isJob(workload))
      continue;
    there.push(workload);
  }
  const [workload] = there;
  if (workload === undefined || there.some((other) => other.namespace?.value !== workload.namespace?.value))
    return undefined;
  if (there.some((other) => isServed(other, service, unit.index))) return undefined;
  const namespace = workload.namespace?.value ?? '';
  const { start, end } = service.namespace;
  return {
    at: { start, end },
    message: `no workload in namespace \`${service.namespace.value}\` has the labels \`${selectorText(selector)}\`, so this Service has no endpoints; \`${describeResource(workload)}\` has them, in namespace \`${namespace}\``,
    related: [labelsRelated(workload)],
    fixes:
      service.kindSpan.start === start
        ? []
        : [
            {
              title: `Change the Service's namespace to \`${namespace}\``,
              safe: false,
              edits: [{ file: service.file, edit: { kind: 'replace-scalar', span: { start, end }, value: namespace } }],
            },
          ],
  };
}

function firstPair(selector: LabelSelector): readonly [string, string] {
  const [first] = selector.requirements;
  return [first?.key.value ?? '', first?.values[0]?.value ?? ''];
}

/** A workload is called like the Service, and no other Service leads to it. */
function namesake(service: Service, selector: LabelSelector, unit: Unit, external: External): Finding | undefined {
  const name = service.name?.value;
  if (name === undefined) return undefined;
  const found = findNamesake(unit.index.ofType('workload'), selector, service.namespace, name);
  const [failing] = found?.failing ?? [];
  if (found === undefined || failing === undefined || isServed(found.workload, service, unit.index)) return undefined;
  const { workload } = found;
  const key = failing.key.value;
  const actual = workload.template.labels?.entries.find((entry) => entry.key.value === key)?.value;
  const has = actual === undefined ? `do not have \`${key}\`` : `have \`${key}=${actual.value}\``;
  const { start, end } = failing.values[0] ?? failing.key;
  return {
    at: { start, end },
    severity: whyMoreMayExist(unit, service.namespace, external) === undefined ? 'warning' : 'hint',
    message: `no workload has the label \`${requirementText(failing)}\`, so this Service has no endpoints; the Pods of \`${describeResource(workload)}\` ${has}`,
    related: [labelsRelated(workload)],
    fixes:
      actual === undefined
        ? []
        : [
            {
              title: `Change \`${failing.values[0]?.value ?? ''}\` to \`${actual.value}\``,
              safe: false,
              edits: [
                { file: service.file, edit: { kind: 'replace-scalar', span: { start, end }, value: actual.value } },
              ],
            },
          ],
  };
}

/** Nothing speaks for a slip; worth a hint where the folder shows workloads of the namespace. */
function unexplained(service: Service, selector: LabelSelector, unit: Unit, external: External): Finding | undefined {
  if (!showsAny(unit.index.ofType('workload'), service.namespace)) return undefined;
  if (whyMoreMayExist(unit, service.namespace, external) !== undefined) return undefined;
  const [first] = selector.requirements;
  const { start, end } = first?.values[0] ?? first?.key ?? headSpan(service);
  return {
    at: { start, end },
    severity: 'hint',
    message: `no manifest shows a workload${describeNamespace(service.namespace)} with the labels \`${selectorText(selector)}\`; unless its Pods come from elsewhere, this Service has no endpoints`,
  };
}

/** Whether another Service of the workload's namespace takes its Pods. */
function isServed(workload: Workload, service: Service, index: ResourceIndex): boolean {
  for (const other of index.ofType('service')) {
    if (other === service || other.selector === undefined || !selectsPods(other)) continue;
    if (sameNamespace(other.namespace, workload.namespace) === 'no') continue;
    if (matchWorkload(other.selector, workload) === 'yes') return true;
  }
  return false;
}
