import { httpHeaderNameFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { quoteAll, textAt } from '../../values.ts';
import { isSet, numberAt, validateChoice, validateRange } from '../checks.ts';
import { isEmptyList } from './mounts.ts';
import { validatePortReference } from './ports.ts';

const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const LIFECYCLE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];

/** A probe of any kind. Source: kubernetes pkg/apis/core/validation, `validateProbe`. */
export function validateProbe(probe: Place, report: Report, kind: 'liveness' | 'readiness' | 'startup'): void {
  if (!isSet(probe)) return;
  validateHandler(probe, report, PROBE_HANDLERS, undefined);
  for (const name of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    const number = numberAt(child(probe, name));
    if (number === undefined || number >= 0) continue;
    refuse(report, child(probe, name), 'FieldValueInvalid', `\`${name}\` may not be negative`);
  }
  const threshold = child(probe, 'successThreshold');
  const successes = numberAt(threshold);
  if (kind !== 'readiness' && successes !== undefined && successes > 1) {
    const message = `\`successThreshold\` of a ${kind} probe is 1, not ${successes}`;
    refuse(report, threshold, 'FieldValueInvalid', message);
  }
  const grace = child(probe, 'terminationGracePeriodSeconds');
  if (isAbsent(grace)) return;
  const seconds = numberAt(grace);
  if (seconds === undefined) return;
  if (seconds <= 0) refuse(report, grace, 'FieldValueInvalid', '`terminationGracePeriodSeconds` is greater than 0');
  if (kind === 'readiness') {
    const message = 'a readiness probe ends nothing, and takes no `terminationGracePeriodSeconds`';
    refuse(report, grace, 'FieldValueInvalid', message);
  }
}

/** What runs after a container starts and before it stops. Source: as above, `validateLifecycle`. */
export function validateLifecycle(lifecycle: Place, report: Report, gracePeriod: number | undefined): void {
  for (const name of ['postStart', 'preStop']) {
    const handler = child(lifecycle, name);
    if (isSet(handler)) validateHandler(handler, report, LIFECYCLE_HANDLERS, gracePeriod);
  }
}

/** The first handler counts; each further one is a fault, and is not looked at. */
function validateHandler(
  holder: Place,
  report: Report,
  names: readonly string[],
  gracePeriod: number | undefined,
): void {
  const handlers = names.map((name) => ({ name, place: child(holder, name) }));
  const [first, ...others] = handlers.filter(({ place }) => isSet(place));
  if (first === undefined) {
    if (!handlers.every(({ place }) => isAbsent(place))) return;
    refuse(report, holder, 'FieldValueRequired', `nothing is run: one of ${quoteAll(names)} is needed`);
    return;
  }
  validateAction(first.name, first.place, report, gracePeriod);
  for (const { name, place } of others) {
    refuse(report, place, 'FieldValueForbidden', `\`${first.name}\` and \`${name}\` exclude each other`);
  }
}

function validateAction(name: string, action: Place, report: Report, gracePeriod: number | undefined): void {
  const port = child(action, 'port');
  switch (name) {
    case 'exec':
      if (isEmptyList(child(action, 'command'))) {
        refuse(report, child(action, 'command'), 'FieldValueRequired', '`command` is required');
      }
      return;
    case 'httpGet':
      validatePortReference(port, report);
      validateChoice(child(action, 'scheme'), report, ['HTTP', 'HTTPS'], 'HTTP');
      validateHeaders(child(action, 'httpHeaders'), report);
      return;
    case 'tcpSocket':
      validatePortReference(port, report);
      return;
    case 'grpc':
      validateRange(port, report, 1, 65535);
      return;
    default:
      validateSleep(action, report, gracePeriod);
  }
}

function validateHeaders(headers: Place, report: Report): void {
  for (const header of items(headers)) {
    const place = child(header, 'name');
    const name = textAt(place);
    const fault = name === undefined ? undefined : httpHeaderNameFault(name);
    if (fault === undefined) continue;
    refuse(report, { ...place, path: headers.path }, 'FieldValueInvalid', `the header name \`${name}\` ${fault}`);
  }
}

function validateSleep(sleep: Place, report: Report, gracePeriod: number | undefined): void {
  const seconds = numberAt(child(sleep, 'seconds'));
  if (seconds === undefined || gracePeriod === undefined) return;
  if (seconds >= 0 && seconds <= gracePeriod) return;
  const message =
    seconds < 0
      ? 'a sleep may not be negative'
      : `a sleep of ${seconds} seconds exceeds the ${gracePeriod} seconds of \`terminationGracePeriodSeconds\``;
  refuse(report, { ...child(sleep, 'seconds'), path: sleep.path }, 'FieldValueInvalid', message);
}
