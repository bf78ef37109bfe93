import type { Span } from '../../base/span.ts';
import type { YamlNode, YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { fileOf, type Layer, noteUnread, type ProblemCode, placeIn, refuse } from './context.ts';
import { type Locate, readObjects } from './documents.ts';
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
import type { Step } from './plan.ts';
import { remarkIdle } from './remarks.ts';
import {
  allIds,
  type BuildResource,
  currentId,
  describeId,
  equalIds,
  gvkOf,
  hasBuildNotes,
  makeWhole,
  nameOf,
  namespaceOf,
  ownMetadata,
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
export function patchSteps(layer: Layer, entry: YamlNode): readonly Step[] {
  const patch = readPatchText(layer, entry);
  if (patch === undefined) return [];
  const target = field(entry, 'target');
  if ('unknown' in patch) return [unknownStep(layer, entry, patch.unknown, target)];
  const options = field(entry, 'options');
  const changes = { name: flag(options, 'allowNameChange'), kind: flag(options, 'allowKindChange') };
  const { objects, fault } = readObjects(patch.text, patch.origin, patch.locate);
  if (fault?.templated) return [unknownStep(layer, patch.place, TEMPLATE, target)];
  if (fault === undefined && objects.length > 0) {
    if (target === undefined) return objects.map((object) => namedStep(layer, object, patch.place, changes, false));
    if (objects.length > 1) {
      refuse(layer, 'bad-patch', patch.place, 'a patch of several documents cannot have a target');
      return [];
    }
    return objects.flatMap((object) =>
      selectedStep(layer, target, (own) => merge(layer, own, like(object, own), changes)),
    );
  }
  const operations = readJsonPatch(patch);
  if (typeof operations === 'string') {
    const place = fault === undefined ? patch.place : { file: patch.origin.file, start: fault.start, end: fault.end };
    refuse(layer, 'bad-patch', place, fault?.message ?? operations, placeIn(layer, patch.place));
    return [];
  }
  if (target !== undefined)
    return selectedStep(layer, target, (own) => applyJson(layer, own, operations, target, true));
  refuse(layer, 'bad-patch', patch.place, 'a JSON patch needs a target');
  return [];
}

/** One entry of `patchesJson6902`. */
export function jsonPatchSteps(layer: Layer, entry: YamlNode): readonly Step[] {
  const target = field(entry, 'target');
  if (target === undefined || textField(target, 'name') === '') {
    refuse(layer, 'bad-patch', target ?? entry, 'a patch of `patchesJson6902` needs the name of its target');
    return [];
  }
  const patch = readPatchText(layer, entry);
  if (patch === undefined) return [];
  if ('unknown' in patch) return [unknownStep(layer, entry, patch.unknown, target)];
  const operations = readJsonPatch(patch);
  if (typeof operations !== 'string' && operations.length > 0) {
    return selectedStep(layer, target, (own) => applyJson(layer, own, operations, target, false));
  }
  refuse(layer, 'bad-patch', patch.place, typeof operations === 'string' ? operations : 'the patch is empty');
  return [];
}

/** `patchesStrategicMerge`: each entry is a file or the patch itself. */
export function strategicMergeSteps(layer: Layer, entries: readonly YamlNode[]): readonly Step[] {
  const steps: Step[] = [];
  for (const entry of entries) {
    const origin: Origin = { file: layer.file, kind: 'patched', exact: true };
    let found =
      entry.kind === 'scalar' ? readObjects(text(entry), origin, locateInScalar(entry, layer.text)) : undefined;
    if (found === undefined || found.fault !== undefined) {
      const patch = readFile(layer, entry);
      if (patch === undefined) return [];
      found = 'unknown' in patch ? undefined : readObjects(patch.text, patch.origin, patch.locate);
      if (found === undefined || found.fault?.templated) {
        steps.push(unknownStep(layer, entry, 'unknown' in patch ? patch.unknown : TEMPLATE, undefined));
        continue;
      }
      if (found.fault !== undefined && !('unknown' in patch)) {
        const { start, end, message } = found.fault;
        refuse(layer, 'bad-patch', { file: patch.origin.file, start, end }, message, placeIn(layer, entry));
        return [];
      }
    }
    for (const object of found.objects) steps.push(namedStep(layer, object, entry, NO_OPTIONS, true));
  }
  if (steps.length === 0 && entries[0] !== undefined) refuse(layer, 'bad-patch', entries[0], 'the patch is empty');
  return steps;
}

const TEMPLATE = 'the patch is a template: what it changes is known once it is rendered';

/** A patch that is not at hand may change what its target selects; without a target, any object. */
function unknownStep(layer: Layer, place: Span, message: string, target: YamlNode | undefined): Step {
  noteUnread(layer, place, message, 'fields');
  const selects = target === undefined ? undefined : readSelector(target);
  return {
    apply: (resource) => {
      if (typeof selects === 'function' && !selects(resource)) return undefined;
      resource.opaque = true;
      return '';
    },
    check: (accumulator) => {
      accumulator.open = true;
    },
  };
}

/** A change to all objects that a `target` selects, which may be none. */
function selectedStep(layer: Layer, target: YamlNode, change: (resource: BuildResource) => void): readonly Step[] {
  const selects = readSelector(target);
  if (typeof selects === 'string') {
    refuse(layer, 'bad-value', target, selects);
    return [];
  }
  const apply = (resource: BuildResource) => {
    if (!selects(resource)) return undefined;
    change(resource);
    return '';
  };
  const check: Step['check'] = (accumulator, at, told) => {
    if (told.length === 0) remarkIdle(accumulator, at, target, 'the target selects no object of this build');
  };
  return [{ apply, check }];
}

/** A patch that names its object itself, which must be there once. */
function namedStep(layer: Layer, patch: BuildMapping, place: Span, options: PatchOptions, isLike: boolean): Step {
  const name = rawTextOf(valueAt(patch, 'metadata', 'name'));
  const id = { ...gvkOf(patch), name, namespace: rawTextOf(valueAt(patch, 'metadata', 'namespace')) };
  const apply = (resource: BuildResource) => {
    if (!hasName(resource, name) || !allIds(resource).some((own) => equalIds(own, id))) return undefined;
    merge(layer, resource, isLike ? like(patch, resource) : patch, options);
    return '';
  };
  const check: Step['check'] = ({ open }, at, told) => {
    if (told.length === 1 || (told.length === 0 && open)) return;
    const written = valueAt(patch, 'metadata', 'name') ?? patch;
    const where: Place = { file: written.origin?.file ?? layer.file, start: written.start, end: written.end };
    const code: ProblemCode = told.length === 0 ? 'no-target' : 'several-targets';
    const message =
      told.length === 0
        ? `no object of this build is ${describeId(id)} (${apiVersionOf(patch)}), so kustomize refuses the patch`
        : `${told.length} objects of this build are or were ${describeId(id)}, so kustomize refuses the patch`;
    refuse(at, code, where, message, placeIn(layer, place));
  };
  return { apply, check };
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

/** Whether an object has or had this name: told before ids are compared. */
function hasName(resource: BuildResource, name: string): boolean {
  return nameOf(resource) === name || resource.former.some((former) => former.name === name);
}

function apiVersionOf(root: BuildMapping): string {
  return rawTextOf(memberOf(root, 'apiVersion'));
}

/** A patch chosen by its target has the object's apiVersion, and its labels and annotations become text before it is merged. */
function like(original: BuildMapping, { root }: BuildResource): BuildMapping {
  const patch = copyMapping(original);
  restateMap(patch, 'labels');
  restateMap(patch, 'annotations');
  const metadata = mappingAt(patch, 'metadata', patch);
  if (metadata !== undefined) {
    retype(metadata, 'name');
    retype(metadata, 'namespace');
  }
  setField(patch, 'apiVersion', newScalar(apiVersionOf(root), '', memberOf(root, 'apiVersion') ?? patch));
  return patch;
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
  const merged = mergePatch(makeWhole(resource), patch, {
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
  layer: Layer,
  resource: BuildResource,
  operations: readonly JsonOperation[],
  target: YamlNode,
  remembers: boolean,
): void {
  if (remembers) storeId(resource);
  if (hasBuildNotes(resource)) {
    ownMetadata(resource);
    const metadata = mappingAt(resource.root, 'metadata', resource.root);
    if (metadata !== undefined) mappingAt(metadata, 'annotations', metadata);
  }
  const failure = applyOperations(resource, operations);
  if (failure === undefined) {
    ownMetadata(resource);
    restateMap(resource.root, 'annotations');
    return;
  }
  const { place, message } = failure;
  const at: Place = { file: fileOf(place, resource), start: place.start, end: place.end };
  refuse(layer, 'bad-patch', at, `${message} in ${describeId(currentId(resource))}`, placeIn(layer, target));
}
