import type { Field } from '../k8s/field.ts';
import { type LabelSelector, type LabelSet, matchRequirement, type Requirement, type Ternary } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';

/**
 * The label that the API server puts on every namespace, its value the name.
 * Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
 */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * Whether a `namespaceSelector` takes a namespace, by its name and the labels that Namespace manifests give it. Unknown
 * where no manifest shows the namespace, where manifests disagree, and for labels that platforms add.
 */
export function matchNamespace(unit: Unit, selector: LabelSelector, namespace: Field<string>): Ternary {
  if (selector.requirements.length === 0) return selector.open ? 'unknown' : 'yes';
  const name = namespace?.value;
  let verdict: Ternary = selector.open ? 'unknown' : 'yes';
  for (const requirement of selector.requirements) {
    const one = matchNamespaceRequirement(unit, requirement, name);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

/** The names of namespaces that the workspace folder shows: by a Namespace manifest, as the place of an object or of a deployment. */
export function knownNamespaces(unit: Unit): ReadonlySet<string> {
  const written = [unit.index, ...unit.others].flatMap((index) => index.derive(namesIn));
  return new Set([...written, ...unit.siblings.namespaces, ...(unit.external?.namespaces ?? [])]);
}

function namesIn(index: ResourceIndex): readonly string[] {
  return [...index.namespacesInUse, ...[...index.namespaces].flatMap(({ name }) => name?.value ?? [])];
}

/** The Namespace manifests of a name, in the unit and beside it. */
export function namespaceManifests(unit: Unit, name: string): readonly Resource[] {
  return [unit.index, ...unit.others].flatMap((index) => manifestsIn(index, name));
}

/** Whether a platform or a deployment tool puts this label on namespaces, so that no manifest need show it. */
export function isInjectedNamespaceLabel(key: string): boolean {
  return INJECTED_LABELS.test(key);
}

/** Rancher, OpenShift, Istio, Linkerd, Argo CD, Flux, Gatekeeper, HNC, and the network policy groups of OpenShift. */
const INJECTED_LABELS =
  /(^|\.)(cattle\.io|rancher\.io|openshift\.io|istio\.io|linkerd\.io|argoproj\.io|fluxcd\.io|gatekeeper\.sh|x-k8s\.io|gke\.io|azure\.com|projectcalico\.org)\/|^(istio-injection|kubernetes\.io\/cluster-service|addonmanager\.kubernetes\.io\/.*|pod-security\.kubernetes\.io\/.*)$/;

function matchNamespaceRequirement(unit: Unit, requirement: Requirement, name: string | undefined): Ternary {
  const key = requirement.key.value;
  if (name === undefined) return 'unknown';
  if (key === NAMESPACE_NAME_LABEL) return matchRequirement(requirement, nameLabelOf(name));
  const verdicts = namespaceManifests(unit, name).map((manifest) =>
    manifest.opaque ? 'unknown' : matchRequirement(requirement, manifest.labels ?? NO_LABELS),
  );
  const [first] = verdicts;
  if (first === undefined || verdicts.some((verdict) => verdict !== first)) return 'unknown';
  if (isInjectedNamespaceLabel(key) && !isWritten(unit, name, key)) return 'unknown';
  return first === 'no' && isRenamed(unit) ? 'unknown' : first;
}

function isWritten(unit: Unit, name: string, key: string): boolean {
  return namespaceManifests(unit, name).some((manifest) =>
    manifest.labels?.entries.some((entry) => entry.key.value === key),
  );
}

/** Whether some Namespace of the unit has a name that is not decided: it may be any of them. */
function isRenamed(unit: Unit): boolean {
  for (const { name } of unit.index.namespaces) if (name?.value === undefined) return true;
  return false;
}

function manifestsIn(index: ResourceIndex, name: string): readonly Resource[] {
  return index.named('Namespace', name).filter((resource) => resource.group === '');
}

function nameLabelOf(name: string): LabelSet {
  const here = { start: 0, end: 0 };
  const entry = { key: { value: NAMESPACE_NAME_LABEL, ...here }, value: { value: name, ...here } };
  return { entries: [entry], open: false, ...here };
}

const NO_LABELS: LabelSet = { entries: [], open: false, start: 0, end: 0 };
