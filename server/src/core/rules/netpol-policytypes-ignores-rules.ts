import { type Direction, isolates, type NetworkPolicy } from '../k8s/networkPolicy.ts';
import { defineRule, type Fix, type Related } from './rule.ts';

export const netpolPolicytypesIgnoresRules = defineRule({
  id: 'netpol-policytypes-ignores-rules',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'resource',
  summary: '`policyTypes` leaves out the direction that rules are written for',
  why: `Once \`policyTypes\` is written, it alone says which directions the policy isolates. Rules of a direction that it does
not list are accepted and then ignored: the Pods stay as open, in that direction, as they are without the policy. The API
server takes such a policy without a word, so this is a warning and no error.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  policyTypes:
    - Ingress
  ingress:
    - ports:
        - port: 8080
  egress:
  ^^^^^^ \`policyTypes\` does not list \`Egress\`, so this rule has no effect and outgoing traffic is not restricted by this policy
    - to:
        - podSelector:
            matchLabels:
              app: payments
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - ports:
        - port: 8080
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: payments
`,
  *check(policy) {
    for (const direction of ['ingress', 'egress'] as const) {
      const rules = policy[direction];
      if (rules === undefined || rules.rules.length === 0 || isolates(policy, direction) !== false) continue;
      // Without `policyTypes` a direction with rules is always isolated, so the list is there.
      const { name, traffic } = WORDS[direction];
      const subject = rules.rules.length === 1 && !rules.open ? 'this rule has' : 'these rules have';
      yield {
        at: rules.key,
        message: `\`policyTypes\` does not list \`${name}\`, so ${subject} no effect and ${traffic} traffic is not restricted by this policy`,
        related: relate(policy),
        fixes: fixesOf(policy, direction),
      };
    }
  },
});

const WORDS = {
  ingress: { name: 'Ingress', traffic: 'incoming' },
  egress: { name: 'Egress', traffic: 'outgoing' },
} as const;

function relate({ file, policyTypes }: NetworkPolicy): readonly Related[] {
  if (policyTypes === undefined) return [];
  const { start, end } = policyTypes;
  return [{ file, start, end, message: 'the directions that the policy isolates' }];
}

function fixesOf(policy: NetworkPolicy, direction: Direction): readonly Fix[] {
  const rules = policy[direction];
  if (policy.policyTypes === undefined || rules === undefined) return [];
  const { name } = WORDS[direction];
  const { start, end } = policy.policyTypes;
  return [
    {
      title: `Add \`${name}\` to \`policyTypes\``,
      safe: false,
      edits: [{ file: policy.file, edit: { kind: 'insert-item', sequence: { start, end }, text: name } }],
    },
    {
      title: `Remove \`${direction}\``,
      safe: false,
      edits: [{ file: policy.file, edit: { kind: 'delete-pair', key: rules.key } }],
    },
  ];
}
