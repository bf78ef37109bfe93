import { containerPortNameDuplicate } from './container-port-name-duplicate.ts';
import { externalnameSuspicious } from './externalname-suspicious.ts';
import { nodeportConflict } from './nodeport-conflict.ts';
import { portNameInvalid } from './port-name-invalid.ts';
import type { AnyRule } from './rule.ts';
import { servicePortNameRequired } from './service-port-name-required.ts';
import { servicePortsDuplicate } from './service-ports-duplicate.ts';
import { serviceTargetportProtocolMismatch } from './service-targetport-protocol-mismatch.ts';
import { serviceTargetportUnresolved } from './service-targetport-unresolved.ts';
import { serviceTypeFieldConflict } from './service-type-field-conflict.ts';

/** Every rule, sorted by id. */
export const allRules: readonly AnyRule[] = [
  containerPortNameDuplicate,
  externalnameSuspicious,
  nodeportConflict,
  portNameInvalid,
  servicePortNameRequired,
  servicePortsDuplicate,
  serviceTargetportProtocolMismatch,
  serviceTargetportUnresolved,
  serviceTypeFieldConflict,
];
