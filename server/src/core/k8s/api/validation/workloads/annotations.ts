import { child, entries, isDecided, type Place, type Report, refuse } from '../../place.ts';
import { textAt } from '../values.ts';
import { containersOf } from './containers/lists.ts';
import { descendingPathFault } from './paths.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const POD_SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * Annotations that mean something to the server; `path` is what it calls them by.
 * Source: kubernetes pkg/apis/core/validation, `ValidatePodSpecificAnnotations`.
 */
export function validatePodAnnotations(annotations: Place, spec: Place, report: Report, path: string): void {
  for (const { key, value } of entries(annotations)) {
    const text = textAt(value);
    if (text === undefined) continue;
    const at = { ...value, path: `${path}[${key}]` };
    const below = { ...value, path: `${path}.${key}` };
    if (key === MIRROR && textAt(child(spec, 'nodeName')) === '') {
      refuse(report, at, 'FieldValueInvalid', `the annotation \`${MIRROR}\` needs a \`nodeName\``);
    } else if (key === DELETION_COST && !isInteger32(text)) {
      refuse(report, at, 'FieldValueInvalid', `the cost \`${text}\` is no whole number of 32 bits`);
    } else if (key === TOLERATIONS && text !== '' && !isJson(text)) {
      refuse(report, { ...value, path }, 'FieldValueInvalid', `the annotation \`${TOLERATIONS}\` is no JSON`);
    } else if (key === POD_SECCOMP || key.startsWith(CONTAINER_SECCOMP)) {
      const fault = seccompFault(text);
      if (fault !== undefined) refuse(report, below, 'FieldValueInvalid', `the seccomp profile \`${text}\` ${fault}`);
    } else if (key.startsWith(APP_ARMOR)) {
      validateAppArmor(key.slice(APP_ARMOR.length), text, at, spec, report);
    }
  }
}

/**
 * Profiles that stand in an annotation and in a field must be equal.
 * Source: as above, `validateSeccompAnnotationsAndFields`, `validateAppArmorAnnotationsAndFieldsMatchOnCreate`.
 */
export function validateProfilesAgree(annotations: Place, spec: Place, report: Report): void {
  const texts = new Map(entries(annotations).map(({ key, value }) => [key, textAt(value)]));
  const podContext = child(spec, 'securityContext');
  const podSeccomp = child(podContext, 'seccompProfile');
  validateAgreement(texts.get(POD_SECCOMP), podSeccomp, podSeccomp, SECCOMP_DEFAULTS, report);
  const isWindows = textAt(child(child(spec, 'os'), 'name')) === 'windows';
  for (const { container } of containersOf(spec)) {
    const name = textAt(child(container, 'name'));
    if (name === undefined) continue;
    const context = child(container, 'securityContext');
    const seccomp = child(context, 'seccompProfile');
    validateAgreement(texts.get(CONTAINER_SECCOMP + name), seccomp, seccomp, SECCOMP_DEFAULTS, report);
    if (isWindows) continue;
    const own = child(context, 'appArmorProfile');
    const effective = own.node === undefined ? child(podContext, 'appArmorProfile') : own;
    validateAgreement(texts.get(APP_ARMOR + name), effective, own, ['runtime/default'], report);
  }
}

const SECCOMP_DEFAULTS = ['runtime/default', 'docker/default'];
const LOCALHOST = 'localhost/';

function validateAgreement(
  annotation: string | undefined,
  profile: Place,
  reportedAt: Place,
  defaults: readonly string[],
  report: Report,
): void {
  const type = textAt(child(profile, 'type'));
  if (annotation === undefined || type === undefined) return;
  const at = (field: string): Place => ({ ...child(profile, field), path: child(reportedAt, field).path });
  const file = textAt(child(profile, 'localhostProfile'));
  const agrees =
    type === 'Unconfined'
      ? annotation === 'unconfined'
      : type === 'RuntimeDefault'
        ? defaults.includes(annotation)
        : type !== 'Localhost' || annotation.startsWith(LOCALHOST);
  if (!agrees) {
    refuse(report, at('type'), 'FieldValueForbidden', `the annotation says \`${annotation}\`, the field \`${type}\``);
  } else if (type === 'Localhost' && file !== undefined && annotation.slice(LOCALHOST.length) !== file) {
    const message = `the annotation says \`${annotation}\`, the field \`${file}\``;
    refuse(report, at('localhostProfile'), 'FieldValueForbidden', message);
  }
}

function validateAppArmor(container: string, profile: string, at: Place, spec: Place, report: Report): void {
  const names = containersOf(spec).map((of) => textAt(child(of.container, 'name')));
  const lists = ['containers', 'initContainers', 'ephemeralContainers'].map((list) => child(spec, list));
  const isKnown = !names.includes(undefined) && lists.every(isDecided) && lists.every(isListOrNothing);
  if (isKnown && !names.includes(container)) {
    refuse(report, at, 'FieldValueInvalid', `there is no container \`${container}\``);
  }
  if (profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith(LOCALHOST))
    return;
  refuse(report, at, 'FieldValueInvalid', `\`${profile}\` is no AppArmor profile`);
}

function isListOrNothing({ node, open }: Place): boolean {
  return node === undefined
    ? open === undefined
    : node.kind === 'sequence' || (node.kind === 'scalar' && node.value === null);
}

function seccompFault(profile: string): string | undefined {
  if (profile === 'unconfined' || SECCOMP_DEFAULTS.includes(profile)) return undefined;
  return profile.startsWith(LOCALHOST)
    ? descendingPathFault(profile.slice(LOCALHOST.length))
    : 'is none of `runtime/default`, `unconfined`, `localhost/…`';
}

function isInteger32(text: string): boolean {
  if (!/^(?:0|-[0-9]+|[1-9][0-9]*)$/.test(text)) return false;
  return Number(text) >= -2147483648 && Number(text) <= 2147483647;
}

function isJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
