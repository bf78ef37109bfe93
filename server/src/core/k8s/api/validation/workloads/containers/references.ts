import { formatQuantity, signOf } from '../../../../quantity.ts';
import { annotationKeyFault, labelKeyFault } from '../../../../validity.ts';
import { child, type Place, type Report, refuse } from '../../../place.ts';
import { quoteAll, textAt } from '../../values.ts';
import { quantityAt } from '../amounts.ts';
import { refuseChoice, requireText } from '../checks.ts';

/** Fields of a Pod that an environment variable may show. */
export const ENV_FIELD_PATHS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a Pod that a file may show. */
export const FILE_FIELD_PATHS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.uid',
];

/** Source: kubernetes pkg/apis/core/validation, `validateObjectFieldSelector`. */
export function validateFieldReference(reference: Place, report: Report, allowed: readonly string[]): void {
  const version = textAt(child(reference, 'apiVersion'));
  const place = child(reference, 'fieldPath');
  const path = requireText(place, report);
  if (path === undefined || version === undefined) return;
  const fault = version === '' || version === 'v1' ? fieldPathFault(path) : `of version \`${version}\` cannot be read`;
  if (fault !== undefined) {
    refuse(report, place, 'FieldValueInvalid', `the field \`${path}\` ${fault}`);
    return;
  }
  const [, map, key] = SUBSCRIPT.exec(path) ?? [];
  if (map === undefined || key === undefined) {
    const internal = path === 'spec.host' ? 'spec.nodeName' : path;
    if (!allowed.includes(internal)) refuseChoice(place, report, allowed, path);
    return;
  }
  const keyFault = map === 'metadata.annotations' ? annotationKeyFault(key) : labelKeyFault(key);
  if (keyFault === undefined) return;
  refuse(report, { ...place, path: reference.path }, 'FieldValueInvalid', `the key \`${key}\` ${keyFault}`);
}

/** Source: as above, `validateContainerResourceFieldSelector`. */
export function validateResourceReference(reference: Place, report: Report, isFile: boolean): void {
  const place = child(reference, 'resource');
  const resource = textAt(place);
  const container = child(reference, 'containerName');
  if (isFile && textAt(container) === '') requireText(container, report);
  else if (resource === '') requireText(place, report);
  else if (resource !== undefined && !RESOURCES.includes(resource) && !isHugePages(resource)) {
    refuseChoice(place, report, RESOURCES, resource);
  }
  const divisor = child(reference, 'divisor');
  const quantity = quantityAt(divisor);
  if (resource === undefined || quantity === undefined || signOf(quantity) === 0) return;
  const allowed = divisorsOf(resource);
  const text = formatQuantity(quantity);
  if (allowed === undefined || allowed.includes(text)) return;
  const message = `\`${resource}\` can be divided by ${quoteAll(allowed)}, not by \`${text}\``;
  refuse(report, divisor, 'FieldValueInvalid', message);
}

const SUBSCRIPT = /^(.+?)\['(.*)'\]$/s;

const FIELD_PATHS: ReadonlySet<string> = new Set([
  ...ENV_FIELD_PATHS,
  ...FILE_FIELD_PATHS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.host',
  'status.phase',
]);

function fieldPathFault(path: string): string | undefined {
  const map = SUBSCRIPT.exec(path)?.[1];
  if (map === undefined) return FIELD_PATHS.has(path) ? undefined : 'is none that a Pod can show';
  return map === 'metadata.annotations' || map === 'metadata.labels' ? undefined : 'has no keys';
}

const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
];

const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function divisorsOf(resource: string): readonly string[] | undefined {
  if (resource === 'limits.cpu' || resource === 'requests.cpu') return ['1m', '1'];
  return RESOURCES.includes(resource) || isHugePages(resource) ? BYTES : undefined;
}

function isHugePages(resource: string): boolean {
  return resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-');
}
