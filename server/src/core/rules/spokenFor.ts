import { overlaps } from '../base/span.ts';
import type { Finding } from './rule.ts';

/** What is needed of a finding to tell whether it says what another one says. */
interface Said extends Pick<Finding, 'at' | 'field'> {
  readonly code: string;
}

/**
 * Whether another rule says of the same object, with more to the point, what a finding with a field says: both at overlapping
 * places, or the other about fields that this one is of.
 */
export function isSpokenFor({ at, field }: Said, others: readonly Said[]): boolean {
  if (field === undefined) return false;
  return others.some((other) => {
    const fields = REFUSED_FIELDS.get(other.code);
    return fields !== undefined && (overlaps(other.at, at) || fields.test(field));
  });
}

/** Never matches: only the place counts. */
const NONE = /(?!)/;

/** Rules that tell why the API server refuses an object, and the fields that they speak of wherever they point. */
const REFUSED_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ['container-port-name-duplicate', NONE],
  ['externalname-suspicious', /^spec\.externalName$/],
  ['hpa-target-missing', /^spec\.scaleTargetRef\b/],
  ['ingress-structure', /^spec(\.defaultBackend|\.rules\[\d+\]\.http\b.*)?$/],
  ['netpol-invalid-peer-or-range', /^spec\.(policyTypes|(ingress|egress)\[\d+\]\.(from|to|ports))\[\d+\]/],
  ['non-string-label-value', NONE],
  ['pod-subdomain-without-effect', NONE],
  ['port-name-invalid', NONE],
  ['probe-named-port-unknown', NONE],
  ['quoted-numeric-port', /\.endPort$/],
  ['selector-null-value', NONE],
  ['service-port-name-required', /^spec\.ports\[\d+\]\.name$/],
  ['service-ports-duplicate', /^spec\.ports\[\d+\](\.name|\.nodePort)?$/],
  [
    'service-type-field-conflict',
    /^spec\.(allocate|clusterIP|external|healthCheck|load|Load|internalTraffic|type|ports\[\d+\]\.nodePort)/,
  ],
  ['statefulset-name-too-long', NONE],
  ['statefulset-pod-dns-invalid', NONE],
  ['workload-selector-template-mismatch', /^spec\.(selector\b.*|template\.metadata\.labels)$/],
]);
