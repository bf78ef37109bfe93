import { belongsTogether, findMeant, lookUp, mayBeMadeByCustomResource } from '../cluster/lookup.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { isExternalService, isInDoubt, whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule, type Finding, type Fix, type RuleContext, replaceScalar } from './rule.ts';
import { describeNamespace } from './shared/selectors.ts';

export const podSubdomainWithoutEffect = defineRule({
  id: 'pod-subdomain-without-effect',
  types: ['workload'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A Pod has a `subdomain` that gives it no name in DNS',
  why: `A Pod has a name of its own in DNS (\`node-a.ring.shop.svc…\`) when it has both a \`hostname\` and a \`subdomain\`, and a Service
that is called like the subdomain selects it. The Pod's \`metadata.name\` never stands in for the \`hostname\`.`,
  source:
    'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-hostname-and-subdomain-fields',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: ring
spec:
  clusterIP: None
  selector:
    app: ring
  ports:
    - port: 9000
---
apiVersion: v1
kind: Pod
metadata:
  name: node-a
  labels:
    app: ring
spec:
  subdomain: ring
             ^^^^ without \`hostname\` the \`subdomain\` gives the Pod no name in DNS: \`metadata.name\` does not stand in for it
  containers:
    - name: node
      image: node:1.4
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: ring
spec:
  clusterIP: None
  selector:
    app: ring
  ports:
    - port: 9000
---
apiVersion: v1
kind: Pod
metadata:
  name: node-a
  labels:
    app: ring
spec:
  hostname: node-a
  subdomain: ring
  containers:
    - name: node
      image: node:1.4
`,
  *check(workload, context) {
    const { subdomain, hostname } = workload.template;
    if (subdomain?.value === undefined || subdomain.value === '' || setsHostname(workload)) return;
    const { start, end } = subdomain;
    if (hostname === undefined || hostname.value === '') {
      yield {
        at: { start, end },
        message:
          'without `hostname` the `subdomain` gives the Pod no name in DNS: `metadata.name` does not stand in for it',
        fixes: fixesOf(workload),
      };
      return;
    }
    const finding = missing(workload, context);
    if (finding !== undefined) yield finding;
  },
});

/** Controllers that give each Pod a host name (or a subdomain) of their own making. */
function setsHostname({ maker, job }: Workload): boolean {
  if (maker === 'StatefulSet' || maker === 'custom') return true;
  return job?.completionMode !== undefined && job.completionMode.value !== 'NonIndexed';
}

function fixesOf({ file, name, template, maker }: Workload): readonly Fix[] {
  const { specPlace, hostname } = template;
  const value = name?.value;
  // Several Pods of one name are one name with several addresses: hardly what is meant.
  if (maker !== 'Pod' || value === undefined || !/^[a-z0-9-]{1,63}$/.test(value)) return [];
  const title = `Add \`hostname: ${value}\``;
  if (hostname !== undefined) return [{ title, safe: false, edits: [replaceScalar(file, hostname, value)] }];
  if (specPlace === undefined) return [];
  return [
    {
      title,
      safe: false,
      edits: [{ file, edit: { kind: 'insert-pair', mapping: specPlace, key: 'hostname', value } }],
    },
  ];
}

function missing(workload: Workload, { unit, settings }: RuleContext): Finding | undefined {
  const wanted = workload.template.subdomain;
  const { namespace } = workload;
  const name = wanted?.value;
  if (wanted === undefined || name === undefined) return undefined;
  const indexes = [unit.index, ...unit.others];
  const isThere = indexes.some(
    (index) =>
      lookUp(index.services(name), namespace).here.length > 0 ||
      mayBeMadeByCustomResource(index, name, namespace) ||
      [...index.ofType('service')].some(
        (each) => each.name?.value === undefined && sameNamespace(each.namespace, namespace) !== 'no',
      ),
  );
  if (isThere || isExternalService(settings.external, name, namespace)) return undefined;
  const services = [...unit.index.ofType('service')].filter(
    (each) => sameNamespace(each.namespace, namespace) !== 'no',
  );
  const near = findMeant(workload, name, services);
  const isSlip =
    near?.name?.value !== undefined && isTypo(name, near.name.value) && belongsTogether(workload, near, unit);
  const isDoubtful = isInDoubt(unit, workload, namespace, settings.external);
  const more = whyMoreMayExist(unit, namespace, settings.external);
  const { start, end } = wanted;
  const what = `Service \`${name}\`${describeNamespace(namespace)}`;
  if (!isSlip) {
    if (isDoubtful || more !== undefined) return undefined;
    const message = `no manifest here shows a ${what}, without which \`subdomain\` gives the Pod no name in DNS`;
    return { at: { start, end }, severity: 'hint', message };
  }
  const { start: from, end: to } = headSpan(near);
  const meant = near.name.value;
  const fact = isDoubtful
    ? `no manifest here shows a ${what}`
    : `there is no ${what}, so \`subdomain\` gives the Pod no name in DNS`;
  return {
    at: { start, end },
    severity: isDoubtful ? 'hint' : 'warning',
    message: `${fact}; did you mean \`${meant}\`?`,
    related: [{ file: near.file, start: from, end: to, message: `Service \`${meant}\` is defined here` }],
    fixes: [
      {
        title: `Change \`${name}\` to \`${meant}\``,
        safe: false,
        edits: [replaceScalar(workload.file, wanted, meant)],
      },
    ],
  };
}
