import {
  type AddressWarning,
  cidrWarnings,
  ipAddressWarning,
  parseCidr,
  parseIpAddress,
  strictCidrFault,
  strictIpAddressFault,
} from '../../server/src/core/k8s/ipAddress.ts';
import { formatQuantity, parseQuantity, quantityFault } from '../../server/src/core/k8s/quantity.ts';
import { decimalText } from '../../server/src/core/k8s/quantityText.ts';
import {
  annotationKeyFault,
  classicEnvVarNameFault,
  configMapKeyFault,
  dns1035LabelFault,
  dns1123LabelFault,
  dns1123SubdomainFault,
  envVarNameFault,
  httpHeaderNameFault,
  labelKeyFault,
  labelValueFault,
  percentFault,
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
  ['portNumber', (value) => portNumberFault(/^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN)],
  ['percent', percentFault],
  ['envVarName', classicEnvVarNameFault],
  ['relaxedEnvVarName', envVarNameFault],
  ['configMapKey', configMapKeyFault],
  ['httpHeaderName', httpHeaderNameFault],
  ['quantity', quantityFault],
  ['ip', strictIpAddressFault],
  ['cidr', strictCidrFault],
  ['ipLegacy', (value) => (parseIpAddress(value) ? undefined : 'is not an IP address')],
  ['cidrLegacy', (value) => (parseCidr(value) ? undefined : 'is not a CIDR block')],
]);

/** Whether a text is valid as a name, key, address …; the full text of warnings; both forms of quantities. */
export function run(vector: Vector): Verdict {
  const faultOf = FAULT_OF.get(vector.kind);
  if (faultOf === undefined) return { status: 'unknown' };
  const value = String(vector.value);
  const { valid, canonical, decimal } = vector;
  const quantity = vector.kind === 'quantity' ? parseQuantity(value) : undefined;
  return compare(
    { valid, canonical, decimal, warnings: ((vector.warnings ?? []) as readonly string[]).map(withoutField) },
    {
      valid: faultOf(value) === undefined,
      canonical: quantity && formatQuantity(quantity),
      decimal: quantity && decimalText(quantity),
      warnings: warningsOf(vector.kind, value).map((warning) => warningText(warning, vector.kind, value)),
    },
  );
}

function warningsOf(kind: unknown, value: string): readonly AddressWarning[] {
  if (kind === 'cidrLegacy') return cidrWarnings(value);
  const warning = kind === 'ipLegacy' ? ipAddressWarning(value) : undefined;
  return warning ? [warning] : [];
}

/** A warning in the words of the API server. */
function warningText({ code, use, orUse }: AddressWarning, kind: unknown, value: string): string {
  const isBlock = kind === 'cidrLegacy';
  switch (code) {
    case 'host-bits':
      return `CIDR value "${value}" is ambiguous in this context (should be "${use}" or "${orUse}"?)`;
    case 'non-standard': {
      const subject = isBlock ? 'CIDR value' : 'IP address';
      return `non-standard ${subject} "${value}" will be considered invalid in a future Kubernetes release: use "${use}"`;
    }
    case 'not-canonical':
      return `IPv6 ${isBlock ? 'CIDR value' : 'address'} "${value}" should be in RFC 5952 canonical format ("${use}")`;
  }
}

function withoutField(warning: string): string {
  return warning.replace(/^[^ ]*: /, '');
}
