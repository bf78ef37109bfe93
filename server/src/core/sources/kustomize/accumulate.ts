import { isInside, joinPath } from '../../base/path.ts';
import type { YamlDocument, YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { mergeConfigs, readConfigurations } from './configuration.ts';
import {
  type Accumulator,
  type Build,
  type Layer,
  makeOpaque,
  newAccumulator,
  noteUnknown,
  noteUnread,
  placeIn,
  refuse,
} from './context.ts';
import { type DocumentFault, type KnownDocuments, type ObjectText, readObjects } from './documents.ts';
import { field, findFieldFaults, items, KUSTOMIZATION_SHAPE, text, textField } from './fields.ts';
import { generate } from './generators.ts';
import { isRemoteEntry, realPath, whyUnknown } from './load.ts';
import { remember } from './memo.ts';
import type { BuildMapping, Place } from './node.ts';
import { useOpenApi } from './openApi.ts';
import { runGenerators, runTransformerFiles, runValidators } from './plugins.ts';
import { pathOrigin } from './provenance.ts';
import { remarkDeprecated } from './remarks.ts';
import { type BuildResource, currentId, describeId, keyOf, newResource, seal } from './resource.ts';
import { runTransformers } from './transformers.ts';
import { addVariables } from './variables.ts';

export const FILE_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Reads the kustomization of a folder; `undefined` after a refusal, and where its text is not known. */
export function readLayer(build: Build, folder: string, from: Place | undefined): Layer | undefined {
  const found = FILE_NAMES.flatMap((name) => {
    const file = joinPath(folder, name);
    build.read.add(file);
    const content = build.files.read(file);
    return content === undefined ? [] : [{ file, content }];
  });
  const [first, second] = found;
  if (first === undefined) {
    const unknown = whyUnknownFolder(build, folder, folder);
    const place = from ?? { file: joinPath(folder, 'kustomization.yaml'), start: 0, end: 0 };
    const message = 'there is no kustomization.yaml in this folder';
    if (unknown !== undefined) build.unknown.push({ ...place, message: unknown, touches: 'resources' });
    else build.problems.push({ code: 'missing-kustomization', message, ...place });
    return undefined;
  }
  if (second !== undefined) {
    const message = 'this folder has several kustomization files, and kustomize takes just one';
    build.problems.push({ code: 'several-kustomizations', message, file: second.file, start: 0, end: 0 });
    return undefined;
  }
  return checkLayer(build, folder, first.file, first.content);
}

const TEMPLATE = 'a template: what it holds is known once it is rendered';

/** Why it is not known which kustomization a folder has. */
function whyUnknownFolder(build: Build, path: string, folder: string): string | undefined {
  for (const name of FILE_NAMES) {
    const unknown = whyUnknown({ build }, path, joinPath(folder, name));
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

function checkLayer(build: Build, folder: string, file: string, content: string): Layer | undefined {
  const { root, problems } = parseCached(build, file, content);
  const fault = problems.find(
    ({ code }) => code !== 'duplicate-key' && code !== 'merge-override' && code !== 'content-ignored',
  );
  if (fault?.code === 'template') {
    const { start, end } = fault;
    build.unknown.push({ file, start, end, message: TEMPLATE, touches: 'resources' });
    return undefined;
  }
  if (fault !== undefined) {
    build.problems.push({ code: 'malformed', message: fault.message, file, start: fault.start, end: fault.end });
    return undefined;
  }
  const isNothing = root === undefined || (root.kind === 'scalar' && root.value === null);
  const layer: Layer = { build, file, folder, text: content, root: root ?? EMPTY };
  if (!isNothing) {
    for (const { node, kind, message } of findFieldFaults(layer.root, KUSTOMIZATION_SHAPE)) {
      refuse(layer, kind, node, message);
    }
  }
  if (
    isNothing ||
    (layer.root.kind === 'mapping' && layer.root.pairs.every(({ name, value }) => isUnset(name, value)))
  ) {
    refuse(layer, 'empty', layer.root, 'a kustomization without any field: kustomize refuses it');
    return undefined;
  }
  return isKindRight(layer) ? layer : undefined;
}

/** The same nodes as before where the text is. */
function parseCached({ cache }: Build, file: string, text: string): YamlDocument {
  const known = cache.kustomizations.get(file);
  if (known?.text === text) return known.document;
  const document = parseSingle(text);
  cache.kustomizations.set(file, { text, document });
  return document;
}

const EMPTY: YamlNode = { kind: 'scalar', value: null, text: '', style: 'plain', start: 0, end: 0 };

function isUnset(name: string | undefined, value: YamlNode): boolean {
  if (name === 'apiVersion' || name === 'kind') return true;
  return value.kind === 'scalar' && (value.value === null || value.value === '');
}

function isKindRight(layer: Layer): boolean {
  const kind = textField(layer.root, 'kind') || 'Kustomization';
  const version = textField(layer.root, 'apiVersion');
  if (kind !== 'Kustomization' && kind !== 'Component') {
    refuse(layer, 'wrong-kind', field(layer.root, 'kind') ?? layer.root, 'the kind is `Kustomization` or `Component`');
    return false;
  }
  const wanted = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  if (version === '' || version === wanted) return true;
  refuse(
    layer,
    'wrong-kind',
    field(layer.root, 'apiVersion') ?? layer.root,
    `the apiVersion of a ${kind} is \`${wanted}\``,
  );
  return false;
}

/**
 * Carries out one kustomization: its resources, generators, components, transformers. A component works on what its
 * parent has gathered so far; every other one starts with nothing.
 */
export function accumulate(layer: Layer, accumulator: Accumulator, above: readonly string[]): void {
  const { root } = layer;
  accumulator.folders.push(layer.folder);
  remarkDeprecated(layer);
  addResources(layer, accumulator, [...items(root, 'resources'), ...items(root, 'bases')], above);
  const own = remember(layer, root, 'configurations', (at) => readConfigurations(at, items(root, 'configurations')));
  accumulator.config = mergeConfigs(layer, accumulator.config, own, root);
  readCrds(layer);
  const options = field(root, 'generatorOptions');
  for (const entry of items(root, 'configMapGenerator')) generate(accumulator, layer, entry, 'ConfigMap', options);
  for (const entry of items(root, 'secretGenerator')) generate(accumulator, layer, entry, 'Secret', options);
  noteCharts(layer, accumulator);
  runGenerators(layer, accumulator, above);
  for (const entry of items(root, 'components')) addFolder(layer, accumulator, entry, above, undefined);
  runTransformers(layer, accumulator, accumulator.config);
  runTransformerFiles(layer, accumulator, above);
  runValidators(layer);
  addVariables(accumulator, layer, items(root, 'vars'));
}

/** What a path leads to on its own, as an entry of `resources` would. */
export function gather(layer: Layer, entry: YamlNode, above: readonly string[]): Accumulator {
  const own = newAccumulator();
  addResources(layer, own, [entry], above);
  return own;
}

/** Adds what a list of paths leads to: files with objects, folders with kustomizations. */
function addResources(
  layer: Layer,
  accumulator: Accumulator,
  entries: readonly YamlNode[],
  above: readonly string[],
): void {
  const known = idsOf(accumulator);
  for (const entry of entries) {
    const path = text(entry);
    if (isRemoteEntry(path)) {
      noteUnknown(layer, accumulator, entry, `\`${path}\` is not read over the network`, 'resources');
      continue;
    }
    const file = realPath(layer, joinPath(layer.folder, path));
    const content = path === '' ? undefined : layer.build.files.read(file);
    const unknown = content === undefined ? whyUnknown(layer, path, file) : undefined;
    if (path.startsWith('/') && !isInside(layer.folder, file)) {
      refuse(layer, 'outside', entry, 'kustomize takes no absolute paths that lead out of this folder');
    } else if (unknown !== undefined) {
      layer.build.read.add(file);
      noteUnknown(layer, accumulator, entry, unknown, 'resources');
    } else if (content === undefined) {
      addFolder(layer, accumulator, entry, above, known);
      layer.build.read.add(file);
    } else if (!isInside(layer.folder, file)) {
      layer.build.read.add(file);
      const message = `\`${path}\` lies outside of this kustomization's folder, where kustomize reads no files`;
      refuse(layer, 'outside', entry, message);
    } else {
      layer.build.read.add(file);
      const { objects, fault } = readCached(layer.build, file, content);
      if (fault !== undefined) noteFault(layer, accumulator, entry, file, fault);
      appendAll(layer, accumulator, toResources(layer, file, objects), entry, known);
    }
  }
}

type KnownIds = Map<string, BuildResource>;

function idsOf({ resources }: Accumulator): KnownIds {
  return new Map(resources.map((resource) => [keyOf(resource), resource]));
}

function noteFault(layer: Layer, accumulator: Accumulator, entry: YamlNode, file: string, fault: DocumentFault): void {
  const { start, end, message, templated } = fault;
  accumulator.open = true;
  if (templated) layer.build.unknown.push({ file, start, end, message: TEMPLATE, touches: 'resources' });
  else refuse(layer, 'malformed', { file, start, end }, message, placeIn(layer, entry));
}

function toResources(layer: Layer, file: string, objects: readonly BuildMapping[]): readonly BuildResource[] {
  const provenance = pathOrigin(layer, file);
  if (provenance !== undefined) return objects.map((root) => ({ ...newResource(root, file, layer.file), provenance }));
  return objects.map((root) => {
    const listed = layer.build.cache.listed.get(root) ?? [];
    const known = listed.find(({ from }) => from === layer.file);
    if (known !== undefined) return known;
    const made = seal(newResource(root, file, layer.file));
    layer.build.cache.listed.set(root, [...listed, made]);
    return made;
  });
}

function readCached({ cache }: Build, file: string, content: string): ObjectText {
  const known = cache.objects.get(file);
  if (known?.text === content) return known.read;
  const documents: KnownDocuments = new Map();
  const read = readObjects(content, undefined, (span) => span, {
    before: known?.documents ?? new Map(),
    now: documents,
  });
  cache.objects.set(file, { text: content, read, documents });
  return read;
}

function appendAll(
  layer: Layer,
  accumulator: Accumulator,
  added: readonly BuildResource[],
  entry: YamlNode,
  known: KnownIds,
): void {
  for (const resource of added) {
    const key = keyOf(resource);
    const twin = known.get(key);
    if (twin !== undefined) {
      const isSame = twin.file === resource.file && twin.root === resource.root;
      const way = isSame ? ', both times from the same file' : '';
      const message = `${describeId(currentId(resource))} comes into this build twice${way}, so kustomize refuses it`;
      refuse(layer, 'duplicate-id', entry, message, { file: twin.file, start: twin.root.start, end: twin.root.end });
      continue;
    }
    known.set(key, resource);
    accumulator.resources.push(resource);
  }
}

/** Adds the kustomization of a folder; without `known` ids it is a component. */
function addFolder(
  layer: Layer,
  accumulator: Accumulator,
  entry: YamlNode,
  above: readonly string[],
  known: KnownIds | undefined,
): void {
  const isComponent = known === undefined;
  const path = text(entry);
  const { build } = layer;
  if (path === '') {
    refuse(layer, 'missing-file', entry, 'an empty path');
    return;
  }
  if (isComponent && isRemoteEntry(path)) {
    noteUnknown(layer, accumulator, entry, `\`${path}\` is not read over the network`, 'opaque');
    return;
  }
  if (path.startsWith('/')) {
    refuse(layer, 'outside', entry, 'kustomize takes no absolute paths of folders');
    return;
  }
  const folder = realPath(layer, joinPath(layer.folder, path));
  if ([layer.folder, ...above].some((visited) => isInside(folder, visited))) {
    refuse(layer, 'cycle', entry, `\`${path}\` leads back to a folder that is being built`);
    return;
  }
  const place = placeIn(layer, entry);
  if (!FILE_NAMES.some((name) => build.files.read(joinPath(folder, name)) !== undefined)) {
    for (const name of FILE_NAMES) build.read.add(joinPath(folder, name));
    const unknown = whyUnknownFolder(build, path, folder);
    if (unknown !== undefined) {
      noteUnknown(layer, accumulator, entry, unknown, isComponent ? 'opaque' : 'resources');
      return;
    }
    accumulator.open = true;
    const message = `there is neither a file nor a folder with a kustomization at \`${path}\``;
    refuse(layer, 'missing-file', entry, message);
    return;
  }
  const inner = readLayer(build, folder, place);
  if (inner === undefined) {
    accumulator.open = true;
    if (isComponent) makeOpaque(layer, accumulator);
    return;
  }
  useOpenApi(inner);
  const isReallyComponent = textField(inner.root, 'kind') === 'Component';
  if (isReallyComponent !== isComponent) {
    const message = isComponent
      ? `\`${path}\` is no component: it belongs under \`resources\``
      : `\`${path}\` is a component: it belongs under \`components\``;
    refuse(layer, 'wrong-kind', entry, message);
    return;
  }
  if (known === undefined) {
    accumulate(inner, accumulator, [layer.folder, ...above]);
    return;
  }
  // Nothing of what is around it matters to a base, circles apart: one build of it is for all that include it.
  const chain = [layer.folder, ...above];
  const own = remember(inner, inner.root, 'gathered', (at) => {
    const gathered = newAccumulator();
    accumulate(at, gathered, chain);
    return gathered;
  });
  if (own.folders.some((visited) => chain.some((outer) => isInside(visited, outer)))) {
    refuse(layer, 'cycle', entry, `\`${path}\` leads back to a folder that is being built`);
    return;
  }
  accumulator.folders.push(...own.folders);
  appendAll(layer, accumulator, own.resources, entry, known);
  accumulator.config = mergeConfigs(layer, accumulator.config, own.config, entry);
  accumulator.open ||= own.open;
  for (const [name, variable] of own.vars) {
    if (accumulator.vars.has(name)) {
      refuse(layer, 'bad-variable', entry, `the variable \`${name}\` comes into this build twice`);
    }
    accumulator.vars.set(name, variable);
  }
}

function noteCharts(layer: Layer, accumulator: Accumulator): void {
  for (const name of ['helmCharts', 'helmChartInflationGenerator']) {
    for (const chart of items(layer.root, name)) {
      noteUnknown(layer, accumulator, chart, 'what a Helm chart renders is not known', 'resources');
    }
  }
}

/** Definitions of custom resources may name further fields that hold names and labels; that is not evaluated. */
function readCrds(layer: Layer): void {
  for (const entry of items(layer.root, 'crds')) {
    const file = joinPath(layer.folder, text(entry));
    layer.build.read.add(file);
    const content = layer.build.files.read(file);
    const unknown = content === undefined ? whyUnknown(layer, text(entry), file) : undefined;
    if (unknown !== undefined) noteUnread(layer, entry, unknown, 'all');
    else if (content === undefined) refuse(layer, 'missing-file', entry, `there is no file \`${text(entry)}\``);
    else if (/x-kubernetes-(?:annotation|label-selector|identity|object-ref)/.test(content)) {
      noteUnread(layer, entry, 'definitions that name fields of custom resources are not evaluated', 'all');
    }
  }
}
