import type { Span } from '../base/span.ts';
import { distanceOf } from '../cluster/locality.ts';
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
  const slot: Slot = {
    policy,
    requirement,
    value,
    severity: isOpenFor(unit, policy, names) ? { severity: 'hint' } : {},
  };
  if (key.value === NAMESPACE_NAME_LABEL) return checkName(slot, names);
  const selector = { requirements: [requirement], open: false, nullKeys: [], start: value.start, end: value.end };
  const isTaken = (name: string): boolean => {
    const verdict = matchNamespace(unit, selector, { value: name, start: value.start, end: value.end });
    return verdict === 'yes' || (verdict === 'unknown' && namespaceManifests(unit, name).length > 0);
  };
  if ([...names].some(isTaken) || hasUndecidedName(unit)) return undefined;
  const manifests = [...names].flatMap((name) => namespaceManifests(unit, name));
  return checkNameAsLabel(slot, names, namespaceManifests(unit, value.value)) ?? checkLabel(slot, manifests);
}

/**
 * Whether other namespaces may exist, or other labels of these. Where a manifest that cannot be read lies somewhere in a
 * folder of many applications, the Namespace manifests beside the policy still say what its own has.
 */
function isOpenFor(unit: Unit, { file }: NetworkPolicy, names: ReadonlySet<string>): boolean {
  if (unit.open === undefined) return false;
  const manifests = [...names].flatMap((name) => namespaceManifests(unit, name));
  return unit.kind !== 'loose' || !manifests.some((manifest) => distanceOf(file, manifest.file) <= 1);
}

interface Slot {
  readonly policy: NetworkPolicy;
  readonly requirement: Requirement;
  readonly value: Span & { readonly value: string };
  /** Where other namespaces may exist. */
  readonly severity: { readonly severity?: 'hint' };
}

/** Namespaces that every cluster has. */
const BUILT_IN_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

function checkName({ policy, value, severity }: Slot, names: ReadonlySet<string>): Finding | undefined {
  if (names.has(value.value) || BUILT_IN_NAMESPACES.has(value.value)) return undefined;
  const near = findSlip(value.value, [...names, ...BUILT_IN_NAMESPACES], (name) => name);
  if (near === undefined) return undefined;
  return {
    at: value,
    message: `no manifest shows a namespace \`${value.value}\`, so this peer takes no Pod; did you mean \`${near}\`?`,
    ...severity,
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
  { policy, requirement, value, severity }: Slot,
  names: ReadonlySet<string>,
  manifests: readonly Resource[],
): Finding | undefined {
  const name = value.value;
  const isKnown = names.has(name) || BUILT_IN_NAMESPACES.has(name);
  const meansName = /(^|[/._-])(name|namespace|ns)$/i.test(requirement.key.value);
  if (!isKnown || !meansName) return undefined;
  const isShown = manifests.length > 0;
  const label = `\`${requirement.key.value}=${name}\``;
  const fact = isShown
    ? `namespace \`${name}\` has no label ${label}, so this peer does not take its Pods`
    : `no manifest gives namespace \`${name}\` the label ${label}, and without it this peer does not take its Pods`;
  const isKey = requirement.origin !== 'matchExpressions';
  const { start, end } = requirement.key;
  return {
    at: requirement.key,
    message: `${fact}; the label that every namespace has is \`${NAMESPACE_NAME_LABEL}\``,
    ...(isShown ? severity : { severity: 'hint' }),
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
function checkLabel(
  { policy, requirement, value, severity }: Slot,
  manifests: readonly Resource[],
): Finding | undefined {
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
    message: `no Namespace manifest has the label \`${key}=${value.value}\`, so this peer takes no Pod; did you mean \`${textOf(near.entry)}\`?`,
    ...severity,
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
