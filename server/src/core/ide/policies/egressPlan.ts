import { declaredNeedsOf } from '../../cluster/declaredNeeds.ts';
import { targetOfHost } from '../../cluster/hostReferences.ts';
import { NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { reachService } from '../../cluster/neededPorts.ts';
import { onHost } from '../../cluster/policyPeers.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { ConfigUse } from '../../k8s/environment.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import { asItem, hasAddedLabels, peerLines } from '../../rules/shared/policyRuleText.ts';
import type { Unit } from '../../sources/unit.ts';
import { noteAt, noteOf, portsOf } from './evidence.ts';
import { amongThemselves } from './ingressPlan.ts';
import { leftOut, mergeRules, type PlannedDirection, type PlannedPort, type PlannedRule } from './plan.ts';
import type { ToldValue } from './toldValues.ts';

const PLAIN = { keys: new Set<string>(), writesTcp: true };
const DNS_PORTS: readonly PlannedPort[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/**
 * What a workload's Pods call, as the manifests of a unit declare it, and the DNS that finds it; left out where they are told
 * of hosts that no manifest shows. `told`: the values of its containers as its file writes them.
 */
export function planEgress(
  unit: Unit,
  workload: Workload,
  told: readonly ToldValue[],
  clusterDomain: string,
): PlannedDirection {
  const unread = whyUntold(unit, workload, told);
  if (unread !== undefined) return leftOut(unread);
  const rules: PlannedRule[] = [dnsRule(unit, workload)];
  for (const need of declaredNeedsOf(unit, clusterDomain).from(workload)) {
    const { to, protocol, port } = need;
    const note = noteOf(unit, need);
    const ports = portsOf(protocol, port);
    if (to.kind === 'pods') {
      const isNode = onHost(to.workload) !== 'no';
      const peers = isNode ? [] : peerLines(unit, to.workload, workload, PLAIN);
      if (peers === undefined) return leftOut(`which Pods \`${describeResource(to.workload)}\` has is not decided`);
      const hint = isNode ? [{ text: 'It is on the network of its node: any address', at: undefined }] : [];
      rules.push({ notes: [note, ...hint], peers, ports });
      continue;
    }
    if (port === undefined) return leftOut(`the port of \`${to.host}\` is not written`);
    rules.push(
      to.isInCluster
        ? { notes: [note, { text: 'No manifest here shows its Pods: any address', at: undefined }], peers: [], ports }
        : {
            notes: [note, { text: 'Policies know no names: any address outside', at: undefined }],
            peers: ANY_ADDRESS,
            ports,
          },
    );
  }
  rules.push(...byNameAlone(unit, workload, told, clusterDomain));
  rules.push(...amongThemselves(unit, workload));
  rules.push(...toApiServer(unit, workload));
  return { kind: 'rules', rules: mergeRules(rules) };
}

const ANY_ADDRESS = [...asItem(['ipBlock:', '  cidr: 0.0.0.0/0']), ...asItem(['ipBlock:', '  cidr: ::/0'])];

/**
 * The cluster's DNS, where Kubernetes' own installers put it. Where a kustomization rewrites the labels of peers, an expression
 * is what it leaves alone.
 * Source: https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/
 */
function dnsRule(unit: Unit, workload: Workload): PlannedRule {
  const { dnsPolicy } = workload.template;
  const asksElsewhere =
    dnsPolicy !== undefined && dnsPolicy.value !== 'ClusterFirst' && dnsPolicy.value !== 'ClusterFirstWithHostNet';
  if (asksElsewhere)
    return {
      notes: [noteAt(unit, 'Names are looked up in other servers than those of the cluster', workload.file, dnsPolicy)],
      peers: [],
      ports: DNS_PORTS,
    };
  const pods = hasAddedLabels(unit, workload)
    ? ['  matchExpressions:', '    - key: k8s-app', '      operator: In', '      values: [kube-dns]']
    : ['  matchLabels:', '    k8s-app: kube-dns'];
  return {
    notes: [{ text: "Names are looked up in the cluster's DNS", at: undefined }],
    peers: asItem([
      'namespaceSelector:',
      '  matchLabels:',
      `    ${NAMESPACE_NAME_LABEL}: kube-system`,
      'podSelector:',
      ...pods,
    ]),
    ports: DNS_PORTS,
  };
}

/** Keys of Secrets that hold no address. */
const CREDENTIAL = /pass|pwd|token|secret|key|user|login|cert|\bca\b|salt|hash|credential/i;

function whyUntold(unit: Unit, workload: Workload, told: readonly ToldValue[]): string | undefined {
  if (workload.opaque) return 'a template or patch shapes it';
  const hidden = told.find(({ isHidden }) => isHidden);
  if (hidden !== undefined) return `what \`${hidden.name}\` comes to is not written`;
  if (workload.template.containersOpen) return 'it may have containers that no manifest shows';
  for (const { environment } of workload.template.containers)
    for (const use of environment.configs) {
      const why = whyUnread(unit, workload, use);
      if (why !== undefined) return why;
    }
  return undefined;
}

/** Values of Secrets are encoded, and not read. */
function whyUnread({ index }: Unit, workload: Workload, { kind, name, key }: ConfigUse): string | undefined {
  if (kind === 'Secret') {
    if (key?.value !== undefined && CREDENTIAL.test(key.value)) return undefined;
    return `it takes values of \`Secret/${name?.value ?? '?'}\`, which are not read`;
  }
  const isShown =
    name?.value !== undefined &&
    index
      .named(kind, name.value)
      .some(({ namespace, opaque }) => !opaque && sameNamespace(namespace, workload.namespace) !== 'no');
  return isShown ? undefined : `no manifest here shows \`ConfigMap/${name?.value ?? '?'}\`, whose values it takes`;
}

/** Values that are the name of a Service and nothing else: on which of its ports is not written. */
function byNameAlone(
  unit: Unit,
  workload: Workload,
  told: readonly ToldValue[],
  clusterDomain: string,
): readonly PlannedRule[] {
  const known = declaredNeedsOf(unit, clusterDomain)
    .from(workload)
    .map(({ evidence }) => evidence);
  return told.flatMap(({ name, value, file, start, end }): readonly PlannedRule[] => {
    if (known.some((evidence) => evidence.file === file && evidence.start >= start && evidence.end <= end)) return [];
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value)) return [];
    const host = { value, start, end };
    const services = targetOfHost(unit, { holder: workload, text: { host } }, clusterDomain)?.services ?? [];
    return services.flatMap((service) =>
      service.ports.flatMap((port) =>
        reachService(unit, service, {
          number: port.port?.value,
          name: undefined,
          isTcp: false,
          pod: undefined,
          readsSlices: false,
        }).flatMap((reached): readonly PlannedRule[] => {
          const target = reached.workload;
          const peers = target === undefined || onHost(target) !== 'no' ? [] : peerLines(unit, target, workload, PLAIN);
          const note = noteAt(unit, `${name} is ${value}`, file, { start, end });
          return target === workload
            ? []
            : [{ notes: [note], peers: peers ?? [], ports: portsOf(reached.protocol, reached.port) }];
        }),
      ),
    );
  });
}

/** What a ServiceAccount with rights is for. The API server stands behind the Service `kubernetes`, on 443 and mostly 6443. */
function toApiServer(unit: Unit, { file, template: { serviceAccountName } }: Workload): readonly PlannedRule[] {
  if (serviceAccountName === undefined || serviceAccountName.value === 'default') return [];
  const hasRights = [...unit.index.ofType('other')].some(
    ({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding',
  );
  if (!hasRights) return [];
  const notes = [
    noteAt(
      unit,
      'Its ServiceAccount may be for calls of the API server, which no selector takes',
      file,
      serviceAccountName,
    ),
  ];
  return [
    {
      notes,
      peers: [],
      ports: [
        { protocol: 'TCP', port: 443 },
        { protocol: 'TCP', port: 6443 },
      ],
    },
  ];
}
