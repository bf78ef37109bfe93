import { type Cidr, formatIpAddress, type IpAddress, parseCidr } from '../k8s/ipAddress.ts';
import type { IpBlock } from '../k8s/networkPolicy.ts';

/** Addresses that follow each other, both ends included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** All addresses, cut where a block or an exception starts or ends: each block holds all of a range or nothing of it. */
export function cutAddresses(blocks: readonly IpBlock[]): readonly AddressRange[] {
  const cidrs = blocks.flatMap(({ cidr, except }) =>
    [cidr, ...except].flatMap((one) => parseCidr(one?.value ?? '') ?? []),
  );
  return ([4, 6] as const).flatMap((family) => {
    const starts = new Set([0n]);
    for (const cidr of cidrs) {
      if (cidr.network.family !== family) continue;
      const { first, last } = rangeOf(cidr);
      starts.add(first).add(last + 1n);
    }
    const end = 1n << BigInt(widthOf(family));
    const sorted = [...starts].filter((start) => start < end).sort((a, b) => (a < b ? -1 : 1));
    return sorted.map((first, at) => ({ family, first, last: (sorted[at + 1] ?? end) - 1n }));
  });
}

/** Of the ranges that blocks were cut into, those that a block holds, by their places in the list. `undefined`: not decided. */
export function rangesInBlock(
  ranges: readonly AddressRange[],
  { cidr, except }: IpBlock,
): readonly number[] | undefined {
  const outer = parseCidr(cidr?.value ?? '');
  const inner = except.map((one) => parseCidr(one?.value ?? ''));
  if (outer === undefined || inner.some((one) => one === undefined)) return undefined;
  const excluded = new Set(inner.flatMap((one) => (one === undefined ? [] : placesIn(ranges, rangeOf(one)))));
  return placesIn(ranges, rangeOf(outer)).filter((place) => !excluded.has(place));
}

/** The first address of a range. */
export function firstAddress({ family, first }: AddressRange): IpAddress {
  const count = widthOf(family) / 8;
  const bytes = Array.from({ length: count }, (_, at) => Number((first >> BigInt((count - 1 - at) * 8)) & 0xffn));
  return { family, bytes };
}

/** The fewest blocks that make up ranges, at most `limit` of them and `…` for the rest: `10.0.0.0/8`. */
export function rangesText(ranges: readonly AddressRange[], limit: number): readonly string[] {
  const texts: string[] = [];
  for (const { family, first, last } of joinRanges(ranges)) {
    for (let start = first; start <= last; ) {
      if (texts.length === limit) return [...texts, '…'];
      let bits = 0;
      const width = widthOf(family);
      while (bits < width && (start >> BigInt(bits)) % 2n === 0n && start + (1n << BigInt(bits + 1)) - 1n <= last)
        bits++;
      texts.push(`${formatIpAddress(firstAddress({ family, first: start, last }))}/${width - bits}`);
      start += 1n << BigInt(bits);
    }
  }
  return texts;
}

function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before !== undefined && before.family === range.family && before.last + 1n === range.first)
      joined[joined.length - 1] = { ...before, last: range.last };
    else joined.push(range);
  }
  return joined;
}

function placesIn(ranges: readonly AddressRange[], { family, first, last }: AddressRange): readonly number[] {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range !== undefined && (range.family < family || (range.family === family && range.first < first)))
      low = middle + 1;
    else high = middle;
  }
  const places: number[] = [];
  for (let at = low; at < ranges.length; at++) {
    const range = ranges[at];
    if (range === undefined || range.family !== family || range.first > last) break;
    places.push(at);
  }
  return places;
}

function rangeOf({ network, prefixLength }: Cidr): AddressRange {
  const first = network.bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const last = first + (1n << BigInt(widthOf(network.family) - prefixLength)) - 1n;
  return { family: network.family, first, last };
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}
