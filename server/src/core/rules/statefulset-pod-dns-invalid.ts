import { type HostReference, hostReferencesOf, namespaceOf } from '../cluster/hostReferences.ts';
import { belongsTogether, lookUp, standsBeside } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type Related, type RuleContext } from './rule.ts';
import { findNamedPod, type NamedPod } from './shared/podNames.ts';

export const statefulsetPodDnsInvalid = defineRule({
  id: 'statefulset-pod-dns-invalid',
  types: ['workload', 'configMap'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A value names a Pod of a StatefulSet that has no such name',
  why: `The Pods of a StatefulSet have names in DNS below the one Service that its \`serviceName\` names: \`pg-0.pg.shop.svc…\`. Below
another Service that selects the same Pods, and for an ordinal that the StatefulSet does not reach, there is no such name.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id',
  bad: `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: pg-nodes
  replicas: 2
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
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.4
          env:
            - name: DB_PRIMARY
              value: pg-0.pg:5432
                          ^^ \`StatefulSet/pg\` has \`serviceName: pg-nodes\`, so its Pods have no names below \`pg\`
            - name: DB_REPLICA
              value: pg-2.pg-nodes:5432
                     ^^^^ \`StatefulSet/pg\` makes 2 Pods, \`pg-0\` to \`pg-1\`, so there is no \`pg-2\`
`,
  good: `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: pg-nodes
  replicas: 2
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
          env:
            - name: PEERS
              value: pg-0.pg-nodes:5432,pg-1.pg-nodes:5432
`,
  *check(holder, context) {
    for (const { text, ...reference } of hostReferencesOf(context.unit, holder)) {
      const named = findNamedPod(context.unit, { ...reference, text }, context.settings.clusterDomain);
      if (named === undefined) continue;
      const isSure = named.sets.every((set) => !set.opaque) && isNear(context, holder, named);
      const finding =
        wrongService(context.unit, named, reference.holder, text) ?? noSuchOrdinal(context.unit, named, text);
      if (finding !== undefined && !named.sets.some((set) => set.opaque))
        yield isSure ? finding : { ...finding, severity: 'hint', fixes: [] };
    }
  },
});

/** Whether the StatefulSet of that name is the one that is meant. */
function isNear(
  { unit }: RuleContext,
  holder: Workload | { readonly file: string },
  { sets, meaning }: NamedPod,
): boolean {
  const resource = holder as Workload;
  const isSame = sets.some((set) =>
    meaning.namespace === undefined
      ? sameNamespace(set.namespace, resource.namespace) === 'yes'
      : set.namespace?.value === meaning.namespace,
  );
  return standsBeside(resource, sets, unit) || (isSame && sets.some((set) => belongsTogether(resource, set, unit)));
}

type Text = ReturnType<typeof hostReferencesOf>[number]['text'];

function wrongService(
  unit: Unit,
  { meaning, sets }: NamedPod,
  holder: HostReference['holder'],
  text: Text,
): Finding | undefined {
  const [set] = sets;
  const isWrong = sets.every(
    ({ serviceName }) =>
      serviceName === undefined || (serviceName.value !== undefined && serviceName.value !== meaning.service),
  );
  if (set === undefined || !isWrong) return undefined;
  const own = set.serviceName?.value;
  const fact =
    own === undefined || own === ''
      ? `\`${describeResource(set)}\` has no \`serviceName\`, so its Pods have no names in DNS`
      : `\`${describeResource(set)}\` has \`serviceName: ${own}\`, so its Pods have no names below \`${meaning.service}\``;
  const at = partOf(text, 1);
  // A Service that no manifest shows may be one that makes names of its own, a mirror for example.
  const isKnown =
    own === undefined ||
    isTypo(meaning.service, own) ||
    lookUp(unit.index.services(meaning.service), namespaceOf(meaning, holder)).here.length > 0;
  return {
    at,
    ...(isKnown ? {} : { severity: 'hint' }),
    message: fact,
    related: [related(set, set.serviceName, 'the StatefulSet names its Service here')],
    fixes: own === undefined || own === '' || !text.exact ? [] : [change(holder.file, at, meaning.service, own)],
  };
}

function noSuchOrdinal(unit: Unit, { meaning, sets, ordinal }: NamedPod, text: Text): Finding | undefined {
  const [set] = sets;
  if (set === undefined || sets.some((each) => mayHave(unit, each, ordinal))) return undefined;
  const count = replicasOf(set) ?? 0;
  const first = set.firstOrdinal?.value ?? 0;
  const name = set.name?.value ?? '';
  const range = count === 1 ? `\`${name}-${first}\`` : `\`${name}-${first}\` to \`${name}-${first + count - 1}\``;
  return {
    at: partOf(text, 0),
    message: `\`${describeResource(set)}\` makes ${count} ${count === 1 ? 'Pod' : 'Pods'}, ${range}, so there is no \`${meaning.pod}\``,
    related: [related(set, set.replicas, 'the number of Pods is written here')],
  };
}

/** An autoscaler, or an operator that scales, may make more Pods than are written; 0 stands for a number that is set later. */
function mayHave(unit: Unit, set: Workload, ordinal: number): boolean {
  const count = replicasOf(set);
  const first = set.firstOrdinal === undefined ? 0 : set.firstOrdinal.value;
  if (count === undefined || count === 0 || first === undefined) return true;
  if (ordinal >= first && ordinal < first + count) return true;
  const isScaled = [unit.index, ...unit.others].some((index) =>
    [...index.ofType('autoscaler')].some(
      ({ target }) =>
        target === undefined ||
        target.name === undefined ||
        target.name.value === undefined ||
        target.name.value === set.name?.value,
    ),
  );
  return isScaled || whyMoreMayExist(unit, set.namespace) !== undefined || hasScaledObjects(unit);
}

function hasScaledObjects(unit: Unit): boolean {
  return [unit.index, ...unit.others].some((index) =>
    [...index.customResources].some(({ kind }) => kind === 'ScaledObject'),
  );
}

/** A label of the host, where its characters stand as they are; else the whole value. */
function partOf({ host, exact }: Text, at: number): { readonly start: number; readonly end: number } {
  if (!exact) return { start: host.start, end: host.end };
  const labels = host.value.split('.');
  const start = host.start + labels.slice(0, at).reduce((sum, label) => sum + label.length + 1, 0);
  return { start, end: start + (labels[at]?.length ?? 0) };
}

function change(file: string, span: { readonly start: number; readonly end: number }, from: string, to: string): Fix {
  return {
    title: `Change \`${from}\` to \`${to}\``,
    safe: false,
    edits: [{ file, edit: { kind: 'text', span, newText: to } }],
  };
}

function related(
  set: Workload,
  place: { readonly start: number; readonly end: number } | undefined,
  message: string,
): Related {
  const { start, end } = place ?? headSpan(set);
  return {
    file: set.file,
    start,
    end,
    message: place === undefined ? `\`${describeResource(set)}\` is defined here` : message,
  };
}
