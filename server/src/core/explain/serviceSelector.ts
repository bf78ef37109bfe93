import { isRuntimeLabel, matchPodRequirement, sameNamespace } from '../cluster/selection.ts';
import { type LabelSelector, type Requirement, requirementText, selectorText } from '../k8s/labels.ts';
import { type Service, selectsPods, serviceTypeOf } from '../k8s/service.ts';
import { isJob, type Workload } from '../k8s/workload.ts';
import { type Card, gravest, unknown } from './card.ts';
import {
  type ExplainContext,
  groupByName,
  kubectl,
  linkResource,
  nearby,
  plural,
  shellSelector,
  titleOf,
} from './context.ts';
import { code } from './link.ts';
import { findServiceFacts, handWrittenEndpoints, opaqueVerdict } from './serviceFacts.ts';

/** A Service's selector; with `key`, one pair of it. */
export function explainServiceSelector(service: Service, key: string | undefined, context: ExplainContext): Card {
  const { settings } = context;
  const selector = service.selector;
  const pair = selector?.requirements.find((requirement) => requirement.key.value === key);
  const title = `${titleOf(service, settings)} · ${pair === undefined ? 'selector' : `selector ${code(requirementText(pair))}`}`;
  if (selector === undefined || !selectsPods(service)) return { ...withoutPods(service, context), title };
  const facts = findServiceFacts(service, context);
  const here = [...facts.selectorLines];
  if (pair !== undefined) here.push(...pairLines(pair, selector, service, context));
  for (const nullKey of selector.nullKeys)
    here.push(`${code(nullKey.value)} is null: \`kubectl apply\` drops it, the Service takes more Pods than it says`);
  const { matched } = facts.selection;
  const sharing = groupByName(matched).length;
  if (sharing > 1) here.push(`${plural(sharing, 'workload')} share the traffic: meant so for a canary, else a mistake`);
  if (matched.some(isJob)) here.push('Pods of Jobs are selected: while they run they receive traffic too');
  return {
    title,
    verdict: gravest([opaqueVerdict(service), facts.selectorVerdict]),
    fault: facts.faultLines,
    here,
    path: "selector → EndpointSlice controller → slices → every node's rules; no packet passes the selector",
    watch: [
      "all pairs must equal the Pods' labels: those of the template, never the workload's own `metadata.labels`",
      'the same namespace only; Pods of Jobs with these labels are caught too',
    ],
    verify: [`${kubectl(service, settings)} get pods${shellSelector(selectorText(selector))} -o wide`],
    question: {
      ask: 'Does a Service select Deployments?',
      answer: 'No, Pods, continuously; a rollout works because old and new Pods share the labels.',
    },
  };
}

function withoutPods(service: Service, context: ExplainContext): Omit<Card, 'title'> {
  if (serviceTypeOf(service) === 'ExternalName') {
    return {
      verdict: unknown('an ExternalName has no Pods: this selector is ignored'),
      here: ['DNS answers with an alias, whatever the selector says'],
    };
  }
  const written = handWrittenEndpoints(service, context);
  return {
    verdict: unknown('an empty selector selects nothing'),
    here: [
      'Kubernetes makes no EndpointSlice for it, as if the selector were absent',
      ...written.map((endpoints) => `hand-written endpoints: ${linkResource(endpoints)}`),
    ],
    watch: ['endpoints that someone writes by hand carry the label `kubernetes.io/service-name`'],
  };
}

/** Who has this pair, and whom this pair alone keeps out. */
function pairLines(
  pair: Requirement,
  selector: LabelSelector,
  service: Service,
  { unit }: ExplainContext,
): readonly string[] {
  const [value] = pair.values;
  if (!pair.decided || value === undefined) return ['the value is templated: whom it selects is not decidable'];
  if (isRuntimeLabel(pair.key.value)) return ['a label that Pods get when they run: no template writes it'];
  const inNamespace = (workload: Workload) => sameNamespace(workload.namespace, service.namespace) !== 'no';
  const found = unit.index.workloadsWithLabel(pair.key.value, value.value).filter(inNamespace);
  const holders = groupByName(nearby(service, found, unit));
  const others = selector.requirements.filter((requirement) => requirement !== pair);
  if (others.length === 0) return [];
  const text = code(requirementText(pair));
  const lines =
    holders.length === 0
      ? [`no workload here has ${text} in its template`]
      : [`${plural(holders.length, 'workload')} here ${holders.length === 1 ? 'has' : 'have'} ${text} in the template`];
  const excluded = unit.index
    .workloadsWithKey(pair.key.value)
    .filter((workload) => inNamespace(workload) && matchPodRequirement(pair, workload) === 'no')
    .filter((workload) => others.every((requirement) => matchPodRequirement(requirement, workload) === 'yes'));
  const [first] = excluded;
  if (first === undefined) return lines;
  const theirs =
    first.template.labels?.entries.find((entry) => entry.key.value === pair.key.value)?.value?.value ?? '?';
  const more = excluded.length > 1 ? ` and ${excluded.length - 1} more` : '';
  return [
    ...lines,
    `this pair alone leaves out ${linkResource(first)} (${code(`${pair.key.value}=${theirs}`)})${more}`,
  ];
}
