import { basename, joinPath } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { type Accumulator, derive, fileOf, type Layer, noteUnread, refuse } from './context.ts';
import { entries, field, flag, items, text, textField } from './fields.ts';
import { encodeUtf8, toBase64Lines } from './hash.ts';
import { readPath, type UnknownText } from './load.ts';
import { remember } from './memo.ts';
import {
  type BuildMapping,
  type BuildNode,
  copyNode,
  mappingAt,
  memberOf,
  type NewPlace,
  newMapping,
  newScalar,
  newString,
  setField,
  textOf,
} from './node.ts';
import { configuredOrigin } from './provenance.ts';
import {
  allIds,
  type BuildResource,
  copyResource,
  currentId,
  describeId,
  equalIds,
  makeWhole,
  newResource,
  restateMap,
  seal,
} from './resource.ts';

interface Datum {
  readonly name: string;
  readonly node: (place: NewPlace) => BuildNode;
  readonly place: NewPlace;
  readonly binary: boolean;
}

interface GeneratedData {
  readonly data: readonly Datum[];
  /** Not where an input is not known. */
  readonly isWhole: boolean;
}

/** One entry of `configMapGenerator` or `secretGenerator`. */
export function generate(
  accumulator: Accumulator,
  layer: Layer,
  entry: YamlNode,
  kind: 'ConfigMap' | 'Secret',
  globalOptions: YamlNode | undefined,
): void {
  const generated = remember(layer, entry, kind, (own) => makeGenerated(own, entry, kind, globalOptions));
  if (generated !== undefined) absorb(accumulator, layer, generated, field(entry, 'name') ?? entry);
}

function makeGenerated(
  layer: Layer,
  entry: YamlNode,
  kind: 'ConfigMap' | 'Secret',
  globalOptions: YamlNode | undefined,
): BuildResource | undefined {
  const nameNode = field(entry, 'name');
  if (nameNode === undefined || text(nameNode) === '') {
    refuse(layer, 'bad-generator', entry, 'a generator needs a name');
    return undefined;
  }
  const found = readData(layer, entry, kind);
  if (found === undefined) return undefined;
  const { data, isWhole } = found;
  const options = field(entry, 'options');
  const generated = makeObject(layer, entry, nameNode, kind, data, [options, globalOptions]);
  const behavior = textField(entry, 'behavior');
  generated.behavior = ['create', 'merge', 'replace'].includes(behavior) ? behavior : 'unspecified';
  generated.needsHash = !flag(options, 'disableNameSuffixHash') && !flag(globalOptions, 'disableNameSuffixHash');
  generated.opaque = !isWhole;
  generated.provenance = configuredOrigin(layer, `${kind}Generator`);
  return seal(generated);
}

function makeObject(
  layer: Layer,
  entry: YamlNode,
  nameNode: YamlNode,
  kind: 'ConfigMap' | 'Secret',
  data: readonly Datum[],
  options: readonly (YamlNode | undefined)[],
): BuildResource {
  const place = generatedPlace(layer, entry, false);
  const root = newMapping(place);
  setField(root, 'apiVersion', newScalar('v1', 'str', place));
  setField(root, 'kind', newScalar(kind, 'str', place));
  const metadata = newMapping(place);
  setField(root, 'metadata', metadata);
  setField(metadata, 'name', newString(text(nameNode), generatedPlace(layer, nameNode)));
  const namespace = field(entry, 'namespace');
  if (namespace !== undefined && text(namespace) !== '') {
    setField(metadata, 'namespace', newString(text(namespace), generatedPlace(layer, namespace)));
  }
  if (kind === 'Secret') {
    const type = field(entry, 'type');
    setField(root, 'type', newString(text(type) || 'Opaque', generatedPlace(layer, type ?? entry, type !== undefined)));
    setField(root, 'data', newMapping(place));
  }
  for (const datum of data) {
    const target = mappingAt(root, datum.binary ? 'binaryData' : 'data', place);
    if (target !== undefined) setField(target, datum.name, datum.node(datum.place));
  }
  addOptions(layer, metadata, options);
  if (options.some((option) => flag(option, 'immutable')))
    setField(root, 'immutable', newScalar('true', 'bool', place));
  return newResource(root, layer.file, layer.file);
}

function generatedPlace(layer: Layer, { start, end }: Span, exact = true): NewPlace {
  return { start, end, origin: { file: layer.file, kind: 'generated', exact } };
}

/** The generator's own options win over `generatorOptions`. */
function addOptions(layer: Layer, metadata: BuildMapping, options: readonly (YamlNode | undefined)[]): void {
  for (const name of ['labels', 'annotations']) {
    for (const option of options) {
      for (const pair of entries(field(option, name))) {
        const target = mappingAt(metadata, name, generatedPlace(layer, pair.key));
        if (target === undefined || memberOf(target, pair.name) !== undefined) continue;
        setField(target, pair.name, newString(text(pair.value), generatedPlace(layer, pair.value)));
      }
    }
  }
}

/** The data in kustomize's order of reading; `undefined` after a refusal. */
function readData(layer: Layer, entry: YamlNode, kind: 'ConfigMap' | 'Secret'): GeneratedData | undefined {
  const found: Datum[] = [];
  const unknown: { readonly place: YamlNode; readonly message: string }[] = [];
  const problems = layer.build.problems.length;
  const single = field(entry, 'env');
  for (const path of [...items(entry, 'envs'), ...(single === undefined ? [] : [single])]) {
    const file = readPath(layer, text(path), path);
    if (file === undefined) continue;
    if ('unknown' in file) unknown.push({ place: path, message: file.unknown });
    else found.push(...readEnvironment(file.text, file.file, kind));
  }
  for (const literal of items(entry, 'literals')) {
    const match = /^([^=]+)=(.*)$/s.exec(text(literal));
    if (match === null) refuse(layer, 'bad-generator', literal, 'a literal is written `name=value`');
    else found.push(toDatum(match[1] ?? '', stripQuotes(match[2] ?? ''), kind, literalPlace(layer, literal)));
  }
  for (const source of items(entry, 'files')) {
    const datum = readFileSource(layer, source, kind);
    if (datum === undefined) continue;
    if ('unknown' in datum) unknown.push({ place: source, message: datum.unknown });
    else found.push(datum);
  }
  const seen = new Set<string>();
  for (const { name, place } of found) {
    if (seen.has(name)) {
      const at = { file: place.origin?.file ?? layer.file, start: place.start, end: place.end };
      refuse(layer, 'bad-generator', at, `the generator \`${textField(entry, 'name')}\` has the key \`${name}\` twice`);
    }
    seen.add(name);
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { place, message } of unknown) noteUnread(layer, place, message, 'fields');
  return layer.build.problems.length > problems ? undefined : { data: found, isWhole: unknown.length === 0 };
}

/** Where the value of a literal stands, when its text stands in the file as it is. */
function literalPlace(layer: Layer, literal: YamlNode): NewPlace {
  const content = text(literal);
  const start = layer.text.indexOf(content, literal.start);
  const isWritten = start >= 0 && start + content.length <= literal.end;
  if (!isWritten) return generatedPlace(layer, literal);
  return generatedPlace(layer, { start: start + content.indexOf('=') + 1, end: start + content.length });
}

function toDatum(name: string, value: string, kind: 'ConfigMap' | 'Secret', place: NewPlace): Datum {
  if (kind === 'ConfigMap') return { name, node: (at) => newString(value, at), place, binary: false };
  const content = toBase64Lines(encodeUtf8(value));
  const origin = place.origin && { ...place.origin, exact: false };
  return { name, node: (at) => newString(content, at), place: { ...place, origin }, binary: false };
}

function readFileSource(layer: Layer, source: YamlNode, kind: 'ConfigMap' | 'Secret'): Datum | UnknownText | undefined {
  const parts = text(source).split('=');
  if (parts.length > 2 || (parts.length === 2 && parts.includes(''))) {
    refuse(layer, 'bad-generator', source, 'a file is written `path` or `name=path`');
    return undefined;
  }
  const path = parts.at(-1) ?? '';
  const name = parts.length === 2 ? (parts[0] ?? '') : path === '' ? '.' : basename(path.replace(/\/+$/, ''));
  const file = readPath(layer, path, source);
  if (file === undefined || 'unknown' in file) return file;
  const place: NewPlace = {
    start: 0,
    end: file.text.length,
    origin: { file: file.file, kind: 'generated', exact: true },
  };
  if (!file.text.includes('\ufffd')) return toDatum(name, file.text, kind, place);
  const bytes = layer.build.files.readBytes?.(joinPath(layer.folder, path));
  if (bytes === undefined) return { unknown: `\`${path}\` is no text, and its bytes are not at hand` };
  if (isUtf8(bytes)) return toDatum(name, file.text, kind, place);
  const content = toBase64Lines(bytes);
  const origin = place.origin && { ...place.origin, exact: false };
  return { name, node: (at) => newString(content, at), place: { ...place, origin }, binary: kind === 'ConfigMap' };
}

function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return false;
    for (let index = 1; index < length; index++) if ((bytes[at + index] ?? 0) >> 6 !== 2) return false;
    const second = bytes[at + 1] ?? 0;
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return false;
    if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return false;
    at += length;
  }
  return true;
}

function stripQuotes(value: string): string {
  const quote = value[0];
  return value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote) ? value.slice(1, -1) : value;
}

/** Lines `name=value`; comments and blank lines are left out, a line without `=` has an empty value. */
function readEnvironment(content: string, file: string, kind: 'ConfigMap' | 'Secret'): readonly Datum[] {
  const found: Datum[] = [];
  let start = 0;
  for (const raw of content.split('\n')) {
    const line = (start === 0 ? raw.replace(/^\ufeff/, '') : raw).replace(/\r$/, '').trimStart();
    if (line !== '' && !line.startsWith('#')) {
      const equals = line.indexOf('=');
      const name = equals < 0 ? line : line.slice(0, equals);
      const value = equals < 0 ? '' : line.slice(equals + 1);
      const end = start + raw.replace(/\r$/, '').length;
      const place: NewPlace = { start: end - value.length, end, origin: { file, kind: 'generated', exact: true } };
      if (name !== '') found.push(toDatum(name, value, kind, place));
    }
    start += raw.length + 1;
  }
  return found;
}

/** Adds a generated object, or merges it into or replaces the one with its name. */
export function absorb(accumulator: Accumulator, layer: Layer, generated: BuildResource, place: Span): void {
  const id = currentId(generated);
  const found = accumulator.resources.filter((resource) => allIds(resource).some((own) => equalIds(own, id)));
  const [old] = found;
  const changes = generated.behavior === 'merge' || generated.behavior === 'replace';
  if (old === undefined) {
    if (!changes) accumulator.resources.push(generated);
    else if (!accumulator.open) {
      const message = `no object of this build is ${describeId(id)}, so there is nothing to ${generated.behavior}`;
      refuse(layer, 'no-target', place, message);
    }
    return;
  }
  if (found.length > 1) {
    refuse(layer, 'several-targets', place, `${found.length} objects of this build are or were ${describeId(id)}`);
    return;
  }
  if (!changes) {
    refuse(
      layer,
      'duplicate-id',
      place,
      `${describeId(id)} is there already: \`behavior\` must be \`merge\` or \`replace\``,
    );
    return;
  }
  const merged = derive(layer.build.cache.merged, generated, () => new WeakMap<BuildResource, BuildResource>());
  const result = derive(merged, old, () => {
    const copy = copyResource(generated);
    takeOver(copy, old);
    return seal(copy);
  });
  accumulator.resources = accumulator.resources.map((resource) => (resource === old ? result : resource));
}

/** The new object keeps the old one's name and history; merged, also the data that it does not have itself. */
function takeOver(generated: BuildResource, old: BuildResource): void {
  const root = makeWhole(generated);
  const metadata = mappingAt(root, 'metadata', root);
  const oldMetadata = memberOf(old.root, 'metadata');
  if (metadata !== undefined && oldMetadata !== undefined) {
    for (const name of ['labels', 'annotations'] as const) {
      inherit(metadata, name, memberOf(oldMetadata, name), old);
      restateMap(root, name);
    }
    for (const name of ['name', 'namespace']) {
      const value = memberOf(oldMetadata, name);
      setField(metadata, name, value === undefined ? undefined : adopt(value, old));
    }
  }
  if (generated.behavior === 'merge') {
    generated.provenance = old.provenance ?? generated.provenance;
    for (const name of ['data', 'binaryData']) inherit(root, name, memberOf(old.root, name), old, true);
  }
  generated.former = old.former;
  generated.prefixes = old.prefixes;
  generated.suffixes = old.suffixes;
  generated.vars = old.vars;
  generated.transformations = old.transformations;
  generated.needsHash = generated.needsHash && old.needsHash;
  generated.behavior = old.behavior;
  generated.opaque = old.opaque || generated.opaque;
}

function inherit(
  target: BuildMapping,
  name: string,
  from: BuildNode | undefined,
  old: BuildResource,
  isData = false,
): void {
  const own = memberOf(target, name);
  if (isData) for (const pair of own?.kind === 'mapping' ? own.pairs : []) toText(pair.value);
  if (from?.kind !== 'mapping') return;
  const map = mappingAt(target, name, from);
  if (map === undefined) return;
  for (const { key, value } of from.pairs) {
    if (memberOf(map, key.text) !== undefined) continue;
    const adopted = adopt(value, old);
    if (isData) toText(adopted);
    map.pairs.push({ name: key.text, key: { ...key }, value: adopted, merge: false });
  }
}

function toText(node: BuildNode): void {
  if (node.kind !== 'scalar' || node.tag === 'str') return;
  node.text = textOf(node);
  node.tag = 'str';
  node.style = 'plain';
}

/** A node that moves into another object tells its file itself from now on. */
function adopt(node: BuildNode, old: BuildResource): BuildNode {
  const copy = copyNode(node);
  copy.origin ??= { file: fileOf(node, old), kind: 'written', exact: true };
  return copy;
}
