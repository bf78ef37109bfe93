import { joinSpans, type Span, touches } from '../base/span.ts';
import { type Card, type Detail, problem, renderCard, type Verdict, withFinding } from '../explain/card.ts';
import { consequenceOf } from '../explain/consequences.ts';
import { explainField } from '../explain/dispatch.ts';
import { mergeCards, soften, type UnitCard } from '../explain/units.ts';
import type { Resource } from '../k8s/resource.ts';
import { allRules } from '../rules/index.ts';
import { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { RuleSettings } from '../workspace/config.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { checkFile } from './diagnostics.ts';
import { type Location, locate } from './locate.ts';

export interface HoverRequest {
  readonly folder: WorkspaceFolder;
  /** The file's text, as the folder has it. */
  readonly text: string;
  readonly path: string;
  readonly offset: number;
  readonly detail: Detail;
  readonly settings: RuleSettings;
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
  const location = locate(request);
  if (location === undefined) return undefined;
  const span = hoverSpan(location);
  if (span === undefined || !touches(span, request.offset)) return undefined;
  const cards = unitsFor(request.folder, request.path).flatMap(({ unit, isChart }): readonly UnitCard[] => {
    const resource = inUnit(unit, location.resource);
    if (resource === undefined) return [];
    const card = explainField(resource, location.steps, { unit, settings: request.settings, root: location.root });
    if (card === undefined) return [];
    const found = isChart ? undefined : findingsVerdict(request, unit, location, card);
    const told = found === undefined ? card : withFinding(card, found);
    return [{ unit: unit.label, card: isChart ? soften(card) : told }];
  });
  const card = mergeCards(cards);
  return card && { markdown: renderCard(card, request.detail), span: { start: span.start, end: span.end } };
}

/**
 * What the rules find certain, or very likely, about what a card speaks of: a hover never says less than the list of problems.
 * On the squiggle itself, where editors show the message too, only what it comes to.
 */
function findingsVerdict(
  request: HoverRequest,
  unit: Unit,
  { resource }: Location,
  { about }: Card,
): Verdict | undefined {
  const { folder, path, offset, settings, complete = true, alone = false } = request;
  const file = folder.files.get(path);
  if (file === undefined) return undefined;
  const found = checkFile(file, [unit], allRules, { settings, complete, onError: () => undefined }).filter(
    (finding) =>
      finding.resource?.start === resource.start && (finding.severity === 'error' || finding.severity === 'warning'),
  );
  const relevant =
    about === undefined ? found : found.filter(({ at }) => about.start <= at.start && at.end <= about.end);
  const here = relevant.filter(({ at }) => touches(at, offset));
  const candidates = here.length > 0 ? here : relevant;
  const worst = candidates.find(({ severity }) => severity === 'error') ?? candidates[0];
  if (worst === undefined) return undefined;
  const short = here.length > 0 && !alone ? consequenceOf(worst.code) : undefined;
  const more = relevant.length > 1 ? ` (and ${relevant.length - 1} more)` : '';
  return problem(`${short ?? worst.message.replace(/\s+/g, ' ')}${more}`);
}

/** The units of a file; a chart's files, which form none before they are rendered, count as an open one. */
export function unitsFor(
  folder: WorkspaceFolder,
  path: string,
): readonly { readonly unit: Unit; readonly isChart: boolean }[] {
  const chart = folder.chartOf(path);
  if (chart === undefined) return folder.unitsOf(path).map((unit) => ({ unit, isChart: false }));
  const index = new ResourceIndex();
  for (const file of folder.files.values()) {
    if (folder.chartOf(file.path) === chart) for (const resource of file.resources) index.add(resource);
  }
  const open = 'the chart is not rendered';
  return [
    {
      unit: { id: `chart:${chart}`, kind: 'chart', label: chart, folder: chart, index, others: [], open },
      isChart: true,
    },
  ];
}

/** The unit's version of a resource, as a kustomization leaves it. */
export function inUnit(unit: Unit, resource: Resource): Resource | undefined {
  return unit.index.inFile(resource.file).find(({ start, kind }) => start === resource.start && kind === resource.kind);
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
