import type { YamlNode } from '../../yaml/node.ts';
import { mergeSpecs, readFieldSpec } from './configuration.ts';
import type { Accumulator, Layer } from './context.ts';
import type { TransformerConfig } from './defaultConfig.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { entries, field, flag, items, text, textField } from './fields.ts';
import { imagesStep } from './images.ts';
import { remember } from './memo.ts';
import { jsonPatchSteps, patchSteps, strategicMergeSteps } from './patches.ts';
import { newPlan, runPlan, type Step } from './plan.ts';
import { noteStep } from './provenance.ts';
import { applyReplacements } from './replacements.ts';
import { affixStep, entriesStep, namespaceStep, replicasStep, type Setting } from './transform.ts';

/** The fields of a kustomization that change objects, in kustomize's order. */
export function runTransformers(layer: Layer, accumulator: Accumulator, config: TransformerConfig): void {
  const { root } = layer;
  const plan = remember(layer, root, config, (own) => newPlan(own, readSteps(own, config)));
  runPlan(accumulator, layer, plan);
  const replacements = items(root, 'replacements');
  if (replacements.length === 0) return;
  applyReplacements(accumulator, layer, replacements);
  runPlan(accumulator, layer, newPlan(layer, noteStep(layer, 'ReplacementTransformer')));
}

function readSteps(layer: Layer, config: TransformerConfig): readonly Step[] {
  const { root } = layer;
  const steps: Step[] = [];
  const add = (kind: string, ...added: readonly Step[]) =>
    steps.push(...added, ...noteStep(layer, `${kind}Transformer`));
  const merges = items(root, 'patchesStrategicMerge');
  if (merges.length > 0) add('PatchStrategicMerge', ...strategicMergeSteps(layer, merges));
  for (const entry of items(root, 'patches')) add('Patch', ...patchSteps(layer, entry));
  const namespace = settingOf(root, 'namespace');
  if (namespace !== undefined) add('Namespace', namespaceStep(layer, namespace, config.namespace));
  const prefix = settingOf(root, 'namePrefix');
  if (prefix !== undefined) add('Prefix', affixStep(layer, prefix, config.namePrefix, 'prefix'));
  const suffix = settingOf(root, 'nameSuffix');
  if (suffix !== undefined) add('Suffix', affixStep(layer, suffix, config.nameSuffix, 'suffix'));
  const labels = items(root, 'labels');
  for (const entry of labels) {
    add('Label', entriesStep(layer, entries(field(entry, 'pairs')), labelSpecs(layer, entry, config)));
  }
  const commonLabels = entries(field(root, 'commonLabels'));
  if (commonLabels.length > 0) add('Label', entriesStep(layer, commonLabels, config.commonLabels));
  else if (labels.length > 0) add('Label');
  const annotations = entries(field(root, 'commonAnnotations'));
  if (annotations.length > 0) add('Annotations', entriesStep(layer, annotations, config.commonAnnotations));
  for (const entry of items(root, 'patchesJson6902')) add('PatchJson6902', ...jsonPatchSteps(layer, entry));
  for (const entry of items(root, 'replicas')) add('ReplicaCount', readReplicas(layer, entry, config.replicas));
  for (const entry of [...items(root, 'images'), ...items(root, 'imageTags')]) {
    add('ImageTag', imagesStep(layer, entry, config.images));
  }
  return steps;
}

/** A text and its place; `undefined` where it is absent or empty. */
export function settingOf(node: YamlNode, name: string): Setting<string> | undefined {
  const found = field(node, name);
  const value = text(found);
  return found === undefined || value === '' ? undefined : { value, start: found.start, end: found.end };
}

export function readReplicas(layer: Layer, entry: YamlNode, specs: readonly FieldSpec[]): Step {
  const name = field(entry, 'name') ?? entry;
  const count = field(entry, 'count') ?? entry;
  const number = count.kind === 'scalar' ? String(count.value ?? 0) : '0';
  return replicasStep(
    layer,
    { value: textField(entry, 'name'), start: name.start, end: name.end },
    { value: number, start: count.start, end: count.end },
    specs,
  );
}

function labelSpecs(layer: Layer, entry: YamlNode, config: TransformerConfig): readonly FieldSpec[] {
  let specs = mergeSpecs(layer, items(entry, 'fields').map(readFieldSpec), config.labels, entry);
  if (flag(entry, 'includeSelectors')) return mergeSpecs(layer, specs, config.commonLabels, entry);
  if (flag(entry, 'includeTemplates')) specs = mergeSpecs(layer, specs, config.templateLabels, entry);
  return mergeSpecs(layer, specs, [{ path: 'metadata/labels', create: true }], entry);
}
