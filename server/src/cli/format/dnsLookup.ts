import type { DnsAnswer, RecordType } from '../../core/cluster/dns.ts';
import type { Lookup, Resolver } from '../../core/cluster/dnsResolver.ts';
import { targetText } from '../../core/cluster/dnsText.ts';
import type { Reason } from '../../core/cluster/reason.ts';
import { describeResource } from '../../core/k8s/resourceBase.ts';
import type { Workload } from '../../core/k8s/workload.ts';

/** What is shown of a lookup. */
export interface ShownLookup {
  readonly name: string;
  readonly type: RecordType;
  readonly lookup: Lookup;
  /** `undefined`: the name was asked as it is. */
  readonly resolver: Resolver | undefined;
  readonly asker: Workload | undefined;
  readonly namespace: string;
  readonly showPlace: (file: string, start: number, end: number) => string;
}

/** A lookup for people: who asks, each name that is tried with what comes of it, and what the program gets. */
export function formatLookup(shown: ShownLookup): string {
  const { name, type, lookup, resolver } = shown;
  const { candidates, answer } = lookup;
  const width = Math.max(...candidates.map((candidate) => candidate.name.length));
  const tried = candidates.flatMap((candidate, at) => {
    const [first = '', ...rest] = linesOf(candidate, shown);
    const indent = ' '.repeat(String(candidates.length).length + width + 4);
    return [
      `${String(at + 1).padStart(String(candidates.length).length)}  ${candidate.name.padEnd(width)}  ${first}`,
      ...rest.map((line) => indent + line),
    ];
  });
  return `${[
    `${type} ${name}${resolver === undefined ? '' : `, asked ${askerText(shown, resolver)}`}`,
    ...(resolver?.reasons ?? []).map((reason) => `   ${reasonText(reason, shown)}`),
    '',
    ...tried,
    '',
    `answer  ${summary(answer, shown)}`,
  ].join('\n')}\n`;
}

function askerText({ asker, namespace }: ShownLookup, { searches, ndots }: Resolver): string {
  const who = asker === undefined ? `by a Pod in namespace ${namespace}` : `by the Pods of ${describeResource(asker)}`;
  const list = searches.length === 0 ? 'no search list of the cluster' : `search ${searches.join(' ')}`;
  return `${who} (${list}, ndots ${ndots})`;
}

function linesOf(answer: DnsAnswer, shown: ShownLookup): readonly string[] {
  const records = answer.answers.map(({ name, type, to, port }) => {
    const owner = name === answer.name ? '' : `${name} `;
    return `${owner}${type} ${targetText(to, shown.namespace)}${port === undefined ? '' : ` port ${port}`}`;
  });
  return [
    ...(records.length > 0 ? records : [emptyText(answer)]),
    ...answer.conditions.map((condition) => `provided that ${condition}`),
    ...answer.doubts.map((doubt) => `not certain: ${reasonText(doubt, shown)}`),
  ];
}

function emptyText({ rcode, type }: DnsAnswer): string {
  if (rcode === 'NXDOMAIN') return 'no such name (NXDOMAIN)';
  return rcode === 'unknown' ? 'unknown' : `the name exists, without ${type} records (NOERROR)`;
}

function summary(answer: DnsAnswer, { namespace }: ShownLookup): string {
  if (answer.rcode === 'unknown') return 'unknown';
  if (answer.answers.length === 0) return emptyText(answer);
  return answer.answers
    .map(({ to, port }) => `${targetText(to, namespace)}${port === undefined ? '' : ` port ${port}`}`)
    .join(', ');
}

function reasonText({ text, file, start, end }: Reason, { showPlace }: ShownLookup): string {
  return file === '' ? text : `${text} (${showPlace(file, start, end)})`;
}
