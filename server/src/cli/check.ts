import { relativePath } from '../core/base/path.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';
import { checkFile } from '../core/ide/diagnostics.ts';
import { checkConfigExpectations } from '../core/ide/expectations.ts';
import { allRules } from '../core/rules/index.ts';
import type { WorkspaceFolder } from '../core/workspace/folder.ts';
import { fixFiles } from './fix.ts';
import { formatJson } from './format/json.ts';
import { formatPretty, plural } from './format/pretty.ts';
import { type Loaded, load, STDIN } from './load.ts';
import type { Program } from './program.ts';
import { createPlacer, placeFindings, type Report } from './report.ts';
import { reaches, readThreshold } from './severity.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/** `kubefathom check`: prints every finding; 1 where one reaches `--fail-on`. */
export async function check(args: ParsedArguments, program: Program): Promise<number> {
  const { values } = args;
  const threshold = readThreshold(values['fail-on']);
  const limit = readLimit(values['max-findings']);
  const dryRun = values['dry-run'] === true;
  if (dryRun && values.fix !== true) throw new UsageError('--dry-run goes with --fix');
  if (values.fix === true && !dryRun && args.positionals.includes(STDIN))
    throw new UsageError('--fix cannot change standard input; --fix --dry-run shows what it would change');
  const loaded = await load(args.positionals, args, program);
  const diagnose = createDiagnose(loaded, args, program);
  const standing = dryRun ? diagnose() : [];
  if (values.fix === true) {
    const { files, count } = fixFiles(loaded, diagnose);
    for (const file of files) {
      if (dryRun) program.out(file.diff);
      else program.writeFile(file.path, file.text);
    }
    const done =
      count === 0
        ? `no safe fixes to ${dryRun ? 'show' : 'apply'}`
        : `${plural(count, 'fix', 'fixes')} ${dryRun ? 'possible' : 'applied'} in ${plural(files.length, 'file')}`;
    if (values.quiet !== true) program.err(`${done}\n`);
  }
  const diagnostics = dryRun ? standing : diagnose();
  if (!dryRun) print(loaded, diagnostics, limit, args, program);
  if (values.verbose === true) {
    for (const { file, reason } of skippedFiles(loaded)) program.err(`skipped ${file}: ${reason}\n`);
  }
  return diagnostics.some(({ severity }) => reaches(severity, threshold)) ? 1 : 0;
}

/** Judges every file of the index as it is now. A rule that fails is named once on standard error. */
export function createDiagnose(
  { folder }: Loaded,
  args: ParsedArguments,
  program: Program,
): () => readonly Diagnostic[] {
  const failed = new Set<string>();
  const onError = (rule: string, file: string, error: unknown) => {
    if (failed.has(rule)) return;
    failed.add(rule);
    const text = describeError(error, args.values.verbose === true);
    program.err(`kubefathom: the rule ${rule} failed on ${file}, its findings are missing: ${text}\n`);
  };
  const options = { settings: folder.settings, complete: folder.complete, onError };
  const { config } = folder;
  return () => [
    ...[...folder.index.files.values()].flatMap((file) =>
      checkFile(file, folder.index.unitsOf(file.path), allRules, options),
    ),
    ...(config === undefined ? [] : checkConfigExpectations(config.file, config.text, folder.index.units, options)),
  ];
}

function print(
  loaded: Loaded,
  diagnostics: readonly Diagnostic[],
  limit: number,
  args: ParsedArguments,
  program: Program,
): void {
  const { folder, base, textOf } = loaded;
  const report: Report = {
    findings: placeFindings(diagnostics, createPlacer(base, textOf)),
    limit,
    paths: args.positionals.length > 0 ? args.positionals : ['.'],
    filesRead: folder.index.files.size,
    templates: [...folder.index.files.keys()].filter((path) => isUnrendered(path, folder.index)).length,
    helm: args.values.helm === true,
    skipped: skippedFiles(loaded),
    resources: folder.index.resourceCount,
  };
  if (args.values.format === 'json') {
    program.out(formatJson(report));
    return;
  }
  const lines = new Map<string, readonly string[]>();
  for (const { diagnostic, place } of report.findings.slice(0, limit)) {
    if (!lines.has(place.file)) lines.set(place.file, textOf(diagnostic.file).split(/\r\n?|\n/));
  }
  const color = program.color && args.values['no-color'] !== true;
  const linesOf = (file: string) => lines.get(file) ?? [];
  program.out(formatPretty(report, { color, summary: args.values.quiet !== true, linesOf }));
}

/** A template of a chart of which Helm has rendered nothing. */
function isUnrendered(path: string, index: WorkspaceFolder): boolean {
  const chart = index.chartOf(path);
  if (chart === undefined || !relativePath(chart, path).split('/').includes('templates')) return false;
  return index.unitsOf(path).every(({ open }) => open !== undefined);
}

function skippedFiles({ folder, base }: Loaded): Report['skipped'] {
  return folder.skipped.map(({ file, reason }) => ({ file: relativePath(base, file) || file, reason }));
}

function readLimit(given: string | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(given)) throw new UsageError(`--max-findings is a whole number, not \`${given}\``);
  return Number(given);
}

function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : error.message;
}
