import { relativePath } from '../base/path.ts';
import { joinSpans, type Span, touches } from '../base/span.ts';
import { type Card, type Detail, OK, problem, renderCard, type Verdict, withFinding } from '../explain/card.ts';
import { consequenceOf } from '../explain/consequences.ts';
import { explainField } from '../explain/dispatch.ts';
import { code, resolveLinks } from '../explain/link.ts';
import { mergeCards, soften, type UnitCard } from '../explain/units.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { allRules } from '../rules/index.ts';
import type { Unit } from '../sources/unit.ts';
import type { RuleSettings } from '../workspace/config.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { checkFile } from './diagnostics.ts';
import { describeDeployment } from './kustomization/deployedBy.ts';
import { findingsElsewhere } from './kustomization/findingsElsewhere.ts';
import { type EffectHover, explainEffect } from './kustomization/patchHover.ts';
import { type Location, locate, locateInUnit, unitsFor } from './locate.ts';

export interface HoverRequest {
  readonly folder: WorkspaceFolder;
  /** The file's text, as the folder has it. */
  readonly text: string;
  readonly path: string;
  readonly offset: number;
  readonly detail: Detail;
  readonly settings: RuleSettings;
  /** The id of the one unit to speak of, where the file is part of it. */
  readonly view?: string | undefined;
  /** Whether the index holds the whole folder (the default): until then nothing is said about what other files lack. */
  readonly complete?: boolean;
  /** Whether the reader sees no list of problems beside it, so that the verdict must say them in full. */
  readonly alone?: boolean;
}

export interface Hover {
  /** Links are of the form that `renderLinks` replaces. */
  readonly markdown: string;
  readonly span: Span;
}

/** What the manifests say about the thing at a place; `undefined` where nothing is computed. */
export function hover(request: HoverRequest): Hover | undefined {
  const explained = explainPlace(request);
  const effect = explainEffect(request);
  const first = explained ?? effect;
  if (first === undefined) return undefined;
  const { siblings } = request.folder;
  const markdown = [explained, effect]
    .flatMap((part) => (part === undefined ? [] : [renderCard(part.card, request.detail)]))
    .join('\n\n---\n\n');
  const { start, end } = first.span;
  return { markdown: resolveLinks(markdown, siblings.files), span: { start, end } };
}

/** The thing at a place, as all units of its file have it. */
function explainPlace(request: HoverRequest): EffectHover | undefined {
  const written = locate(request);
  let shown: Span | undefined;
  const cards = unitsFor(request.folder, request.path, request.view).flatMap(
    ({ unit, isChart }): readonly UnitCard[] => {
      const location = locateInUnit(unit, request, written);
      if (location === undefined) return [];
      const span =
        written === undefined ? plainSpan(hoverSpan(location), unit, location, request.path) : hoverSpan(written);
      if (span === undefined || !touches(span, request.offset)) return [];
      const { resource, root, steps } = location;
      const card = explainField(resource, steps, { unit, settings: request.settings, root });
      if (card === undefined) return [];
      shown ??= span;
      const found = isChart ? undefined : findingsVerdict(request, unit, location, card);
      const told = found === undefined ? card : withFinding(card, found);
      return [{ unit: unit.label, card: isChart ? soften(card) : told }];
    },
  );
  const card = mergeCards(cards);
  const head = written === undefined || !isHead(written) ? undefined : hoverSpan(written);
  const deployment = head === undefined ? [] : describeDeployment(request);
  if (written !== undefined && head !== undefined && deployment.length > 0) {
    const plain: Card = { title: code(describeResource(written.resource)), verdict: OK, here: [] };
    const { here, ...rest } = card ?? plain;
    return { card: { ...rest, here: [...deployment, ...here] }, span: shown ?? head };
  }
  return card === undefined || shown === undefined ? undefined : { card, span: shown };
}

/** Whether a place is the kind or name of its object. */
function isHead({ steps }: Location): boolean {
  const names = steps.map((step) => (step.kind === 'item' ? '[]' : step.pair.name)).join('.');
  return names === 'kind' || names === 'metadata.name';
}

/** The place of a span in a file, where it lies in that file. */
function plainSpan(span: Span | undefined, unit: Unit, { resource }: Location, path: string): Span | undefined {
  if (span === undefined) return undefined;
  const place = unit.siblings.files.resolve(resource.file, span);
  return place.file === path ? place : undefined;
}

/**
 * What the rules find certain, or very likely, about what a card speaks of: a hover never says less than the list of problems.
 * On the squiggle itself, where editors show the message too, only what it comes to.
 */
function findingsVerdict(request: HoverRequest, unit: Unit, location: Location, { about }: Card): Verdict | undefined {
  const { folder, path, offset, settings, complete = true, alone = false } = request;
  const file = folder.files.get(path);
  if (file === undefined) return undefined;
  const options = { settings, complete, onError: () => undefined };
  const found = checkFile(file, [unit], allRules, options).filter(
    ({ resource, severity }) => resource === location.resource && (severity === 'error' || severity === 'warning'),
  );
  const region = plainSpan(about, unit, location, path);
  const relevant =
    region === undefined ? found : found.filter(({ at }) => region.start <= at.start && at.end <= region.end);
  const here = relevant.filter(({ at }) => touches(at, offset));
  const candidates = here.length > 0 ? here : relevant;
  const worst = candidates.find(({ severity }) => severity === 'error') ?? candidates[0];
  if (worst === undefined) {
    const [other] = findingsElsewhere(path, unit, location, options);
    return other && problem(`${other.message.replace(/\s+/g, ' ')} (in ${relativePath(folder.root, other.file)})`);
  }
  const short = here.length > 0 && !alone ? consequenceOf(worst.code) : undefined;
  const more = relevant.length > 1 ? ` (and ${relevant.length - 1} more)` : '';
  return problem(`${short ?? worst.message.replace(/\s+/g, ' ')}${more}`);
}

/** The key or the scalar under the cursor; of a pair in a map of labels, both. */
function hoverSpan({ steps }: Location): Span | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  if (last.kind === 'item') return last.item.kind === 'scalar' ? last.item : undefined;
  const { key, value } = last.pair;
  const holder = steps.at(-2);
  const isPair = holder !== undefined && holder.kind !== 'item' && LABEL_MAPS.has(holder.pair.name ?? '');
  if (isPair && value.kind === 'scalar') return joinSpans(key, value);
  if (last.kind === 'key') return key;
  return value.kind === 'scalar' || value.flow ? value : undefined;
}

const LABEL_MAPS: ReadonlySet<string> = new Set(['labels', 'selector', 'matchLabels']);
