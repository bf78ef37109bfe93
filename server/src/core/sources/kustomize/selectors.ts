import type { YamlNode } from '../../yaml/node.ts';
import { textField } from './fields.ts';
import {
  type BuildResource,
  currentId,
  effectiveNamespace,
  type Gvk,
  originalId,
  type ResourceId,
  textMap,
} from './resource.ts';

/** Tells which objects a patch is for. */
type ResourceSelector = (resource: BuildResource) => boolean;

/** Reads a patch's `target`; a sentence where it cannot be read. Every pattern must match the whole text. */
export function readSelector(target: YamlNode): ResourceSelector | string {
  const patterns = new Map<string, (text: string) => boolean>();
  for (const name of ['group', 'version', 'kind', 'name', 'namespace']) {
    const pattern = textField(target, name);
    if (pattern === '') continue;
    const matches = toMatcher(pattern);
    if (matches === undefined) return `\`${pattern}\` is no regular expression`;
    patterns.set(name, matches);
  }
  const labels = readLabelSelector(textField(target, 'labelSelector'));
  const annotations = readLabelSelector(textField(target, 'annotationSelector'));
  if (typeof labels === 'string') return labels;
  if (typeof annotations === 'string') return annotations;
  const holds = (name: string, ...texts: readonly string[]) => {
    const matches = patterns.get(name);
    return matches === undefined || texts.some(matches);
  };
  return (resource) => {
    const current = currentId(resource);
    const original = originalId(resource);
    return (
      holds('namespace', effectiveNamespace(original), effectiveNamespace(current)) &&
      holds('name', original.name, current.name) &&
      holds('group', current.group) &&
      holds('version', current.version) &&
      holds('kind', current.kind) &&
      labels(textMap(resource.root, 'labels')) &&
      annotations(textMap(resource.root, 'annotations'))
    );
  };
}

/** A test for a Go regular expression over the whole text. */
function toMatcher(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\w./-]*$/.test(pattern) && !pattern.includes('.')) return (text) => text === pattern;
  const regex = toRegExp(`^(?:${pattern})$`);
  return regex === undefined ? undefined : (text) => regex.test(text);
}

/** A Go regular expression (RE2) as one of ours, as far as the two agree. */
export function toRegExp(pattern: string): RegExp | undefined {
  const flags = /^(\^\(\?:)?\(\?([is]+)\)/.exec(pattern);
  const body = (flags === null ? pattern : (flags[1] ?? '') + pattern.slice(flags[0].length))
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
    .replace(/\[\[:(\w+):\]\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole);
  try {
    return new RegExp(body, flags?.[2] ?? '');
  } catch {
    return undefined;
  }
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alpha: '[A-Za-z]',
  digit: '[0-9]',
  alnum: '[0-9A-Za-z]',
  lower: '[a-z]',
  upper: '[A-Z]',
  space: '\\s',
  word: '\\w',
};

/** `app=web,tier!=db,env in (a, b),!old`: a test over a map of texts, or a sentence. */
export function readLabelSelector(selector: string): ((labels: ReadonlyMap<string, string>) => boolean) | string {
  const tests: ((labels: ReadonlyMap<string, string>) => boolean)[] = [];
  let rest = selector.trim();
  const broken = `\`${selector}\` is no label selector`;
  while (rest !== '') {
    const match =
      /^(?:(!)\s*([^\s,=!()<>]+)|([^\s,=!()<>]+)(?:\s*(==|=|!=|<|>)\s*([^\s,=!()<>]*)|\s+(in|notin)\s*\(([^()]*)\))?)\s*(?:,\s*|$)/.exec(
        rest,
      );
    if (match === null || match[0] === '') return broken;
    rest = rest.slice(match[0].length);
    const [, absent, absentKey, key = '', operator, value = '', set, list = ''] = match;
    if (absent !== undefined) tests.push((labels) => !labels.has(absentKey ?? ''));
    else if (set !== undefined) {
      const values = new Set(list.split(',').map((item) => item.trim()));
      const isIn = set === 'in';
      tests.push((labels) => {
        const own = labels.get(key);
        return own === undefined ? !isIn : values.has(own) === isIn;
      });
    } else if (operator === undefined) tests.push((labels) => labels.has(key));
    else if (operator === '!=') tests.push((labels) => labels.get(key) !== value);
    else if (operator === '<' || operator === '>') tests.push((labels) => compare(labels.get(key), operator, value));
    else tests.push((labels) => labels.get(key) === value);
  }
  return (labels) => tests.every((test) => test(labels));
}

function compare(own: string | undefined, operator: '<' | '>', value: string): boolean {
  if (own === undefined || !/^[-+]?\d+$/.test(own) || !/^[-+]?\d+$/.test(value)) return false;
  return operator === '<' ? Number(own) < Number(value) : Number(own) > Number(value);
}

/** Whether an id fits a selector without patterns: replacements and their rejections. */
export function isSelectedBy(id: ResourceId, selector: ResourceId): boolean {
  return (
    (selector.name === '' || selector.name === id.name) &&
    (selector.namespace === '' || effectiveNamespace(selector) === effectiveNamespace(id)) &&
    isKindSelected(id, selector)
  );
}

function isKindSelected(id: Gvk, { group, version, kind }: Gvk): boolean {
  return (
    (kind === '' || kind === id.kind) &&
    (group === '' || group === id.group) &&
    (version === '' || version === id.version)
  );
}

/** The parts of an id as a kustomization writes them. */
export function readId(node: YamlNode | undefined): ResourceId {
  return {
    group: textField(node, 'group'),
    version: textField(node, 'version'),
    kind: textField(node, 'kind'),
    name: textField(node, 'name'),
    namespace: textField(node, 'namespace'),
  };
}
