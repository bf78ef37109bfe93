import { dns1123SubdomainFault, labelKeyFault } from '../../../../validity.ts';
import { child, entry, isAbsent, items, type Place, type Report, refuse, type Validator } from '../../../place.ts';
import { validateLabels } from '../../metadata/labels.ts';
import { isWholeList, textAt } from '../../values.ts';
import {
  descend,
  forbidWritten,
  isValid,
  numberAt,
  validateChoice,
  validateText,
  validateWrittenChoice,
  validateWrittenRange,
} from '../../workloads/checks.ts';
import { cidrFault, endpointIpFault } from '../addresses.ts';
import { validateAllocation } from './allocation.ts';
import { validateServicePorts } from './ports.ts';
import { readServiceShape, type ServiceShape } from './shape.ts';

/** Source: kubernetes pkg/apis/core/validation, `validateService`; defaults: pkg/apis/core/v1, `SetDefaults_Service`. */
export const validateService: Validator = (object, report) => {
  if (!isValid(report, (found) => validateAllocation(object, found))) return;
  const service = readServiceShape(object);
  const { spec } = service;
  validateTopologyAnnotations(object, report);
  validateChoice(child(spec, 'type'), report, TYPES, 'ClusterIP');
  validateServicePorts(service, report);
  validateTypeFields(service, report);
  validateLabels(child(spec, 'selector'), report);
  validateSessionAffinity(spec, report);
  validateExternalIps(child(spec, 'externalIPs'), report);
  validateSourceRanges(service, report);
  validateLoadBalancerFields(service, report);
  validateTrafficPolicies(service, report);
};

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

function validateTopologyAnnotations(object: Place, report: Report): void {
  const annotations = descend(object, 'metadata', 'annotations');
  const hints = entry(annotations, TOPOLOGY_HINTS);
  const mode = entry(annotations, TOPOLOGY_MODE);
  if (hints.node === undefined || mode.node === undefined) return;
  const [hintsText, modeText] = [textAt(hints), textAt(mode)];
  if (hintsText === undefined || modeText === undefined || hintsText === modeText) return;
  const message = `\`${modeText}\` differs from the annotation \`${TOPOLOGY_HINTS}\`, which means the same`;
  refuse(report, mode, 'FieldValueInvalid', message);
}

function validateTypeFields({ spec, type, isHeadless, clusterIps }: ServiceShape, report: Report): void {
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless === true) {
    for (const { place } of clusterIps ?? []) {
      refuse(
        report,
        place,
        'FieldValueInvalid',
        `a Service of type \`${type}\` needs an address, so \`None\` is not possible`,
      );
    }
  }
  if (type !== 'ExternalName') return;
  const list = child(spec, 'clusterIPs');
  if (clusterIps !== undefined && clusterIps.length > 0) {
    const at = { ...list, span: (isAbsent(list) ? child(spec, 'clusterIP') : list).span };
    refuse(report, at, 'FieldValueForbidden', 'a Service of type `ExternalName` has no address');
  }
  const families = child(spec, 'ipFamilies');
  if (items(families).length > 0 && isWholeList(families)) {
    refuse(report, families, 'FieldValueForbidden', 'a Service of type `ExternalName` has no IP families');
  }
  forbidWritten(child(spec, 'ipFamilyPolicy'), report, 'a Service of type `ExternalName` has no IP families');
  validateExternalName(child(spec, 'externalName'), report);
}

function validateExternalName(place: Place, report: Report): void {
  const name = textAt(place)?.replace(/\.$/, '');
  if (name === undefined) return;
  if (name === '') {
    refuse(report, place, 'FieldValueRequired', 'a Service of type `ExternalName` needs an `externalName`');
    return;
  }
  const fault = dns1123SubdomainFault(name);
  if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the host name \`${name}\` ${fault}`);
}

const MAX_AFFINITY_SECONDS = 86_400;

/** Its configuration is dropped unless the affinity is `ClientIP`, and filled in where a part of it is missing. */
function validateSessionAffinity(spec: Place, report: Report): void {
  const affinity = validateChoice(child(spec, 'sessionAffinity'), report, ['ClientIP', 'None'], 'None');
  if (affinity !== 'ClientIP') return;
  const timeout = descend(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  validateWrittenRange(timeout, report, 1, MAX_AFFINITY_SECONDS);
}

function validateExternalIps(list: Place, report: Report): void {
  for (const place of items(list)) validateText(place, report, endpointIpFault);
}

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** The annotation counts only where the field is empty. The server writes the field's name with a capital letter. */
function validateSourceRanges({ object, spec, type }: ServiceShape, report: Report): void {
  const field = child(spec, 'loadBalancerSourceRanges');
  const list = { ...field, path: `${spec.path}.LoadBalancerSourceRanges` };
  const forbid = (place: Place) => {
    if (type === undefined || type === 'LoadBalancer') return;
    refuse(report, place, 'FieldValueForbidden', 'only a Service of type `LoadBalancer` has source ranges');
  };
  if (items(list).length > 0) {
    if (isWholeList(list)) forbid(list);
    for (const place of items(list)) {
      const text = textAt(place);
      const fault = text === undefined ? undefined : cidrFault(text.trim());
      if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `\`${text}\` ${fault}`);
    }
    return;
  }
  const annotation = entry(descend(object, 'metadata', 'annotations'), SOURCE_RANGES);
  const text = textAt(annotation);
  if (annotation.node === undefined || text === undefined || !isWholeList(list)) return;
  forbid(annotation);
  if (text.trim() === '') return;
  for (const range of text.split(',')) {
    const fault = cidrFault(range.trim());
    if (fault !== undefined) refuse(report, annotation, 'FieldValueInvalid', `\`${range.trim()}\` ${fault}`);
  }
}

function validateLoadBalancerFields({ spec, type }: ServiceShape, report: Report): void {
  const loadBalancerClass = child(spec, 'loadBalancerClass');
  if (type === undefined) return;
  if (type === 'LoadBalancer') {
    if (!isAbsent(loadBalancerClass)) validateText(loadBalancerClass, report, labelKeyFault);
    return;
  }
  for (const place of [loadBalancerClass, child(spec, 'allocateLoadBalancerNodePorts')]) {
    forbidWritten(place, report, 'only a Service of type `LoadBalancer` has this field');
  }
}

/** Source: as above, `validateServiceExternalTrafficPolicy`, `validateServiceTrafficDistribution`. */
function validateTrafficPolicies({ spec, type, isExternal }: ServiceShape, report: Report): void {
  const external = child(spec, 'externalTrafficPolicy');
  const policy = textAt(external);
  if (isExternal === true) validateChoice(external, report, ['Cluster', 'Local'], 'Cluster');
  if (isExternal === false && policy !== undefined && policy !== '') {
    const message = 'only a Service that is reached from outside of the cluster has an `externalTrafficPolicy`';
    refuse(report, external, 'FieldValueInvalid', message);
  }
  validateHealthCheck(child(spec, 'healthCheckNodePort'), type, policy, report);
  validateWrittenChoice(child(spec, 'internalTrafficPolicy'), report, ['Cluster', 'Local']);
  validateWrittenChoice(child(spec, 'trafficDistribution'), report, [
    'PreferClose',
    'PreferSameZone',
    'PreferSameNode',
  ]);
}

function validateHealthCheck(place: Place, type: string | undefined, policy: string | undefined, report: Report): void {
  const port = numberAt(place);
  if (port === undefined || port === 0 || type === undefined || policy === undefined) return;
  if (type === 'LoadBalancer' && policy === 'Local') {
    validateWrittenRange(place, report, 1, 65535);
    return;
  }
  const message =
    'only a Service of type `LoadBalancer` with `externalTrafficPolicy: Local` has a `healthCheckNodePort`';
  refuse(report, place, 'FieldValueInvalid', message);
}
