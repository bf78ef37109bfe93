// Makes pictures of windows small: node scripts/shrinkPng.mjs FILE…   (also used by scripts/e2e.mjs --update-images)
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The same picture with at most 256 colours; a picture of another form is given back as it is. */
export function shrinkPng(png) {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR').data;
  const [width, height, depth, kind, , , interlaced] = [
    header.readUInt32BE(0),
    header.readUInt32BE(4),
    ...header.subarray(8),
  ];
  const channels = { 2: 3, 6: 4 }[kind];
  if (depth !== 8 || channels === undefined || interlaced !== 0) return png;
  const data = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data: part }) => part)));
  const pixels = unfilter(data, width, height, channels);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = choosePalette([...counts].sort((a, b) => b[1] - a[1]).map(([color]) => color));
  const numbers = new Map(palette.map((color, number) => [color, number]));
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, pixel] of pixels.entries()) {
    if (!numbers.has(pixel)) numbers.set(pixel, nearest(palette, pixel));
    rows[at + Math.floor(at / width) + 1] = numbers.get(pixel);
  }
  const newHeader = Buffer.from(header);
  newHeader[9] = 3;
  return Buffer.concat([
    signature,
    chunk('IHDR', newHeader),
    chunk('PLTE', Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function readChunks(png) {
  const chunks = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function chunk(type, data) {
  const part = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(part), 4);
  return Buffer.concat([ends.subarray(0, 4), part, ends.subarray(4)]);
}

/** The colours of all pixels as numbers, without transparency. Source: https://www.w3.org/TR/png-3/#9Filters */
function unfilter(data, width, height, channels) {
  const stride = width * channels;
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const filter = data[start];
    const row = new Uint8Array(stride);
    for (let x = 0; x < stride; x++) {
      const a = x < channels ? 0 : row[x - channels];
      const b = above[x];
      const c = x < channels ? 0 : above[x - channels];
      row[x] = data[start + 1 + x] + [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
    }
    for (let x = 0; x < width; x++) {
      const at = x * channels;
      pixels[y * width + x] = (row[at] << 16) | (row[at + 1] << 8) | row[at + 2];
    }
    above = row;
  }
  return pixels;
}

function paeth(a, b, c) {
  const [toA, toB, toC] = [a, b, c].map((one) => Math.abs(a + b - c - one));
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/** Of colours, the most frequent first: those that differ much, then frequent ones between them. */
function choosePalette(colors) {
  const chosen = [];
  for (const apart of [64, 32, 16, 8, 0]) {
    for (const color of colors) {
      if (chosen.length === 256) return chosen;
      if (chosen.every((other) => distance(color, other) > apart ** 2)) chosen.push(color);
    }
  }
  return chosen;
}

function nearest(palette, color) {
  let best = 0;
  for (const [number, other] of palette.entries())
    if (distance(color, other) < distance(color, palette[best])) best = number;
  return best;
}

function distance(a, b) {
  return [16, 8, 0].reduce((sum, bits) => sum + (((a >> bits) & 255) - ((b >> bits) & 255)) ** 2, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const file of process.argv.slice(2)) await writeFile(file, shrinkPng(await readFile(file)));
