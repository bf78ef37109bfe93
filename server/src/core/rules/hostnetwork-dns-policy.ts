import { type HostReference, hostReferencesOf, meaningsOf, targetOfHost } from '../cluster/hostReferences.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Fix, type Related } from './rule.ts';

export const hostnetworkDnsPolicy = defineRule({
  id: 'hostnetwork-dns-policy',
  types: ['workload'],
  severity: 'warning',
  reads: 'unit',
  summary: "A Pod in its node's network asks for names of the cluster, and its resolver knows none",
  why: `With \`hostNetwork: true\`, the default \`dnsPolicy: ClusterFirst\` falls back to the resolver of the node, which knows no Services.
Such Pods need \`dnsPolicy: ClusterFirstWithHostNet\` to find them by name.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: collector
spec:
  selector:
    app: collector
  ports:
    - port: 4317
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true
                   ^^^^ Pods with \`hostNetwork\` ask their node's resolver, which does not know \`collector\`; \`dnsPolicy: ClusterFirstWithHostNet\` asks the cluster's
      containers:
        - name: agent
          image: agent:1.4
          args: ["--endpoint=collector:4317"]
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: collector
spec:
  selector:
    app: collector
  ports:
    - port: 4317
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true
      dnsPolicy: ClusterFirstWithHostNet
      containers:
        - name: agent
          image: agent:1.4
          args: ["--endpoint=collector:4317"]
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: exporter
spec:
  selector:
    matchLabels:
      app: exporter
  template:
    metadata:
      labels:
        app: exporter
    spec:
      hostNetwork: true
      containers:
        - name: exporter
          image: exporter:1.4
          args: ["--push=https://metrics.example.com"]
`,
  *check(workload, { unit, settings }) {
    const { hostNetwork, dnsPolicy } = workload.template;
    if (hostNetwork?.value !== true) return;
    if (dnsPolicy !== undefined && dnsPolicy.value !== 'ClusterFirst' && dnsPolicy.value !== '') return;
    const references = hostReferencesFor(unit, workload);
    const found = references.find((reference) => isOfCluster(unit, reference, settings.clusterDomain));
    if (found === undefined) return;
    const { start, end } = hostNetwork;
    yield {
      at: { start, end },
      message: `Pods with \`hostNetwork\` ask their node's resolver, which does not know \`${found.text.host.value}\`; \`dnsPolicy: ClusterFirstWithHostNet\` asks the cluster's`,
      related: [relatedHost(found)],
      fixes: fixesOf(workload),
    };
  },
});

/** Those of its own containers, and of the ConfigMaps and Secrets that they take as variables. */
function hostReferencesFor(unit: Unit, workload: Workload): readonly HostReference[] {
  const configs = [...unit.index.ofType('configMap')].filter(({ hosts, opaque }) => hosts.length > 0 && !opaque);
  const taken = configs.flatMap((config) => hostReferencesOf(unit, config));
  return [...hostReferencesOf(unit, workload), ...taken.filter(({ askers }) => askers.includes(workload))];
}

/** A full name of the cluster, or one that leads to a Service of the manifests. */
function isOfCluster(unit: Unit, reference: HostReference, clusterDomain: string): boolean {
  if (meaningsOf(reference.text.host.value, clusterDomain).some(({ isFull }) => isFull)) return true;
  const target = targetOfHost(unit, reference, clusterDomain);
  // A word before a colon is surely an address where the Service has that port.
  return (
    target?.services.some(
      ({ ports, opaque }) =>
        !opaque &&
        (reference.text.form === 'url' || ports.some(({ port }) => port?.value === reference.text.port?.value)),
    ) === true
  );
}

function relatedHost({ holder, text }: HostReference): Related {
  const { start, end } = text.host;
  return { file: holder.file, start, end, message: `the Pods ask for \`${text.host.value}\`` };
}

function fixesOf({ file, template }: Workload): readonly Fix[] {
  const { dnsPolicy, specPlace } = template;
  const value = 'ClusterFirstWithHostNet';
  if (dnsPolicy !== undefined) {
    const { start, end } = dnsPolicy;
    const title = `Change \`dnsPolicy\` to \`${value}\``;
    return [{ title, safe: false, edits: [{ file, edit: { kind: 'replace-scalar', span: { start, end }, value } }] }];
  }
  if (specPlace === undefined) return [];
  const edit = { kind: 'insert-pair', mapping: specPlace, key: 'dnsPolicy', value } as const;
  return [{ title: `Add \`dnsPolicy: ${value}\``, safe: false, edits: [{ file, edit }] }];
}
