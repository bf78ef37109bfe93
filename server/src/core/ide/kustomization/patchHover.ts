import { basename } from '../../base/path.ts';
import { type Span, touches } from '../../base/span.ts';
import { type Card, OK, unknown } from '../../explain/card.ts';
import { code } from '../../explain/link.ts';
import { isKustomizationFile } from '../../sources/kustomization.ts';
import type { OriginNode } from '../../sources/origin.ts';
import type { Unit } from '../../sources/unit.ts';
import { parseSingle, parseYaml } from '../../yaml/parse.ts';
import { findPath, type PathStep } from '../../yaml/path.ts';
import { type PlaceRequest, unitsFor } from '../locate.ts';
import { describeEffects } from './describe.ts';
import { describeObject, type ObjectDifference } from './difference.ts';
import { effectsOf, itemPart, pairPart } from './effects.ts';
import { FIELD_TEXTS } from './fieldTexts.ts';
import { listingsOf } from './writtenPaths.ts';

/** What is said of a place, and the text that it is said of. */
export interface EffectHover {
  readonly card: Card;
  readonly span: Span;
}

/** What a field or entry of a kustomization, or a patch in a file of its own, does to the units that it is part of. */
export function explainEffect(request: EffectRequest): EffectHover | undefined {
  return isKustomizationFile(basename(request.path)) ? explainEntry(request) : explainPatchFile(request);
}

interface EffectRequest extends PlaceRequest {
  /** The id of the one unit to speak of, where the file is part of it. */
  readonly view?: string | undefined;
}

function unitsOf({ folder, path, view }: EffectRequest): readonly Unit[] {
  return unitsFor(folder, path, view).flatMap(({ unit }) => (isBuilt(unit) ? [unit] : []));
}

function isBuilt({ builtFrom = [] }: Unit): boolean {
  return builtFrom.length > 0;
}

/** Units are built once with and once without the part: no more than so many for one hover. */
const MAX_UNITS = 6;

function explainEntry(request: EffectRequest): EffectHover | undefined {
  const { text, offset } = request;
  const { root } = parseSingle(text);
  const steps = findPath(root, offset);
  const [first, second] = steps;
  const name = first === undefined || first.kind === 'item' ? undefined : first.pair.name;
  if (root?.kind !== 'mapping' || first === undefined || first.kind === 'item' || name === undefined) return undefined;
  const texts = Object.hasOwn(FIELD_TEXTS, name) ? FIELD_TEXTS[name] : undefined;
  const span = spanOf(steps);
  if (texts === undefined || span === undefined) return undefined;
  const part =
    second?.kind === 'item'
      ? itemPart(text, second.sequence, second.index)
      : pairPart(root, root.pairs.indexOf(first.pair));
  if (part === undefined) return undefined;
  const units = unitsOf(request);
  const effects = findEffects(units, request, part);
  const isEntry = second?.kind === 'item';
  const here = narrow(effects, request) ?? effects;
  const title = isEntry ? `An entry of ${code(name)}` : `${code(name)}`;
  return { card: toCard(title, here, units.length, texts), span };
}

function explainPatchFile(request: EffectRequest): EffectHover | undefined {
  const { text, offset, folder, path } = request;
  const units = unitsOf(request).filter((unit) => !holdsObject(unit, request));
  if (units.length === 0 || !listingsOf(folder, path).some(({ written }) => written.accepts === 'patch'))
    return undefined;
  const root = parseYaml(text).documents.find((document) => document.root && touches(document.root, offset))?.root;
  const steps = findPath(root, offset);
  const span = spanOf(steps);
  if (root === undefined || span === undefined) return undefined;
  const effects = findEffects(units, request, root);
  const names = steps.map((step) => (step.kind === 'item' ? '[]' : step.pair.name)).join('.');
  const isHead =
    root.kind === 'sequence' || names.endsWith('$patch') || /^(?:kind|apiVersion|metadata(?:\.name)?)$/.test(names);
  const here = narrow(effects, request) ?? (isHead ? effects : undefined);
  return here === undefined ? undefined : { card: toCard('A patch', here, units.length, []), span };
}

/** Whether the text at the place is an object of the unit itself. */
function holdsObject(unit: Unit, { path, offset }: PlaceRequest): boolean {
  return unit.writtenIn(path).some((resource) => resource.file === path && touches(resource, offset));
}

interface UnitEffects {
  readonly unit: Unit;
  readonly effects: readonly ObjectDifference[];
}

function findEffects(units: readonly Unit[], { path }: PlaceRequest, part: Span): readonly UnitEffects[] {
  return units.slice(0, MAX_UNITS).map((unit) => ({ unit, effects: effectsOf(unit, path, part) }));
}

/** The effects that are written in the cursor's line; `undefined` where none is. */
function narrow(all: readonly UnitEffects[], { text, path, offset }: PlaceRequest): readonly UnitEffects[] | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line: Span = { start, end: lineEnd < 0 ? text.length : lineEnd };
  const deleted = /^\s*(?:- +)?([\w.-]+): *(?:null|~)? *$/.exec(text.slice(line.start, line.end))?.[1];
  const isHere = (path_: string, node: OriginNode | undefined) =>
    node === undefined ? deleted !== undefined && path_.endsWith(`.${deleted}`) : isWrittenIn(node, path, line);
  const narrowed = all.map(({ unit, effects }) => ({
    unit,
    effects: effects.flatMap((effect): readonly ObjectDifference[] => {
      const fields = effect.fields.filter((field) => isHere(field.path, field.after));
      return fields.length === 0 ? [] : [{ ...effect, fields }];
    }),
  }));
  return narrowed.some(({ effects }) => effects.length > 0) ? narrowed : undefined;
}

function isWrittenIn(node: OriginNode, file: string, line: Span): boolean {
  if (node.kind === 'scalar') return node.origin?.file === file && touches(line, node.start);
  if (node.kind === 'sequence') return node.items.some((item) => isWrittenIn(item, file, line));
  return node.pairs.some(({ key, value }) => isWrittenIn(key, file, line) || isWrittenIn(value, file, line));
}

function toCard(title: string, all: readonly UnitEffects[], count: number, watch: readonly string[]): Card {
  const told = all.map(({ unit, effects }) => ({ unit, lines: describeUnit(unit, effects) }));
  const [first, ...rest] = told;
  const isSame = first !== undefined && rest.every(({ lines }) => lines.join('\n') === first.lines.join('\n'));
  const names = told.map(({ unit }) => code(unit.label));
  const open = all.find(({ unit }) => unit.open !== undefined)?.unit.open;
  const verdict = open === undefined ? OK : unknown(`the build is not known to its end: ${open}`);
  if (first === undefined) return { title, verdict, here: ['no unit is built with it'], watch };
  const here = isSame
    ? [...first.lines, ...(rest.length > 0 ? [`the same in ${new Intl.ListFormat('en').format(names)}`] : [])]
    : told.flatMap(({ unit, lines }) => lines.map((line) => `in ${code(unit.label)}: ${line}`));
  const more = count > all.length ? [`not looked at: ${count - all.length} more builds that it is part of`] : [];
  return { title: `${title}${subject(all)}`, verdict, here: [...here, ...more], watch };
}

/** What is said in one unit. */
function describeUnit({ open }: Unit, effects: readonly ObjectDifference[]): readonly string[] {
  if (effects.length > 0) return describeEffects(effects);
  return [
    open === undefined ? 'changes nothing: the objects are the same without it' : 'changes no object that is known',
  ];
}

/** The object that alone is changed. */
function subject(all: readonly UnitEffects[]): string {
  const objects = new Set(all.flatMap(({ effects }) => effects.map(({ object }) => describeObject(object))));
  if (objects.size > 1) return ` for ${objects.size} objects`;
  return [...objects].map((object) => ` for ${code(object)}`).join('');
}

/** The key or scalar under the cursor. */
function spanOf(steps: readonly PathStep[]): Span | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  if (last.kind === 'item') return last.item.kind === 'scalar' ? last.item : undefined;
  if (last.kind === 'key') return last.pair.key;
  return last.pair.value.kind === 'scalar' ? last.pair.value : undefined;
}
