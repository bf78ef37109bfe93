import { PROTOCOLS } from '../core/cluster/connectionSet.ts';
import { isVariant } from '../core/cluster/policyWorld.ts';
import { computeReach, type ReachMatrix } from '../core/cluster/reachMatrix.ts';
import type { ConnectionExplanation } from '../core/explain/connection/model.ts';
import type { Protocol } from '../core/k8s/ports.ts';
import type { Unit } from '../core/sources/unit.ts';
import type { WorkspaceFolder } from '../core/workspace/folder.ts';
import { formatAnswer } from './format/reachAnswer.ts';
import { formatMatrix, type MatrixFormat } from './format/reachMatrix.ts';
import { type Loaded, load, STDIN } from './load.ts';
import type { Program } from './program.ts';
import { createAnswerer, type PlaceIn, type Question } from './reachAnswer.ts';
import { createEndFinder } from './reachEnds.ts';
import { type ExplainedQuestion, explainReach, explanationJson, formatExplanation } from './reachExplain.ts';
import { createPlacer } from './report.ts';
import { type ParsedArguments, UsageError } from './usage.ts';

/**
 * `kubefathom reach`: one connection, a file of questions, or all connections. The answer *no* to a single question is exit
 * code 1. What is given counts as all that is applied, into the namespace `default` where none is named.
 */
export async function reach(args: ParsedArguments, program: Program): Promise<number> {
  const { from, to, port, protocol, queries, explain, format = 'pretty' } = args.values;
  const isSingle = from !== undefined || to !== undefined;
  if (queries !== undefined && isSingle) throw new UsageError('--queries goes without --from and --to');
  if (explain === true && (from === undefined || to === undefined))
    throw new UsageError('--explain goes with --from and --to');
  if (!isSingle && (port !== undefined || protocol !== undefined))
    throw new UsageError('--port and --protocol go with --from and --to');
  if (format !== 'pretty' && format !== 'json' && (isSingle || queries !== undefined))
    throw new UsageError(`--format ${format} shows all connections, not single ones`);
  const single = isSingle && explain !== true ? readSingle(args) : undefined;
  const explained = explain === true ? readExplained(args) : undefined;
  const questions = queries === undefined ? [] : await readQuestions(queries, args, program);
  const options = { defaults: { defaultNamespace: 'default' }, isWhole: true };
  const loaded = await load(args.positionals, args, program, options);
  const units = unitsIn(loaded.folder.index);
  const finder = createEndFinder(units);
  if (explained !== undefined) {
    const context = { finder, units, settings: loaded.folder.settings, place: placerOf(loaded) };
    return printExplained(explainReach(explained, context), context.place, args, program);
  }
  if (queries === undefined && single === undefined) return printMatrix(units, format as MatrixFormat, args, program);
  const answer = createAnswerer(finder, placerOf(loaded));
  if (single === undefined) {
    program.out(questions.map((question) => `${JSON.stringify(answer(question))}\n`).join(''));
    return 0;
  }
  for (const end of [single.from, single.to]) {
    const found = finder.find(end);
    if ('problem' in found) throw new UsageError(found.problem);
  }
  const given = answer(single);
  program.out(format === 'json' ? `${JSON.stringify({ version: 1, ...given }, null, 2)}\n` : formatAnswer(given));
  return given.allowed === false ? 1 : 0;
}

function readSingle({ values: { from, to, port, protocol } }: ParsedArguments): Question {
  if (from === undefined || to === undefined) throw new UsageError('--from and --to go together');
  if (port === undefined)
    throw new UsageError('--from and --to need --port, the port of the Pods that are connected to');
  if (from.startsWith('ip:') && to.startsWith('ip:')) throw new UsageError('--from or --to must be a workload');
  const number = readPort(port);
  if (number === undefined) throw new UsageError(`--port is a number from 1 to 65535, not \`${port}\``);
  const name = readProtocol(protocol ?? 'TCP');
  if (name === undefined) throw new UsageError(`--protocol is TCP, UDP or SCTP, not \`${protocol}\``);
  return { from, to, protocol: name, port: number };
}

/** `--to` may be a host with its port: `orders.shop:80`. */
function readExplained({ values: { from = '', to = '', port, protocol } }: ParsedArguments): ExplainedQuestion {
  const [, host = to, own] = /^([^/:]+):(\d+)$/.exec(to) ?? [];
  const given = port ?? own;
  const number = given === undefined ? undefined : readPort(given);
  if (given !== undefined && number === undefined)
    throw new UsageError(`--port is a number from 1 to 65535, not \`${given}\``);
  const name = protocol === undefined ? undefined : readProtocol(protocol);
  if (protocol !== undefined && name === undefined)
    throw new UsageError(`--protocol is TCP, UDP or SCTP, not \`${protocol}\``);
  return { from, to: host, port: number, protocol: name };
}

function printExplained(
  explained: readonly ConnectionExplanation[],
  place: PlaceIn,
  { values }: ParsedArguments,
  program: Program,
): number {
  if (values.format === 'json') {
    const connections = explained.map((one) => explanationJson(one, place));
    program.out(`${JSON.stringify({ version: 1, connections }, null, 2)}\n`);
  } else program.out(explained.map((one) => formatExplanation(one, place)).join('\n'));
  return explained.some(({ verdict }) => verdict.state === 'Problem') ? 1 : 0;
}

/** One JSON object a line; empty lines are none. */
async function readQuestions(given: string, args: ParsedArguments, program: Program): Promise<readonly Question[]> {
  if (given === STDIN && args.positionals.includes(STDIN))
    throw new UsageError('standard input holds either the manifests or the questions');
  const text = given === STDIN ? program.readStdin() : await readFile(given, program);
  return text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [readQuestion(line, `${given}:${at + 1}`)]));
}

async function readFile(given: string, { host, resolve }: Program): Promise<string> {
  const content = await host.readFile(resolve(given), 1 << 30);
  if ('text' in content) return content.text;
  throw new UsageError(`the questions in \`${given}\` cannot be read`);
}

function readQuestion(line: string, place: string): Question {
  const read = parseObject(line);
  if (read === undefined) throw new UsageError(`${place}: this is no JSON object`);
  const { from, to, protocol = 'TCP', port } = read;
  if (typeof from !== 'string' || typeof to !== 'string')
    throw new UsageError(`${place}: a question has \`from\` and \`to\`, both texts`);
  const number = readPort(port);
  if (number === undefined) throw new UsageError(`${place}: \`port\` is a number from 1 to 65535`);
  const name = readProtocol(protocol);
  if (name === undefined) throw new UsageError(`${place}: \`protocol\` is TCP, UDP or SCTP`);
  return { ...read, from, to, protocol: name, port: number };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function readPort(given: unknown): number | undefined {
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65535 ? number : undefined;
}

function readProtocol(given: unknown): Protocol | undefined {
  return PROTOCOLS.find((name) => typeof given === 'string' && name === given.toUpperCase());
}

/** Inputs of tests count only where there is nothing else. */
function unitsIn({ units }: WorkspaceFolder): readonly Unit[] {
  const real = units.filter(({ isTestInput }) => !isTestInput);
  return real.some(({ index }) => index.countOfType('workload') > 0) ? real : units;
}

function placerOf({ folder, base, textOf }: Loaded) {
  const place = createPlacer(base, textOf);
  return (_: Unit, file: string, span: { readonly start: number; readonly end: number }) => {
    const { file: written, start, end } = folder.index.siblings.files.resolve(file, span);
    return place(written, { start, end });
  };
}

function printMatrix(units: readonly Unit[], format: MatrixFormat, args: ParsedArguments, program: Program): number {
  const worlds = groupUnits(units.filter(({ index }) => index.countOfType('workload') > 0));
  const matrices = worlds.map((world): { readonly label: string; readonly matrix: ReachMatrix } => {
    const matrix = computeReach(world);
    if ('limit' in matrix)
      throw new UsageError(
        `the policies tell ${matrix.groups} groups of workloads apart, and at most ${matrix.limit} can be shown together; name a smaller folder, or ask with --from and --to or --queries`,
      );
    return { label: world.map(({ label }) => label || '.').join(', '), matrix };
  });
  program.out(formatMatrix(matrices, format));
  if (matrices.length === 0 && args.values.quiet !== true) program.err('no workloads found\n');
  return 0;
}

/** Units that can be applied together; variants of one thing are apart. */
function groupUnits(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const groups: Unit[][] = [];
  for (const unit of units) {
    const group = groups.find((members) => !members.some((member) => isVariant(unit, member)));
    if (group === undefined) groups.push([unit]);
    else group.push(unit);
  }
  return groups;
}
