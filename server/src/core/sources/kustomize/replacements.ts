import type { YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { type Accumulator, fileOf, type Layer, noteUnread, type ProblemCode, refuse } from './context.ts';
import { findFields, lookUp, splitFieldPath } from './fieldPath.ts';
import { field, findFieldFaults, flag, items, REPLACEMENT_SHAPE, text, textField } from './fields.ts';
import { readText } from './load.ts';
import {
  type BuildNode,
  copyNode,
  isEmpty,
  type NewPlace,
  newScalar,
  type Origin,
  type Place,
  rawTextOf,
  textOf,
} from './node.ts';
import { remarkIdle } from './remarks.ts';
import {
  allIds,
  type BuildResource,
  copyResource,
  currentId,
  describeId,
  formerIds,
  makeWhole,
  textMap,
} from './resource.ts';
import { isSelectedBy, readId, readLabelSelector } from './selectors.ts';

/** Where a replacement is written: the kustomization, or a file that it names. */
interface Written {
  readonly layer: Layer;
  readonly file: string;
}

/** Carries out the entries of `replacements` in order. */
export function applyReplacements(accumulator: Accumulator, layer: Layer, entries: readonly YamlNode[]): void {
  const all: { node: YamlNode; written: Written }[] = [];
  for (const entry of entries) {
    const path = field(entry, 'path');
    if (path === undefined || text(path) === '') {
      all.push({ node: entry, written: { layer, file: layer.file } });
      continue;
    }
    if (field(entry, 'source') !== undefined || items(entry, 'targets').length > 0) {
      refuse(layer, 'bad-replacement', path, '`path` excludes a replacement beside it');
      return;
    }
    const found = readText(layer, path);
    if (found === undefined) return;
    if ('unknown' in found) {
      noteUnread(layer, path, found.unknown, 'all');
      return;
    }
    const { root, problems } = parseSingle(found.text);
    const fault = problems.find(({ code }) => code === 'syntax' || code === 'value');
    if (fault !== undefined || root === undefined || root.kind === 'scalar') {
      const at = { file: found.file, start: fault?.start ?? 0, end: fault?.end ?? 0 };
      refuse(layer, 'bad-replacement', at, fault?.message ?? 'the file holds no replacement');
      return;
    }
    const written = { layer, file: found.file };
    for (const node of root.kind === 'sequence' ? root.items : [root]) {
      for (const { node: wrong, kind, message } of findFieldFaults(node, REPLACEMENT_SHAPE)) {
        if (kind === 'wrong-type') report(written, 'wrong-type', wrong, message);
      }
      all.push({ node, written });
    }
  }
  const own = new Set<BuildResource>();
  for (const { node, written } of all) if (!applyOne(accumulator, written, node, own)) return;
}

function report(
  { layer, file }: Written,
  code: ProblemCode,
  { start, end }: { start: number; end: number },
  message: string,
): false {
  refuse(layer, code, { file, start, end }, message);
  return false;
}

/** `own`: the objects that have been copied already, and may be changed. */
function applyOne(accumulator: Accumulator, written: Written, node: YamlNode, own: Set<BuildResource>): boolean {
  const sourceValue = field(node, 'sourceValue');
  const source = field(node, 'source');
  const targets = field(node, 'targets');
  if ((sourceValue === undefined && source === undefined) || targets?.kind !== 'sequence') {
    return report(written, 'bad-replacement', node, 'a replacement needs a source and targets');
  }
  if (sourceValue !== undefined && source !== undefined) {
    return report(written, 'bad-replacement', sourceValue, '`source` and `sourceValue` exclude each other');
  }
  const value =
    source === undefined ? constant(written, sourceValue ?? node) : readSource(accumulator, written, source);
  if (value === undefined) return false;
  if (value === 'unknown') {
    const { start, end } = source ?? node;
    const message = 'the source may be an object that is not at hand';
    written.layer.build.unknown.push({ file: written.file, start, end, message, touches: 'all' });
    return true;
  }
  for (const target of targets.items) if (!writeTarget(accumulator, written, target, value, own)) return false;
  return true;
}

function constant({ file }: Written, node: YamlNode): BuildNode {
  const origin: Origin = { file, kind: 'kustomization', exact: true };
  return newScalar(text(node), '', { start: node.start, end: node.end, origin });
}

function readSource(accumulator: Accumulator, written: Written, source: YamlNode): BuildNode | 'unknown' | undefined {
  const selector = readId(source);
  const found = accumulator.resources.filter((resource) => allIds(resource).some((id) => isSelectedBy(id, selector)));
  const [resource] = found;
  if (resource === undefined) {
    if (accumulator.open) return 'unknown';
    report(written, 'no-target', source, `no object of this build is the source ${describeId(selector)}`);
    return undefined;
  }
  if (found.length > 1) {
    report(written, 'several-targets', source, `${found.length} objects of this build fit the source; it must be one`);
    return undefined;
  }
  const path = textField(source, 'fieldPath') || 'metadata.name';
  const node = lookUp(resource.root, splitFieldPath(path));
  if (isEmpty(node) || node === undefined) {
    const at = field(source, 'fieldPath') ?? source;
    report(written, 'bad-replacement', at, `${describeId(currentId(resource))} has no field \`${path}\``);
    return undefined;
  }
  const value = copyNode(node);
  tellFile(value, resource.file);
  return refine(written, source, value);
}

/** Nodes that move into another object tell their file themselves from now on. */
function tellFile(node: BuildNode, file: string): void {
  node.origin ??= { file, kind: 'written', exact: true };
  if (node.kind === 'sequence') for (const item of node.items) tellFile(item, file);
  else if (node.kind === 'mapping') for (const { value } of node.pairs) tellFile(value, file);
}

/** Takes the part of the value that `delimiter` and `index` choose. */
function refine(written: Written, source: YamlNode, value: BuildNode): BuildNode | undefined {
  const options = field(source, 'options');
  const delimiter = textField(options, 'delimiter');
  if (delimiter === '') return value;
  if (value.kind !== 'scalar') {
    report(written, 'bad-replacement', source, 'a delimiter needs a plain value');
    return undefined;
  }
  const index = numberField(options, 'index');
  const part = textOf(value).split(delimiter)[index];
  if (part === undefined || index < 0) {
    report(written, 'bad-replacement', options ?? source, `the value \`${textOf(value)}\` has no part ${index}`);
    return undefined;
  }
  value.text = part;
  return value;
}

function numberField(node: YamlNode | undefined, name: string): number {
  const found = field(node, name);
  return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : 0;
}

function writeTarget(
  accumulator: Accumulator,
  written: Written,
  target: YamlNode,
  value: BuildNode,
  own: Set<BuildResource>,
): boolean {
  const select = field(target, 'select');
  if (select === undefined) return report(written, 'bad-replacement', target, 'a target needs `select`');
  const rejects = items(target, 'reject');
  const isMeant = readChoice(select, rejects);
  if (typeof isMeant === 'string') return report(written, 'bad-value', target, isMeant);
  const paths = items(target, 'fieldPaths');
  let isIdle = true;
  for (const [index, found] of accumulator.resources.entries()) {
    if (!isMeant(found)) continue;
    isIdle = false;
    const resource = own.has(found) ? found : copyResource(found);
    own.add(resource);
    accumulator.resources[index] = resource;
    for (const path of paths.length === 0 ? [undefined] : paths) {
      if (!writeField(resource, written, target, path, value)) return false;
    }
  }
  if (isIdle) {
    const at = { build: written.layer.build, file: written.file };
    remarkIdle(accumulator, at, select, 'this selects no object of this build');
  }
  return true;
}

function readChoice(select: YamlNode, rejects: readonly YamlNode[]): ((resource: BuildResource) => boolean) | string {
  const selected = readEntries(select);
  if (typeof selected === 'string') return selected;
  const rejected: ((resource: BuildResource) => boolean)[] = [];
  for (const reject of rejects) {
    const hasSelector = textField(reject, 'labelSelector') !== '' || textField(reject, 'annotationSelector') !== '';
    const fits = readEntries(reject);
    if (typeof fits === 'string') return fits;
    const id = readId(reject);
    const hasId = [id.group, id.version, id.kind, id.name, id.namespace].some((part) => part !== '');
    rejected.push((resource) => {
      if (hasSelector && fits(resource)) return true;
      return hasId && currentFirst(resource).some((own) => isSelectedBy(own, id));
    });
  }
  const id = readId(select);
  return (resource) =>
    selected(resource) &&
    currentFirst(resource).some((own) => isSelectedBy(own, id)) &&
    !rejected.some((rejects) => rejects(resource));
}

function currentFirst(resource: BuildResource): ReturnType<typeof allIds> {
  return [currentId(resource), ...formerIds(resource)];
}

function readEntries(selector: YamlNode): ((resource: BuildResource) => boolean) | string {
  const labels = readLabelSelector(textField(selector, 'labelSelector'));
  const annotations = readLabelSelector(textField(selector, 'annotationSelector'));
  if (typeof labels === 'string') return labels;
  if (typeof annotations === 'string') return annotations;
  return ({ root }) => labels(textMap(root, 'labels')) && annotations(textMap(root, 'annotations'));
}

function writeField(
  resource: BuildResource,
  written: Written,
  target: YamlNode,
  pathNode: YamlNode | undefined,
  value: BuildNode,
): boolean {
  const path = pathNode === undefined ? 'metadata.name' : text(pathNode);
  const options = field(target, 'options');
  const create = flag(options, 'create');
  const { start, end } = pathNode ?? target;
  const by: Place = { file: written.file, start, end };
  const created: NewPlace = { start, end, origin: { file: written.file, kind: 'kustomization', exact: false } };
  const found = findFields(makeWhole(resource), splitFieldPath(path), create ? value.kind : undefined, created);
  if (typeof found === 'string') return report(written, 'bad-replacement', pathNode ?? target, found);
  if (found.length === 0) {
    const message = `${describeId(currentId(resource))} has no field \`${path}\``;
    return report(written, 'bad-replacement', pathNode ?? target, message);
  }
  for (const slot of found) {
    const node = slot.get();
    const part = combine(node, value, options);
    if (part === undefined) {
      return report(written, 'bad-replacement', options ?? target, 'a delimiter needs a plain value');
    }
    const base: Place = { file: fileOf(node, resource), start: node.start, end: node.end };
    const origin: Origin = { ...sourceOrigin(value, written), by, base, exact: part.exact };
    if (node.kind === 'scalar') {
      node.text = part.value.kind === 'scalar' ? part.value.text : '';
      delete node.aliasOf;
      if (value.kind === 'scalar' && value.aliasOf !== undefined) node.aliasOf = value.aliasOf;
      node.start = value.start;
      node.end = value.end;
      node.origin = origin;
    } else {
      const copy = copyNode(part.value);
      copy.origin = origin;
      slot.set(copy);
    }
  }
  return true;
}

function sourceOrigin(value: BuildNode, { file }: Written): Origin {
  return { kind: 'kustomization', exact: true, file: value.origin?.file ?? file };
}

/** The value with the parts of the old one that the delimiter keeps. */
function combine(
  node: BuildNode,
  value: BuildNode,
  options: YamlNode | undefined,
): { readonly value: BuildNode; readonly exact: boolean } | undefined {
  const delimiter = textField(options, 'delimiter');
  if (delimiter === '') return { value, exact: value.origin?.exact ?? true };
  if (node.kind !== 'scalar') return undefined;
  const parts = rawTextOf(node).split(delimiter);
  const index = numberField(options, 'index');
  const part = textOf(value);
  if (index < 0) parts.unshift(part);
  else if (index >= parts.length) parts.push(part);
  else parts[index] = part;
  const copy = copyNode(value);
  if (copy.kind === 'scalar') copy.text = parts.join(delimiter);
  return { value: copy, exact: false };
}
