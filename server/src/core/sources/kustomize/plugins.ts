import type { YamlMapping, YamlNode, YamlPair } from '../../yaml/node.ts';
import { readFieldSpec } from './configuration.ts';
import { type Accumulator, type Layer, makeOpaque, noteUnknown, noteUnread, refuse } from './context.ts';
import { readObjects } from './documents.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { entries, field, flag, items, text, textField } from './fields.ts';
import { generate } from './generators.ts';
import { imagesStep } from './images.ts';
import { locateInScalar } from './inline.ts';
import { type Origin, settle } from './node.ts';
import { jsonPatchSteps, patchSteps, strategicMergeSteps } from './patches.ts';
import { newPlan, runPlan, type Step } from './plan.ts';
import { noteStep } from './provenance.ts';
import { applyReplacements } from './replacements.ts';
import { type BuildResource, currentId, describeId, gvkOf, nameOf, namespaceOf, newResource } from './resource.ts';
import { affixStep, entriesStep, type NamespaceOptions, namespaceStep } from './transform.ts';
import { readReplicas, settingOf } from './transformers.ts';

/** The field `generators`: of the plugins only kustomize's own ones are known. */
export function runGenerators(layer: Layer, accumulator: Accumulator, above: readonly string[]): void {
  for (const { resource, place } of readPlugins(layer, accumulator, 'generators', above)) {
    const config = toConfig(layer, resource);
    const { kind } = gvkOf(resource.root);
    if (!isBuiltIn(resource) || (kind !== 'ConfigMapGenerator' && kind !== 'SecretGenerator')) {
      const message = `what ${describeId(currentId(resource))} generates is not known`;
      noteUnknown(layer, accumulator, place, message, 'resources');
      continue;
    }
    const metadata = field(resource.root, 'metadata');
    const named = withDefaults(resource.root, ['name', 'namespace'], metadata);
    generate(accumulator, config, named, kind === 'SecretGenerator' ? 'Secret' : 'ConfigMap', undefined);
  }
}

/** The field `transformers`, after all others. */
export function runTransformerFiles(layer: Layer, accumulator: Accumulator, above: readonly string[]): void {
  for (const { resource, place } of readPlugins(layer, accumulator, 'transformers', above)) {
    const transform = isBuiltIn(resource) ? TRANSFORMERS[gvkOf(resource.root).kind] : undefined;
    if (transform !== undefined) {
      const config = toConfig(layer, resource);
      transform(accumulator, config, resource.root);
      runPlan(accumulator, config, newPlan(config, noteStep(config, gvkOf(resource.root).kind)));
    } else {
      const message = `what ${describeId(currentId(resource))} changes is not known`;
      noteUnknown(layer, accumulator, place, message, 'opaque');
    }
  }
}

/** A validator changes nothing, but may refuse the build. */
export function runValidators(layer: Layer): void {
  for (const entry of items(layer.root, 'validators')) {
    noteUnread(layer, entry, 'what a validator accepts is not known', 'nothing');
  }
}

interface Plugin {
  readonly resource: BuildResource;
  readonly place: YamlNode;
}

function readPlugins(
  layer: Layer,
  accumulator: Accumulator,
  name: 'generators' | 'transformers',
  above: readonly string[],
): readonly Plugin[] {
  const plugins: Plugin[] = [];
  for (const entry of items(layer.root, name)) {
    if (entry.kind !== 'scalar') continue;
    const origin: Origin = { file: layer.file, kind: 'kustomization', exact: true };
    const inline = readObjects(text(entry), origin, locateInScalar(entry, layer.text));
    if (inline.fault === undefined) {
      for (const root of inline.objects) {
        plugins.push({ resource: newResource(root, layer.file, layer.file), place: entry });
      }
      continue;
    }
    const own = layer.build.gather(layer, entry, above);
    if (own.open) {
      accumulator.open = true;
      if (name === 'transformers') makeOpaque(layer, accumulator);
    }
    for (const resource of own.resources) plugins.push({ resource, place: entry });
  }
  for (const { resource } of plugins) {
    settle(resource.root, ({ start, end }, message) =>
      refuse(layer, 'bad-value', { file: resource.file, start, end }, message),
    );
  }
  return plugins;
}

function isBuiltIn({ root }: BuildResource): boolean {
  const { group, version } = gvkOf(root);
  return group === '' && version === 'builtin';
}

/** The layer as its plugin sees it: positions are those of the plugin's own file. */
function toConfig(layer: Layer, resource: BuildResource): Layer {
  const { file, root } = resource;
  const plugin = { name: nameOf(resource), namespace: namespaceOf(resource) };
  return { ...layer, file, text: layer.build.files.read(file) ?? '', root, plugin };
}

function withDefaults(root: YamlMapping, names: readonly string[], from: YamlNode | undefined): YamlMapping {
  const added = names.flatMap((name): YamlPair[] => {
    const value = field(from, name);
    return value === undefined || field(root, name) !== undefined ? [] : [{ name, key: value, value, merge: false }];
  });
  return { ...root, pairs: [...root.pairs, ...added] };
}

function run(accumulator: Accumulator, layer: Layer, steps: readonly Step[]): void {
  runPlan(accumulator, layer, newPlan(layer, steps));
}

type Transformer = (accumulator: Accumulator, layer: Layer, root: YamlMapping) => void;

function specsOf(root: YamlNode): readonly FieldSpec[] {
  return items(root, 'fieldSpecs').map(readFieldSpec);
}

function runAffixes(accumulator: Accumulator, layer: Layer, root: YamlMapping): void {
  for (const side of ['prefix', 'suffix'] as const) {
    const setting = settingOf(root, side) ?? { value: '', start: root.start, end: root.end };
    if (setting.value !== '') run(accumulator, layer, [affixStep(layer, setting, specsOf(root), side)]);
  }
}

function runNamespaces(accumulator: Accumulator, layer: Layer, root: YamlMapping): void {
  const metadata = field(root, 'metadata');
  const namespace = metadata && settingOf(metadata, 'namespace');
  const subjects = textField(root, 'setRoleBindingSubjects') || 'defaultOnly';
  if (subjects !== 'defaultOnly' && subjects !== 'allServiceAccounts' && subjects !== 'none') {
    const message = '`setRoleBindingSubjects` is `defaultOnly`, `allServiceAccounts` or `none`';
    refuse(layer, 'bad-value', field(root, 'setRoleBindingSubjects') ?? root, message);
    return;
  }
  const options: NamespaceOptions = { unsetOnly: flag(root, 'unsetOnly'), subjects };
  if (namespace !== undefined) run(accumulator, layer, [namespaceStep(layer, namespace, specsOf(root), options)]);
}

/** Renames a field, for an entry that a kustomization calls otherwise. */
function renamed(root: YamlMapping, from: string, to: string): YamlMapping {
  const value = field(root, from);
  return value === undefined
    ? root
    : { ...root, pairs: [...root.pairs, { name: to, key: value, value, merge: false }] };
}

const TRANSFORMERS: Readonly<Record<string, Transformer>> = {
  AnnotationsTransformer: (accumulator, layer, root) =>
    run(accumulator, layer, [entriesStep(layer, entries(field(root, 'annotations')), specsOf(root))]),
  ImageTagTransformer: (accumulator, layer, root) =>
    run(accumulator, layer, [imagesStep(layer, field(root, 'imageTag') ?? root, specsOf(root))]),
  LabelTransformer: (accumulator, layer, root) =>
    run(accumulator, layer, [entriesStep(layer, entries(field(root, 'labels')), specsOf(root))]),
  NamespaceTransformer: runNamespaces,
  PatchJson6902Transformer: (accumulator, layer, root) =>
    run(accumulator, layer, jsonPatchSteps(layer, renamed(root, 'jsonOp', 'patch'))),
  PatchStrategicMergeTransformer: (accumulator, layer, root) => {
    const inline = field(root, 'patches');
    const all = [...items(root, 'paths'), ...(inline === undefined ? [] : [inline])];
    run(accumulator, layer, strategicMergeSteps(layer, all));
  },
  PatchTransformer: (accumulator, layer, root) => run(accumulator, layer, patchSteps(layer, root)),
  PrefixTransformer: runAffixes,
  SuffixTransformer: runAffixes,
  PrefixSuffixTransformer: runAffixes,
  ReplacementTransformer: (accumulator, layer, root) =>
    applyReplacements(accumulator, layer, items(root, 'replacements')),
  ReplicaCountTransformer: (accumulator, layer, root) =>
    run(accumulator, layer, [readReplicas(layer, field(root, 'replica') ?? root, specsOf(root))]),
};
