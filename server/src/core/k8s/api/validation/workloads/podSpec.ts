import { dns1123LabelFault, dns1123SubdomainFault, labelKeyFault } from '../../../validity.ts';
import { booleanAt, child, isAbsent, items, type Place, type Report, refuse, stringAt } from '../../place.ts';
import { validateLabels } from '../metadata/index.ts';
import { textAt } from '../values.ts';
import {
  flagAt,
  isSet,
  numberAt,
  validateChoice,
  validateOptionalText,
  validateRequiredChoice,
  validateText,
  validateWrittenRange,
} from './checks.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers/lists.ts';
import { validateOperatingSystem } from './operatingSystem.ts';
import { validateOverhead, validatePodResources } from './podResources.ts';
import { validateHostProcesses, validateHostUsers, validatePodSecurity } from './podSecurity.ts';
import { validateResourceClaims } from './resourceClaims.ts';
import { validateAffinity } from './scheduling/affinity.ts';
import { validateSpread, validateTolerations } from './scheduling/constraints.ts';
import { validateDnsConfig, validateHostAliases } from './scheduling/dns.ts';
import type { PodFacts, PodShape } from './shape.ts';
import { validateEnvFiles } from './volumes/envFiles.ts';
import { validateVolumes } from './volumes/volumes.ts';

/** The spec of a Pod or template. Source: kubernetes pkg/apis/core/validation, `ValidatePodSpec`. */
export function validatePodSpec(shape: PodShape, report: Report): void {
  const { spec } = shape;
  const restartPolicies = ['Always', 'OnFailure', 'Never'];
  const restartPolicy = validateChoice(child(spec, 'restartPolicy'), report, restartPolicies, 'Always');
  const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  const dnsPolicy = validateChoice(child(spec, 'dnsPolicy'), report, dnsPolicies, 'ClusterFirst');
  const hostUsers = child(spec, 'hostUsers');
  const facts: PodFacts = {
    isPod: shape.isPod,
    volumes: validateVolumes(shape, report),
    resourceClaims: validateResourceClaims(shape, report),
    restartPolicy,
    gracePeriod: gracePeriodOf(shape),
    hostUsers: isAbsent(hostUsers) ? true : booleanAt(hostUsers),
    hostNetwork: flagAt(child(spec, 'hostNetwork')),
  };
  validateContainers(spec, report, facts);
  validateInitContainers(spec, report, facts);
  validateEphemeralContainers(spec, report, facts);
  validatePodResources(shape, report, facts.resourceClaims);
  validateLabels(child(spec, 'nodeSelector'), report);
  validatePodSecurity(spec, report);
  validateAffinity(child(spec, 'affinity'), report, shape);
  validateDnsConfig(child(spec, 'dnsConfig'), report, dnsPolicy);
  validateGates(spec, report);
  validateSpread(child(spec, 'topologySpreadConstraints'), report, shape);
  validateHostProcesses(spec, report);
  validateHostUsers(spec, report);
  validateNames(shape, report);
  validateWrittenRange(child(spec, 'activeDeadlineSeconds'), report, 1, 2147483647);
  validateTolerations(child(spec, 'tolerations'), report);
  validateHostAliases(child(spec, 'hostAliases'), report);
  const preemption = child(spec, 'preemptionPolicy');
  if (isSet(preemption)) validateRequiredChoice(preemption, report, ['PreemptLowerPriority', 'Never']);
  validateOverhead(child(spec, 'overhead'), report);
  validateOperatingSystem(spec, report);
  validateEnvFiles(spec, report);
}

/** A negative period of a Pod counts as one second. */
function gracePeriodOf({ spec, isPod }: PodShape): number | undefined {
  const seconds = numberAt(child(spec, 'terminationGracePeriodSeconds'), 30);
  return seconds !== undefined && seconds < 0 && isPod ? 1 : seconds;
}

function validateGates(spec: Place, report: Report): void {
  for (const gate of items(child(spec, 'readinessGates'))) {
    validateText(child(gate, 'conditionType'), report, labelKeyFault);
  }
  const seen = new Set<string>();
  for (const gate of items(child(spec, 'schedulingGates'))) {
    const name = textAt(child(gate, 'name'));
    validateText({ ...child(gate, 'name'), path: gate.path }, report, labelKeyFault);
    if (name === undefined) continue;
    if (seen.has(name)) refuse(report, gate, 'FieldValueDuplicate', `the gate \`${name}\` is there already`);
    seen.add(name);
  }
}

function validateNames(shape: PodShape, report: Report): void {
  const { spec } = shape;
  validateAccount(spec, report);
  validateOptionalText(child(spec, 'nodeName'), report, dns1123SubdomainFault);
  validateOptionalText(child(spec, 'priorityClassName'), report, dns1123SubdomainFault);
  const runtimeClass = child(spec, 'runtimeClassName');
  if (stringAt(runtimeClass) !== undefined) validateText(runtimeClass, report, dns1123SubdomainFault);
  if (shape.ignoresHostname !== true) {
    validateOptionalText(child(spec, 'hostname'), report, dns1123LabelFault);
    validateOptionalText(child(spec, 'subdomain'), report, dns1123LabelFault);
  }
  validateHostnameOverride(spec, report);
}

/** The old name of the field counts where the new one is not there; the server reports both at the new one. */
function validateAccount(spec: Place, report: Report): void {
  const name = child(spec, 'serviceAccountName');
  const place = textAt(name) === '' ? { ...child(spec, 'serviceAccount'), path: name.path } : name;
  validateOptionalText(place, report, dns1123SubdomainFault);
}

/** Source: as above, `validatePodHostName`. */
function validateHostnameOverride(spec: Place, report: Report): void {
  const place = child(spec, 'hostnameOverride');
  const name = stringAt(place);
  if (name === undefined) return;
  for (const field of ['setHostnameAsFQDN', 'hostNetwork']) {
    if (booleanAt(child(spec, field)) !== true) continue;
    refuse(report, place, 'FieldValueForbidden', `\`hostnameOverride\` and \`${field}: true\` exclude each other`);
  }
  if (name.length > 64) refuse(report, place, 'FieldValueTooLong', 'the host name has more than 64 characters');
  validateText(place, report, dns1123SubdomainFault);
}
