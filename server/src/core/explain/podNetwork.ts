import type { Workload } from '../k8s/workload.ts';
import type { YamlNode } from '../yaml/node.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, linkResource, linkSome, namespaceOf, titleOf } from './context.ts';
import { code } from './link.ts';
import { isolatingPolicies } from './policyFacts.ts';
import { execLine } from './policyVerify.ts';
import { opaqueVerdict } from './serviceFacts.ts';

/** `hostNetwork` of a Pod. */
export function explainHostNetwork(workload: Workload, context: ExplainContext): Card | undefined {
  const { settings, unit } = context;
  const { hostNetwork, dnsPolicy } = workload.template;
  if (hostNetwork?.value === false) return undefined;
  const policy = dnsPolicy === undefined ? 'ClusterFirst' : dnsPolicy.value;
  const here: string[] = [];
  if (policy === 'ClusterFirst')
    here.push(
      `dnsPolicy ClusterFirst${dnsPolicy === undefined ? ' (default)' : ''} falls back to the node's resolver: names of Services are usually a *name error*`,
    );
  else here.push(`dnsPolicy ${policy === undefined ? 'not decidable' : code(policy)}`);
  const rivals = portRivals(workload, context);
  here.push(
    ...rivals
      .slice(0, 2)
      .map(
        ({ other, port }) =>
          `${linkResource(other)} is on the host network too and has port ${port}: the two cannot share a node`,
      ),
  );
  for (const direction of ['ingress', 'egress'] as const) {
    const { sure } = isolatingPolicies(workload, direction, unit);
    if (sure.length > 0)
      here.push(
        `${linkSome(sure)} ${sure.length === 1 ? 'selects' : 'select'} these Pods for ${direction}, but most network plugins apply no policy on the host network`,
      );
  }
  const verdict: Verdict =
    hostNetwork?.value === undefined
      ? unknown('it is templated')
      : policy === 'ClusterFirst'
        ? unknown('it cannot resolve names of Services; whether it needs to is not decidable')
        : OK;
  return {
    title: `${titleOf(workload, settings)} · hostNetwork`,
    verdict: gravest([opaqueVerdict(workload), verdict]),
    here,
    path: "traffic enters and leaves as the node: the Pod IP is the node's",
    watch: [
      'policies by label often do not apply, and peers see an address of the node',
      '`hostPort`, where written, must equal `containerPort`',
      '`dnsPolicy: ClusterFirstWithHostNet` keeps the names of Services',
    ],
    verify: [`${execLine(workload, context)} cat /etc/resolv.conf`],
    question: {
      ask: 'Why can such a Pod not resolve `orders`?',
      answer:
        'With ClusterFirst, a Pod on the host network gets the resolver of its node, which usually knows no Services.',
    },
  };
}

/** `dnsPolicy` of a Pod. */
export function explainDnsPolicy(workload: Workload, podSpec: YamlNode | undefined, context: ExplainContext): Card {
  const { settings } = context;
  const { dnsPolicy, hostNetwork } = workload.template;
  const value = dnsPolicy?.value;
  const onHost = hostNetwork?.value === true;
  const isCluster =
    value === 'ClusterFirstWithHostNet' ||
    (value === 'ClusterFirst' && !onHost && hostNetwork?.value !== undefined) ||
    (value === 'ClusterFirst' && hostNetwork === undefined);
  const here: string[] = [];
  if (isCluster) {
    const namespace = namespaceOf(workload, settings)?.name ?? '<namespace>';
    const domain = settings.clusterDomain;
    here.push(
      `search ${code(`${namespace}.svc.${domain} svc.${domain} ${domain}`)} and what the node adds (domain assumed)`,
    );
    here.push('`options ndots:5`: a name with fewer than five dots tries the search list first');
    here.push("nameserver: the cluster's DNS Service, or a node-local cache");
  } else if (value === 'ClusterFirst')
    here.push("on the host network this is the node's resolver: names of Services are usually a *name error*");
  else if (value === 'Default')
    here.push(
      "the node's own resolver, despite the name not the default: names of Services are usually a *name error*",
    );
  else if (value === 'None') here.push('only what `dnsConfig` says');
  const verdict = dnsVerdict(value, onHost, podSpec);
  return {
    title: `${titleOf(workload, settings)} · dnsPolicy ${code(value ?? '?')}`,
    verdict: gravest([opaqueVerdict(workload), verdict]),
    here,
    path: "Pod → the cluster's DNS Service (or a node-local cache) → an upstream server for all other names",
    watch: [
      'a short name works from the same namespace only, as the search list starts with it',
      'an external name with few dots costs useless questions first; a trailing dot avoids them',
    ],
    verify: [`${execLine(workload, context)} cat /etc/resolv.conf`],
    question: { ask: 'Is `Default` the default?', answer: 'No: ClusterFirst is.' },
  };
}

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

function dnsVerdict(value: string | undefined, onHost: boolean, podSpec: YamlNode | undefined): Verdict {
  if (value === undefined) return unknown('it is templated');
  if (!POLICIES.includes(value)) return problem(`${code(value)} is no DNS policy`);
  if (
    value === 'None' &&
    podSpec?.kind === 'mapping' &&
    podSpec.unknown === undefined &&
    podSpec.pairs.every(({ name, merge }) => !merge && name !== undefined && name !== 'dnsConfig')
  )
    return problem('`None` needs a nameserver in `dnsConfig`: the API server refuses this');
  if (value === 'ClusterFirst' && onHost)
    return unknown('it cannot resolve names of Services; whether it needs to is not decidable');
  return OK;
}

function portRivals(
  workload: Workload,
  { unit }: ExplainContext,
): readonly { readonly other: Workload; readonly port: number }[] {
  const ports = new Set(portsOf(workload));
  const rivals: { other: Workload; port: number }[] = [];
  for (const other of unit.index.ofType('workload')) {
    if (other === workload || other.opaque || other.template.hostNetwork?.value !== true) continue;
    if (other.name?.value === workload.name?.value && other.kind === workload.kind) continue;
    const port = portsOf(other).find((candidate) => ports.has(candidate));
    if (port !== undefined) rivals.push({ other, port: Number(port.slice(port.indexOf('/') + 1)) });
  }
  return rivals;
}

function portsOf(workload: Workload): readonly string[] {
  return workload.template.containers
    .filter(({ role }) => role !== 'init')
    .flatMap(({ ports }) =>
      ports.flatMap(({ containerPort, protocol }) =>
        containerPort === undefined ? [] : [`${protocol?.value ?? 'TCP'}/${containerPort.value}`],
      ),
    );
}
