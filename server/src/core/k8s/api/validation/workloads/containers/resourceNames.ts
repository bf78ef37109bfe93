import { labelKeyFault } from '../../../../validity.ts';

/** Names without a prefix that the server knows; those of containers are the first three. */
const CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  ...CONTAINER_RESOURCES,
  ...['requests.cpu', 'requests.memory', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'storage', 'requests.storage', 'services.nodeports', 'services.loadbalancers'],
]);

const INTEGER_RESOURCES: ReadonlySet<string> = new Set([
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
]);

/** What is wrong with the name of a resource of a container. Source: kubernetes pkg/apis/core/validation, `validateContainerResourceName`. */
export function containerResourceFault(name: string): string | undefined {
  const fault = labelKeyFault(name);
  if (fault !== undefined) return fault;
  if (!name.includes('/')) {
    return CONTAINER_RESOURCES.has(name) || isHugePages(name)
      ? undefined
      : 'is no resource of containers: `cpu`, `memory`, `ephemeral-storage`, `hugepages-…`, or a name with a domain';
  }
  return isNativeResource(name) || isExtendedResource(name) ? undefined : 'is no name that a device plugin can have';
}

/** What is wrong with the name of a resource of a whole Pod. Source: as above, `validatePodResourceName`. */
export function podResourceFault(name: string): string | undefined {
  const fault = labelKeyFault(name);
  if (fault !== undefined) return fault;
  return name.includes('/') ||
    STANDARD_RESOURCES.has(name) ||
    isHugePages(name) ||
    name.startsWith('requests.hugepages-')
    ? undefined
    : 'is no resource';
}

/** Of these, a Pod as a whole can have. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Requests may be less than limits. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

/** Resources that are counted in whole numbers: devices. */
export function isIntegerResource(name: string): boolean {
  return INTEGER_RESOURCES.has(name) || isExtendedResource(name);
}

function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && labelKeyFault(`requests.${name}`) === undefined;
}
