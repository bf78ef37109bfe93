import { knownNamespaces, NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { isolationBy, takenBy } from '../../cluster/policy.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { portsAt } from '../../cluster/policyPorts.ts';
import { selectPeerPods, selectsNothing } from '../../cluster/policySelection.ts';
import type { PolicyWorld } from '../../cluster/policyWorld.ts';
import { hasPort } from '../../cluster/portIntervals.ts';
import type { Route } from '../../k8s/gateway.ts';
import type { Ingress } from '../../k8s/ingress.ts';
import type { NetworkPolicy, PolicyPeer } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';

/**
 * The policies that keep what serves Ingresses and routes from a port of a workload's Pods, wherever it runs: those that
 * isolate them, when no rule for the port can mean such a controller. `undefined` where one may, or it is not decided.
 */
export function whoKeepsControllersOut(
  world: PolicyWorld,
  workload: Workload,
  protocol: Protocol,
  port: number,
): readonly NetworkPolicy[] | undefined {
  const { unit } = world;
  if (world.open !== undefined || world.overriding(workload.namespace) !== undefined) return undefined;
  if (workload.opaque || onHost(workload) !== 'no' || hasControllerOnHost(unit)) return undefined;
  const isolating: NetworkPolicy[] = [];
  for (const known of world.policiesIn(workload.namespace)) {
    const verdict = isolationBy(known, takenBy(known.policy, workload), 'ingress');
    if (verdict === 'no' || known.ingress === undefined) continue;
    if (known.ingress.open) return undefined;
    for (const { rule, ports } of known.ingress.rules) {
      if (!hasPort(portsAt(ports, workload).possible[protocol], port)) continue;
      if (rule.peersOpen || rule.peers.length === 0) return undefined;
      if (rule.peers.some((peer) => mayMeanController(unit, known.policy, peer))) return undefined;
    }
    if (verdict === 'yes') isolating.push(known.policy);
  }
  return isolating.length === 0 ? undefined : isolating;
}

/** Whether a peer may be an ingress controller: by where it looks, by how its Pods are called, or because nobody knows. */
export function mayMeanController(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): boolean {
  const { decided, ipBlock, namespaceSelector, podSelector } = peer;
  const pods = podSelector?.requirements ?? [];
  if (!decided || ipBlock !== undefined) return true;
  if (podSelector?.open === true || pods.some((requirement) => !requirement.decided)) return true;
  const words = pods.flatMap(({ key, values }) => [key.value, ...values.map(({ value }) => value)]);
  if (words.some((word) => LIKE_CONTROLLER.test(word))) return true;
  const isEverywhere = namespaceSelector?.requirements.length === 0 && !namespaceSelector.open;
  const names = namespaceSelector === undefined ? [policy.namespace?.value] : namesIn(peer);
  // Without a written namespace, `undefined` among the names is the policy's own.
  if (names?.some((name) => name !== undefined && !isOfApplications(unit, name)) === true) return true;
  if (names === undefined && (!isEverywhere || pods.length === 0)) return true;
  if (pods.length === 0)
    return [unit.index, ...unit.others].some((index) =>
      index.derive(controllersIn).some((one) => isIn(names ?? [], one)),
    );
  // Pods that no manifest shows may be anybody's.
  const select = (index: ResourceIndex) => selectPeerPods(unit, policy, peer, index);
  return selectsNothing(unit, select) || select(unit.index).matched.some(isController);
}

function isOfApplications(unit: Unit, name: string): boolean {
  return knownNamespaces(unit).has(name) && !LIKE_CONTROLLER.test(name);
}

/** The namespaces that a peer names; `undefined` where it describes them otherwise. */
function namesIn({ namespaceSelector }: PolicyPeer): readonly string[] | undefined {
  const [only, other] = namespaceSelector?.requirements ?? [];
  if (only === undefined || other !== undefined || namespaceSelector?.open === true) return undefined;
  if (only.key.value !== NAMESPACE_NAME_LABEL || only.operator !== 'In' || !only.decided) return undefined;
  return only.values.map(({ value }) => value);
}

function isIn(names: readonly (string | undefined)[], { namespace }: Workload): boolean {
  return namespace?.value === undefined || names.includes(namespace.value) || names.includes(undefined);
}

/** Names of ingress controllers and gateways, of their namespaces, and of what stands before applications in general. */
const LIKE_CONTROLLER =
  /ingress|gateway|nginx|traefik|contour|haproxy|kong|istio|envoy|ambassador|emissary|apisix|skipper|gloo|openshift|router|proxy|edge|load-?balanc|kube-system|cilium|linkerd|\b(alb|lb|nlb)\b/i;

/** The same for a workload, that may itself be an application behind such a name: what controllers alone are called. */
const CONTROLLER = /ingress|traefik|contour|haproxy|kong|envoy|ambassador|emissary|apisix|skipper|gateway/i;

function isController({ name, template }: Workload): boolean {
  const images = template.containers.map(({ image }) => image?.value ?? '');
  return [name?.value ?? '', ...images].some((text) => CONTROLLER.test(text));
}

function controllersIn(index: ResourceIndex): readonly Workload[] {
  return [...index.ofType('workload')].filter(isController);
}

/** A controller on the host network comes from a node, and policies of most plugins let nodes in. */
function hasControllerOnHost({ index, others }: Unit): boolean {
  return [index, ...others].some((each) => each.derive(controllersIn).some((workload) => onHost(workload) === 'yes'));
}

/**
 * Whether the load balancer of a cloud serves an Ingress: connections come from addresses outside the cluster.
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/
 */
export function isServedOutside(resource: Ingress | Route): boolean {
  if (resource.type === 'route') return false;
  const written = annotationOf(resource, 'kubernetes.io/ingress.class') ?? resource.className?.value ?? '';
  return /^(alb|gce|azure|application-gateway|ibm|oci|openstack)/i.test(written) || hasCloudAnnotations(resource);
}

function hasCloudAnnotations({ annotations }: Ingress): boolean {
  return (
    annotations?.entries.some(({ key }) =>
      /^(alb\.ingress|appgw\.ingress)\.kubernetes\.io\/|^ingress\.gcp\.kubernetes\.io\/|^kubernetes\.io\/ingress\.(global|regional)-static-ip/.test(
        key.value,
      ),
    ) === true
  );
}

function annotationOf({ annotations }: Ingress, name: string): string | undefined {
  return annotations?.entries.find(({ key }) => key.value === name)?.value?.value;
}

/** By the class of an Ingress, where its controller is installed by its own instructions. */
const HOMES: readonly (readonly [RegExp, string])[] = [
  [/nginx/, 'ingress-nginx'],
  [/traefik/, 'traefik'],
  [/contour/, 'projectcontour'],
  [/haproxy/, 'haproxy-controller'],
  [/kong/, 'kong'],
];

/** The namespace in which the controller probably is: the only one of the workspace that is called like it, else that of its class. */
export function homeOfController(unit: Unit, resource: Ingress | Route): string | undefined {
  const [only, other] = [...knownNamespaces(unit)].filter((name) => CONTROLLER.test(name));
  if (only !== undefined) return other === undefined ? only : undefined;
  if (resource.type === 'route') return undefined;
  const keys = (resource.annotations?.entries ?? []).map(({ key }) => key.value);
  const hints = [resource.className?.value ?? annotationOf(resource, 'kubernetes.io/ingress.class') ?? '', ...keys];
  return HOMES.find(([pattern]) => hints.some((hint) => pattern.test(hint)))?.[1];
}
