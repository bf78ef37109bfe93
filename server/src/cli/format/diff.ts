import type { ConnectionJson, DiffAnswer, DnsJson, EndpointJson } from '../diffAnswer.ts';
import type { ReportedFinding } from '../report.ts';
import { plural, visible } from './pretty.ts';

export interface DiffOptions {
  readonly color: boolean;
  /** The line at the end that counts. */
  readonly summary: boolean;
}

/** What a change does, for people: what is needed and lost first, then each kind of thing with what is lost and gained. */
export function formatDiff(answer: DiffAnswer, { color, summary }: DiffOptions): string {
  const paint: Paint = (code, text) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { workloads, connections, endpoints, dns, findings } = answer;
  const blocks = [
    needLines(answer, paint),
    refusedLines(answer, paint),
    block('Workloads', [
      ...lines(workloads.lost, lost(paint), workloadText),
      ...lines(workloads.gained, gained(paint), workloadText),
    ]),
    block('Connections', [
      ...lines(connections.lost, lost(paint), connectionText),
      ...lines(connections.gained, gained(paint), connectionText),
    ]),
    block('Endpoints', [
      ...lines(endpoints.lost, lost(paint), endpointText),
      ...lines(endpoints.gained, gained(paint), endpointText),
    ]),
    block('DNS names', [
      ...lines(dns.lost, lost(paint), dnsText),
      ...lines(dns.gained, gained(paint), dnsText),
      ...lines(dns.changed, paint(33, '~'), dnsText),
    ]),
    block('Findings', [
      ...lines(findings.gained, paint(31, '+'), findingText),
      ...lines(findings.lost, paint(32, '-'), findingText),
    ]),
  ].filter((text) => text !== '');
  const end = summary ? `${summaryText(answer)}\n` : '';
  return [...blocks, end].filter((text) => text !== '').join('\n');
}

type Paint = (code: number, text: string) => string;

const lost = (paint: Paint) => paint(31, '-');
const gained = (paint: Paint) => paint(32, '+');

/** Of one kind and sign. */
const MAX_LINES = 60;
/** Of ends in a line. */
const MAX_NAMES = 4;

function block(title: string, content: readonly string[]): string {
  return content.length === 0 ? '' : `${title}\n${content.map((line) => `  ${line}\n`).join('')}`;
}

function lines<T>(entries: readonly T[], sign: string, textOf: (entry: T) => string): readonly string[] {
  const shown = entries.slice(0, MAX_LINES).map((entry) => `${sign} ${visible(textOf(entry))}`);
  const more = entries.length - shown.length;
  return more > 0 ? [...shown, `${sign} ${more} more, which --format json shows`] : shown;
}

function needLines({ needs }: DiffAnswer, paint: Paint): string {
  const entries = needs.flatMap(({ from, to, port, reason, evidence, deniedBy, units, ...place }) => [
    `${paint(33, 'warning')} ${visible(`${from} → ${to} ${port}: ${reason}${unitsText(units)}`)}`,
    `    ${visible(`needed by ${evidence}  ${placeText(place)}`)}`,
    ...deniedBy.map(({ policy, file, line }) => `    ${visible(`denied by ${policy}  ${file}:${line}`)}`),
  ]);
  return block('Needed and lost', entries);
}

function refusedLines({ refused }: DiffAnswer, paint: Paint): string {
  const entries = refused.flatMap(({ kind, object, field, message, units, ...place }) => [
    `${paint(31, 'refused')} ${visible(`${object} ${field}: ${message}${unitsText(units)}`)}`,
    `    ${visible(`${kind === 'change' ? 'as an update of what was applied before' : 'as it is written'}  ${placeText(place)}`)}`,
  ]);
  return block('Refused by the API server', entries);
}

function workloadText({ workload, units, ...place }: DiffAnswer['workloads']['lost'][number]): string {
  return `${workload}, with all its connections  ${placeText(place)}${unitsText(units)}`;
}

function connectionText({ from, to, ports, isCertain, units }: ConnectionJson): string {
  const texts = Object.entries(ports).map(([protocol, list]) =>
    list === ALL ? `all ${protocol}` : `${protocol} ${list}`,
  );
  const what = texts.length === 3 && texts.every((text) => text.startsWith('all')) ? 'everything' : texts.join('; ');
  return `${names(from)} → ${names(to)}  ${what}${perhaps(isCertain)}${unitsText(units)}`;
}

const ALL = '1-65535';

function endpointText({ service, who, count, ports, counts, isCertain, units }: EndpointJson): string {
  const pods = count === 1 ? '' : `, ${count} Pods`;
  const now = `${counts.before} before, ${counts.after} now`;
  return `${service}: ${who}${pods}, ${ports.join(', ')} (${now})${perhaps(isCertain)}${unitsText(units)}`;
}

function dnsText({ name, before, after, isCertain, units }: DnsJson & { readonly units?: readonly string[] }): string {
  const what = before !== null && after !== null ? `${before} before, ${after} now` : (before ?? after ?? '');
  return `${name}  ${what}${perhaps(isCertain)}${unitsText(units)}`;
}

function findingText({ diagnostic: { severity, message, code }, place }: ReportedFinding): string {
  return `${severity} ${message} [${code}]  ${placeText(place)}`;
}

function names(list: readonly string[]): string {
  const more = list.length - MAX_NAMES;
  return more > 0 ? `${list.slice(0, MAX_NAMES).join(', ')} and ${more} more` : list.join(', ');
}

function perhaps(isCertain: boolean): string {
  return isCertain ? '' : ', perhaps';
}

function unitsText(units: readonly string[] | undefined): string {
  return units === undefined ? '' : `  (in ${names(units)})`;
}

function placeText({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }) {
  return `${file}:${line}:${column}`;
}

/** Pairs of names are not counted: one line may stand for thousands. */
function summaryText({ needs, refused, workloads, connections, endpoints, dns, findings }: DiffAnswer): string {
  const counts = [
    needs.length > 0 ? `${plural(needs.length, 'needed connection')} lost` : '',
    refused.length > 0 ? `${plural(refused.length, 'field')} refused` : '',
    both('workload', workloads),
    both('set of connections', connections, 'sets of connections'),
    both('set of endpoints', endpoints, 'sets of endpoints'),
    both('DNS name', dns),
    dns.changed.length > 0 ? `${plural(dns.changed.length, 'DNS name')} changed` : '',
    findings.gained.length > 0 ? `${plural(findings.gained.length, 'new finding')}` : '',
    findings.lost.length > 0 ? `${plural(findings.lost.length, 'finding')} gone` : '',
  ].filter((text) => text !== '');
  return counts.length === 0 ? 'nothing that a cluster would do changes' : counts.join(', ');
}

function both(
  noun: string,
  { lost: fewer, gained: more }: { readonly lost: readonly unknown[]; readonly gained: readonly unknown[] },
  nouns = `${noun}s`,
): string {
  const parts = [
    fewer.length > 0 ? `${plural(fewer.length, noun, nouns)} lost` : '',
    more.length > 0 ? `${plural(more.length, noun, nouns)} gained` : '',
  ];
  return parts.filter((text) => text !== '').join(', ');
}
