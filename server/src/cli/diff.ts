import { isInside, relativePath } from '../core/base/path.ts';
import type { Span } from '../core/base/span.ts';
import { compareGroup, type Difference } from '../core/cluster/difference.ts';
import { groupForComparing } from '../core/cluster/differenceUnits.ts';
import { createDiagnose } from './check.ts';
import { answerOf, type DiffAnswer, isLoss } from './diffAnswer.ts';
import { formatDiff } from './format/diff.ts';
import { hostOfTree, parseRevision, pathInTree } from './gitRevision.ts';
import { type Loaded, load, STDIN } from './load.ts';
import { createTrees } from './manifests.ts';
import type { Program } from './program.ts';
import { createPlacer, placeFindings, type ReportedFinding } from './report.ts';
import { reaches, readThreshold } from './severity.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/**
 * `kubefathom diff`: what a change of manifests does to connections, endpoints, names and findings, and what the API server
 * refuses of it. 1 where something is certainly lost or refused, or a new finding reaches `--fail-on`; 2 where there are too
 * many kinds of workloads to compare their connections.
 */
export async function diff(args: ParsedArguments, program: Program): Promise<number> {
  const [given, other, more] = args.positionals;
  if (given === undefined || other === undefined || more !== undefined)
    throw new UsageError(
      'diff takes two folders, files or Git revisions, OLD and NEW: `kubefathom diff HEAD:deploy deploy`',
    );
  if (given === STDIN && other === STDIN) throw new UsageError('only one of OLD and NEW can be standard input');
  const threshold = readThreshold(args.values['fail-on']);
  const before = await loadSide(given, other, args, program);
  const after = await loadSide(other, given, args, program);
  const differences = compare(before, after);
  const answer = answerOf(differences, {
    before: placerOf(before),
    after: placerOf(after),
    findings: compareFindings([before, after].map((side) => findingsOf(side, args, program))),
  });
  program.out(args.values.format === 'json' ? toJson(answer) : formatDiff(answer, visibleOptions(args, program)));
  for (const { groups, limit } of answer.uncompared)
    program.err(
      `kubefathom: the connections are not compared: the policies tell ${groups} groups of workloads apart, and at most ${limit} can be compared; name a smaller folder\n`,
    );
  const isBad =
    isLoss(answer) || answer.findings.gained.some(({ diagnostic }) => reaches(diagnostic.severity, threshold));
  return isBad ? 1 : answer.uncompared.length > 0 ? 2 : 0;
}

function visibleOptions({ values }: ParsedArguments, program: Program) {
  return { color: program.color && values['no-color'] !== true, summary: values.quiet !== true };
}

/** A folder, a file, or what a revision of a Git repository has. */
async function loadSide(given: string, other: string, args: ParsedArguments, program: Program): Promise<Loaded> {
  const options = { defaults: { defaultNamespace: 'default' }, isWhole: true };
  if (given === STDIN || (await program.host.stat(program.resolve(given))) !== undefined)
    return await load([given], args, program, options);
  const { revision, path = await placeOfOther(other, program) } = parseRevision(given);
  const here = program.resolve('.');
  const tree = program.git.open(here, revision === '' ? 'HEAD' : revision);
  if ('problem' in tree)
    throw new UsageError(`there is no file or folder \`${given}\`, and as a revision: ${tree.problem}`);
  if (args.values.helm === true)
    throw new UsageError(
      '--helm renders charts from the disk, not from a revision; check the revision out with `git worktree add`',
    );
  const target = pathInTree(tree, path, here);
  const host = hostOfTree(program.host, tree);
  if ((await host.stat(target)) === undefined || !isInside(tree.root, target))
    throw new UsageError(`\`${revision}\` has no file or folder \`${relativePath(tree.root, target)}\``);
  return await load([target], args, { ...program, host }, options);
}

/** Where a revision is named without a path, that of the other side counts. */
async function placeOfOther(other: string, { host, resolve }: Program): Promise<string> {
  if (other === STDIN) return '.';
  if ((await host.stat(resolve(other))) === undefined) return parseRevision(other).path ?? '.';
  const path = relativePath(resolve('.'), resolve(other));
  return path.startsWith('.') ? path : `./${path}`;
}

function compare(before: Loaded, after: Loaded): readonly Difference[] {
  const sides = [before, after].map(({ base, folder }) => ({ base, units: folder.index.units }));
  const [old, now] = sides;
  if (old === undefined || now === undefined) return [];
  const trees = { before: createTrees(before), after: createTrees(after) };
  const settings = { before: before.folder.settings, after: after.folder.settings };
  return groupForComparing(old, now).map((group) => compareGroup(group, settings, trees));
}

function placerOf({ folder, base, textOf }: Loaded) {
  const place = createPlacer(base, textOf);
  return (file: string, span: Span) => {
    const written = folder.index.siblings.files.resolve(file, span);
    return place(written.file, written);
  };
}

/** Findings are the same where they say the same of the same object, wherever it stands. */
function compareFindings([before = [], after = []]: readonly (readonly ReportedFinding[])[]): DiffAnswer['findings'] {
  return { lost: missing(before, after), gained: missing(after, before) };
}

function findingsOf(side: Loaded, args: ParsedArguments, program: Program): readonly ReportedFinding[] {
  return placeFindings(createDiagnose(side, args, program)(), createPlacer(side.base, side.textOf));
}

function missing(some: readonly ReportedFinding[], others: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const left = new Map<string, number>();
  for (const finding of others) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
  return some.filter((finding) => {
    const key = keyOf(finding);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

function keyOf({ diagnostic: { code, severity, message, resource }, place: { file } }: ReportedFinding): string {
  const object =
    resource === undefined ? file : [resource.group, resource.kind, resource.namespace?.value, resource.name?.value];
  return JSON.stringify([code, severity, message, object]);
}

/** Places of findings as in `check --format json`. */
function toJson({ uncompared, findings, ...rest }: DiffAnswer): string {
  const list = (found: readonly ReportedFinding[]) =>
    found.map(({ diagnostic: { code, severity, message }, place: { file, line, column } }) => ({
      code,
      severity,
      message,
      file,
      line,
      column,
    }));
  const document = {
    version: 1,
    ...rest,
    findings: { lost: list(findings.lost), gained: list(findings.gained) },
    ...(uncompared.length === 0 ? {} : { uncompared }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
