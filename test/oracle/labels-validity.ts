import {
  type AddressWarning,
  cidrWarnings,
  ipAddressWarning,
  parseCidr,
  parseIpAddress,
  strictCidrFault,
  strictIpAddressFault,
} from '../../server/src/core/k8s/ipAddress.ts';
import {
  annotationKeyFault,
  dns1035LabelFault,
  dns1123LabelFault,
  dns1123SubdomainFault,
  labelKeyFault,
  labelValueFault,
  portNameFault,
  portNumberFault,
  wildcardSubdomainFault,
} from '../../server/src/core/k8s/validity.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

type FindFault = (value: string) => string | undefined;

const FAULT_OF: ReadonlyMap<unknown, FindFault> = new Map<unknown, FindFault>([
  ['labelKey', labelKeyFault],
  ['annotationKey', annotationKeyFault],
  ['labelValue', labelValueFault],
  ['dns1123Label', dns1123LabelFault],
  ['dns1035Label', dns1035LabelFault],
  ['dns1123Subdomain', dns1123SubdomainFault],
  ['wildcardDns1123Subdomain', wildcardSubdomainFault],
  ['ianaSvcName', portNameFault],
  ['portNumber', (value) => portNumberFault(Number(value))],
  ['ip', strictIpAddressFault],
  ['cidr', strictCidrFault],
  ['ipLegacy', (value) => (parseIpAddress(value) ? undefined : 'is not an IP address')],
  ['cidrLegacy', (value) => (parseCidr(value) ? undefined : 'is not a CIDR block')],
]);

/** Whether a text is valid as a name, key, address …; warnings by their number and by what they advise to write. */
export function run(vector: Vector): Verdict {
  const faultOf = FAULT_OF.get(vector.kind);
  if (faultOf === undefined) return { status: 'unknown' };
  const value = String(vector.value);
  const verdict = compare(vector.valid, faultOf(value) === undefined);
  if (verdict.status === 'differ') return verdict;
  const recorded = (vector.warnings ?? []) as readonly string[];
  return compare(
    recorded.map(adviceOf),
    warningsOf(vector.kind, value).map(({ use }) => use),
  );
}

function warningsOf(kind: unknown, value: string): readonly AddressWarning[] {
  if (kind === 'cidrLegacy') return cidrWarnings(value);
  const warning = kind === 'ipLegacy' ? ipAddressWarning(value) : undefined;
  return warning ? [warning] : [];
}

/** The text that a recorded warning says to use: the second of its quoted texts. */
function adviceOf(warning: string): string | undefined {
  return [...warning.matchAll(/"([^"]*)"/g)][1]?.[1];
}
