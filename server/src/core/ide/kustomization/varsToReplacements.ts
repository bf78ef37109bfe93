import type { BuiltResource } from '../../sources/kustomize/build.ts';
import { memberOf, textOf, valueAt } from '../../sources/kustomize/node.ts';
import type { TextEdit } from '../../yaml/edit.ts';
import { findPair, findValue, type YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';

/** A field in which a variable is replaced, as a replacement would name it. */
interface Use {
  readonly kind: string;
  readonly name: string;
  readonly fieldPath: string;
  /** The part of the text that the variable is, where it is not all of it. */
  readonly part: { readonly delimiter: string; readonly index: number } | undefined;
}

/**
 * The edit that puts `replacements` in place of a kustomization's `vars`, which copy the same values to the same fields;
 * `undefined` where there is none. `before` and `after` are what the kustomization comes to without and with its
 * variables. Whether a whole build stays what it is remains to be proved: names may change after a value was copied.
 */
export function varsToReplacements(
  text: string,
  before: readonly BuiltResource[],
  after: readonly BuiltResource[],
): TextEdit | undefined {
  const { root, problems } = parseSingle(text);
  const vars = root?.kind === 'mapping' && !root.flow && problems.length === 0 ? findPair(root, 'vars') : undefined;
  if (vars === undefined || vars.value.kind !== 'sequence' || findPair(root, 'replacements') !== undefined)
    return undefined;
  const lines = ['replacements:'];
  for (const variable of vars.value.items) {
    const source = readSource(variable);
    const uses = source === undefined ? undefined : findUses(`$(${source.name})`, before, after);
    if (source === undefined || uses === undefined || uses.length === 0) return undefined;
    lines.push('- source:', ...source.lines.map((line) => `    ${line}`), '  targets:', ...uses.flatMap(targetLines));
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const end = vars.value.start + text.slice(vars.value.start, vars.value.end).trimEnd().length;
  return { start: vars.key.start, end, newText: lines.join(eol) };
}

/** The text of a kustomization without its variables, all else at its place. */
export function withoutVars(text: string): string {
  const { root } = parseSingle(text);
  const vars = root?.kind === 'mapping' ? findPair(root, 'vars') : undefined;
  if (vars === undefined) return text;
  const { start } = vars.key;
  const { end } = vars.value;
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + text.slice(end);
}

function readSource(variable: YamlNode): { readonly name: string; readonly lines: readonly string[] } | undefined {
  const name = textIn(variable, 'name');
  const object = findValue(variable, 'objref');
  const kind = textIn(object, 'kind');
  const objectName = textIn(object, 'name');
  if (name === undefined || kind === undefined || objectName === undefined) return undefined;
  const [version = '', group = textIn(object, 'group')] = (textIn(object, 'apiVersion') ?? '').split('/').reverse();
  const path = textIn(findValue(variable, 'fieldref'), 'fieldpath') ?? 'metadata.name';
  const members = [
    ['group', group],
    ['version', version || textIn(object, 'version')],
    ['kind', kind],
    ['name', objectName],
    ['namespace', textIn(object, 'namespace')],
    ['fieldPath', path.replaceAll(/\[(\d+)\]/g, '.$1')],
  ] as const;
  return { name, lines: members.flatMap(([key, value]) => (value ? [`${key}: ${quote(value)}`] : [])) };
}

function targetLines({ kind, name, fieldPath, part }: Use): readonly string[] {
  const options =
    part === undefined
      ? []
      : ['    options:', `      delimiter: ${JSON.stringify(part.delimiter)}`, `      index: ${part.index}`];
  const select = ['  - select:', `      kind: ${quote(kind)}`, `      name: ${quote(name)}`];
  return [...select, '    fieldPaths:', `    - ${quote(fieldPath)}`, ...options];
}

/** `undefined` where a text holds the variable in a way that no replacement can name. */
function findUses(
  placeholder: string,
  before: readonly BuiltResource[],
  after: readonly BuiltResource[],
): readonly Use[] | undefined {
  const uses: Use[] = [];
  for (const [index, { root }] of before.entries()) {
    const other = after[index]?.root;
    if (other === undefined) return undefined;
    const kind = textOf(memberOf(root, 'kind'));
    const name = textOf(valueAt(root, 'metadata', 'name'));
    for (const { path, text } of changedTexts(root, other, [])) {
      if (!text.includes(placeholder)) continue;
      const part = text === placeholder ? undefined : findPart(text, placeholder);
      if (part === undefined && text !== placeholder) return undefined;
      uses.push({ kind, name, fieldPath: path.join('.'), part });
    }
  }
  return uses;
}

function findPart(text: string, placeholder: string): Use['part'] {
  for (const delimiter of ['/', ':', '.', '-', ',', '=', '@', ' ']) {
    const parts = text.split(delimiter);
    const index = parts.indexOf(placeholder);
    if (index >= 0 && parts.filter((part) => part.includes(placeholder)).length === 1) return { delimiter, index };
  }
  return undefined;
}

interface ChangedText {
  readonly path: readonly string[];
  readonly text: string;
}

/** The texts of a tree that are others in a second one of the same shape. */
function changedTexts(before: YamlNode, after: YamlNode, path: readonly string[]): readonly ChangedText[] {
  if (before === after) return [];
  if (before.kind === 'scalar') {
    const isSame = after.kind === 'scalar' && after.text === before.text;
    return isSame ? [] : [{ path, text: before.text }];
  }
  if (before.kind === 'mapping')
    return before.pairs.flatMap(({ name = '', value }) => {
      const other = findValue(after, name);
      return other === undefined ? [] : changedTexts(value, other, [...path, name.replaceAll('.', '\\.')]);
    });
  return before.items.flatMap((item, index) => {
    const other = after.kind === 'sequence' ? after.items[index] : undefined;
    const name = textIn(item, 'name');
    const isOnly = before.items.filter((each) => textIn(each, 'name') === name).length === 1;
    const step = name !== undefined && isOnly && !/[.$]/.test(name) ? `[name=${name}]` : String(index);
    return other === undefined ? [] : changedTexts(item, other, [...path, step]);
  });
}

function textIn(node: YamlNode | undefined, name: string): string | undefined {
  const found = findValue(node, name);
  return found?.kind === 'scalar' && found.value !== null ? found.text : undefined;
}

function quote(text: string): string {
  return /^[A-Za-z][\w./[\]=-]*$/.test(text) ? text : JSON.stringify(text);
}
