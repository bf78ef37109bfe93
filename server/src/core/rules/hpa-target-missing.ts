import type { Located } from '../base/span.ts';
import { countsNear, distanceOf, NEAR } from '../cluster/locality.ts';
import { belongsTogether, findMeant, lookUp, nearestTo, standsBeside } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { isInDoubt, whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { HorizontalPodAutoscaler } from '../k8s/autoscaler.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { defineRule, type Finding, type RuleContext, replaceScalar } from './rule.ts';
import { describeNamespace } from './shared/selectors.ts';

export const hpaTargetMissing = defineRule({
  id: 'hpa-target-missing',
  types: ['autoscaler'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A HorizontalPodAutoscaler scales a workload that no manifest defines',
  why: `An autoscaler finds its workload by kind and name, in its own namespace. Where there is none it does nothing but report
\`FailedGetScale\` in its conditions, and the workload that was meant is never scaled.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/',
  bad: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: cart
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cart
          ^^^^ there is no Deployment \`cart\`, so nothing is scaled; did you mean \`carts\`?
  maxReplicas: 5
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: carts
spec:
  selector:
    matchLabels:
      app: carts
  template:
    metadata:
      labels:
        app: carts
    spec:
      containers:
        - name: carts
          image: carts:2.1
`,
  good: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: carts
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: carts
  maxReplicas: 5
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: carts
spec:
  selector:
    matchLabels:
      app: carts
  template:
    metadata:
      labels:
        app: carts
    spec:
      containers:
        - name: carts
          image: carts:2.1
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: canary
spec:
  scaleTargetRef:
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    name: canary
  maxReplicas: 5
`,
  *check(autoscaler, context) {
    yield* unnamed(autoscaler);
    const target = builtInTarget(autoscaler);
    if (target === undefined) return;
    const indexes = [context.unit.index, ...context.unit.others];
    const { kind, name } = target;
    if (indexes.some((index) => lookUp(index.named(kind.value, name.value), autoscaler.namespace).here.length > 0))
      return;
    yield* missing(autoscaler, target, context);
  },
});

/** The API server wants kind and name of the target. What has no `maxReplicas` either is a piece of an autoscaler. */
function* unnamed(autoscaler: HorizontalPodAutoscaler): Iterable<Finding> {
  const { target, maxReplicas } = autoscaler;
  const refused = 'the API server refuses the HorizontalPodAutoscaler';
  if (target === undefined) {
    if (maxReplicas === undefined) return;
    const { start, end } = headSpan(autoscaler);
    yield { at: { start, end }, severity: 'error', message: `\`spec.scaleTargetRef\` is absent: ${refused}` };
  } else if (target.kind?.value !== undefined && (target.name === undefined || target.name.value === '')) {
    const { start, end } = target.name ?? target.kind;
    yield { at: { start, end }, severity: 'error', message: `\`spec.scaleTargetRef\` has no name: ${refused}` };
  }
}

interface Target {
  readonly kind: Located<string>;
  readonly name: Located<string>;
}

/** Kinds with replicas that Kubernetes itself defines; their group may be one that old clusters served them in. */
const SCALABLE: ReadonlyMap<string, RegExp> = new Map([
  ['Deployment', /^(apps|extensions)\//],
  ['StatefulSet', /^apps\//],
  ['ReplicaSet', /^(apps|extensions)\//],
  ['ReplicationController', /^v1$/],
]);

function builtInTarget({ target }: HorizontalPodAutoscaler): Target | undefined {
  const { apiVersion, kind, name } = target ?? {};
  if (kind?.value === undefined || name?.value === undefined || name.value === '') return undefined;
  if (apiVersion !== undefined && (apiVersion.value === undefined || !SCALABLE.get(kind.value)?.test(apiVersion.value)))
    return undefined;
  return SCALABLE.has(kind.value) ? { kind, name } : undefined;
}

/** Whether a workload of the kind, whose name a template or kustomization decides, may be the target; no farther than `reach`. */
function mayHold(
  index: ResourceIndex,
  { namespace }: HorizontalPodAutoscaler,
  { kind }: Target,
  isInReach: (workload: Workload) => boolean,
): boolean {
  return index
    .derive(namelessWorkloads)
    .some(
      (workload) =>
        workload.kind === kind.value && isInReach(workload) && sameNamespace(workload.namespace, namespace) !== 'no',
    );
}

/** Workloads whose name is not decided: any of them may be the one. */
function namelessWorkloads(index: ResourceIndex): readonly Workload[] {
  return [...index.ofType('workload')].filter(({ name }) => name?.value === undefined);
}

function* missing(
  autoscaler: HorizontalPodAutoscaler,
  target: Target,
  { unit, settings }: RuleContext,
): Iterable<Finding> {
  const { kind, name } = target;
  const { namespace, file } = autoscaler;
  const what = `${kind.value} \`${name.value}\`${describeNamespace(namespace)}`;
  const at = { start: name.start, end: name.end };
  const workloads = [...unit.index.ofType('workload')].filter(
    (workload) => sameNamespace(workload.namespace, namespace) !== 'no',
  );
  const near = findMeant(
    autoscaler,
    name.value,
    workloads.filter((workload) => workload.kind === kind.value),
  );
  const isSlip = near?.name?.value !== undefined && isTypo(name.value, near.name.value);
  const [otherKind] = nearestTo(
    autoscaler,
    workloads.filter((workload) => isOtherKind(workload, name.value)),
    unit,
  );
  const indexes = [unit.index, ...unit.others];
  const meant = isSlip ? near : otherKind;
  // Beside what stands near, a template at the other end of the folder says nothing about this application.
  const isAnywhere = meant === undefined || distanceOf(file, meant.file) > NEAR;
  const isInReach = (workload: Workload) => isAnywhere || countsNear(unit, file, workload);
  const mayBeNameless = indexes.some((index) => mayHold(index, autoscaler, target, isInReach));
  if (isAnywhere && mayBeNameless) return;
  const isInDoubtHere = mayBeNameless || isInDoubt(unit, autoscaler, namespace, settings.external);
  const isSureOf = (other: Resource) => !isInDoubtHere && belongsTogether(autoscaler, other, unit);
  if (isSlip && near.name?.value !== undefined) {
    const isSure = isSureOf(near);
    const title = `Change \`${name.value}\` to \`${near.name.value}\``;
    const edits = [replaceScalar(file, name, near.name.value)];
    const message = `${describeMissing(what, isSure)}; did you mean \`${near.name.value}\`?`;
    yield {
      at,
      severity: isSure ? 'warning' : 'hint',
      message,
      related: [defined(near)],
      fixes: [{ title, safe: false, edits }],
    };
    return;
  }
  if (otherKind !== undefined) {
    const isSure = isSureOf(otherKind);
    const { start, end } = kind;
    const title = `Change \`${kind.value}\` to \`${otherKind.kind}\``;
    const message = `${describeMissing(what, isSure)}; \`${name.value}\` is a ${otherKind.kind}`;
    const edits = [replaceScalar(file, kind, otherKind.kind)];
    const related = [defined(otherKind)];
    yield {
      at: { start, end },
      severity: isSure ? 'warning' : 'hint',
      message,
      related,
      fixes: [{ title, safe: false, edits }],
    };
    return;
  }
  const more = whyMoreMayExist(unit, namespace, settings.external);
  const [elsewhere] = lookUp(unit.index.named(kind.value, name.value), namespace).elsewhere;
  if (elsewhere !== undefined) {
    const isSure = more === undefined && isSureOf(elsewhere);
    const message = `${describeMissing(what, isSure)}; the one in namespace \`${elsewhere.namespace?.value ?? ''}\` is out of its reach`;
    yield { at, severity: isSure ? 'warning' : 'hint', message, related: [defined(elsewhere)] };
    return;
  }
  if (more !== undefined || workloads.length === 0) return;
  yield standsBeside(autoscaler, workloads, unit)
    ? { at, message: describeMissing(what, true) }
    : {
        at,
        severity: 'hint',
        message: `${describeMissing(what, false)}; unless it comes from elsewhere, nothing is scaled`,
      };
}

function describeMissing(what: string, isSure: boolean): string {
  return isSure ? `there is no ${what}, so nothing is scaled` : `no manifest here shows a ${what}`;
}

function isOtherKind(workload: Workload, name: string): boolean {
  return workload.name?.value === name && SCALABLE.has(workload.kind);
}

function defined(resource: Resource) {
  const { start, end } = headSpan(resource);
  return { file: resource.file, start, end, message: `\`${describeResource(resource)}\` is defined here` };
}
