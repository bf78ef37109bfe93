import { relativePath } from '../core/base/path.ts';
import { checkFile, type Diagnostic } from '../core/ide/diagnostics.ts';
import { allRules } from '../core/rules/index.ts';
import type { Severity } from '../core/workspace/config.ts';
import { fixFiles } from './fix.ts';
import { formatJson } from './format/json.ts';
import { formatPretty } from './format/pretty.ts';
import { type Loaded, load } from './load.ts';
import type { Program } from './program.ts';
import { createPlacer, placeFindings, type Report } from './report.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

const WEIGHT: Readonly<Record<Severity, number>> = { hint: 0, info: 1, warning: 2, error: 3 };

/** `kubefathom check`: prints every finding; 1 where one reaches `--fail-on`. */
export async function check(args: ParsedArguments, program: Program): Promise<number> {
  const failOn = args.values['fail-on'] ?? 'warning';
  if (failOn !== 'never' && !(failOn in WEIGHT))
    throw new UsageError(`--fail-on is error, warning, info, hint or never, not \`${failOn}\``);
  if (args.values['dry-run'] === true && args.values.fix !== true) throw new UsageError('--dry-run goes with --fix');
  const limit = readLimit(args.values['max-findings']);
  const loaded = await load(args.positionals, args, program);
  const report = (verbose: (rule: string, error: unknown) => void) => diagnose(loaded, verbose);
  const tell = (rule: string, error: unknown) => {
    program.err(
      `kubefathom: the rule ${rule} failed, its findings are missing: ${describeError(error, args.values.verbose === true)}\n`,
    );
  };
  let diagnostics = report(tell);
  if (args.values.fix === true) {
    const dryRun = args.values['dry-run'] === true;
    const fixed = await fixFiles(loaded, diagnostics, () => report(tell));
    for (const file of fixed.files) {
      if (dryRun) program.out(file.diff);
      else program.writeFile(file.path, file.text);
    }
    program.err(
      `${fixed.count} ${fixed.count === 1 ? 'fix' : 'fixes'} ${dryRun ? 'possible' : 'applied'} in ${fixed.files.length} files\n`,
    );
    if (dryRun) return 0;
    diagnostics = report(tell);
  }
  const result = makeReport(loaded, diagnostics);
  const shown = { ...result, findings: result.findings.slice(0, limit) };
  program.out(args.values.format === 'json' ? formatJson(shown) : pretty(shown, loaded, args, program));
  if (args.values.verbose === true)
    for (const { file, reason } of shown.skipped) program.err(`skipped ${file}: ${reason}\n`);
  const worst = Math.max(-1, ...diagnostics.map(({ severity }) => WEIGHT[severity]));
  return failOn !== 'never' && worst >= WEIGHT[failOn as Severity] ? 1 : 0;
}

function diagnose({ folder }: Loaded, onError: (rule: string, error: unknown) => void): readonly Diagnostic[] {
  const options = {
    settings: folder.settings,
    complete: folder.complete,
    onError: (rule: string, _file: string, error: unknown) => onError(rule, error),
  };
  return [...folder.index.files.values()].flatMap((file) =>
    checkFile(file, folder.index.unitsOf(file.path), allRules, options),
  );
}

function makeReport(loaded: Loaded, diagnostics: readonly Diagnostic[]): Report {
  const { folder, base, textOf } = loaded;
  return {
    findings: placeFindings(diagnostics, createPlacer(base, textOf)),
    filesRead: folder.index.files.size,
    skipped: folder.skipped.map(({ file, reason }) => ({ file: relativePath(base, file), reason })),
    resources: folder.index.resourceCount,
  };
}

function pretty(report: Report, loaded: Loaded, args: ParsedArguments, program: Program): string {
  const lines = new Map<string, readonly string[]>();
  for (const { diagnostic, place } of report.findings) {
    if (!lines.has(place.file)) lines.set(place.file, loaded.textOf(diagnostic.file).split(/\r\n?|\n/));
  }
  return formatPretty(report, {
    color: program.color && args.values['no-color'] !== true,
    summary: args.values.quiet !== true,
    linesOf: (file) => lines.get(file) ?? [],
  });
}

function readLimit(given: string | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 0) throw new UsageError(`--max-findings is a whole number, not \`${given}\``);
  return limit;
}

function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : error.message;
}
