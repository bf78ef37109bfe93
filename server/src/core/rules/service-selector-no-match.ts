import { findDoubts, isOfOtherCopy } from '../cluster/locality.ts';
import { showsAny } from '../cluster/lookup.ts';
import { type External, mayMatchExternalPods, whyMoreMayExist } from '../cluster/openWorld.ts';
import { isRuntimeLabel, sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import { type LabelSelector, selectorText } from '../k8s/labels.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding } from './rule.ts';
import { findMeantPods } from './shared/meantPods.ts';
import { describeNamespace } from './shared/selectors.ts';

export const serviceSelectorNoMatch = defineRule({
  id: 'service-selector-no-match',
  types: ['service'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A Service selects no Pod of any workload',
  why: `A Service sends traffic to the Pods of its namespace that have every label of its selector. The labels that count are
those of the Pod *template*, not the Deployment's own. Where no Pod has them all, the Service exists, its name resolves, and
every connection is refused or times out.

It is a warning where the manifests show what was meant: a workload whose label is a letter or two away from the one asked
for; a workload that has the Service's name; the only workload beside the Service in a file, which has some labels of its
selector, but not all; or the very Pods, in another namespace.

Else it is a hint, for the Pods may come from elsewhere. So it is where an operator, a template, a file that cannot be read, or the
cluster itself (\`kube-system\`) may make Pods near the Service, and where the Service asks for a label that only an operator
gives (\`cnpg.io/cluster\`, \`strimzi.io/name\`).`,
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
    const doubts = findDoubts(
      unit,
      (index) => selectWorkloads(index, selector, service.namespace),
      (workload) => isOfOtherCopy(service, workload, unit),
    );
    if (doubts === undefined || mayMatchExternalPods(settings.external, selector)) return;
    if (hasWrittenEndpoints(service, [unit.index, ...unit.others])) return;
    const finding =
      findMeantPods({ service, selector, unit, external: settings.external, doubts }) ??
      (doubts.length === 0 ? unexplained(service, selector, unit, settings.external) : undefined);
    if (finding !== undefined) yield finding;
  },
});

function isDecided(selector: LabelSelector): boolean {
  return !selector.open && selector.requirements.every(({ decided }) => decided);
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

/** Nothing speaks for a slip; worth a hint where the folder shows workloads of the namespace. */
function unexplained(service: Service, selector: LabelSelector, unit: Unit, external: External): Finding | undefined {
  if (
    selector.requirements.some(({ key }) => isRuntimeLabel(key.value)) ||
    !showsAny(unit.index.ofType('workload'), service.namespace)
  )
    return undefined;
  if (whyMoreMayExist(unit, service.namespace, external) !== undefined) return undefined;
  const [first] = selector.requirements;
  const { start, end } = first?.values[0] ?? first?.key ?? headSpan(service);
  return {
    at: { start, end },
    severity: 'hint',
    message: `no manifest here shows a workload${describeNamespace(service.namespace)} with the labels \`${selectorText(selector)}\`; unless its Pods come from elsewhere, this Service has no endpoints`,
  };
}
