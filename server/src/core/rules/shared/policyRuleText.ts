import { basename } from '../../base/path.ts';
import { NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { takesPods } from '../../cluster/podMatch.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { LabelEntry } from '../../k8s/labels.ts';
import type { Direction, NetworkPolicy } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Workload } from '../../k8s/workload.ts';
import { isKustomizationFile } from '../../sources/kustomization.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';
import { toScalarText } from '../../yaml/quote.ts';

/** A label of Pods. */
export interface PodLabel {
  readonly key: string;
  readonly value: string;
}

/** How a policy is written. */
export interface PolicyStyle {
  /** The labels by which it knows Pods. */
  readonly keys: ReadonlySet<string>;
  /** It writes `protocol: TCP`, which goes without saying. */
  readonly writesTcp: boolean;
}

/** The style of an existing policy. */
export function styleOf({ podSelector, ingress, egress }: NetworkPolicy): PolicyStyle {
  const rules = [...(ingress?.rules ?? []), ...(egress?.rules ?? [])];
  const selectors = [podSelector, ...rules.flatMap(({ peers }) => peers.map((peer) => peer.podSelector))];
  const keys = selectors.flatMap((selector) => (selector?.requirements ?? []).map(({ key }) => key.value));
  return {
    keys: new Set(keys),
    writesTcp: rules.some(({ ports }) => ports.some(({ protocol }) => protocol?.value === 'TCP')),
  };
}

/**
 * The labels by which a policy can take a workload's Pods and no others of the unit that it could do without: one that the
 * style knows, else those of the workload's own selector, else those of its template that do not change with releases. What a
 * kustomization adds is left out where it can be: it adds that to policies too. `undefined` where they are not decided.
 */
export function identityOf(unit: Unit, workload: Workload, keys: ReadonlySet<string>): readonly PodLabel[] | undefined {
  const { labels } = workload.template;
  if (workload.opaque || labels === undefined || labels.open) return undefined;
  const known = labels.entries.filter(({ key, value }) => value?.value !== undefined && !VOLATILE.test(key.value));
  const written = known.filter((entry) => !isAdded(unit, workload, entry));
  const own = (written.length > 0 ? written : known).map(({ key, value }) => ({
    key: key.value,
    value: value?.value ?? '',
  }));
  const required = new Set((workload.selector?.requirements ?? []).map(({ key }) => key.value));
  const selected = own.filter(({ key }) => required.has(key));
  const whole = selected.length > 0 ? selected : own;
  if (whole.length === 0) return undefined;
  const taken = countTaken(unit.index, workload, whole);
  const short = own.find((label) => keys.has(label.key) && countTaken(unit.index, workload, [label]) === taken);
  return short === undefined ? whole : [short];
}

/** Whether a kustomization puts labels on a workload's Pods. */
export function hasAddedLabels(unit: Unit, workload: Workload): boolean {
  return workload.template.labels?.entries.some((entry) => isAdded(unit, workload, entry)) === true;
}

function isAdded({ siblings }: Unit, { file }: Workload, { key }: LabelEntry): boolean {
  return isKustomizationFile(basename(siblings.files.resolve(file, key).file));
}

/** Labels that change from release to release, or that controllers put on. */
const VOLATILE =
  /^(helm\.sh\/chart|app\.kubernetes\.io\/(version|managed-by)|pod-template-hash|controller-revision-hash|version|chart|heritage)$/;

function countTaken(index: ResourceIndex, workload: Workload, labels: readonly PodLabel[]): number {
  const here = { start: 0, end: 0 };
  const requirements = labels.map(({ key, value }) => ({
    key: { value: key, ...here },
    operator: 'In' as const,
    values: [{ value, ...here }],
    decided: true,
    origin: 'matchLabels' as const,
  }));
  const selector = { requirements, open: false, nullKeys: [], ...here };
  let count = 0;
  for (const other of index.ofType('workload'))
    if (sameNamespace(other.namespace, workload.namespace) !== 'no' && takesPods(selector, other) !== 'no') count++;
  return count;
}

/** The lines of a peer for a workload's Pods, seen from a namespace; `undefined` where labels or namespaces are not decided. */
export function peerLines(
  unit: Unit,
  workload: Workload,
  policy: Pick<NetworkPolicy | Workload, 'namespace'>,
  style: PolicyStyle,
): readonly string[] | undefined {
  const labels = identityOf(unit, workload, style.keys);
  if (labels === undefined) return undefined;
  const pods = ['podSelector:', ...matchLabels(labels)];
  const near = sameNamespace(workload.namespace, policy.namespace);
  if (near === 'yes') return asItem(pods);
  const name = workload.namespace?.value;
  if (near === 'unknown' || name === undefined) return undefined;
  return asItem(['namespaceSelector:', ...matchLabels([{ key: NAMESPACE_NAME_LABEL, value: name }]), ...pods]);
}

/** `matchLabels` below a selector's key. */
export function matchLabels(labels: readonly PodLabel[]): readonly string[] {
  return [
    '  matchLabels:',
    ...labels.map(
      ({ key, value }) => `    ${toScalarText(key, 'plain', 'double')}: ${toScalarText(value, 'plain', 'double')}`,
    ),
  ];
}

/** The lines of a port. */
export function portLines(protocol: Protocol, port: number, { writesTcp }: PolicyStyle): readonly string[] {
  return asItem([`port: ${port}`, ...(protocol === 'TCP' && !writesTcp ? [] : [`protocol: ${protocol}`])]);
}

/** A rule, without a dash of its own. */
export function ruleLines(direction: Direction, peers: readonly string[], ports: readonly string[]): readonly string[] {
  return [
    ...(peers.length === 0 ? [] : [`${direction === 'ingress' ? 'from' : 'to'}:`, ...peers.map((line) => `  ${line}`)]),
    ...(ports.length === 0 ? [] : ['ports:', ...ports.map((line) => `  ${line}`)]),
  ];
}

/** Lines as an item of a list. */
export function asItem(lines: readonly string[]): readonly string[] {
  return lines.map((line, at) => `${at === 0 ? '- ' : '  '}${line}`);
}
