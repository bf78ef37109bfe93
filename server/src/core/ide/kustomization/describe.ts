import { code } from '../../explain/link.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { describeObject, type FieldDifference, type ObjectDifference } from './difference.ts';

/**
 * Lines for what a part of a kustomization does: ``changes `spec.replicas` of `Deployment/web` from `1` to `3` ``. What is done
 * alike to many objects is one line, and selectors come first: they decide what gets traffic.
 */
export function describeEffects(effects: readonly ObjectDifference[]): readonly string[] {
  const groups = new Map<string, { readonly change: Change; readonly objects: string[] }>();
  for (const effect of effects) {
    const object = code(describeObject(effect.object));
    for (const change of changesOf(effect)) {
      const key = change.join('\n');
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { change, objects: [object] });
      else known.objects.push(object);
    }
  }
  return [...groups.values()]
    .map(({ change: [what, how], objects }) => `${what}${joinObjects(objects)}${how}`)
    .sort((a, b) => Number(/elector/.test(b)) - Number(/elector/.test(a)));
}

/** A scalar as code, anything else in a word. */
export function describeValue(node: YamlNode | undefined): string {
  if (node === undefined) return 'none';
  if (node.kind === 'mapping') return node.pairs.length === 0 ? '`{}`' : 'a mapping';
  if (node.kind === 'sequence') return node.items.length === 0 ? '`[]`' : `a list of ${node.items.length}`;
  return node.value === null ? '`null`' : code(node.text);
}

/** The words before and after the object's name. */
type Change = readonly [string, string];

function changesOf({ kind, object, fields }: ObjectDifference): readonly Change[] {
  if (kind === 'added') return [['adds ', '']];
  if (kind === 'removed') return [['removes ', '']];
  const isSecret = describeObject(object).startsWith('Secret/');
  return fields.map((field) => changeOf(field, isSecret && /^(?:data|stringData)\b/.test(field.path)));
}

function changeOf({ path, before, after }: FieldDifference, isSecret: boolean): Change {
  if (before === undefined) {
    const isShown = after?.kind === 'scalar' && !isSecret;
    return [`adds ${code(path)} to `, isShown ? `: ${describeValue(after)}` : ''];
  }
  if (after === undefined) return [`removes ${code(path)} from `, ''];
  return [`changes ${code(path)} of `, isSecret ? '' : ` from ${describeValue(before)} to ${describeValue(after)}`];
}

function joinObjects(objects: readonly string[]): string {
  if (objects.length <= 3) return new Intl.ListFormat('en').format(objects);
  return `${objects.slice(0, 2).join(', ')} and ${objects.length - 2} more objects`;
}
