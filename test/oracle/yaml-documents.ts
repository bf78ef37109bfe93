import { type JsonValue, toJson } from '../../server/src/core/yaml/json.ts';
import type { YamlDocument } from '../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import type { Verdict } from './vector.ts';
import { isEqualJson } from './yaml-json.ts';
import { isUnknown } from './yaml-scalars.ts';

interface DocumentVector {
  readonly text: string;
  readonly documents: readonly JsonValue[];
  readonly error?: string;
}

/** Compares our documents with those that kubectl goes through before it stops. */
export function run(vector: unknown): Verdict {
  const { text, documents, error } = vector as DocumentVector;
  const stream = parseYaml(text);
  const values: JsonValue[] = [];
  const separator = stream.problems[0]?.start ?? Number.POSITIVE_INFINITY;
  let isRefused = stream.problems.length > 0;
  for (const document of stream.documents) {
    // kubectl reads up to the next separator before it parses: a bad one takes the document before it along.
    if (document.end >= separator && !isJson(text, document)) break;
    if (document.start >= separator) break;
    if (document.problems.some(({ code }) => REFUSALS.has(code))) {
      isRefused = true;
      break;
    }
    if (isUnknown(document)) return { status: 'unknown' };
    // kubectl drops null in silence, whatever it ignores after it.
    const value = toJson(document.root);
    if (value !== null) values.push(value);
  }
  if (isRefused !== (error !== undefined))
    return { status: 'differ', detail: isRefused ? 'reported a problem' : 'no problem reported' };
  return isEqualJson(values, documents)
    ? { status: 'agree' }
    : { status: 'differ', detail: `read as ${JSON.stringify(values)}` };
}

const REFUSALS: ReadonlySet<string> = new Set(['syntax', 'value', 'template']);

/** Whether kubectl reads a document as JSON, of which it looks at one value at a time. */
function isJson(text: string, { start, end }: YamlDocument): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text.slice(start, end));
    return true;
  } catch {
    return false;
  }
}
