import type { Direction, NetworkPolicy, PolicyRule } from '../k8s/networkPolicy.ts';
import { protocolOf, type Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { type ExplainContext, execTarget, kubectl, namespaceOf, shellName } from './context.ts';
import { selectByPolicy } from './policyFacts.ts';
import { findPeers } from './policyText.ts';
import { findSelecting } from './selecting.ts';

/** Commands that show a policy, and its effect on a connection of these manifests where they have one to try. */
export function verifyPolicy(
  policy: NetworkPolicy,
  context: ExplainContext,
  only?: { readonly rule: PolicyRule; readonly direction: Direction },
): readonly string[] {
  const show = `${kubectl(policy, context.settings)} describe netpol ${shellName(policy.name)}`;
  const directions: readonly Direction[] = only === undefined ? ['ingress', 'egress'] : [only.direction];
  const calls = directions.flatMap((direction) => {
    const rules = only === undefined ? (policy[direction]?.rules ?? []) : [only.rule];
    return callLine(policy, rules, direction, context) ?? [];
  });
  return [show, ...calls];
}

function callLine(
  policy: NetworkPolicy,
  rules: readonly PolicyRule[],
  direction: Direction,
  context: ExplainContext,
): string | undefined {
  const own = selectByPolicy(policy, context.unit).matched;
  const peers = rules.flatMap((rule) => findPeers(policy, rule, context.unit).matched);
  const [clients, servers] = direction === 'ingress' ? [peers, own] : [own, peers];
  for (const server of servers) {
    const address = addressOf(server, context);
    if (address === undefined) continue;
    const from = clients.find((client) => client !== server && execTarget(client) !== undefined);
    if (from !== undefined) return `${execLine(from, context)} wget -T3 -qO- http://${address}   # a drop is a timeout`;
    if (direction === 'ingress')
      return `${kubectl(server, context.settings)} run t --rm -it --restart=Never --image=busybox:1.36 -- wget -T3 -qO- http://${address}   # a drop is a timeout`;
  }
  return undefined;
}

/** `kubectl -n shop exec deploy/web --`; `POD` where the workload makes no Pods that kubectl finds by it. */
export function execLine(workload: Workload, { settings }: ExplainContext): string {
  return `${kubectl(workload, settings)} exec ${execTarget(workload) ?? 'POD'} --`;
}

/** `orders.shop:80` of a Service that certainly leads to the workload over TCP. */
function addressOf(workload: Workload, context: ExplainContext): string | undefined {
  for (const { resource, verdict } of findSelecting(workload, context.unit)) {
    if (resource.type !== 'service' || verdict !== 'yes') continue;
    const port = tcpPort(resource);
    const name = shellName(resource.name);
    const namespace = namespaceOf(resource, context.settings)?.name;
    if (port !== undefined && name !== 'NAME')
      return `${name}${namespace === undefined ? '' : `.${namespace}`}:${port}`;
  }
  return undefined;
}

function tcpPort({ ports }: Service): number | undefined {
  return ports.find((port) => protocolOf(port) === 'TCP' && port.port?.value !== undefined)?.port?.value;
}
