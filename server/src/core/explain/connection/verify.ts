import { formatIpAddress } from '../../k8s/ipAddress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Service } from '../../k8s/service.ts';
import { type ExplainContext, kubectl, namespaceOf, podsQuery, shellName } from '../context.ts';
import { execLine } from '../policyVerify.ts';
import type { Backend, ConnectionQuestion, ConnectionStep } from './model.ts';

interface Reached {
  readonly question: ConnectionQuestion;
  readonly service: Service | undefined;
  readonly backends: readonly Backend[];
  readonly steps: readonly ConnectionStep[];
  readonly fullName: string | undefined;
  readonly port: number | undefined;
  readonly protocol: Protocol;
}

/** What no manifest tells about a connection, most telling first. */
export function onlyClusterKnows({ question, backends, steps, protocol }: Reached): readonly string[] {
  const ports = [...new Set(backends.flatMap(({ port }) => port ?? []))];
  const has = (id: string) => steps.some((step) => step.id === id);
  const isIsolated = steps.some(({ id, evidence }) => (id === 'egress' || id === 'ingress') && evidence.length > 0);
  return [
    ...(has('endpoints') ? ['whether the Pods run and are Ready, which fills the EndpointSlices'] : []),
    ...(ports.length > 0
      ? [
          `whether a program listens on ${protocol} ${ports.slice(0, 3).join(', ')}, on all addresses and not on 127.0.0.1 alone (else refused)`,
        ]
      : []),
    ...(has('name') && question.from.kind === 'workload'
      ? ["whether the cluster's DNS answers (else name error after seconds)"]
      : []),
    isIsolated
      ? 'whether the network plugin enforces NetworkPolicies, and which policies others have applied (timeout)'
      : 'which policies others have applied (timeout)',
    ...(question.from.kind === 'ingress'
      ? ['where the Pods of the Ingress controller run, and with which labels']
      : []),
    ...(question.from.kind === 'outside' ? ['firewalls, the load balancer and the route to the nodes (timeout)'] : []),
  ];
}

/** Three commands with the names of the manifests, from the cheapest on; they read, and try the connection itself. */
export function verifyCommands(reached: Reached, context: ExplainContext): readonly string[] {
  const { question, service, backends, fullName } = reached;
  const { from, to } = question;
  const lines: string[] = [];
  if (service !== undefined)
    lines.push(
      `${kubectl(service, context.settings)} get endpointslices -l kubernetes.io/service-name=${shellName(service.name)}`,
    );
  const pods = backends.find((backend) => backend.kind === 'pods');
  if (service === undefined && pods?.kind === 'pods')
    lines.push(`${kubectl(pods.workload, context.settings)} get ${podsQuery(pods.workload)} -o wide`);
  if (from.kind === 'ingress') {
    lines.push(
      `${kubectl(from.ingress, context.settings)} describe ${from.ingress.kind.toLowerCase()} ${shellName(from.ingress.name)}`,
    );
    if (service !== undefined)
      lines.push(`${kubectl(service, context.settings)} get svc ${shellName(service.name)} -o wide`);
  } else if (from.kind === 'outside') {
    if (service !== undefined)
      lines.push(`${kubectl(service, context.settings)} get svc ${shellName(service.name)} -o wide`);
    if (service !== undefined)
      lines.push(`${kubectl(service, context.settings)} describe svc ${shellName(service.name)}`);
  } else {
    const run = execLine(from.workload, context);
    const host = to.kind === 'host' ? to.host : service === undefined ? undefined : hostOf(service, context);
    const name = fullName ?? host;
    if (name !== undefined && SAFE.test(name)) lines.push(`${run} nslookup ${name}`);
    lines.push(`${run} ${tryLine(reached, host)}`);
  }
  // Whatever is missing to three: the policies and the news of the namespace that the connection goes to, or comes from.
  const place =
    service ?? (pods?.kind === 'pods' ? pods.workload : from.kind === 'workload' ? from.workload : undefined);
  const base = place === undefined ? 'kubectl' : kubectl(place, context.settings);
  lines.push(
    `${base} get netpol -o wide`,
    `${base} get events --sort-by=.lastTimestamp`,
    'kubectl -n kube-system get pods -l k8s-app=kube-dns',
  );
  return lines.slice(0, 3);
}

const SAFE = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\.?$/;

/** `nc` tells refused from timeout for any protocol over TCP. */
function tryLine({ port, protocol, question: { to }, backends }: Reached, host: string | undefined): string {
  const first = backends[0];
  const address = first?.kind === 'address' ? formatIpAddress(first.address) : 'POD_IP';
  const goal =
    to.kind === 'pods' || to.kind === 'address' ? address : host !== undefined && SAFE.test(host) ? host : 'HOST';
  const shown = port ?? first?.port ?? 'PORT';
  const isUdp = protocol === 'UDP';
  const remark = isUdp ? 'no answer tells nothing: UDP has no handshake' : 'refused comes at once, a drop after 3 s';
  return `nc -zv${isUdp ? 'u' : ''} -w 3 ${goal} ${shown}   # ${remark}`;
}

function hostOf(service: Service, { settings }: ExplainContext): string | undefined {
  const name = shellName(service.name);
  const namespace = namespaceOf(service, settings)?.name;
  return name === 'NAME' ? undefined : namespace === undefined ? name : `${name}.${namespace}`;
}
