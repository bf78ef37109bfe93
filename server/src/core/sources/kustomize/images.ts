import type { YamlNode } from '../../yaml/node.ts';
import { fileOf, type Layer, placeIn, refuse } from './context.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { field, textField } from './fields.ts';
import {
  type BuildNode,
  type BuildScalar,
  type BuildSequence,
  copyScalar,
  isTaggedNull,
  memberOf,
  type Owner,
  own,
  rawTextOf,
  replaceAt,
  replaceMember,
} from './node.ts';
import type { Step } from './plan.ts';
import { remarkIdle } from './remarks.ts';
import type { BuildResource } from './resource.ts';
import { toRegExp } from './selectors.ts';
import { amend, writeField } from './transform.ts';

/** Changes image names, tags and digests in every `containers` and `initContainers`, and where the table says. */
export function imagesStep(layer: Layer, entry: YamlNode, specs: readonly FieldSpec[]): Step {
  const name = textField(entry, 'name');
  const pattern = toRegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  if (pattern === undefined) {
    refuse(layer, 'bad-value', entry, `\`${name}\` is no regular expression`);
    return { apply: () => undefined };
  }
  const apply = (resource: BuildResource) => {
    if (rawTextOf(memberOf(resource.root, 'kind')) === 'CustomResourceDefinition') return undefined;
    let isFound = false;
    const write = (node: BuildNode) => {
      if (isTaggedNull(node)) return undefined;
      const old = rawTextOf(node);
      if (node.kind !== 'scalar' || !pattern.test(old)) {
        if (node.kind !== 'scalar') {
          const at = { file: fileOf(node, resource), start: node.start, end: node.end };
          refuse(layer, 'bad-value', at, 'kustomize expects the name of an image here');
        }
        return undefined;
      }
      isFound = true;
      const image = changeImage(old, entry);
      return image === old ? retyped(node) : amend(resource, node, image, placeIn(layer, entry));
    };
    const root = changeContainers(resource.root, write, resource.owner);
    if (root.kind === 'mapping') resource.root = root;
    for (const spec of specs) writeField(layer, resource, spec, { write }, entry);
    return isFound ? '' : undefined;
  };
  const check: Step['check'] = (accumulator, at, told) => {
    if (told.length > 0) return;
    remarkIdle(accumulator, at, field(entry, 'name') ?? entry, `no object of this build uses the image \`${name}\``);
  };
  return { apply, check };
}

function retyped(node: BuildScalar): BuildScalar {
  const copy = copyScalar(node);
  copy.tag = '';
  return copy;
}

function changeImage(image: string, entry: YamlNode): string {
  const { name, tag, digest } = splitImage(image);
  const newTag = textField(entry, 'newTag');
  const newDigest = textField(entry, 'digest');
  const suffix = textField(entry, 'tagSuffix');
  let parts = { tag, digest };
  if (newTag !== '' || newDigest !== '') parts = { tag: newTag, digest: newDigest };
  else if (suffix !== '') parts = { tag: tag + suffix, digest: '' };
  const base = textField(entry, 'newName') || name;
  return base + (parts.tag === '' ? '' : `:${parts.tag}`) + (parts.digest === '' ? '' : `@${parts.digest}`);
}

/** The parts of an image's name; a colon before the first slash belongs to the registry. */
function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  const isDigestOnly = at >= 0 && (colon < 0 || at < colon);
  if (isDigestOnly) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (colon < 0) return { name: image, tag: '', digest: '' };
  const end = at < 0 ? image.length : at;
  return { name: image.slice(0, colon), tag: image.slice(colon + 1, end), digest: at < 0 ? '' : image.slice(at + 1) };
}

type Write = (node: BuildNode) => BuildNode | undefined;

/** Every list of that name, however deep. Returns the node itself where nothing in it was written. */
function changeContainers(node: BuildNode, write: Write, owner: Owner): BuildNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'sequence') {
    let changed = node;
    for (const [index, item] of node.items.entries()) {
      const replaced = changeContainers(item, write, owner);
      if (replaced === item) continue;
      changed = own(changed, owner);
      changed.items[index] = replaced;
    }
    return changed;
  }
  let changed = node;
  for (const [index, { key, value }] of node.pairs.entries()) {
    if (value.kind === 'scalar') continue;
    let replaced = changeContainers(value, write, owner);
    if ((key.text === 'containers' || key.text === 'initContainers') && replaced.kind === 'sequence')
      replaced = changeImages(replaced, write, owner);
    if (replaced === value) continue;
    changed = own(changed, owner);
    replaceAt(changed, index, replaced);
  }
  return changed;
}

function changeImages(list: BuildSequence, write: Write, owner: Owner): BuildNode {
  let changed = list;
  for (const [index, item] of list.items.entries()) {
    if (item.kind !== 'mapping') continue;
    const image = memberOf(item, 'image');
    const replaced = image && write(image);
    if (replaced === undefined) continue;
    const container = own(item, owner);
    replaceMember(container, 'image', replaced);
    changed = own(changed, owner);
    changed.items[index] = container;
  }
  return changed;
}
