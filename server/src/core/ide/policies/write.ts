import { dirname, relativePath } from '../../base/path.ts';
import type { Direction } from '../../k8s/networkPolicy.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { asItem, matchLabels, portLines, ruleLines } from '../../rules/shared/policyRuleText.ts';
import { toScalarText } from '../../yaml/quote.ts';
import { directionsOf, type PlannedDirection, type PlannedNote, type PlannedRule, type PolicyPlan } from './plan.ts';

/** Where the text is to stand, and what comments say of other places. */
export interface Writing {
  /** The file that the policy is written to. */
  readonly file: string;
  /** Counts from 1; `undefined` where the text is not at hand. */
  readonly lineOf: (file: string, offset: number) => number | undefined;
}

const MAX_NOTES = 4;

/** A plan as the YAML text of a NetworkPolicy, each rule with its evidence. */
export function writePolicy(plan: PolicyPlan, writing: Writing): string {
  const { workload, name, namespace, labels, ingress, egress, hasProbes } = plan;
  const lines = [
    `# What ${describeResource(workload)} is declared to need; hosts in files that it mounts are not read.`,
    ...(hasProbes ? ["# Probes come from the Pods' own node, which policies always let in."] : []),
    ...leftOutLines(ingress, 'Ingress'),
    ...leftOutLines(egress, 'Egress'),
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    `  name: ${toScalarText(name, 'plain', 'double')}`,
    ...(namespace === undefined ? [] : [`  namespace: ${toScalarText(namespace, 'plain', 'double')}`]),
    'spec:',
    '  podSelector:',
    ...matchLabels(labels).map((line) => `  ${line}`),
    '  policyTypes:',
    ...directionsOf(plan).map((direction) => `    - ${direction === 'ingress' ? 'Ingress' : 'Egress'}`),
    ...directionLines(ingress, 'ingress', writing),
    ...directionLines(egress, 'egress', writing),
  ];
  return `${lines.join('\n')}\n`;
}

function leftOutLines(planned: PlannedDirection, name: string): readonly string[] {
  return planned.kind === 'rules' ? [] : [`# ${name} is left open: ${planned.why.replaceAll('`', '')}.`];
}

function directionLines(planned: PlannedDirection, direction: Direction, writing: Writing): readonly string[] {
  if (planned.kind === 'left out') return [];
  if (planned.rules.length === 0) return [`  ${direction}: []`];
  return [
    `  ${direction}:`,
    ...planned.rules.flatMap((rule) => writeRule(rule, direction, writing).map((line) => `    ${line}`)),
  ];
}

function writeRule({ notes, peers, ports }: PlannedRule, direction: Direction, writing: Writing): readonly string[] {
  const shown = notes.length > MAX_NOTES ? notes.slice(0, MAX_NOTES - 1) : notes;
  const comments = shown.map((note) => `# ${noteText(note, writing)}`);
  if (notes.length > shown.length) comments.push(`# and ${notes.length - shown.length} more`);
  const items = ports.flatMap(({ protocol, port }) => portLines(protocol, port, { keys: new Set(), writesTcp: true }));
  const lines = ruleLines(direction, peers, items);
  return [...comments, ...(lines.length === 0 ? ['- {}'] : asItem(lines))];
}

function noteText({ text, at }: PlannedNote, { file, lineOf }: Writing): string {
  const line = text.replace(/\s+/g, ' ');
  if (at === undefined) return line;
  const number = lineOf(at.file, at.start);
  return `${line} (${relativePath(dirname(file), at.file)}${number === undefined ? '' : `:${number}`})`;
}
