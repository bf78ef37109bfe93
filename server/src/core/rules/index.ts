import { containerPortNameDuplicate } from './container-port-name-duplicate.ts';
import { duplicateResource } from './duplicate-resource.ts';
import { externalnameSuspicious } from './externalname-suspicious.ts';
import { hpaTargetMissing } from './hpa-target-missing.ts';
import { ingressBackendPortMissing } from './ingress-backend-port-missing.ts';
import { ingressBackendServiceMissing } from './ingress-backend-service-missing.ts';
import { kustomizeLabelsNarrowNetpolPeers } from './kustomize-labels-narrow-netpol-peers.ts';
import { netpolEmptyEgressNotEnforced } from './netpol-empty-egress-not-enforced.ts';
import { netpolInvalidPeerOrRange } from './netpol-invalid-peer-or-range.ts';
import { netpolNamedPortUnresolved } from './netpol-named-port-unresolved.ts';
import { netpolNamespaceSelectorUnmatched } from './netpol-namespace-selector-unmatched.ts';
import { netpolPeerOrInsteadOfAnd } from './netpol-peer-or-instead-of-and.ts';
import { netpolPeerSelectsNothing } from './netpol-peer-selects-nothing.ts';
import { netpolPolicytypesIgnoresRules } from './netpol-policytypes-ignores-rules.ts';
import { netpolSelectsNoPods } from './netpol-selects-no-pods.ts';
import { nodeportConflict } from './nodeport-conflict.ts';
import { nonStringLabelValue } from './non-string-label-value.ts';
import { pdbOverlap } from './pdb-overlap.ts';
import { pdbSelectsNothing } from './pdb-selects-nothing.ts';
import { portNameInvalid } from './port-name-invalid.ts';
import { probeNamedPortUnknown } from './probe-named-port-unknown.ts';
import { quotedNumericPort } from './quoted-numeric-port.ts';
import type { AnyRule } from './rule.ts';
import { schema } from './schema.ts';
import { selectorNullValue } from './selector-null-value.ts';
import { servicePortNameRequired } from './service-port-name-required.ts';
import { servicePortsDuplicate } from './service-ports-duplicate.ts';
import { serviceSelectorNoMatch } from './service-selector-no-match.ts';
import { serviceTargetportProtocolMismatch } from './service-targetport-protocol-mismatch.ts';
import { serviceTargetportUnresolved } from './service-targetport-unresolved.ts';
import { serviceTypeFieldConflict } from './service-type-field-conflict.ts';
import { workloadSelectorTemplateMismatch } from './workload-selector-template-mismatch.ts';
import { yamlDuplicateKey } from './yaml-duplicate-key.ts';
import { yamlSurprisingNumber } from './yaml-surprising-number.ts';

/** Every rule, sorted by id. */
export const allRules: readonly AnyRule[] = [
  containerPortNameDuplicate,
  duplicateResource,
  externalnameSuspicious,
  hpaTargetMissing,
  ingressBackendPortMissing,
  ingressBackendServiceMissing,
  kustomizeLabelsNarrowNetpolPeers,
  netpolEmptyEgressNotEnforced,
  netpolInvalidPeerOrRange,
  netpolNamedPortUnresolved,
  netpolNamespaceSelectorUnmatched,
  netpolPeerOrInsteadOfAnd,
  netpolPeerSelectsNothing,
  netpolPolicytypesIgnoresRules,
  netpolSelectsNoPods,
  nodeportConflict,
  nonStringLabelValue,
  pdbOverlap,
  pdbSelectsNothing,
  portNameInvalid,
  probeNamedPortUnknown,
  quotedNumericPort,
  schema,
  selectorNullValue,
  servicePortNameRequired,
  servicePortsDuplicate,
  serviceSelectorNoMatch,
  serviceTargetportProtocolMismatch,
  serviceTargetportUnresolved,
  serviceTypeFieldConflict,
  workloadSelectorTemplateMismatch,
  yamlDuplicateKey,
  yamlSurprisingNumber,
];
