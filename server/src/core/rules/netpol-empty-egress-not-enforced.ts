import { isolates, type NetworkPolicy, type PolicyRules } from '../k8s/networkPolicy.ts';
import { defineRule, type Fix } from './rule.ts';

export const netpolEmptyEgressNotEnforced = defineRule({
  id: 'netpol-empty-egress-not-enforced',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'resource',
  summary: 'An empty `egress` without `policyTypes` denies nothing',
  why: `Without \`policyTypes\` a policy always isolates ingress, but egress only when it holds an egress rule. \`egress: []\`
holds none, so it reads like "nothing may leave" and everything may.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
spec:
  podSelector: {}
  ingress: []
  egress: []
  ^^^^^^ \`egress: []\` denies nothing while \`policyTypes\` is absent: all outgoing traffic stays allowed
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress: []
`,
  *check(policy) {
    const { egress, policyTypes } = policy;
    if (egress === undefined || egress.open || egress.rules.length > 0 || isolates(policy, 'egress') !== false) return;
    const isDefaulted = policyTypes === undefined || policyTypes.items.length === 0;
    yield {
      at: egress.key,
      message: isDefaulted
        ? `\`egress: []\` denies nothing while \`policyTypes\` is ${policyTypes === undefined ? 'absent' : 'empty'}: all outgoing traffic stays allowed`
        : '`egress: []` denies nothing, because `policyTypes` does not list `Egress`',
      // A list of types that leaves egress out was written on purpose more often than not.
      ...(isDefaulted ? {} : { severity: 'hint' as const }),
      fixes: [isolateEgress(policy, egress), removeEgress(policy, egress)].flatMap((fix) => fix ?? []),
    };
  },
});

function isolateEgress(policy: NetworkPolicy, egress: PolicyRules): Fix | undefined {
  const { policyTypes, spec, file } = policy;
  if (policyTypes === undefined) {
    if (spec === undefined) return undefined;
    const edit = {
      kind: 'insert-pair',
      mapping: spec,
      key: 'policyTypes',
      value: '- Ingress\n- Egress',
      after: egress.key,
    } as const;
    return { title: 'Add `policyTypes` with `Ingress` and `Egress`', safe: false, edits: [{ file, edit }] };
  }
  const sequence = { start: policyTypes.start, end: policyTypes.end };
  const missing = policyTypes.items.length === 0 ? ['Ingress', 'Egress'] : ['Egress'];
  if (missing.length > 1) {
    const edit = { kind: 'text', span: sequence, newText: '[Ingress, Egress]' } as const;
    return { title: 'Set `policyTypes` to `Ingress` and `Egress`', safe: false, edits: [{ file, edit }] };
  }
  return {
    title: 'Add `Egress` to `policyTypes`',
    safe: false,
    edits: [{ file, edit: { kind: 'insert-item', sequence, text: 'Egress' } }],
  };
}

function removeEgress({ file }: NetworkPolicy, egress: PolicyRules): Fix {
  return { title: 'Remove `egress`', safe: false, edits: [{ file, edit: { kind: 'delete-pair', key: egress.key } }] };
}
