/** An address; an IPv4 address that is written as an IPv6 one (`::ffff:1.2.3.4`) is an IPv4 address, as for Go. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
}

/** A block of addresses. */
export interface Cidr {
  /** The address as written, host bits included. */
  readonly address: IpAddress;
  /** The first address of the block. */
  readonly network: IpAddress;
  readonly prefixLength: number;
}

/** Something that the API server still accepts in the fields that existed before Kubernetes 1.34, with a warning. */
export interface AddressWarning {
  /**
   * `non-standard`: leading zeros, or IPv4 in IPv6 form · `not-canonical`: IPv6 in another form than RFC 5952 has it ·
   * `host-bits`: a block whose address is not its first one.
   */
  readonly code: 'non-standard' | 'not-canonical' | 'host-bits';
  /** What to write instead: `10.0.0.0/8`. */
  readonly use: string;
  /** The other thing that may have been meant (`host-bits`): `10.0.0.1/32`. */
  readonly orUse?: string;
}

/**
 * Reads an address as the API server does: leading zeros are decimal (`010.0.0.1` is 10.0.0.1), no zones.
 * Source: k8s.io/utils/net, `ParseIPSloppy`.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  return readAddress(text, false);
}

/** Reads a block, host bits and leading zeros allowed. Source: k8s.io/utils/net, `ParseCIDRSloppy`. */
export function parseCidr(text: string): Cidr | undefined {
  return readCidr(text, false);
}

/** What keeps a text from being an address in a field that takes canonical ones only; `undefined` when nothing. */
export function strictIpAddressFault(text: string): string | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return 'is not an IP address';
  const use = formatIpAddress(address);
  return use === text ? undefined : `is not in canonical form (\`${use}\`)`;
}

/** What keeps a text from being a block in a field that takes canonical ones only; `undefined` when nothing. */
export function strictCidrFault(text: string): string | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) return 'is not a CIDR block';
  const use = formatCidr(cidr);
  return use === text ? undefined : `is not in canonical form (\`${use}\`)`;
}

/** The warning that an accepted address earns. Source: k8s.io/apimachinery/pkg/util/validation/ip.go, `GetWarningsForIP`. */
export function ipAddressWarning(text: string): AddressWarning | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  const use = formatIpAddress(address);
  if (use === text) return undefined;
  const standard = readAddress(text, true);
  return { code: standard?.family === 6 ? 'not-canonical' : 'non-standard', use };
}

/** The warnings that an accepted block earns. Source: the same file, `GetWarningsForCIDR`. */
export function cidrWarnings(text: string): readonly AddressWarning[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const use = formatCidr(cidr);
  const isMapped = cidr.address.family === 4 && text.includes(':');
  const warnings: AddressWarning[] = [];
  if (formatIpAddress(cidr.address) !== formatIpAddress(cidr.network)) {
    const bits = isMapped ? 128 : cidr.address.bytes.length * 8;
    warnings.push({ code: 'host-bits', use, orUse: `${formatIpAddress(cidr.address)}/${bits}` });
  }
  if (isMapped || isMappedAddress(cidr.address) || readCidr(text, true) === undefined) {
    warnings.push({ code: 'non-standard', use });
  }
  return warnings.length === 0 && cidr.address.family === 6 && use !== text
    ? [{ code: 'not-canonical', use }]
    : warnings;
}

/** Whether a block holds an address. */
export function containsAddress(cidr: Cidr, address: IpAddress): boolean {
  return cidr.network.family === address.family && startsWithBits(address.bytes, cidr.network.bytes, cidr.prefixLength);
}

/** Whether `inner` lies in `outer` (or is equal to it). */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.prefixLength <= inner.prefixLength && containsAddress(outer, inner.network);
}

/**
 * Whether `except` lies in `cidr` and is smaller, as a NetworkPolicy demands of its exceptions.
 * Source: kubernetes pkg/apis/networking/validation, `ValidateIPBlock`.
 */
export function containsStrictly(cidr: Cidr, except: Cidr): boolean {
  return cidr.prefixLength < except.prefixLength && containsAddress(cidr, except.network);
}

/** The address in its canonical form (RFC 5952): `2001:db8::1`. */
export function formatIpAddress({ family, bytes }: IpAddress): string {
  if (family === 4) return bytes.join('.');
  if (isMappedAddress({ family, bytes })) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const run = longestZeroRun(groups);
  const texts = groups.map((group) => group.toString(16));
  if (run.length < 2) return texts.join(':');
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`;
}

/** The block in its canonical form, host bits cleared: `10.0.0.0/8`. */
export function formatCidr({ network, prefixLength }: Cidr): string {
  return `${formatIpAddress(network)}/${prefixLength}`;
}

function readCidr(text: string, isStrict: boolean): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const written = text.slice(0, slash);
  const length = text.slice(slash + 1);
  const address = readAddress(written, isStrict);
  if (address === undefined || !/^[0-9]+$/.test(length) || (isStrict && hasLeadingZero(length))) return undefined;
  // A mapped address counts its prefix from the start of the IPv6 form.
  const offset = address.family === 4 && written.includes(':') ? 96 : 0;
  const prefixLength = Number(length) - offset;
  if (prefixLength > address.bytes.length * 8) return undefined;
  if (prefixLength >= 0) return { address, network: maskAddress(address, prefixLength), prefixLength };
  const unmapped: IpAddress = { family: 6, bytes: [...MAPPED_PREFIX, ...address.bytes] };
  return { address: unmapped, network: maskAddress(unmapped, Number(length)), prefixLength: Number(length) };
}

const MAPPED_PREFIX: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** `isStrict`: as Go's net/netip reads, which refuses leading zeros in IPv4 and groups of more than four digits. */
function readAddress(text: string, isStrict: boolean): IpAddress | undefined {
  if (!text.includes(':')) {
    const bytes = readIpv4(text, isStrict);
    return bytes && { family: 4, bytes };
  }
  const bytes = readIpv6(text, isStrict);
  if (bytes === undefined) return undefined;
  const address: IpAddress = { family: 6, bytes };
  return isMappedAddress(address) ? { family: 4, bytes: bytes.slice(12) } : address;
}

function isMappedAddress({ family, bytes }: IpAddress): boolean {
  return family === 6 && MAPPED_PREFIX.every((byte, index) => bytes[index] === byte);
}

function readIpv4(text: string, isStrict: boolean): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255 && !(isStrict && hasLeadingZero(part))))
    return undefined;
  return parts.map(Number);
}

function readIpv6(text: string, isStrict: boolean): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = readGroups(head, isStrict, tail === undefined);
  if (before === undefined) return undefined;
  if (tail === undefined) return before.length === 16 ? before : undefined;
  const after = readGroups(tail, isStrict, true);
  if (after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  // `::` stands for one group at least.
  return missing < 2 ? undefined : [...before, ...new Array<number>(missing).fill(0), ...after];
}

/** Groups separated by `:`; the last one may be an IPv4 address where the text ends with it. */
function readGroups(text: string, isStrict: boolean, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (isLast && index === groups.length - 1 && group.includes('.')) {
      const embedded = readIpv4(group, isStrict);
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
      continue;
    }
    if (!(isStrict ? /^[0-9a-fA-F]{1,4}$/ : /^0*[0-9a-fA-F]{1,4}$/).test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

function hasLeadingZero(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

function maskAddress({ family, bytes }: IpAddress, prefixLength: number): IpAddress {
  return { family, bytes: bytes.map((byte, index) => byte & maskByte(prefixLength, index)) };
}

function startsWithBits(bytes: readonly number[], network: readonly number[], prefixLength: number): boolean {
  return network.every((byte, index) => ((bytes[index] ?? 0) & maskByte(prefixLength, index)) === byte);
}

/** The byte at `index` of a mask of `prefixLength` ones. */
function maskByte(prefixLength: number, index: number): number {
  const ones = Math.max(0, Math.min(8, prefixLength - index * 8));
  return (0xff << (8 - ones)) & 0xff;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
