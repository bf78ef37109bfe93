import { containerPortNameDuplicate } from './container-port-name-duplicate.ts';
import { externalnameSuspicious } from './externalname-suspicious.ts';
import { netpolEmptyEgressNotEnforced } from './netpol-empty-egress-not-enforced.ts';
import { netpolInvalidPeerOrRange } from './netpol-invalid-peer-or-range.ts';
import { netpolNamedPortUnresolved } from './netpol-named-port-unresolved.ts';
import { netpolNamespaceSelectorUnmatched } from './netpol-namespace-selector-unmatched.ts';
import { netpolPeerOrInsteadOfAnd } from './netpol-peer-or-instead-of-and.ts';
import { netpolPeerSelectsNothing } from './netpol-peer-selects-nothing.ts';
import { netpolPolicytypesIgnoresRules } from './netpol-policytypes-ignores-rules.ts';
import { netpolSelectsNoPods } from './netpol-selects-no-pods.ts';
import { nodeportConflict } from './nodeport-conflict.ts';
import { portNameInvalid } from './port-name-invalid.ts';
import type { AnyRule } from './rule.ts';
import { selectorNullValue } from './selector-null-value.ts';
import { servicePortNameRequired } from './service-port-name-required.ts';
import { servicePortsDuplicate } from './service-ports-duplicate.ts';
import { serviceTargetportProtocolMismatch } from './service-targetport-protocol-mismatch.ts';
import { serviceTargetportUnresolved } from './service-targetport-unresolved.ts';
import { serviceTypeFieldConflict } from './service-type-field-conflict.ts';
import { yamlDuplicateKey } from './yaml-duplicate-key.ts';
import { yamlSurprisingNumber } from './yaml-surprising-number.ts';

/** Every rule, sorted by id. */
export const allRules: readonly AnyRule[] = [
  containerPortNameDuplicate,
  externalnameSuspicious,
  netpolEmptyEgressNotEnforced,
  netpolInvalidPeerOrRange,
  netpolNamedPortUnresolved,
  netpolNamespaceSelectorUnmatched,
  netpolPeerOrInsteadOfAnd,
  netpolPeerSelectsNothing,
  netpolPolicytypesIgnoresRules,
  netpolSelectsNoPods,
  nodeportConflict,
  portNameInvalid,
  selectorNullValue,
  servicePortNameRequired,
  servicePortsDuplicate,
  serviceTargetportProtocolMismatch,
  serviceTargetportUnresolved,
  serviceTypeFieldConflict,
  yamlDuplicateKey,
  yamlSurprisingNumber,
];
