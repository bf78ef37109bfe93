import type { YamlNode } from '../../yaml/node.ts';
import { type Accumulator, fileOf, type Layer, placeIn, refuse, type Variable } from './context.ts';
import type { TransformerConfig } from './defaultConfig.ts';
import { lookUp, splitFieldPath } from './fieldPath.ts';
import { visitField } from './fieldSpec.ts';
import { field, text, textField } from './fields.ts';
import { type BuildNode, type BuildScalar, isMissing } from './node.ts';
import {
  allIds,
  type BuildResource,
  copyResource,
  equalGvks,
  equalIds,
  isClusterKind,
  makeWhole,
  type ResourceId,
} from './resource.ts';
import { finalValue, formatNumber, type Tag } from './scalar.ts';

/** Notes the `vars` of a kustomization and the objects that they read. */
export function addVariables(accumulator: Accumulator, layer: Layer, nodes: readonly YamlNode[]): void {
  for (const node of nodes) {
    const name = textField(node, 'name');
    const reference = field(node, 'objref');
    const id = readReference(reference);
    const isExact = id.namespace !== '' || isClusterKind(id);
    const matches = (own: ResourceId) => (isExact ? equalIds(own, id) : own.name === id.name && equalGvks(own, id));
    const found = accumulator.resources.filter((resource) => allIds(resource).some(matches));
    if (found.length > 1) {
      refuse(
        layer,
        'several-targets',
        reference ?? node,
        `${found.length} objects of this build fit the variable \`${name}\``,
      );
    }
    accumulator.resources = accumulator.resources.map((resource) =>
      resource === found[0] ? { ...resource, vars: [...resource.vars, name] } : resource,
    );
    if (accumulator.vars.has(name)) {
      refuse(layer, 'bad-variable', node, `the variable \`${name}\` is defined already`);
      continue;
    }
    const fieldPath = textField(field(node, 'fieldref'), 'fieldPath') || 'metadata.name';
    accumulator.vars.set(name, { name, fieldPath, place: placeIn(layer, field(node, 'name') ?? node) });
  }
}

function readReference(node: YamlNode | undefined): ResourceId {
  const apiVersion = textField(node, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? textField(node, 'group') : apiVersion.slice(0, slash),
    version: apiVersion === '' ? textField(node, 'version') : apiVersion.slice(slash + 1),
    kind: textField(node, 'kind'),
    name: text(field(node, 'name')),
    namespace: textField(node, 'namespace'),
  };
}

/** Puts the values of variables where `$(NAME)` stands. */
export function resolveVariables(accumulator: Accumulator, layer: Layer, config: TransformerConfig): void {
  if (accumulator.vars.size === 0) return;
  const values = new Map<string, { readonly text: string; readonly tag: Tag; readonly variable: Variable }>();
  for (const variable of accumulator.vars.values()) {
    const resource = accumulator.resources.find((candidate) => candidate.vars.includes(variable.name));
    const node = resource && lookUp(resource.root, toLookup(variable.fieldPath));
    if (resource === undefined || node === undefined) {
      if (accumulator.open && resource === undefined) continue;
      const message =
        resource === undefined
          ? `no object of this build is what the variable \`${variable.name}\` refers to`
          : `the object of the variable \`${variable.name}\` has no field \`${variable.fieldPath}\``;
      refuse(layer, 'bad-variable', variable.place, message);
      continue;
    }
    if (node.kind !== 'scalar') continue;
    values.set(variable.name, { ...toValue(node), variable });
  }
  accumulator.resources = accumulator.resources.map(copyResource);
  for (const resource of accumulator.resources) {
    makeWhole(resource);
    for (const spec of config.varReference) {
      visitField(resource, spec, {
        place: resource.root,
        write: (node) => {
          replaceIn(node, resource, layer, values);
          return undefined;
        },
        refuse: (node, message) =>
          refuse(layer, 'bad-value', { file: fileOf(node, resource), start: node.start, end: node.end }, message),
      });
    }
  }
}

/** `spec.ports[0].port` is cut before and behind the number. */
function toLookup(path: string): readonly string[] {
  return splitFieldPath(path).flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/.exec(part);
    if (match === null) return [part];
    return match[1] === '' || match[1] === undefined ? [match[2] ?? ''] : [match[1], match[2] ?? ''];
  });
}

/** What kustomize reads from a field: its own type decides, not its quotes. */
function toValue({ tag, text: content }: BuildScalar): { text: string; tag: Tag } {
  if (tag === 'int') return { text: String(Number.parseInt(content, 10)), tag };
  if (tag === 'float') return { text: formatNumber(Number(finalValue(tag, content, 'plain'))), tag };
  if (tag === 'bool') return { text: content.toLowerCase(), tag };
  return { text: content, tag: 'str' };
}

type Values = ReadonlyMap<string, { readonly text: string; readonly tag: Tag; readonly variable: Variable }>;

function replaceIn(node: BuildNode, resource: BuildResource, layer: Layer, values: Values): void {
  if (isMissing(node)) return;
  if (node.kind === 'scalar') replaceScalar(node, resource, values);
  else if (node.kind === 'mapping') {
    for (const { value } of node.pairs) if (value.kind === 'scalar') replaceScalar(value, resource, values);
  } else {
    for (const item of node.items) {
      if (item.kind === 'scalar' && (item.tag === 'str' || item.tag === '')) replaceScalar(item, resource, values);
      else {
        const at = { file: fileOf(item, resource), start: item.start, end: item.end };
        refuse(layer, 'bad-value', at, 'kustomize looks for variables here and expects text');
      }
    }
  }
}

function replaceScalar(node: BuildScalar, resource: BuildResource, values: Values): void {
  if (node.tag !== 'str' && node.tag !== '') return;
  const { text: old } = node;
  const whole = /^\$\(([^()]*)\)$/.exec(old);
  const single = whole === null ? undefined : values.get(whole[1] ?? '');
  node.style = 'plain';
  if (single !== undefined) {
    note(node, resource, single.variable);
    node.text = single.text;
    node.tag = single.tag;
    return;
  }
  node.tag = 'str';
  if (!old.includes('$')) return;
  let result = '';
  for (let at = 0; at < old.length; at++) {
    const character = old[at] ?? '';
    const next = old[at + 1];
    if (character !== '$' || next === undefined) {
      result += character;
      continue;
    }
    const end = next === '(' ? old.indexOf(')', at + 2) : -1;
    if (next === '$') result += '$';
    else if (end < 0) result += `$${next}`;
    else {
      const name = old.slice(at + 2, end);
      const value = values.get(name);
      if (value !== undefined) note(node, resource, value.variable);
      result += value?.text ?? `$(${name})`;
      at = end;
      continue;
    }
    at++;
  }
  node.text = result;
}

function note(node: BuildScalar, resource: BuildResource, { place }: Variable): void {
  node.origin = { file: fileOf(node, resource), kind: 'kustomization', exact: false, by: place };
}
