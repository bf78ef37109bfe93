import type { Refusal } from '../../server/src/core/k8s/api/refusal.ts';
import { findRefusals } from '../../server/src/core/k8s/api/validate.ts';
import { findValue, type YamlDocument, type YamlNode } from '../../server/src/core/yaml/node.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';
import type { Verdict } from './vector.ts';

interface Cause {
  readonly field: string;
  readonly reason: string;
}

interface ValidationVector {
  readonly manifest: string;
  readonly accepted: boolean;
  readonly stage?: 'yaml' | 'decode' | 'kind' | 'strict' | 'server' | 'cluster';
  readonly errors: readonly Cause[];
  readonly reason?: string;
  readonly message?: string;
}

/** Whether our verdict is the API server's; of a refusal, whether it names the same fields. The server takes templates by the letter. */
export function run(vector: unknown): Verdict {
  const { manifest, accepted, stage, errors, reason, message } = vector as ValidationVector;
  const stream = parseYaml(manifest);
  const document = stream.documents[0];
  const refusals = document?.root === undefined ? [] : findRefusals(byTheLetter(document.root));
  if (accepted) return expectNone(refusals);
  switch (stage) {
    case 'yaml':
      return isUnreadable(document) || stream.problems.length > 0 ? AGREE : differ('no problem reported', refusals);
    case 'kind':
      // Which kinds other groups have, only the cluster knows.
      if (isGroupOfOthers(document?.root)) return expectNone(refusals);
      return refusals.length > 0 ? AGREE : differ('refused', refusals);
    case 'decode':
      return refusals.length > 0 ? AGREE : differ('refused', refusals);
    case 'cluster':
      // What the cluster lacks (a namespace, a class) comes before validation, and hides what that would find.
      return reason === 'Invalid' ? expectNone(refusals) : AGREE;
    case 'strict':
      return expectFields(errors, refusals, ({ reason }) => reason === 'Strict', true);
    default:
      return errors.length === 0
        ? expectType(message ?? '', refusals)
        : expectFields(errors, refusals, ({ reason }) => isOfMeaning(reason), false);
  }
}

const AGREE: Verdict = { status: 'agree' };

function expectNone(refusals: readonly Refusal[]): Verdict {
  return refusals.length === 0 ? AGREE : differ('accepted', refusals);
}

/** The server stops at the first thing that it cannot decode. */
function expectType(message: string, refusals: readonly Refusal[]): Verdict {
  const found = refusals.filter(({ reason }) => reason === 'Type' || reason === 'Kind');
  const path = /Go struct field \w+\.([\w.]+) of type/.exec(message)?.[1];
  const isFound = found.some(({ field }) => path === undefined || isSameField(field, path));
  return isFound ? AGREE : differ(message, refusals);
}

/** `spec.ports[0].port` is `spec.ports.port` in a message of Go, with the names of embedded types between. */
function isSameField(field: string, path: string): boolean {
  const names = path.split('.').filter((name) => !/^[A-Z]\w*[a-z]/.test(name));
  return `${field.replace(/\[[^\]]*\]/g, '')}.`.startsWith(`${names.join('.')}.`);
}

function expectFields(
  errors: readonly Cause[],
  refusals: readonly Refusal[],
  isMeant: (refusal: Refusal) => boolean,
  mayHaveMore: boolean,
): Verdict {
  const expected = new Set(errors.map(({ field }) => field));
  const found = new Set(refusals.filter(isMeant).map(({ field }) => field));
  const isSame = [...expected].every((field) => found.has(field)) && found.size === expected.size;
  const hasOther = !mayHaveMore && !refusals.every(isMeant);
  return isSame && !hasOther ? AGREE : differ(errors.map((e) => `${e.field} (${e.reason})`).join(', '), refusals);
}

function isGroupOfOthers(root: YamlNode | undefined): boolean {
  const apiVersion = findValue(root, 'apiVersion');
  const text = apiVersion?.kind === 'scalar' ? apiVersion.text : '';
  const group = text.slice(0, text.indexOf('/'));
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/** The nodes as if nothing in them were a template's. */
function byTheLetter(node: YamlNode): YamlNode {
  const { unknown, ...rest } = node;
  const plain = unknown === 'odd' ? node : rest;
  switch (plain.kind) {
    case 'scalar':
      return plain;
    case 'sequence':
      return { ...plain, items: plain.items.map(byTheLetter) };
    case 'mapping':
      return {
        ...plain,
        pairs: plain.pairs.map((pair) => ({
          ...pair,
          name: pair.name ?? (pair.key.kind === 'scalar' ? pair.key.text : undefined),
          key: byTheLetter(pair.key),
          value: byTheLetter(pair.value),
        })),
      };
  }
}

function isOfMeaning(reason: Refusal['reason']): boolean {
  return reason !== 'Strict' && reason !== 'Type' && reason !== 'Kind';
}

function isUnreadable(document: YamlDocument | undefined): boolean {
  return document?.problems.some(({ code }) => UNREADABLE.has(code)) ?? false;
}

const UNREADABLE: ReadonlySet<string> = new Set(['syntax', 'value', 'template', 'separator']);

function differ(expected: string, refusals: readonly Refusal[]): Verdict {
  const found = refusals.map(({ field, reason, message }) => `${field} (${reason}: ${message})`).join(', ');
  return { status: 'differ', detail: `expected ${expected}; found ${found === '' ? 'nothing' : found}` };
}
