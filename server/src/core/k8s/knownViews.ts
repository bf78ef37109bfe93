import { findValue, type YamlMapping, type YamlNode } from '../yaml/node.ts';
import type { Fault, ReadContext } from './field.ts';
import type { Resource } from './resource.ts';
import type { ResourceBase } from './resourceBase.ts';

/** Views of objects, by the `spec` that they were read from. */
export type KnownViews = Map<YamlNode, KnownView>;

/** What is needed to read versions of one object once. */
export interface SharingContext extends ReadContext {
  /** Objects read before, of which those that are read now may be other versions. */
  readonly known?: KnownViews;
}

interface KnownView {
  readonly root: YamlMapping;
  readonly view: Resource;
  /** Those of what is no metadata. */
  readonly faults: readonly Fault[];
}

/**
 * What `read` gives, or gave for an object that shares all but its metadata with this one: the versions of an object in several
 * kustomizations are read once. Readers of kinds take of the metadata what `base` holds; those of Pods take more.
 */
export function readShared(
  base: ResourceBase,
  root: YamlNode,
  context: SharingContext,
  read: (base: ResourceBase, root: YamlNode, context: ReadContext) => Resource,
): Resource {
  const { known, faults } = context;
  const spec = known === undefined || base.kind === 'Pod' ? undefined : findValue(root, 'spec');
  if (known === undefined || spec === undefined || root.kind !== 'mapping') return read(base, root, context);
  const before = known.get(spec);
  if (before !== undefined && isSameBut(before, base, root)) {
    faults.push(...before.faults);
    return { ...before.view, ...base };
  }
  const count = faults.length;
  const view = read(base, root, context);
  known.set(spec, { root, view, faults: faults.slice(count) });
  return view;
}

function isSameBut({ root, view }: KnownView, base: ResourceBase, { pairs }: YamlMapping): boolean {
  if (view.file !== base.file || view.start !== base.start || view.end !== base.end) return false;
  if (view.apiVersion !== base.apiVersion || view.kind !== base.kind || view.opaque !== base.opaque) return false;
  if ((view.name?.value === undefined) !== (base.name?.value === undefined)) return false;
  if (pairs.length !== root.pairs.length) return false;
  return pairs.every(({ name, value, merge }, index) => {
    const other = root.pairs[index];
    return !merge && other !== undefined && name === other.name && (value === other.value || name === 'metadata');
  });
}
