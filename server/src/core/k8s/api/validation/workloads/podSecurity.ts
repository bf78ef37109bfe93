import { booleanAt, child, items, type Place, type Report, refuse, stringAt } from '../../place.ts';
import { textAt } from '../values.ts';
import { descend, flagAt, isSet, requireText, validateWrittenChoice, validateWrittenRange } from './checks.ts';
import { containersOf } from './containers/lists.ts';
import { MAX_ID, validateAppArmorProfile, validateSeccompProfile } from './containers/security.ts';
import { validateWindowsOptions } from './containers/windowsOptions.ts';

/** `securityContext` of a Pod. Source: kubernetes pkg/apis/core/validation, `validatePodSpecSecurityContext`. */
export function validatePodSecurity(spec: Place, report: Report): void {
  const context = child(spec, 'securityContext');
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup']) {
    validateWrittenRange(child(context, field), report, 0, MAX_ID);
  }
  for (const group of items(child(context, 'supplementalGroups'))) validateWrittenRange(group, report, 0, MAX_ID);
  const shares = child(spec, 'shareProcessNamespace');
  if (booleanAt(shares) === true && booleanAt(child(spec, 'hostPID')) === true) {
    const at = { ...shares, path: `${context.path}.shareProcessNamespace` };
    refuse(report, at, 'FieldValueInvalid', '`shareProcessNamespace` and `hostPID` exclude each other');
  }
  validateSysctls(spec, report);
  validateWrittenChoice(child(context, 'fsGroupChangePolicy'), report, ['Always', 'OnRootMismatch']);
  validateSeccompProfile(child(context, 'seccompProfile'), report);
  validateWindowsOptions(child(context, 'windowsOptions'), report);
  validateAppArmorProfile(child(context, 'appArmorProfile'), report);
  validateWrittenChoice(child(context, 'supplementalGroupsPolicy'), report, ['Merge', 'Strict']);
  validateSELinuxChange(child(context, 'seLinuxChangePolicy'), report);
}

function validateSELinuxChange(place: Place, report: Report): void {
  if (stringAt(place) !== 'MountOption') {
    validateWrittenChoice(place, report, ['Recursive']);
    return;
  }
  const message = '`MountOption` needs the feature `SELinuxMount`, which is off by default';
  refuse(report, place, 'FieldValueNotSupported', message);
}

/** A Pod with users of its own cannot share the node's namespaces. Source: as above, `validateHostUsers`. */
export function validateHostUsers(spec: Place, report: Report): void {
  if (booleanAt(child(spec, 'hostUsers')) !== false) return;
  // The server writes two of the names with capitals.
  for (const [field, name] of [
    ['hostNetwork', 'hostNetwork'],
    ['hostPID', 'HostPID'],
    ['hostIPC', 'HostIPC'],
  ] as const) {
    const place = child(spec, field);
    if (booleanAt(place) !== true) continue;
    const at = { ...place, path: child(spec, name).path };
    refuse(report, at, 'FieldValueForbidden', `\`${field}: true\` and \`hostUsers: false\` exclude each other`);
  }
  for (const { container } of containersOf(spec)) {
    const devices = child(container, 'volumeDevices');
    if (items(devices).length === 0) continue;
    refuse(report, devices, 'FieldValueForbidden', '`volumeDevices` and `hostUsers: false` exclude each other');
  }
}

/** Windows containers that run as processes of the node. Source: as above, `validateWindowsHostProcessPod`. */
export function validateHostProcesses(spec: Place, report: Report): void {
  const path = ['securityContext', 'windowsOptions', 'hostProcess'];
  const podPlace = descend(spec, ...path);
  const ofPod = booleanAt(podPlace);
  const containers = containersOf(spec).map(({ container }) => descend(container, ...path));
  for (const place of containers) {
    const own = booleanAt(place);
    if (own === undefined || ofPod === undefined || own === ofPod) continue;
    refuse(
      report,
      place,
      'FieldValueInvalid',
      `\`hostProcess\` of the Pod is \`${ofPod}\`, so it cannot be \`${own}\` here`,
    );
  }
  const effective = containers.map((place) => (isSet(place) ? booleanAt(place) : (ofPod ?? flagAt(podPlace))));
  if (!effective.includes(true)) return;
  if (effective.includes(false)) {
    refuse(report, spec, 'FieldValueInvalid', 'with one `hostProcess` container, all must be such');
  }
  const hostNetwork = child(spec, 'hostNetwork');
  if (flagAt(hostNetwork) === false) {
    refuse(report, hostNetwork, 'FieldValueInvalid', '`hostProcess` containers need `hostNetwork: true`');
  }
}

const SYSCTL = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;

/** Source: as above, `validateSysctls`. */
function validateSysctls(spec: Place, report: Report): void {
  const seen = new Set<string>();
  for (const sysctl of items(descend(spec, 'securityContext', 'sysctls'))) {
    const place = child(sysctl, 'name');
    const name = textAt(place);
    requireText(place, report);
    if (name === undefined || name === '') continue;
    if (name.length > 253 || !SYSCTL.test(name)) {
      refuse(report, place, 'FieldValueInvalid', `\`${name}\` is no name of a kernel parameter`);
    } else if (seen.has(name)) {
      refuse(report, place, 'FieldValueDuplicate', `\`${name}\` is set already`);
    }
    seen.add(name);
    const holder = namespaceOf(name);
    if (holder === undefined || booleanAt(child(spec, holder)) !== true) continue;
    refuse(report, place, 'FieldValueInvalid', `\`${name}\` and \`${holder}: true\` exclude each other`);
  }
}

const IPC_SYSCTLS: ReadonlySet<string> = new Set([
  ...['kernel.sem', 'kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.shm_rmid_forced', 'kernel.shm'],
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.msg'],
]);

/**
 * The namespace that a kernel parameter belongs to, as the field that shares it with the node.
 * Source: k8s.io/component-helpers node/util/sysctl, `GetNamespace`.
 */
function namespaceOf(name: string): 'hostNetwork' | 'hostIPC' | undefined {
  const dotted = usesSlashes(name) ? swapSeparators(name) : name;
  const prefix = dotted.split('*')[0] ?? dotted;
  if (IPC_SYSCTLS.has(prefix) || prefix.startsWith('fs.mqueue.')) return 'hostIPC';
  return prefix.startsWith('net.') ? 'hostNetwork' : undefined;
}

/** Of the two separators, the first one that stands there separates. */
function usesSlashes(name: string): boolean {
  return /[./]/.exec(name)?.[0] === '/';
}

function swapSeparators(name: string): string {
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}
