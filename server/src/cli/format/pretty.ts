import type { Severity } from '../../core/workspace/config.ts';
import type { Place, Report, ReportedFinding } from '../report.ts';

export interface PrettyOptions {
  readonly color: boolean;
  readonly summary: boolean;
  /** The lines of a file, by its relative name. */
  readonly linesOf: (file: string) => readonly string[];
}

const NAMES: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'info', hint: 'hint' };
const COLORS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 34, hint: 36 };

/** The report for people: each finding with a code frame and its related places, hints in one line, then a summary. */
export function formatPretty(report: Report, options: PrettyOptions): string {
  const paint = (code: number, text: string) => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const parts = report.findings.map((finding) => formatFinding(finding, options, paint));
  return parts.join('') + (options.summary ? `${summary(report)}\n` : '');
}

type Paint = (code: number, text: string) => string;

function formatFinding({ diagnostic, place, related }: ReportedFinding, options: PrettyOptions, paint: Paint): string {
  const { severity, code, message } = diagnostic;
  const head = `${paint(COLORS[severity], NAMES[severity])} ${paint(1, message)} ${paint(2, `[${code}]`)}`;
  const at = `${place.file}:${place.line}:${place.column}`;
  const units = diagnostic.units.length > 0 ? ` (in ${diagnostic.units.join(', ')})` : '';
  if (severity === 'hint') return `${head}\n  ${at}${units}\n`;
  const lines = [head, `  ${at}${units}`, ...frame(place, options.linesOf(place.file), paint)];
  for (const other of related)
    lines.push(`    ${paint(2, `${other.file}:${other.line}:${other.column}`)} ${other.message}`);
  const [fix] = diagnostic.fixes ?? [];
  if (fix !== undefined) lines.push(`    ${paint(32, 'fix')} ${fix.title}${fix.safe ? ' (--fix does it)' : ''}`);
  return `${lines.join('\n')}\n\n`;
}

/** The line before, the line itself, and carets under the place. */
function frame(place: Place, lines: readonly string[], paint: Paint): readonly string[] {
  const width = String(place.line).length;
  const row = (number: number) =>
    `  ${paint(2, `${String(number).padStart(width)} |`)} ${visible(lines[number - 1] ?? '')}`;
  const text = lines[place.line - 1] ?? '';
  const end = place.endLine === place.line ? place.endColumn : text.length + 1;
  const pad = visible(text.slice(0, place.column - 1)).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, visible(text.slice(place.column - 1, end - 1)).length));
  const shown = place.line > 1 && (lines[place.line - 2] ?? '').trim() !== '' ? [row(place.line - 1)] : [];
  return [...shown, row(place.line), `  ${' '.repeat(width)} ${paint(2, '|')} ${pad}${paint(31, carets)}`];
}

/** Keeps control characters of a manifest from reaching the terminal. */
function visible(text: string): string {
  const printable = [...text]
    .map((char) => ((char < ' ' && char !== '\t') || char === '\u007f' ? '\ufffd' : char))
    .join('');
  return printable.replaceAll('\t', '  ');
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
  const skipped = report.skipped.length > 0 ? `, ${plural(report.skipped.length, 'file')} skipped` : '';
  return `${found} in ${plural(report.resources, 'object')} of ${plural(report.filesRead, 'file')}${skipped}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 || noun === 'info' ? '' : 's'}`;
}
