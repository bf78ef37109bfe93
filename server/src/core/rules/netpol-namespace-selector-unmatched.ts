import type { Span } from '../base/span.ts';
import {
  isInjectedNamespaceLabel,
  knownNamespaces,
  matchNamespace,
  NAMESPACE_NAME_LABEL,
  namespaceManifests,
} from '../cluster/namespaces.ts';
import type { LabelEntry, Requirement } from '../k8s/labels.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Resource } from '../k8s/resource.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Related, replaceScalar } from './rule.ts';
import { findSlip, peersOf } from './shared/policyPeers.ts';

export const netpolNamespaceSelectorUnmatched = defineRule({
  id: 'netpol-namespace-selector-unmatched',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A `namespaceSelector` asks for a label that the namespace it means does not have',
  why: `A \`namespaceSelector\` looks at the labels of Namespace objects, not at their names. The only label that every namespace
has is \`kubernetes.io/metadata.name\`, which the API server sets to the name; \`name: monitoring\` takes a namespace only after
someone has put that label on it.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name',
  bad: `
apiVersion: v1
kind: Namespace
metadata:
  name: monitoring
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              name: monitoring
              ^^^^ namespace \`monitoring\` has no label \`name=monitoring\`, so this peer does not take its Pods; the label that every namespace has is \`kubernetes.io/metadata.name\`
`,
  good: `
apiVersion: v1
kind: Namespace
metadata:
  name: monitoring
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
`,
  *check(policy, { unit, settings }) {
    for (const { peer } of peersOf(policy)) {
      if (!peer.decided || peer.namespaceSelector === undefined || peer.namespaceSelector.open) continue;
      for (const requirement of peer.namespaceSelector.requirements) {
        const finding = checkRequirement(unit, policy, requirement, settings.external.namespaces);
        if (finding !== undefined) yield finding;
      }
    }
  },
});

function checkRequirement(
  unit: Unit,
  policy: NetworkPolicy,
  requirement: Requirement,
  external: readonly string[],
): Finding | undefined {
  const { key, operator, decided } = requirement;
  const [value, another] = requirement.values;
  if (!decided || operator !== 'In' || value === undefined || another !== undefined) return undefined;
  if (isInjectedNamespaceLabel(key.value) || external.includes(value.value)) return undefined;
  const names = knownNamespaces(unit);
  const isNameLabel = key.value === NAMESPACE_NAME_LABEL;
  const isSure = unit.open === undefined && !(isNameLabel && hasUndecidedName(unit));
  const slot: Slot = { policy, requirement, value, isSure };
  if (isNameLabel) return checkName(slot, names);
  const selector = { requirements: [requirement], open: false, nullKeys: [], start: value.start, end: value.end };
  const isTaken = (name: string): boolean => {
    const verdict = matchNamespace(unit, selector, { value: name, start: value.start, end: value.end });
    return verdict === 'yes' || (verdict === 'unknown' && namespaceManifests(unit, name).length > 0);
  };
  if ([...names].some(isTaken) || hasUndecidedName(unit)) return undefined;
  const manifests = [...names].flatMap((name) => namespaceManifests(unit, name));
  // A slip of a label that is shown explains more than a namespace that is not.
  const ofThatName = namespaceManifests(unit, value.value);
  const [first, second] = [checkNameAsLabel(slot, ofThatName), checkLabel(slot, manifests)];
  return ofThatName.length > 0 || names.has(value.value) ? (first ?? second) : (second ?? first);
}

interface Slot {
  readonly policy: NetworkPolicy;
  readonly requirement: Requirement;
  readonly value: Span & { readonly value: string };
  /** No other namespaces may exist, nor other labels of these. */
  readonly isSure: boolean;
}

/** Namespaces that every cluster has. */
const BUILT_IN_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

function checkName({ policy, value, isSure }: Slot, names: ReadonlySet<string>): Finding | undefined {
  if (names.has(value.value) || BUILT_IN_NAMESPACES.has(value.value)) return undefined;
  const near = findSlip(value.value, [...names, ...BUILT_IN_NAMESPACES], (name) => name);
  if (near === undefined) return undefined;
  return {
    at: value,
    message: `no manifest here shows a namespace \`${value.value}\`${isSure ? ', so this peer takes no Pod' : ''}; did you mean \`${near}\`?`,
    severity: isSure ? 'warning' : 'hint',
    fixes: [
      {
        title: `Change \`${value.value}\` to \`${near}\``,
        safe: false,
        edits: [replaceScalar(policy.file, value, near)],
      },
    ],
  };
}

/** `name: monitoring` for the namespace of that name. */
function checkNameAsLabel(
  { policy, requirement, value, isSure }: Slot,
  manifests: readonly Resource[],
): Finding | undefined {
  const name = value.value;
  if (!/(^|[/._-])(name|namespace|ns)$/i.test(requirement.key.value)) return undefined;
  const isShown = manifests.length > 0;
  const label = `\`${requirement.key.value}=${name}\``;
  const fact = isShown
    ? `namespace \`${name}\` has no label ${label}, so this peer does not take its Pods`
    : `no manifest here gives namespace \`${name}\` the label ${label}, and without it this peer does not take its Pods`;
  const isKey = requirement.origin !== 'matchExpressions';
  const { start, end } = requirement.key;
  return {
    at: requirement.key,
    message: `${fact}; the label that every namespace has is \`${NAMESPACE_NAME_LABEL}\``,
    severity: isShown && isSure ? 'warning' : 'hint',
    related: manifests
      .slice(0, 3)
      .map((manifest) => relate(manifest, manifest.labels ?? headSpan(manifest), 'the namespace and its labels')),
    fixes: [
      {
        title: `Select it by \`${NAMESPACE_NAME_LABEL}\``,
        safe: false,
        edits: [
          {
            file: policy.file,
            edit: { kind: isKey ? 'replace-key' : 'replace-scalar', span: { start, end }, value: NAMESPACE_NAME_LABEL },
          },
        ],
      },
    ],
  };
}

/** A typo in a value or key that Namespace manifests have. */
function checkLabel({ policy, requirement, value, isSure }: Slot, manifests: readonly Resource[]): Finding | undefined {
  const key = requirement.key.value;
  const entries = manifests.flatMap((manifest) =>
    (manifest.labels?.entries ?? []).map((entry) => ({ manifest, entry })),
  );
  const sameKey = entries.filter(({ entry }) => entry.key.value === key);
  const nearValue = findSlip(value.value, sameKey, ({ entry }) => entry.value?.value ?? '');
  const sameValue = entries.filter(({ entry }) => entry.value?.value === value.value);
  const nearKey = nearValue === undefined ? findSlip(key, sameValue, ({ entry }) => entry.key.value) : undefined;
  const near = nearValue ?? nearKey;
  if (near === undefined) return undefined;
  const [at, wanted, found] =
    nearValue !== undefined
      ? [value, value.value, near.entry.value?.value ?? '']
      : [requirement.key, key, near.entry.key.value];
  const isKey = nearValue === undefined && requirement.origin !== 'matchExpressions';
  const { start, end } = at;
  return {
    at: { start, end },
    message: `no Namespace manifest here has the label \`${key}=${value.value}\`${isSure ? ', so this peer takes no Pod' : ''}; did you mean \`${textOf(near.entry)}\`?`,
    severity: isSure ? 'warning' : 'hint',
    related: [
      relate(near.manifest, near.entry.value ?? near.entry.key, `this namespace has \`${textOf(near.entry)}\``),
    ],
    fixes: [
      {
        title: `Change \`${wanted}\` to \`${found}\``,
        safe: false,
        edits: [
          {
            file: policy.file,
            edit: { kind: isKey ? 'replace-key' : 'replace-scalar', span: { start, end }, value: found },
          },
        ],
      },
    ],
  };
}

function textOf({ key, value }: LabelEntry): string {
  return `${key.value}=${value?.value ?? ''}`;
}

function relate({ file }: Resource, { start, end }: Span, message: string): Related {
  return { file, start, end, message };
}

function hasUndecidedName(unit: Unit): boolean {
  return [unit.index, ...unit.others].some((index) =>
    [...index.namespaces].some(({ name }) => name?.value === undefined),
  );
}
