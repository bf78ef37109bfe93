import { byteLength, labelKeyFault } from '../../../validity.ts';
import {
  child,
  entries,
  isAbsent,
  items,
  type Place,
  type Report,
  refuse,
  stringAt,
  type Validator,
} from '../../place.ts';
import { isWholeList, textAt } from '../values.ts';
import {
  descend,
  flagAt,
  numberAt,
  refuseChoice,
  requireText,
  validateText,
  validateWrittenChoice,
} from '../workloads/checks.ts';

const HIGHEST_PRIORITY = 1_000_000_000;

/** The two classes that Kubernetes makes itself. Source: kubernetes pkg/apis/scheduling/v1/helpers.go. */
const SYSTEM_PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** Source: kubernetes pkg/apis/scheduling/validation, `ValidatePriorityClass`. */
export const validatePriorityClass: Validator = (object, report) => {
  const namePlace = descend(object, 'metadata', 'name');
  const name = textAt(namePlace);
  const place = child(object, 'value');
  const value = numberAt(place);
  if (name?.startsWith('system-')) {
    const isKnown = SYSTEM_PRIORITIES.get(name) === value && flagAt(child(object, 'globalDefault')) === false;
    if (!isKnown && value !== undefined) {
      const message = 'names that start with `system-` are kept for the classes of Kubernetes itself';
      refuse(report, namePlace, 'FieldValueForbidden', message);
    }
  } else if (name !== undefined && value !== undefined && value > HIGHEST_PRIORITY) {
    refuse(report, place, 'FieldValueForbidden', `a priority is ${HIGHEST_PRIORITY} at most, not ${value}`);
  }
  const policy = child(object, 'preemptionPolicy');
  if (stringAt(policy) === '') refuse(report, policy, 'FieldValueRequired', 'the policy is empty');
  else validateWrittenChoice(policy, report, ['PreemptLowerPriority', 'Never']);
};

const MAX_PARAMETERS = 512;
const MAX_PARAMETERS_SIZE = 256 * 1024;

/** Source: kubernetes pkg/apis/storage/validation, `ValidateStorageClass`. */
export const validateStorageClass: Validator = (object, report) => {
  const provisioner = child(object, 'provisioner');
  if (requireText(provisioner, report) !== undefined) {
    validateText(provisioner, report, (text) => labelKeyFault(text.toLowerCase()));
  }
  validateParameters(child(object, 'parameters'), report);
  const reclaim = child(object, 'reclaimPolicy');
  const policy = textAt(reclaim);
  if (policy !== undefined && policy !== '' && policy !== 'Delete' && policy !== 'Retain') {
    refuseChoice(reclaim, report, ['Delete', 'Retain'], policy);
  }
  validateWrittenChoice(child(object, 'volumeBindingMode'), report, ['Immediate', 'WaitForFirstConsumer']);
  validateTopologies(child(object, 'allowedTopologies'), report);
};

/** The server takes an empty term for a repeated one. */
function validateTopologies(topologies: Place, report: Report): void {
  const seen = new Set(['[]']);
  for (const term of items(topologies)) {
    validateTopology(term, report);
    const expressions = child(term, 'matchLabelExpressions');
    const pairs = items(expressions).map((requirement) => {
      const values = items(child(requirement, 'values'));
      return [textAt(child(requirement, 'key')), [...new Set(values.map(textAt))].sort()] as const;
    });
    if (!isWholeList(expressions) || pairs.some(([key, values]) => key === undefined || values.includes(undefined)))
      continue;
    const id = JSON.stringify([...new Map(pairs)].sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
    if (seen.has(id)) refuse(report, expressions, 'FieldValueDuplicate', 'another term says the same');
    seen.add(id);
  }
}

function validateParameters(parameters: Place, report: Report): void {
  const pairs = entries(parameters);
  const size = pairs.reduce((sum, { key, value }) => sum + byteLength(key) + byteLength(textAt(value) ?? ''), 0);
  if (pairs.length > MAX_PARAMETERS) {
    refuse(
      report,
      parameters,
      'FieldValueTooLong',
      `${pairs.length} parameters are too many; ${MAX_PARAMETERS} is the most`,
    );
    return;
  }
  for (const { key, keySpan } of pairs) {
    if (key !== '') continue;
    refuse(report, { ...parameters, span: keySpan }, 'FieldValueInvalid', 'the name of a parameter is empty');
  }
  if (size > MAX_PARAMETERS_SIZE) {
    const message = `the parameters are ${size} bytes together; ${MAX_PARAMETERS_SIZE} is the most`;
    refuse(report, parameters, 'FieldValueTooLong', message);
  }
}

function validateTopology(term: Place, report: Report): void {
  const keys = new Set<string>();
  for (const requirement of items(child(term, 'matchLabelExpressions'))) {
    const values = child(requirement, 'values');
    if (items(values).length === 0 && isWholeList(values)) {
      refuse(report, values, 'FieldValueRequired', 'at least one value is needed');
    }
    const seen = new Set<string>();
    for (const place of items(values)) {
      const value = textAt(place);
      if (value === undefined) continue;
      if (seen.has(value)) refuse(report, place, 'FieldValueDuplicate', `\`${value}\` stands twice`);
      seen.add(value);
    }
    const place = child(requirement, 'key');
    const key = textAt(place);
    if (key === undefined) continue;
    validateText(place, report, labelKeyFault);
    if (keys.has(key)) refuse(report, place, 'FieldValueDuplicate', `the key \`${key}\` stands twice`);
    keys.add(key);
  }
}

/** Source: kubernetes pkg/apis/coordination/validation, `ValidateLeaseSpec`. */
export const validateLease: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const duration = child(spec, 'leaseDurationSeconds');
  const seconds = numberAt(duration, 1);
  if (!isAbsent(duration) && seconds !== undefined && seconds <= 0) {
    refuse(report, duration, 'FieldValueInvalid', `a lease lasts more than 0 seconds, not ${seconds}`);
  }
  const transitions = child(spec, 'leaseTransitions');
  const count = numberAt(transitions);
  if (count !== undefined && count < 0) {
    refuse(report, transitions, 'FieldValueInvalid', 'the number of transitions may not be negative');
  }
};
