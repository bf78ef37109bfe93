import { type Cidr, containsAddress, parseCidr, parseIpAddress } from '../../../ipAddress.ts';

/** What is wrong with an address in a field that takes any writing of one, as the end of a sentence. */
export function ipFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  return parseIpAddress(text) === undefined ? 'is no IP address' : undefined;
}

/** What is wrong with a block in a field that takes any writing of one, as the end of a sentence. */
export function cidrFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  return parseCidr(text) === undefined ? 'is no block of IP addresses such as `10.0.0.0/8`' : undefined;
}

/**
 * What keeps an address from being one that traffic can be sent to, as the end of a sentence.
 * Source: kubernetes pkg/apis/core/validation, `ValidateEndpointIP`.
 */
export function endpointIpFault(text: string): string | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return ipFault(text);
  return SPECIAL_RANGES.find(([range]) => containsAddress(range, address))?.[1];
}

const SPECIAL_RANGES: readonly (readonly [range: Cidr, fault: string])[] = (
  [
    ['0.0.0.0/32', 'is the unspecified address'],
    ['::/128', 'is the unspecified address'],
    ['127.0.0.0/8', 'is a loopback address'],
    ['::1/128', 'is a loopback address'],
    ['169.254.0.0/16', 'is a link-local address'],
    ['fe80::/10', 'is a link-local address'],
    ['224.0.0.0/24', 'is a link-local multicast address'],
    ['ff02::/16', 'is a link-local multicast address'],
  ] as const
).flatMap(([text, fault]) => {
  const range = parseCidr(text);
  return range === undefined ? [] : [[range, fault] as const];
});
