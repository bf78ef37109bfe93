import type { Span } from '../../base/span.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { type Accumulator, fileOf, type Layer, noteUnknown, type ProblemCode, placeIn, refuse } from './context.ts';
import { type Locate, type ObjectText, readObjects } from './documents.ts';
import { field, flag, text, textField } from './fields.ts';
import { locateInScalar } from './inline.ts';
import { applyOperations, type JsonOperation, readOperations, toJsonTree } from './json6902.ts';
import { readText, type UnknownText } from './load.ts';
import { mergePatch } from './merge.ts';
import {
  type BuildMapping,
  type BuildNode,
  copyMapping,
  mappingAt,
  memberOf,
  newScalar,
  type Origin,
  type Place,
  rawTextOf,
  setField,
  valueAt,
} from './node.ts';
import {
  allIds,
  type BuildResource,
  currentId,
  describeId,
  equalIds,
  gvkOf,
  hasBuildNotes,
  isGone,
  nameOf,
  namespaceOf,
  restateMap,
  retype,
  storeId,
} from './resource.ts';
import { readSelector } from './selectors.ts';

/** A patch's text and where it stands. */
interface PatchText {
  readonly text: string;
  readonly origin: Origin;
  readonly locate: Locate;
  /** The line of the kustomization that names the patch. */
  readonly place: Span;
}

interface PatchOptions {
  readonly name: boolean;
  readonly kind: boolean;
}

const NO_OPTIONS: PatchOptions = { name: false, kind: false };

/** One entry of `patches`: a strategic merge or a JSON patch, inline or in a file. */
export function applyPatchEntry(accumulator: Accumulator, layer: Layer, entry: YamlNode): void {
  const patch = readPatchText(layer, entry);
  if (patch === undefined) return;
  const target = field(entry, 'target');
  if ('unknown' in patch) {
    noteUnknownPatch(accumulator, layer, entry, patch.unknown, target);
    return;
  }
  const options = field(entry, 'options');
  const changes = { name: flag(options, 'allowNameChange'), kind: flag(options, 'allowKindChange') };
  const objects = readObjects(patch.text, patch.origin, patch.locate);
  if (objects.fault?.templated) {
    noteUnknownPatch(accumulator, layer, patch.place, TEMPLATE, target);
    return;
  }
  if (objects.fault === undefined && objects.objects.length > 0) {
    if (target === undefined) applyByName(accumulator, layer, objects.objects, patch.place, changes);
    else if (objects.objects.length > 1) {
      refuse(layer, 'bad-patch', patch.place, 'a patch of several documents cannot have a target');
    } else applyToTargets(accumulator, layer, objects.objects[0], target, changes);
    return;
  }
  const operations = readJsonPatch(patch);
  if (typeof operations === 'string') {
    refuse(
      layer,
      'bad-patch',
      faultPlace(objects, patch),
      objects.fault?.message ?? operations,
      placeIn(layer, patch.place),
    );
  } else if (target === undefined) {
    refuse(layer, 'bad-patch', patch.place, 'a JSON patch needs a target');
  } else applyJson(accumulator, layer, operations, target, true);
}

function faultPlace({ fault }: ObjectText, { origin, place }: PatchText): Span | Place {
  return fault === undefined ? place : { file: origin.file, start: fault.start, end: fault.end };
}

/** One entry of `patchesJson6902`. */
export function applyJsonEntry(accumulator: Accumulator, layer: Layer, entry: YamlNode): void {
  const target = field(entry, 'target');
  if (target === undefined || textField(target, 'name') === '') {
    refuse(layer, 'bad-patch', target ?? entry, 'a patch of `patchesJson6902` needs the name of its target');
    return;
  }
  const patch = readPatchText(layer, entry);
  if (patch === undefined) return;
  if ('unknown' in patch) {
    noteUnknownPatch(accumulator, layer, entry, patch.unknown, target);
    return;
  }
  const operations = readJsonPatch(patch);
  if (typeof operations === 'string') refuse(layer, 'bad-patch', patch.place, operations);
  else if (operations.length === 0) refuse(layer, 'bad-patch', patch.place, 'the patch is empty');
  else applyJson(accumulator, layer, operations, target, false);
}

/** `patchesStrategicMerge`: each entry is a file or the patch itself. */
export function applyStrategicMerge(accumulator: Accumulator, layer: Layer, entries: readonly YamlNode[]): void {
  let count = 0;
  const all: { objects: readonly BuildMapping[]; place: Span }[] = [];
  for (const entry of entries) {
    const origin: Origin = { file: layer.file, kind: 'patched', exact: true };
    const inline =
      entry.kind === 'scalar' ? readObjects(text(entry), origin, locateInScalar(entry, layer.text)) : undefined;
    let objects = inline;
    if (inline === undefined || inline.fault !== undefined) {
      const patch = readFile(layer, entry);
      if (patch === undefined) return;
      if ('unknown' in patch) {
        noteUnknownPatch(accumulator, layer, entry, patch.unknown, undefined);
        count++;
        continue;
      }
      objects = readObjects(patch.text, patch.origin, patch.locate);
      if (objects.fault?.templated) {
        noteUnknownPatch(accumulator, layer, entry, TEMPLATE, undefined);
        count++;
        continue;
      }
      if (objects.fault !== undefined) {
        refuse(layer, 'bad-patch', faultPlace(objects, patch), objects.fault.message, placeIn(layer, entry));
        return;
      }
    }
    count += objects?.objects.length ?? 0;
    all.push({ objects: objects?.objects ?? [], place: entry });
  }
  if (count === 0 && entries[0] !== undefined) refuse(layer, 'bad-patch', entries[0], 'the patch is empty');
  for (const { objects, place } of all) {
    for (const patch of objects) {
      const target = findOne(accumulator, layer, patch, place);
      if (target !== undefined) applyLikeTarget(accumulator, layer, target, patch, NO_OPTIONS);
    }
  }
  dropGone(accumulator);
}

const TEMPLATE = 'the patch is a template: what it changes is known once it is rendered';

/** A patch that is not at hand may change what its target selects; without a target, any object. */
function noteUnknownPatch(
  accumulator: Accumulator,
  layer: Layer,
  place: Span,
  message: string,
  target: YamlNode | undefined,
): void {
  const selects = target === undefined ? undefined : readSelector(target);
  const meant = typeof selects === 'function' ? accumulator.resources.filter(selects) : accumulator.resources;
  noteUnknown(layer, accumulator, place, message, 'fields', meant);
}

function readPatchText(layer: Layer, entry: YamlNode): PatchText | UnknownText | undefined {
  const inline = field(entry, 'patch');
  const path = field(entry, 'path');
  const isInline = text(inline).trim() !== '';
  const isFile = text(path) !== '';
  if (isInline === isFile) {
    const message = isInline ? '`patch` and `path` exclude each other' : 'a patch needs `patch` or `path`';
    refuse(layer, 'bad-patch', path ?? entry, message);
    return undefined;
  }
  if (isFile && path !== undefined) return readFile(layer, path);
  if (inline?.kind !== 'scalar') return undefined;
  return { ...trimInline(layer, inline), place: inline };
}

/** kustomize takes white space around an inline patch away. */
function trimInline(layer: Layer, node: YamlScalar): Omit<PatchText, 'place'> {
  const full = text(node);
  const skipped = full.length - full.trimStart().length;
  const locate = locateInScalar(node, layer.text);
  return {
    text: full.trim(),
    origin: { file: layer.file, kind: 'patched', exact: true },
    locate: ({ start, end }) => locate({ start: start + skipped, end: end + skipped }),
  };
}

function readFile(layer: Layer, path: YamlNode): PatchText | UnknownText | undefined {
  const found = readText(layer, path);
  if (found === undefined || 'unknown' in found) return found;
  return {
    text: found.text,
    origin: { file: found.file, kind: 'patched', exact: true },
    locate: (span) => span,
    place: path,
  };
}

function readJsonPatch(patch: PatchText): readonly JsonOperation[] | string {
  const document = parseSingle(patch.text);
  const fault = document.problems.find(({ code }) => code === 'syntax' || code === 'value' || code === 'template');
  if (fault !== undefined) return `the patch is neither an object nor a list of operations: ${fault.message}`;
  return readOperations(document.root && toJsonTree(document.root, patch.origin, patch.locate));
}

/** Patches that name their objects themselves. */
function applyByName(
  accumulator: Accumulator,
  layer: Layer,
  patches: readonly BuildMapping[],
  place: Span,
  options: PatchOptions,
): void {
  for (const patch of patches) {
    const target = findOne(accumulator, layer, patch, place);
    if (target !== undefined) merge(layer, target, patch, options);
  }
  dropGone(accumulator);
}

function findOne(accumulator: Accumulator, layer: Layer, patch: BuildMapping, place: Span): BuildResource | undefined {
  const name = rawTextOf(valueAt(patch, 'metadata', 'name'));
  const id = { ...gvkOf(patch), name, namespace: rawTextOf(valueAt(patch, 'metadata', 'namespace')) };
  const found = accumulator.resources.filter(
    (resource) => !isGone(resource) && hasName(resource, name) && allIds(resource).some((own) => equalIds(own, id)),
  );
  if (found.length === 1) return found[0];
  if (found.length === 0 && accumulator.open) return undefined;
  const at = valueAt(patch, 'metadata', 'name') ?? patch;
  const where: Place = { file: at.origin?.file ?? layer.file, start: at.start, end: at.end };
  const code: ProblemCode = found.length === 0 ? 'no-target' : 'several-targets';
  const message =
    found.length === 0
      ? `no object of this build is ${describeId(id)} (${apiVersionOf(patch)}), so kustomize refuses the patch`
      : `${found.length} objects of this build are or were ${describeId(id)}, so kustomize refuses the patch`;
  refuse(layer, code, where, message, placeIn(layer, place));
  return undefined;
}

/** Whether an object has or had this name: told before ids are compared. */
function hasName(resource: BuildResource, name: string): boolean {
  return nameOf(resource) === name || resource.former.some((former) => former.name === name);
}

function apiVersionOf(root: BuildMapping): string {
  return rawTextOf(memberOf(root, 'apiVersion'));
}

function applyToTargets(
  accumulator: Accumulator,
  layer: Layer,
  patch: BuildMapping | undefined,
  target: YamlNode,
  options: PatchOptions,
): void {
  const selects = readSelector(target);
  if (typeof selects === 'string') {
    refuse(layer, 'bad-value', target, selects);
    return;
  }
  if (patch === undefined) return;
  for (const resource of accumulator.resources.filter(selects)) {
    applyLikeTarget(accumulator, layer, resource, patch, options);
  }
  dropGone(accumulator);
}

/** A patch chosen by its target has the object's apiVersion, and its labels and annotations become text before it is merged. */
function applyLikeTarget(
  accumulator: Accumulator,
  layer: Layer,
  resource: BuildResource,
  original: BuildMapping,
  options: PatchOptions,
): void {
  if (!accumulator.resources.includes(resource)) return;
  const patch = copyMapping(original);
  restateMap(patch, 'labels');
  restateMap(patch, 'annotations');
  const metadata = mappingAt(patch, 'metadata', patch);
  if (metadata !== undefined) {
    retype(metadata, 'name');
    retype(metadata, 'namespace');
  }
  setField(
    patch,
    'apiVersion',
    newScalar(apiVersionOf(resource.root), '', memberOf(resource.root, 'apiVersion') ?? patch),
  );
  merge(layer, resource, patch, options);
}

function merge(layer: Layer, resource: BuildResource, original: BuildMapping, options: PatchOptions): void {
  const patch = copyMapping(original);
  const name = nameOf(resource);
  const namespace = namespaceOf(resource);
  const namespaceNode = valueAt(resource.root, 'metadata', 'namespace');
  const nameNode = valueAt(resource.root, 'metadata', 'name');
  const kindNode = memberOf(resource.root, 'kind');
  const kind = rawTextOf(kindNode);
  if (options.name || options.kind) storeId(resource);
  const merged = mergePatch(resource.root, patch, {
    schema: layer.build.schema.current,
    file: resource.file,
    refuse: (node, message) =>
      refuse(layer, 'bad-patch', { file: fileOf(node, resource), start: node.start, end: node.end }, message),
  });
  if (merged?.kind !== 'mapping' || merged.pairs.length === 0) {
    resource.gone = true;
    return;
  }
  resource.root = merged;
  if (!options.kind) restore(merged, 'kind', kindNode, kind);
  const metadata = mappingAt(merged, 'metadata', merged);
  if (metadata === undefined) return;
  if (!options.name) restore(metadata, 'name', nameNode, name);
  restore(metadata, 'namespace', namespaceNode, namespace);
}

/** A patch cannot change this field: the object's own text comes back, in the quotes of what stands there now. */
function restore(mapping: BuildMapping, name: string, old: BuildNode | undefined, value: string): void {
  if (value === '' || old === undefined) {
    setField(mapping, name, undefined);
    return;
  }
  const made = newScalar(value, '', { start: old.start, end: old.end, origin: old.origin });
  if (old.unknown !== undefined) made.unknown = old.unknown;
  setField(mapping, name, made);
}

function applyJson(
  accumulator: Accumulator,
  layer: Layer,
  operations: readonly JsonOperation[],
  target: YamlNode,
  remembers: boolean,
): void {
  const selects = readSelector(target);
  if (typeof selects === 'string') {
    refuse(layer, 'bad-value', target, selects);
    return;
  }
  for (const resource of accumulator.resources.filter(selects)) {
    if (remembers) storeId(resource);
    if (hasBuildNotes(resource)) {
      const metadata = mappingAt(resource.root, 'metadata', resource.root);
      if (metadata !== undefined) mappingAt(metadata, 'annotations', metadata);
    }
    const failure = applyOperations(resource.root, operations);
    if (failure !== undefined) {
      const { place, message } = failure;
      const at: Place = { file: fileOf(place, resource), start: place.start, end: place.end };
      refuse(layer, 'bad-patch', at, `${message} in ${describeId(currentId(resource))}`, placeIn(layer, target));
      continue;
    }
    restateMap(resource.root, 'annotations');
  }
}

function dropGone(accumulator: Accumulator): void {
  if (accumulator.resources.some(isGone)) {
    accumulator.resources = accumulator.resources.filter((resource) => !isGone(resource));
  }
}
