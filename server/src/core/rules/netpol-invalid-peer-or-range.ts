import { findNearest } from '../base/editDistance.ts';
import type { Span } from '../base/span.ts';
import type { Field } from '../k8s/field.ts';
import { cidrWarnings, containsStrictly, parseCidr } from '../k8s/ipAddress.ts';
import type { Direction, IpBlock, NetworkPolicy, PolicyPeer, PolicyPort } from '../k8s/networkPolicy.ts';
import { portNameFault, portNumberFault } from '../k8s/validity.ts';
import { defineRule, type Finding, type Fix, replaceScalar } from './rule.ts';

export const netpolInvalidPeerOrRange = defineRule({
  id: 'netpol-invalid-peer-or-range',
  types: ['networkPolicy'],
  severity: 'error',
  reads: 'resource',
  summary: 'A peer, an address block, a port range or a policy type that the API server refuses',
  why: `A peer must say whom it means: \`podSelector\` and \`namespaceSelector\`, or \`ipBlock\`, never both. Exceptions of a block lie
inside it and are smaller. A port range needs a number in \`port\` that is not above \`endPort\`. Blocks in an odd notation
(leading zeros, an address in the middle of the block) are still accepted, with a warning.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
              - 11.0.0.0/16
                ^^^^^^^^^^^ \`11.0.0.0/16\` is not inside \`10.0.0.0/8\`: the API server refuses the policy
        - ipBlock:
            cidr: 192.168.1.7/24
                  ^^^^^^^^^^^^^^ \`192.168.1.7/24\` means all of \`192.168.1.0/24\`, and the API server warns that it is ambiguous: write that, or \`192.168.1.7/32\`
      ports:
        - port: 32768
          endPort: 32000
                   ^^^^^ \`endPort\` 32000 is below \`port\` 32768: the API server refuses the policy
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
              - 10.1.0.0/16
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              app: payments
      ports:
        - port: 32000
          endPort: 32768
`,
  *check(policy) {
    yield* checkTypes(policy);
    for (const direction of ['ingress', 'egress'] as const) {
      for (const { peers, ports } of policy[direction]?.rules ?? []) {
        for (const peer of peers) yield* checkPeer(policy, direction, peer);
        for (const port of ports) yield* checkPort(policy, port);
      }
    }
  },
});

const REFUSED = 'the API server refuses the policy';

const POLICY_TYPES = ['Ingress', 'Egress'];

function* checkTypes({ file, policyTypes }: NetworkPolicy): Iterable<Finding> {
  for (const type of policyTypes?.items ?? []) {
    if (type?.value === undefined || POLICY_TYPES.includes(type.value)) continue;
    const near = findNearest(type.value, POLICY_TYPES, (name) => name);
    yield {
      at: type,
      message: `\`${type.value}\` is no policy type, only \`Ingress\` and \`Egress\` are: ${REFUSED}`,
      fixes: near === undefined ? [] : [replacing(file, type, type.value, near)],
    };
  }
}

function* checkPeer(policy: NetworkPolicy, direction: Direction, peer: PolicyPeer): Iterable<Finding> {
  if (!peer.decided) return;
  if (peer.empty) {
    const list = direction === 'ingress' ? 'from' : 'to';
    yield {
      at: peer,
      message: `this peer of \`${list}\` is empty and means nobody: ${REFUSED}; for every Pod of the namespace write \`podSelector: {}\`, for everyone leave \`${list}\` out`,
      fixes: [
        {
          title: 'Remove the peer',
          safe: false,
          edits: [{ file: policy.file, edit: { kind: 'delete-item', item: peer } }],
        },
      ],
    };
  }
  const { ipBlock } = peer;
  if (ipBlock === undefined) return;
  const selector = peer.podSelector ?? peer.namespaceSelector;
  if (selector !== undefined) {
    const name = peer.podSelector === undefined ? 'namespaceSelector' : 'podSelector';
    yield {
      at: ipBlock.key,
      message: `a peer has either \`ipBlock\` or selectors, and this one has \`${name}\` too: ${REFUSED}`,
    };
  }
  yield* checkBlock(policy, ipBlock);
}

function* checkBlock({ file }: NetworkPolicy, block: IpBlock): Iterable<Finding> {
  if (!block.decided) return;
  const { cidr } = block;
  if (cidr === undefined || cidr.value === '') {
    yield { at: cidr ?? block.key, message: `\`ipBlock\` has no \`cidr\`: ${REFUSED}` };
  }
  if (cidr?.value !== '') yield* checkCidr(file, cidr);
  const outer = cidr?.value === undefined ? undefined : parseCidr(cidr.value);
  for (const except of block.except) {
    yield* checkCidr(file, except);
    const inner = except?.value === undefined ? undefined : parseCidr(except.value);
    if (inner === undefined || outer === undefined || except === undefined || containsStrictly(outer, inner)) continue;
    const isEqual = outer.prefixLength === inner.prefixLength && cidr?.value === except.value;
    const fault = isEqual
      ? `\`except\` takes away all of \`${cidr?.value}\``
      : `\`${except.value}\` is not inside \`${cidr?.value}\``;
    yield {
      at: except,
      message: `${fault}: ${REFUSED}`,
      related:
        cidr === undefined
          ? []
          : [{ file, start: cidr.start, end: cidr.end, message: 'the block that it must be a part of' }],
    };
  }
}

function* checkCidr(file: string, cidr: Field<string>): Iterable<Finding> {
  const text = cidr?.value;
  if (cidr === undefined || text === undefined) return;
  if (parseCidr(text) === undefined) {
    const host = parseCidr(`${text}/32`) ?? parseCidr(`${text}/128`);
    const whole = host && `${text}/${host.address.bytes.length * 8}`;
    const advice = whole === undefined ? '' : `; for this one address write \`${whole}\``;
    yield {
      at: cidr,
      message: `\`${text}\` is not a CIDR block: ${REFUSED}${advice}`,
      fixes: whole === undefined ? [] : [replacing(file, cidr, text, whole)],
    };
    return;
  }
  const [warning] = cidrWarnings(text);
  if (warning === undefined) return;
  const { code, use, orUse } = warning;
  const fixes = [use, ...(orUse === undefined ? [] : [orUse])].map((other) => replacing(file, cidr, text, other));
  yield {
    at: cidr,
    message: WARNING_TEXTS[code](text, use, orUse),
    severity: 'warning',
    fixes,
    ...(code === 'non-standard' && { tag: 'deprecated' as const }),
  };
}

const WARNING_TEXTS = {
  'host-bits': (text: string, use: string, orUse: string | undefined) =>
    `\`${text}\` means all of \`${use}\`, and the API server warns that it is ambiguous: write that, or \`${orUse}\``,
  'non-standard': (text: string, use: string) =>
    `\`${text}\` is read as \`${use}\`, and the API server warns that it will refuse this notation`,
  'not-canonical': (text: string, use: string) =>
    `\`${text}\` is not in canonical form, and the API server warns about that: write \`${use}\``,
} as const;

function* checkPort({ file }: NetworkPolicy, { port, endPort, protocol, decided }: PolicyPort): Iterable<Finding> {
  if (!decided) return;
  if (typeof port?.value === 'number' && portNumberFault(port.value) !== undefined)
    yield { at: port, message: `\`port\` ${port.value} is not between 1 and 65535: ${REFUSED}` };
  else if (typeof port?.value === 'string') yield* checkPortName(port, port.value);
  if (protocol?.value !== undefined && !PROTOCOLS.includes(protocol.value)) {
    const near = findNearest(protocol.value, PROTOCOLS, (name) => name);
    yield {
      at: protocol,
      message: `\`${protocol.value}\` is no protocol of a policy, only \`TCP\`, \`UDP\` and \`SCTP\` are: ${REFUSED}`,
      fixes: near === undefined ? [] : [replacing(file, protocol, protocol.value, near)],
    };
  }
  if (endPort?.value === undefined) return;
  const fault = endPortFault(port, endPort.value);
  if (fault !== undefined) yield { at: endPort, message: `${fault}: ${REFUSED}` };
}

/** Names of digits alone are numbers in quotes, which has a rule of its own. */
function* checkPortName(at: Span, name: string): Iterable<Finding> {
  const fault = portNameFault(name);
  if (fault === undefined || /^[0-9]+$/.test(name)) return;
  const range = /^([0-9]+)-([0-9]+)$/.exec(name);
  const advice = range === null ? '' : `; a range is written as \`port: ${range[1]}\` with \`endPort: ${range[2]}\``;
  yield { at, message: `the port name \`${name}\` ${fault}: ${REFUSED}${advice}` };
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

function endPortFault(port: PolicyPort['port'], endPort: number): string | undefined {
  if (port === undefined) return '`endPort` stands without `port`';
  if (typeof port.value === 'string')
    return `\`endPort\` cannot go with the port name \`${port.value}\`, only with a number`;
  if (port.value !== undefined && endPort < port.value) return `\`endPort\` ${endPort} is below \`port\` ${port.value}`;
  return portNumberFault(endPort) === undefined ? undefined : `\`endPort\` ${endPort} is not between 1 and 65535`;
}

function replacing(file: string, at: Exclude<Field<string>, undefined>, from: string, to: string): Fix {
  return { title: `Change \`${from}\` to \`${to}\``, safe: false, edits: [replaceScalar(file, at, to)] };
}
