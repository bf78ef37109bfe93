import { effectivePairs, type YamlMapping, type YamlNode, type YamlPair, type YamlScalar } from './node.ts';
import { toScalarText } from './quote.ts';
import { resolveScalar } from './scalars.ts';

/**
 * A tree as YAML text, in the form in which kustomize writes it: keys sorted, lists as far left as their key, texts of
 * several lines as blocks. `commentOf` gives what stands behind a value on its line, without the `#`.
 */
export function printYaml(root: YamlNode, commentOf: (node: YamlNode) => string | undefined = () => undefined): string {
  const lines: string[] = [];
  const tail = (node: YamlNode) => {
    const comment = commentOf(node);
    return comment === undefined ? '' : ` # ${comment}`;
  };
  const printMapping = (node: YamlMapping, indent: string, first: string): void => {
    let lead = first;
    for (const pair of sortedPairs(node)) {
      printAfter(pair.value, `${lead}${keyText(pair)}:`, indent);
      lead = indent;
    }
  };
  /** A value below `indent`, whose first line begins with `head`: a key, or the dash of an item. */
  const printAfter = (node: YamlNode, head: string, indent: string): void => {
    if (node.kind === 'scalar') {
      const [start = '', ...block] = scalarLines(node);
      lines.push(`${head} ${start}${tail(node)}`, ...block.map((line) => (line === '' ? '' : `${indent}  ${line}`)));
    } else if (isEmpty(node)) lines.push(`${head} ${node.kind === 'mapping' ? '{}' : '[]'}${tail(node)}`);
    else if (node.kind === 'mapping') {
      lines.push(head);
      printMapping(node, `${indent}  `, `${indent}  `);
    } else {
      lines.push(head);
      for (const item of node.items) printItem(item, indent);
    }
  };
  const printItem = (node: YamlNode, indent: string): void => {
    if (node.kind === 'mapping' && !isEmpty(node)) printMapping(node, `${indent}  `, `${indent}- `);
    else if (node.kind === 'sequence' && !isEmpty(node)) {
      lines.push(`${indent}-`);
      for (const item of node.items) printItem(item, `${indent}  `);
    } else printAfter(node, `${indent}-`, indent);
  };
  if (root.kind === 'mapping' && !isEmpty(root)) printMapping(root, '', '');
  else if (root.kind === 'sequence' && !isEmpty(root)) for (const item of root.items) printItem(item, '');
  else {
    printAfter(root, '', '');
    lines[0] = lines[0]?.slice(1) ?? '';
  }
  return `${lines.join('\n')}\n`;
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'scalar') return false;
  return node.kind === 'sequence' ? node.items.length === 0 : effectivePairs(node).length === 0;
}

function sortedPairs(node: YamlMapping): readonly YamlPair[] {
  return [...effectivePairs(node)].sort((a, b) => compareKeys(nameOf(a), nameOf(b)));
}

function nameOf({ name, key }: YamlPair): string {
  return name ?? (key.kind === 'scalar' ? key.text : '');
}

function keyText(pair: YamlPair): string {
  return quoted(nameOf(pair));
}

/** The first line of a scalar, and those of its block. */
function scalarLines({ value, text, unknown }: YamlScalar): readonly string[] {
  const shown = unknown === undefined ? value : text;
  if (typeof shown !== 'string') return [String(shown)];
  if (!isBlock(shown)) return [quoted(shown)];
  const body = shown.replace(/\n$/, '').split('\n');
  const chomping = !shown.endsWith('\n') ? '-' : shown.endsWith('\n\n') ? '+' : '';
  return [`|${chomping}`, ...body];
}

/** Whether a text can stand as a block without an indicator of its indentation, and comes back as it is. */
function isBlock(text: string): boolean {
  return /^\S.*\n/.test(text) && !/[ \t](?:\n|$)/.test(text) && !NEEDS_ESCAPE.test(text);
}

const NEEDS_ESCAPE = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** Text that would be something else without quotes gets double ones, other text that needs them single ones. */
function quoted(text: string): string {
  return toScalarText(text, 'plain', resolveScalar(text, true).type === 'string' ? 'single' : 'double');
}

/** The order of keys in what Go writes: letters by their codes, numbers inside by their size (go-yaml v2, sorter.go). */
function compareKeys(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [one, other] = [a.slice(at), b.slice(at)];
  if (one === '' || other === '') return one.length - other.length;
  const [isLetter, isOtherLetter] = [LETTER.test(one), LETTER.test(other)];
  if (isLetter !== isOtherLetter) {
    const lettersFirst = /\d$/.test(a.slice(0, at));
    return isLetter === lettersFirst ? -1 : 1;
  }
  const [digits = '', otherDigits = ''] = [/^\d+/.exec(one)?.[0], /^\d+/.exec(other)?.[0]];
  if (!isLetter && digits !== otherDigits) {
    const difference = Number(digits) - Number(otherDigits);
    if (difference !== 0) return difference;
    return digits.length - otherDigits.length;
  }
  return one < other ? -1 : 1;
}

const LETTER = /^\p{L}/u;
