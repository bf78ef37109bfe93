import type { Severity } from '../../core/workspace/config.ts';
import type { Place, Report, ReportedFinding } from '../report.ts';

export interface PrettyOptions {
  readonly color: boolean;
  readonly summary: boolean;
  /** The lines of a file, by its relative name. */
  readonly linesOf: (file: string) => readonly string[];
}

const COLORS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 34, hint: 36 };

/** The report for people: each finding with a code frame and its related places, hints in one line, then a summary. */
export function formatPretty(report: Report, options: PrettyOptions): string {
  const paint = (code: number, text: string) => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const parts = report.findings.slice(0, report.limit).map((finding) => formatFinding(finding, options, paint));
  return parts.join('') + (options.summary ? `${summary(report)}\n` : '');
}

type Paint = (code: number, text: string) => string;

function formatFinding({ diagnostic, place, related }: ReportedFinding, options: PrettyOptions, paint: Paint): string {
  const { severity, code } = diagnostic;
  const head = `${paint(COLORS[severity], severity)} ${paint(1, visible(diagnostic.message))} ${paint(2, `[${code}]`)}`;
  const units = diagnostic.units.length > 0 ? ` (in ${diagnostic.units.join(', ')})` : '';
  const at = `  ${visible(showPlace(place) + units)}`;
  if (severity === 'hint') return `${head}\n${at}\n\n`;
  const lines = [head, at, ...frame(place, options.linesOf(place.file), paint)];
  for (const other of related) lines.push(`    ${paint(2, visible(showPlace(other)))} ${visible(other.message)}`);
  const [fix] = diagnostic.fixes ?? [];
  if (fix !== undefined)
    lines.push(`    ${paint(32, 'fix')} ${visible(fix.title)}${fix.safe ? ' (--fix does it)' : ''}`);
  return `${lines.join('\n')}\n\n`;
}

function showPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** The longest part of a line that is shown, in UTF-16 units: manifests in JSON may be one line. */
const MAX_WIDTH = 160;

/** The line before, the line itself, and carets under the place. */
function frame(place: Place, lines: readonly string[], paint: Paint): readonly string[] {
  const width = String(place.line).length;
  const text = lines[place.line - 1] ?? '';
  const start = place.column - 1;
  const end = place.endLine === place.line ? place.endColumn - 1 : text.length;
  const left = end <= MAX_WIDTH ? 0 : Math.max(0, start - MAX_WIDTH / 4);
  const cut = (line: string, from = left, to = left + MAX_WIDTH) =>
    visible(line.slice(from, Math.min(to, left + MAX_WIDTH)));
  const row = (number: number) =>
    `  ${paint(2, `${String(number).padStart(width)} |`)} ${cut(lines[number - 1] ?? '')}`;
  const pad = ' '.repeat(cut(text, left, start).length);
  const carets = '^'.repeat(Math.max(1, cut(text, start, end).length));
  const before = left === 0 && (lines[place.line - 2] ?? '').trim() !== '' ? [row(place.line - 1)] : [];
  return [...before, row(place.line), `  ${' '.repeat(width)} ${paint(2, '|')} ${pad}${paint(31, carets)}`];
}

/** Keeps control characters of a manifest from reaching the terminal, and directions of writing from reordering it. */
export function visible(text: string): string {
  return text.replaceAll('\t', '  ').replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function summary(report: Report): string {
  const counts = (['error', 'warning', 'info', 'hint'] as const)
    .map((severity) => ({
      severity,
      count: report.findings.filter((finding) => finding.diagnostic.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => plural(count, severity));
  const found = counts.length === 0 ? 'no findings' : counts.join(', ');
  const hidden = report.findings.length - Math.min(report.limit, report.findings.length);
  const more = hidden > 0 ? ` (${hidden} more not shown)` : '';
  const where = report.paths.map((path) => (path === '-' ? 'standard input' : `\`${visible(path)}\``)).join(', ');
  const files = plural(report.filesRead, 'file');
  const head =
    report.resources === 0 && report.findings.length === 0
      ? `no Kubernetes manifests found in ${where}${report.filesRead > 0 ? ` (${files} read)` : ''}`
      : `${found}${more} in ${plural(report.resources, 'object')} of ${files}`;
  return [head, ...templates(report), ...skipped(report)].join('\n');
}

function templates({ templates: count, helm }: Report): readonly string[] {
  if (count === 0) return [];
  const [files, be] =
    count === 1 ? ['1 file of a chart', 'is a template'] : [`${count} files of charts`, 'are templates'];
  const why = helm
    ? 'not checked, because Helm renders nothing of them'
    : 'not checked without Helm; --helm renders charts with the `helm` of the PATH';
  return [`${files} ${be}: ${why}`];
}

/** The one file that was skipped and why; of several, the usual reason is none that fits in a line. */
function skipped({ skipped: list }: Report): readonly string[] {
  const [first] = list;
  if (first === undefined) return [];
  if (list.length === 1) return [`skipped \`${visible(first.file)}\`: ${first.reason}`];
  return [`${list.length} files or folders skipped; --verbose names them`];
}

/** A count with its noun: `1 file`, `2 files`. */
export function plural(count: number, noun: string, nouns = noun === 'info' ? noun : `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
