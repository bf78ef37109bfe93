/**
 * What the findings of a rule come to, in the few words of a verdict beside which the message itself is shown. `undefined`
 * where that depends on the finding: its message is the shortest account then.
 */
export function consequenceOf(code: string): string | undefined {
  return CONSEQUENCES.get(code);
}

const CONSEQUENCES: ReadonlyMap<string, string> = new Map([
  ['hpa-target-missing', 'nothing is scaled'],
  ['ingress-backend-port-missing', 'requests to this backend fail'],
  ['ingress-backend-service-missing', 'requests to this backend fail'],
  ['kustomize-labels-narrow-netpol-peers', 'the peer lets nobody through'],
  ['netpol-empty-egress-not-enforced', 'all outgoing traffic stays allowed'],
  ['netpol-invalid-peer-or-range', 'the API server refuses this policy'],
  ['netpol-named-port-unresolved', 'this port lets no traffic through'],
  ['netpol-namespace-selector-unmatched', 'this peer takes no Pod'],
  ['netpol-peer-or-instead-of-and', 'more Pods are let in than it seems'],
  ['netpol-peer-selects-nothing', 'this peer lets nobody through'],
  ['netpol-policytypes-ignores-rules', 'these rules have no effect'],
  ['netpol-selects-no-pods', 'this policy protects nothing'],
  ['nodeport-conflict', 'the API server refuses one of the two'],
  ['non-string-label-value', 'the API server refuses this object'],
  ['pdb-overlap', 'node drains hang on these Pods'],
  ['pdb-selects-nothing', 'this budget guards nothing'],
  ['port-name-invalid', 'the API server refuses this object'],
  ['probe-named-port-unknown', 'it can never succeed'],
  ['quoted-numeric-port', 'the API server refuses this object'],
  ['schema', 'the API server refuses this object'],
  ['selector-null-value', 'the selector takes more Pods than it says'],
  ['service-port-name-required', 'the API server refuses this Service'],
  ['service-ports-duplicate', 'the API server refuses this Service'],
  ['service-selector-no-match', 'this Service has no endpoints'],
  ['service-targetport-protocol-mismatch', 'connections to this port fail'],
  ['service-targetport-unresolved', 'connections to this port fail'],
  ['workload-selector-template-mismatch', 'the API server refuses this workload'],
]);
