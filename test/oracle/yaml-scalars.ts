import { type JsonValue, toJson } from '../../server/src/core/yaml/json.ts';
import type { YamlDocument, YamlNode } from '../../server/src/core/yaml/node.ts';
import { parseSingle } from '../../server/src/core/yaml/parse.ts';
import type { Verdict } from './vector.ts';
import { isEqualJson, parseJson } from './yaml-json.ts';

interface ScalarVector {
  readonly text: string;
  readonly json?: string;
  readonly error?: string;
  readonly varies?: readonly string[];
  readonly jsonLoose?: string;
}

/** Compares our reading of one text with what `YAMLToJSONStrict` of sigs.k8s.io/yaml made of it. */
export function run(vector: unknown): Verdict {
  const { text, json, jsonLoose, varies } = vector as ScalarVector;
  const document = parseSingle(text);
  const isRefused = document.problems.some(({ code }) => REFUSALS.has(code));
  const isDuplicate = document.problems.some(({ code }) => code === 'duplicate-key' || code === 'merge-override');
  const isRace = document.problems.some(({ code }) => code === 'racing-key');
  const results = varies ?? [json ?? jsonLoose].filter((result) => result !== undefined);
  if (results.length === 0) {
    if (isRefused || isDuplicate) return { status: 'agree' };
    return isUnknown(document) ? { status: 'unknown' } : { status: 'differ', detail: 'no problem reported' };
  }
  if (varies !== undefined && isRace) return { status: 'agree' };
  // One of several results, though only this one was recorded: no reading is right.
  if (jsonLoose !== undefined && isRace && isDuplicate) return { status: 'agree' };
  if (document.problems.some(({ code }) => code === 'limit')) return { status: 'unknown' };
  const value: JsonValue = toJson(document.root, { maxNodes: 1_000_000 });
  const isEqual = results.some((result) => isEqualJson(value, parseJson(result)));
  if (isUnknown(document) && !(isEqual && !isRefused)) return { status: 'unknown' };
  if (isRefused) return { status: 'differ', detail: `refused: ${document.problems[0]?.message}` };
  if (!isEqual) return { status: 'differ', detail: `read as ${print(value)}` };
  if (json !== undefined && isDuplicate) return { status: 'differ', detail: 'reported a duplicate' };
  if (jsonLoose !== undefined && !isDuplicate) return { status: 'differ', detail: 'the duplicate was not reported' };
  return { status: 'agree' };
}

const REFUSALS: ReadonlySet<string> = new Set(['syntax', 'value', 'separator', 'limit', 'template']);

/** Whether we say that we do not know what Kubernetes makes of a document. */
export function isUnknown({ root, problems }: YamlDocument): boolean {
  return problems.some(({ code }) => code === 'limit') || (root !== undefined && hasOdd(root));
}

function hasOdd(node: YamlNode): boolean {
  if (node.unknown === 'odd') return true;
  if (node.kind === 'mapping') return node.pairs.some((pair) => hasOdd(pair.key) || hasOdd(pair.value));
  return node.kind === 'sequence' && node.items.some(hasOdd);
}

function print(value: JsonValue): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)).slice(0, 200);
}
