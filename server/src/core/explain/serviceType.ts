import { isHeadless, protocolOf, type Service, selectsPods, serviceTypeOf } from '../k8s/service.ts';
import { type Card, gravest, OK, problem, unknown } from './card.ts';
import {
  dnsNameOf,
  type ExplainContext,
  joinWords,
  kubectl,
  linkResource,
  linkSome,
  namespaceOf,
  plural,
  shellName,
  titleOf,
} from './context.ts';
import { code } from './link.ts';
import { nodePortVerdict } from './nodePort.ts';
import { isolationLines } from './policyFacts.ts';
import {
  findServiceFacts,
  handWrittenEndpoints,
  ingressesTo,
  opaqueVerdict,
  readSlices,
  type ServiceFacts,
} from './serviceFacts.ts';
import { trafficPolicyLines, trafficPolicyVerdict } from './trafficPolicy.ts';

/** A Service's type, and with it the Service as a whole. */
export function explainService(service: Service, context: ExplainContext): Card {
  const type = serviceTypeOf(service);
  if (type === undefined) {
    return {
      title: `${titleOf(service, context.settings)} · type not decidable`,
      verdict: unknown('its type is templated'),
      here: typeless(findServiceFacts(service, context)),
    };
  }
  if (type === 'ExternalName') return explainExternalName(service, context);
  if (isHeadless(service)) return explainHeadless(service, context);
  const facts = findServiceFacts(service, context);
  const common = commonHere(service, facts, context);
  const fault = [...facts.faultLines, ...facts.readiness.lines];
  const verdict = gravest([
    ...service.ports.map((port) => (port.nodePort === undefined ? OK : nodePortVerdict(service, port, context))),
    service.externalTrafficPolicy === undefined ? OK : trafficPolicyVerdict(service),
    facts.verdict,
    selectorlessVerdict(service, context),
  ]);
  if (type === 'NodePort') return nodePort(service, context, { verdict, facts, fault, here: common });
  if (type === 'LoadBalancer') return loadBalancer(service, context, { verdict, facts, fault, here: common });
  if (type !== 'ClusterIP') {
    return {
      title: `${titleOf(service, context.settings)} · ${code(type)}`,
      verdict: problem(`${code(type)} is no Service type`),
      here: common,
    };
  }
  return clusterIp(service, context, { verdict, facts, fault, here: common });
}

function typeless({ faultLines, selectorLines }: ServiceFacts): readonly string[] {
  return [...selectorLines, ...faultLines];
}

interface Computed {
  readonly verdict: Card['verdict'];
  readonly facts: ServiceFacts;
  readonly fault: readonly string[];
  readonly here: readonly string[];
}

function clusterIp(service: Service, context: ExplainContext, { verdict, fault, here }: Computed): Card {
  const { settings } = context;
  const port = firstPort(service);
  const dns = dnsNameOf(service, settings);
  return {
    title: `${titleOf(service, settings)} · ClusterIP${service.serviceType === undefined ? ' (default)' : ''}`,
    verdict,
    fault,
    here,
    path: `Pod → DNS ${code(dns ?? 'name')} → virtual IP:${port} → the client's own node rewrites it, once per connection → ${podEnd(service)}`,
    watch: [
      'one connection keeps its Pod: HTTP/2, gRPC and pooled database connections do not spread',
      'no ready endpoint: kube-proxy rejects, the client sees *refused*; other data planes may drop (*timeout*)',
      'nodes and hostNetwork Pods reach it too; a ping of the virtual IP proves nothing',
    ],
    verify: [...readSlices(service, context), ...callLines(service, context)],
    question: {
      ask: 'Which process owns the ClusterIP?',
      answer: "None has to: it is a match key in every node's data plane (iptables, nftables, IPVS or eBPF).",
    },
  };
}

function nodePort(service: Service, context: ExplainContext, { verdict, facts, fault, here }: Computed): Card {
  const { settings } = context;
  return {
    title: `${titleOf(service, settings)} · NodePort`,
    verdict,
    fault,
    here: [...here.slice(0, 3), nodePortsLine(service), ...trafficPolicyLines(service, facts), ...here.slice(3)],
    path: 'client → node IP:nodePort → a ready Pod on any node (Cluster; source usually rewritten) or on that node alone (Local)',
    watch: [
      'everything ClusterIP does, too; reachable from outside only where firewalls and node addresses permit',
      '`--nodeport-addresses` of kube-proxy may limit the addresses that answer',
      "NetworkPolicies see the Pod's port, and perhaps a node's address as the source",
    ],
    verify: [
      `${kubectl(service, settings)} get svc ${shellName(service.name)} -o wide`,
      `curl -m3 http://NODE_IP:${service.ports.find(({ nodePort: field }) => field?.value)?.nodePort?.value ?? 'NODE_PORT'}`,
    ],
    question: {
      ask: 'Does NodePort replace the ClusterIP?',
      answer: 'No, types nest: a LoadBalancer normally has node ports, a NodePort has a ClusterIP.',
    },
  };
}

function loadBalancer(service: Service, context: ExplainContext, { verdict, facts, fault, here }: Computed): Card {
  const { settings } = context;
  const balancerClass = service.loadBalancerClass;
  const classText = balancerClass === undefined ? 'the default implementation' : code(balancerClass.value ?? '?');
  return {
    title: `${titleOf(service, settings)} · LoadBalancer`,
    verdict,
    fault,
    here: [
      ...here.slice(0, 2),
      `clients: ${sourceRangesText(service)}`,
      ...trafficPolicyLines(service, facts).slice(0, 1),
      `load balancer class: ${classText}; ${allocationText(service)}`,
      ...here.slice(2),
    ],
    path: 'client → load balancer → node:nodePort → Pod, or → Pod directly: the implementation decides',
    watch: [
      'only a request: without a controller that fulfils it, EXTERNAL-IP stays `<pending>`',
      'not necessarily public; the class cannot change later; `loadBalancerIP` is deprecated',
      'whether source ranges are enforced by the balancer, by the nodes or not at all is up to the implementation',
      "in-cluster clients of the balancer's IP get the semantics of externalTrafficPolicy Cluster",
      ...(service.allocateLoadBalancerNodePorts?.value === false
        ? ['without node ports the balancer must route to the Pods directly; not every implementation can']
        : []),
    ],
    verify: [
      `${kubectl(service, settings)} describe svc ${shellName(service.name)}`,
      `${kubectl(service, settings)} get svc ${shellName(service.name)} -o wide`,
    ],
    question: {
      ask: 'Who creates the load balancer?',
      answer: 'A cloud controller manager or an add-on such as MetalLB; not kube-proxy.',
    },
  };
}

/** `type: ExternalName`: a DNS alias and nothing else. */
export function explainExternalName(service: Service, context: ExplainContext): Card {
  const { settings } = context;
  const target = service.externalName;
  const dns = dnsNameOf(service, settings);
  const here = [
    `${code(dns ?? 'its DNS name')} is an alias (CNAME) of ${target?.value === undefined ? 'a name that is not decidable' : code(target.value)}`,
  ];
  if (service.selector !== undefined) here.push('its selector is ignored: no Pods, no endpoints');
  if (service.ports.length > 0) here.push('its ports are ignored: clients reach whatever port they name');
  const callers = ingressesTo(service, context);
  if (callers.length > 0) here.push(`used by ${linkSome(callers)}`);
  const isAddress = target?.value !== undefined && /^\d+(\.\d+){3}$/.test(target.value);
  const verdict =
    target === undefined || target.value === ''
      ? problem('`externalName` is missing: the API server refuses this Service')
      : target.value === undefined
        ? unknown('`externalName` is templated')
        : isAddress
          ? problem(`${code(target.value)} is taken as a name made of digits, not as an address`)
          : OK;
  return {
    title: `${titleOf(service, settings)} · ExternalName`,
    verdict: gravest([opaqueVerdict(service), verdict]),
    here,
    path: 'Pod → CNAME → the DNS that knows the target → its address, directly: no virtual IP, no proxy, no health check',
    watch: [
      'the HTTP Host header and the TLS server name are the alias: 404 and certificate errors',
      'ports remap nothing; `clusterIP` must be empty',
      'no label selects it in a NetworkPolicy: egress needs an ipBlock',
    ],
    verify: [
      `${kubectl(service, settings)} run t --rm -it --restart=Never --image=busybox:1.36 -- nslookup ${queryName(service, context)}`,
    ],
    question: {
      ask: 'ExternalName, or a Service without selector and an EndpointSlice?',
      answer: 'The first is an alias of a name, the second a virtual IP in front of fixed addresses.',
    },
  };
}

/** `clusterIP: None`. */
export function explainHeadless(service: Service, context: ExplainContext): Card {
  const { settings, unit } = context;
  const facts = findServiceFacts(service, context);
  const dns = dnsNameOf(service, settings) ?? 'its name';
  const fault = [...facts.faultLines, ...facts.readiness.lines];
  const here = [...facts.selectorLines];
  here.push(`${code(dns)} → the addresses of the ready Pods (predicted; no ready endpoint is a *name error*)`);
  for (const workload of facts.selection.matched) {
    const named = workload.serviceName?.value !== undefined && workload.serviceName.value === service.name?.value;
    if (!named || workload.name === undefined) continue;
    const first = workload.firstOrdinal === undefined ? 0 : workload.firstOrdinal.value;
    here.push(
      `${code(`${workload.name.value ?? '?'}-${first ?? '?'}.${dns}`)} and so on, one name per Pod of ${linkResource(workload)}`,
    );
  }
  here.push(...facts.portLines);
  if (service.publishNotReadyAddresses?.value === true)
    here.push('Pods that are not ready are in the answers too (`publishNotReadyAddresses`)');
  const callers = ingressesTo(service, context);
  if (callers.length > 0) here.push(`used by ${linkSome(callers)}`);
  const named = service.ports.find(({ name }) => name?.value);
  const run = `${kubectl(service, settings)} run t --rm -it --restart=Never --image=busybox:1.36 -- nslookup`;
  const verify = [`${run} ${queryName(service, context)}`];
  if (named?.name?.value !== undefined && /^[a-z0-9-]+$/.test(named.name.value)) {
    verify.push(
      `${run} -type=SRV _${named.name.value}._${(protocolOf(named) ?? 'tcp').toLowerCase()}.${queryName(service, context)}`,
    );
  }
  verify.push(...readSlices(service, { ...context, unit }).slice(1));
  return {
    title: `${titleOf(service, settings)} · headless (ClusterIP without an address)`,
    verdict: gravest([facts.verdict, selectorlessVerdict(service, context)]),
    fault,
    here,
    path: "Pod → DNS (ready addresses, shuffled by CoreDNS's `loadbalance`) → the Pod IP and port that the client picks",
    watch: [
      'nothing is translated: clients of A and AAAA records connect to their own port, `targetPort` reaches SRV records and slices only',
      'clients that cache an answer keep its Pod; large answers need DNS over TCP',
      'Pods that are not ready are absent unless `publishNotReadyAddresses` is set',
    ],
    verify,
    question: {
      ask: 'Does DNS never load-balance?',
      answer:
        'For a virtual IP it has nothing to spread; for a headless Service clients spread over the shuffled list.',
    },
  };
}

/** Selector, ports, DNS name, users and policies, in this order. */
function commonHere(service: Service, facts: ServiceFacts, context: ExplainContext): readonly string[] {
  const { settings } = context;
  const here = [...facts.selectorLines.slice(0, 3)];
  if (facts.selectorLines.length > 3)
    here.push(`selector takes ${plural(facts.selection.matched.length, 'workload')} in all`);
  if (!selectsPods(service)) here.push(selectorlessLine(service, context));
  here.push(...facts.portLines);
  const dns = dnsNameOf(service, settings);
  if (dns !== undefined) here.push(`${code(dns)} (domain assumed)${namespaceNote(service, context)}`);
  const callers = ingressesTo(service, context);
  if (callers.length > 0) here.push(`used by ${linkSome(callers)}`);
  here.push(...isolationLines(facts.selection.matched, 'ingress', context.unit));
  if (service.publishNotReadyAddresses?.value === true)
    here.push('Pods that are not ready get traffic too (`publishNotReadyAddresses`)');
  return here;
}

function nodePortsLine(service: Service): string {
  const ports = service.ports.map(({ nodePort: field }) =>
    field === undefined || field.value === 0 ? 'one assigned at creation' : String(field.value ?? 'not decidable'),
  );
  return `node ${ports.length === 1 ? 'port' : 'ports'} ${joinWords(ports)} on every node (range 30000–32767 assumed)`;
}

function sourceRangesText({ loadBalancerSourceRanges: ranges }: Service): string {
  if (ranges.length === 0) return 'any address that reaches the balancer (no `loadBalancerSourceRanges`)';
  const shown = ranges
    .slice(0, 4)
    .map((range) => (range?.value === undefined ? 'a templated range' : code(range.value)));
  return `only ${joinWords(ranges.length > 4 ? [...shown, `${ranges.length - 4} more`] : shown)} (\`loadBalancerSourceRanges\`)`;
}

function allocationText(service: Service): string {
  const allocates = service.allocateLoadBalancerNodePorts;
  const fixed = service.ports.flatMap(({ nodePort: field }) => (field?.value ? [String(field.value)] : []));
  const asked = fixed.length > 0 ? ` (${joinWords(fixed)} asked for)` : '';
  if (allocates === undefined) return `node ports allocated by default${asked}`;
  if (allocates.value === undefined) return 'whether node ports are allocated is not decidable';
  return allocates.value ? `node ports allocated${asked}` : `no node ports allocated${asked}`;
}

/** A client that speaks to the first TCP port; any answer, even one that is no HTTP, shows that the connection works. */
function callLines(service: Service, { settings }: ExplainContext): readonly string[] {
  const port = service.ports.find(
    (candidate) => protocolOf(candidate) === 'TCP' && candidate.port?.value !== undefined,
  );
  if (port?.port?.value === undefined) return [];
  const run = `${kubectl(service, settings)} run t --rm -it --restart=Never --image=busybox:1.36 --`;
  return [`${run} wget -T3 -qO- http://${shellName(service.name)}:${port.port.value}`];
}

function podEnd(service: Service): string {
  return selectsPods(service) ? 'Pod IP' : 'an address of its hand-written endpoints';
}

function namespaceNote(service: Service, { settings }: ExplainContext): string {
  const namespace = namespaceOf(service, settings);
  if (namespace?.assumed) return ', namespace assumed from the settings';
  return namespace === undefined && service.namespace === undefined ? ', namespace given at `kubectl apply`' : '';
}

function selectorlessLine(service: Service, context: ExplainContext): string {
  const written = handWrittenEndpoints(service, context);
  const absent = service.selector === undefined ? 'no selector' : '`selector: {}` equals none';
  return written.length === 0
    ? `${absent}: Kubernetes makes no endpoints for it`
    : `${absent}: endpoints are those of ${linkSome(written)}`;
}

function selectorlessVerdict(service: Service, context: ExplainContext) {
  if (selectsPods(service)) return OK;
  if (service.selector !== undefined && service.selector.nullKeys.length > 0)
    return unknown('every pair of its selector is null, which `kubectl apply` drops');
  return handWrittenEndpoints(service, context).length > 0
    ? OK
    : unknown('it has no selector, and no manifest here writes its endpoints');
}

function queryName(service: Service, { settings }: ExplainContext): string {
  const namespace = namespaceOf(service, settings)?.name;
  const name = shellName(service.name);
  return namespace === undefined || !/^[a-z0-9-]+$/.test(namespace)
    ? name
    : `${name}.${namespace}.svc.${settings.clusterDomain}`;
}

function firstPort(service: Service): number | string {
  return service.ports[0]?.port?.value ?? 'PORT';
}
