/** A cluster as plain data, every Namespace with its labels. */
export interface Model {
  readonly namespaces: readonly { readonly name: string; readonly labels: Labels }[];
  readonly pods: readonly ModelPod[];
  readonly policies: readonly ModelPolicy[];
}

export interface ModelPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
}

export interface ModelPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly Port[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly Port[] }[];
  };
}

type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** The Pods of a workload, or an IPv4 address. */
export type ModelEnd = ModelPod | string;

/** The documented rules, word for word; `blocksHoldPods` says what an ipBlock is for Pods. */
export function allows(
  model: Model,
  from: ModelEnd,
  to: ModelEnd,
  protocol: string,
  port: number,
  blocksHoldPods: boolean,
): boolean {
  const side = (subject: ModelEnd, other: ModelEnd, direction: 'ingress' | 'egress'): boolean => {
    if (typeof subject === 'string') return true;
    const isolating = model.policies.filter(({ namespace, spec }) => {
      const types = spec.policyTypes ?? ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])];
      const isTyped = types.some((type) => type.toLowerCase() === direction);
      return isTyped && namespace === subject.namespace && matches(spec.podSelector, subject.labels);
    });
    if (isolating.length === 0) return true;
    return isolating.some(({ namespace, spec }) =>
      (spec[direction] ?? []).some(
        (rule: { from?: readonly Peer[]; to?: readonly Peer[]; ports?: readonly Port[] }) => {
          const peers = rule.from ?? rule.to ?? [];
          const ports = rule.ports ?? [];
          const isPeer = peers.length === 0 || peers.some((peer) => takes(peer, namespace, other));
          return (
            isPeer && (ports.length === 0 || ports.some((one) => holds(one, direction === 'ingress' ? subject : to)))
          );
        },
      ),
    );
  };
  const takes = ({ ipBlock, podSelector, namespaceSelector }: Peer, namespace: string, other: ModelEnd): boolean => {
    if (ipBlock) {
      if (typeof other !== 'string')
        return blocksHoldPods && !/^127\./.test(ipBlock.cidr) && !ipBlock.cidr.endsWith('/32');
      return inBlock(ipBlock.cidr, other) && !(ipBlock.except ?? []).some((one) => inBlock(one, other));
    }
    if (typeof other === 'string') return false;
    const labels = model.namespaces.find(({ name }) => name === other.namespace)?.labels ?? {};
    const isNear = namespaceSelector
      ? matches(namespaceSelector, { ...labels, 'kubernetes.io/metadata.name': other.namespace })
      : other.namespace === namespace;
    return isNear && matches(podSelector ?? {}, other.labels);
  };
  const holds = (one: Port, destination: ModelEnd): boolean => {
    if ((one.protocol ?? 'TCP') !== protocol) return false;
    if (typeof one.port !== 'string')
      return one.port === undefined || (port >= one.port && port <= (one.endPort ?? one.port));
    if (typeof destination === 'string') return false;
    return destination.ports.some(
      (own) => own.name === one.port && own.protocol === protocol && own.containerPort === port,
    );
  };
  return side(from, to, 'egress') && side(to, from, 'ingress');
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isListed = labels[key] !== undefined && values.includes(labels[key]);
      if (operator === 'In') return isListed;
      return operator === 'NotIn' ? !isListed : (labels[key] !== undefined) === (operator === 'Exists');
    })
  );
}

function inBlock(cidr: string, address: string): boolean {
  const [network = '', length = '32'] = cidr.split('/');
  const toNumber = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(toNumber(network) / size) === Math.floor(toNumber(address) / size);
}
