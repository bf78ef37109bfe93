import type { Fault } from './checks.ts';

/** Paths without a `..` element. Source: kubernetes pkg/apis/core/validation, `validatePathNoBacksteps`. */
export const backstepFault: Fault = (path) => (path.split('/').includes('..') ? 'may not hold `..`' : undefined);

/** Relative paths that stay below. Source: as above, `validateLocalDescendingPath`. */
export const descendingPathFault: Fault = (path) => (path.startsWith('/') ? 'must be relative' : backstepFault(path));

/** The same, for files that the kubelet writes. Source: as above, `ValidateLocalNonReservedPath`. */
export const projectedPathFault: Fault = (path) =>
  descendingPathFault(path) ?? (path.startsWith('..') ? 'may not start with `..`' : undefined);
