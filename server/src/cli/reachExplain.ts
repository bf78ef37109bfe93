import { withExternal } from '../core/cluster/openWorld.ts';
import type { Endpoint } from '../core/cluster/reach.ts';
import { explainConnection } from '../core/explain/connection/explainConnection.ts';
import type {
  ConnectionExplanation,
  ConnectionQuestion,
  Destination,
  Source,
} from '../core/explain/connection/model.ts';
import { connectionDocument } from '../core/ide/explainConnection.ts';
import type { Protocol } from '../core/k8s/ports.ts';
import type { Service } from '../core/k8s/service.ts';
import type { Unit } from '../core/sources/unit.ts';
import type { RuleSettings } from '../core/workspace/config.ts';
import { kindOfName } from './kindNames.ts';
import type { PlaceIn } from './reachAnswer.ts';
import type { EndFinder } from './reachEnds.ts';
import { UsageError } from './usage.ts';

/** A connection to explain, as it was given. */
export interface ExplainedQuestion {
  readonly from: string;
  /** A workload, `NAMESPACE/svc/NAME`, `ip:ADDRESS`, or a host as a program is told it. */
  readonly to: string;
  readonly port: number | undefined;
  readonly protocol: Protocol | undefined;
}

/** What the explanation of a connection needs of a run. */
export interface ExplainContext {
  readonly finder: EndFinder;
  readonly units: readonly Unit[];
  readonly settings: RuleSettings;
  readonly place: PlaceIn;
}

/** The explanations of a question, one for each unit that has its ends and says something of its own. */
export function explainReach(asked: ExplainedQuestion, context: ExplainContext): readonly ConnectionExplanation[] {
  const found = context.finder.find(asked.from);
  if ('problem' in found) throw new UsageError(found.problem);
  const explained = found.flatMap((from) =>
    destinationsFor(asked.to, from, context).map((to) => {
      const { port, protocol } = asked;
      const question: ConnectionQuestion = { from: sourceOf(from, to, context), to, port, protocol };
      const settings = withExternal(context.settings, question.from.unit);
      return explainConnection(question, { settings, isWhole: true });
    }),
  );
  const texts = new Map(explained.map((one) => [documentOf(one, context.place), one]));
  return [...texts.values()];
}

/** An explanation as people read it. */
export function formatExplanation(explained: ConnectionExplanation, place: PlaceIn): string {
  return documentOf(explained, place)
    .split('\n')
    .flatMap((line) => (line.startsWith('```') ? [] : [line.replace(/^#+ /, '')]))
    .join('\n');
}

/** An explanation as programs read it. */
export function explanationJson(
  { from, to, protocol, question, steps, verdict, onlyCluster, commands }: ConnectionExplanation,
  place: PlaceIn,
) {
  const { unit } = question.from;
  return {
    from,
    to,
    protocol,
    ...(unit.label === '' ? {} : { unit: unit.label }),
    verdict,
    steps: steps.map(({ evidence, fix, seen, ...step }) => ({
      ...step,
      ...(seen.length === 0 ? {} : { seen }),
      ...(fix === undefined ? {} : { fix }),
      evidence: evidence.map(({ text, file, start, end }) => {
        if (file === '') return { text };
        const { file: written, line } = place(unit, file, { start, end });
        return { text, file: written, line };
      }),
    })),
    onlyCluster,
    commands,
  };
}

function documentOf(explained: ConnectionExplanation, place: PlaceIn): string {
  const { unit } = explained.question.from;
  return connectionDocument(explained, (file, offset) => {
    const { file: written, line } = place(unit, file, { start: offset, end: offset });
    return `${written}:${line}`;
  }).text;
}

function sourceOf(from: Endpoint, to: Destination, { units }: ExplainContext): Source {
  if (from.kind === 'pods') return { kind: 'workload', unit: from.unit, workload: from.workload };
  const unit = 'unit' in to ? to.unit : units[0];
  if (unit === undefined || to.kind === 'host' || to.kind === 'address')
    throw new UsageError('from an address, --to is a workload or NAMESPACE/svc/NAME');
  return { kind: 'outside', unit, address: from.address };
}

/** What a text can mean as the goal of one source: objects of its own unit before those of others. */
function destinationsFor(text: string, from: Endpoint, context: ExplainContext): readonly Destination[] {
  const { finder, units } = context;
  const [namespace, kind, name, more] = text.split('/');
  if (kind === undefined && !text.startsWith('ip:')) return [{ kind: 'host', host: text, reference: undefined }];
  const isOwn = (unit: Unit) => from.kind === 'pods' && unit === from.unit;
  if (kind !== undefined && kindOfName(kind) === 'Service' && name !== undefined && more === undefined) {
    const isNamed = (service: Service) => (service.namespace?.value ?? '-') === namespace;
    const all = units.flatMap((unit) =>
      unit.index
        .services(name)
        .filter(isNamed)
        .map((service): Destination & { readonly unit: Unit } => ({ kind: 'service', unit, service })),
    );
    if (all.length === 0) throw new UsageError(`no manifest has the Service \`${text}\``);
    const own = all.filter(({ unit }) => isOwn(unit));
    return own.length > 0 ? own : all;
  }
  const found = finder.find(text);
  if ('problem' in found) throw new UsageError(found.problem);
  const ends = found.map((end): Destination => (end.kind === 'pods' ? end : { kind: 'address', address: end.address }));
  const own = ends.filter((end) => 'unit' in end && isOwn(end.unit));
  return own.length > 0 ? own : ends;
}
