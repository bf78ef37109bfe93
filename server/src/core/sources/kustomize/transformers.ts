import type { YamlNode } from '../../yaml/node.ts';
import { mergeSpecs, readFieldSpec } from './configuration.ts';
import type { Accumulator, Layer } from './context.ts';
import type { TransformerConfig } from './defaultConfig.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { entries, field, flag, items, text, textField } from './fields.ts';
import { setImages } from './images.ts';
import { applyJsonEntry, applyPatchEntry, applyStrategicMerge } from './patches.ts';
import { noteTransformation } from './provenance.ts';
import { applyReplacements } from './replacements.ts';
import { addAffix, addEntries, type Setting, setNamespaces, setReplicas } from './transform.ts';

/** The fields of a kustomization that change objects, in kustomize's order. */
export function runTransformers(layer: Layer, accumulator: Accumulator, config: TransformerConfig): void {
  const { root } = layer;
  const merges = items(root, 'patchesStrategicMerge');
  const note = (kind: string) => noteTransformation(accumulator, layer, `${kind}Transformer`);
  if (merges.length > 0) {
    applyStrategicMerge(accumulator, layer, merges);
    note('PatchStrategicMerge');
  }
  for (const entry of items(root, 'patches')) {
    applyPatchEntry(accumulator, layer, entry);
    note('Patch');
  }
  const namespace = settingOf(root, 'namespace');
  if (namespace !== undefined) {
    setNamespaces(accumulator, layer, namespace, config.namespace);
    note('Namespace');
  }
  const prefix = settingOf(root, 'namePrefix');
  if (prefix !== undefined) {
    addAffix(accumulator, layer, prefix, config.namePrefix, 'prefix');
    note('Prefix');
  }
  const suffix = settingOf(root, 'nameSuffix');
  if (suffix !== undefined) {
    addAffix(accumulator, layer, suffix, config.nameSuffix, 'suffix');
    note('Suffix');
  }
  for (const entry of items(root, 'labels')) {
    const specs = labelSpecs(layer, entry, config);
    addEntries(accumulator, layer, entries(field(entry, 'pairs')), specs);
    note('Label');
  }
  const commonLabels = entries(field(root, 'commonLabels'));
  addEntries(accumulator, layer, commonLabels, config.commonLabels);
  if (items(root, 'labels').length > 0 || commonLabels.length > 0) note('Label');
  const annotations = entries(field(root, 'commonAnnotations'));
  addEntries(accumulator, layer, annotations, config.commonAnnotations);
  if (annotations.length > 0) note('Annotations');
  for (const entry of items(root, 'patchesJson6902')) {
    applyJsonEntry(accumulator, layer, entry);
    note('PatchJson6902');
  }
  for (const entry of items(root, 'replicas')) {
    addReplicas(accumulator, layer, entry, config);
    note('ReplicaCount');
  }
  for (const entry of [...items(root, 'images'), ...items(root, 'imageTags')]) {
    setImages(accumulator, layer, entry, config.images);
    note('ImageTag');
  }
  const replacements = items(root, 'replacements');
  if (replacements.length > 0) {
    applyReplacements(accumulator, layer, replacements);
    note('Replacement');
  }
}

/** A text and its place; `undefined` where it is absent or empty. */
export function settingOf(node: YamlNode, name: string): Setting<string> | undefined {
  const found = field(node, name);
  const value = text(found);
  return found === undefined || value === '' ? undefined : { value, start: found.start, end: found.end };
}

export function addReplicas(accumulator: Accumulator, layer: Layer, entry: YamlNode, config: TransformerConfig): void {
  const name = field(entry, 'name') ?? entry;
  const count = field(entry, 'count') ?? entry;
  const number = count.kind === 'scalar' ? String(count.value ?? 0) : '0';
  setReplicas(
    accumulator,
    layer,
    { value: textField(entry, 'name'), start: name.start, end: name.end },
    { value: number, start: count.start, end: count.end },
    config,
  );
}

function labelSpecs(layer: Layer, entry: YamlNode, config: TransformerConfig): readonly FieldSpec[] {
  let specs = mergeSpecs(layer, items(entry, 'fields').map(readFieldSpec), config.labels, entry);
  if (flag(entry, 'includeSelectors')) return mergeSpecs(layer, specs, config.commonLabels, entry);
  if (flag(entry, 'includeTemplates')) specs = mergeSpecs(layer, specs, config.templateLabels, entry);
  return mergeSpecs(layer, specs, [{ path: 'metadata/labels', create: true }], entry);
}
