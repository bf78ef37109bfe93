import type { Workload } from '../k8s/workload.ts';
import { type Card, gravest } from './card.ts';
import { type ExplainContext, kubectl, linkSome, podCount, podsQuery, titleOf } from './context.ts';
import { ownSelectorLine, ownSelectorVerdict } from './podLabels.ts';
import { isolationLines } from './policyFacts.ts';
import { probeVerdict } from './readiness.ts';
import { findSelecting } from './selecting.ts';
import { declaredPortsText, opaqueVerdict } from './serviceFacts.ts';

/** The workload as a whole. */
export function explainWorkload(workload: Workload, context: ExplainContext): Card {
  const { settings, unit } = context;
  const selecting = findSelecting(workload, unit);
  const services = selecting.filter(({ resource, verdict }) => resource.type === 'service' && verdict === 'yes');
  const perhaps = selecting.filter(({ resource, verdict }) => resource.type === 'service' && verdict === 'unknown');
  const here = [`${podCount(workload, unit)}, ${declaredPortsText(workload)}`];
  if (services.length > 0) here.push(`selected by ${linkSome(services.map(({ resource }) => resource))}`);
  else if (perhaps.length === 0) here.push('no Service in these manifests selects these Pods');
  if (perhaps.length > 0)
    here.push(`perhaps selected by ${linkSome(perhaps.map(({ resource }) => resource))}: not decidable`);
  for (const direction of ['ingress', 'egress'] as const) here.push(...isolationLines([workload], direction, unit));
  const budgets = selecting.filter(
    ({ resource, verdict }) => resource.type === 'disruptionBudget' && verdict === 'yes',
  );
  if (budgets.length > 0) here.push(`disruptions limited by ${linkSome(budgets.map(({ resource }) => resource))}`);
  here.push(...ownSelectorLine(workload));
  const isReadinessProbed = workload.template.containers.some(({ probes }) =>
    probes.some(({ field }) => field === 'readinessProbe'),
  );
  return {
    title: `${titleOf(workload, settings)} · ${workload.maker === 'Pod' ? 'Pod' : 'Pods'} and who reaches ${workload.maker === 'Pod' ? 'it' : 'them'}`,
    verdict: gravest([
      opaqueVerdict(workload),
      ownSelectorVerdict(workload),
      ...workload.template.containers.flatMap((container) =>
        container.probes.map((probe) => probeVerdict(container, probe)),
      ),
    ]),
    here,
    path: 'Service selector → Pod labels → EndpointSlice → Pod IP:port; policies of both ends must allow it',
    watch: [
      isReadinessProbed
        ? 'a readinessProbe decides when a Pod receives traffic'
        : 'no readinessProbe over a network port is written; without any, Pods receive traffic as soon as their containers run',
      'policies only add permissions: a Pod that none isolates may be reached by all',
    ],
    verify: [`${kubectl(workload, settings)} get ${podsQuery(workload)} -o wide`],
    question: { ask: 'What binds a Service to a Deployment?', answer: 'Labels alone: neither object names the other.' },
  };
}
