// Measures what is shipped, on generated workspaces: npm run bench -- --help
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { reportKustomize } from './benchKustomize.ts';
import { reportPredictions } from './benchPredictions.ts';
import { reportReach } from './benchReach.ts';
import { measureServer } from './benchServer.ts';
import { type GeneratedWorkspace, generateWorkspace } from './generate.ts';

const root = process.cwd();
const CLI = path.join(root, 'dist/cli.cjs');
const SERVER = path.join(root, 'dist/server.cjs');
/** Real manifests, where somebody keeps them beside the repository. */
const CORPUS = path.join(root, '../shared/corpus');

type Part = (workspace: GeneratedWorkspace, rulesOff: string) => void | Promise<void>;

/** What is measured on each workspace, in this order. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['index', measureIndex],
  ['check', ({ folder }) => measureCheck('check', folder)],
  ['predictions', ({ folder }) => reportPredictions(folder, options.edits)],
  ['server', (workspace) => measureServer(workspace, { server: SERVER, edits: options.edits })],
]);

/** Builds of kustomizations, and connections, have workspaces of their own. */
const KUSTOMIZE = 'kustomize';
const REACH = 'reach';
const NAMES = [KUSTOMIZE, REACH, ...PARTS.keys()];

const USAGE = `npm run bench -- [--only PART,...] [--docs COUNT,...] [--runs COUNT] [--edits COUNT] [--seed NUMBER] [--no-build]

  --only      parts to measure: ${NAMES.join(', ')} (all)
  --docs      sizes of the generated workspaces, in documents (1000,10000,50000)
  --runs      runs of a whole process, of which the least counts (3)
  --edits     edits in each file (40)
  --seed      makes other workspaces of the same kind (1)
  --no-build  measures the bundles in dist/ as they are

KUBEFATHOM_BENCH_PEER names another linter to time beside check: 'kube-linter lint {}', the folder in place of {}.
`;

const options = readOptions();

interface Options {
  readonly parts: readonly string[];
  readonly docs: readonly number[];
  readonly runs: number;
  readonly edits: number;
  readonly seed: number;
  readonly help: boolean;
  readonly build: boolean;
}

function readOptions(): Options {
  const values = parseOptions();
  const parts = values.only?.split(',') ?? NAMES;
  const unknown = parts.find((part) => !NAMES.includes(part));
  if (unknown !== undefined) refuse(`--only takes ${NAMES.join(', ')}, not \`${unknown}\``);
  return {
    parts,
    docs: (values.docs ?? '1000,10000,50000').split(',').map((count) => readCount('docs', count)),
    runs: readCount('runs', values.runs ?? '3'),
    edits: readCount('edits', values.edits ?? '40'),
    seed: readCount('seed', values.seed ?? '1'),
    help: values.help === true,
    build: values['no-build'] !== true,
  };
}

function parseOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const known = { only: text, docs: text, runs: text, edits: text, seed: text, 'no-build': flag, help: flag };
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    refuse(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error));
  }
}

function refuse(message: string): never {
  console.error(`bench: ${message}; \`npm run bench -- --help\` tells more`);
  process.exit(2);
}

function readCount(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) refuse(`--${option} takes a whole number from 1 on, not \`${text}\``);
  return Number(text);
}

async function main(): Promise<void> {
  if (options.help) {
    console.log(USAGE);
    return;
  }
  if (options.build) build();
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cpus().length} × ${cpu?.model.trim() ?? 'CPU'}, ${memory} GiB, ${process.platform}, Node ${process.version}`,
  );
  const scratch = mkdtempSync(path.join(tmpdir(), 'kubefathom-bench-'));
  const clean = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', clean);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const rulesOff = path.join(scratch, 'rules-off.yaml');
  writeFileSync(rulesOff, 'rules:\n  "*": "off"\n');
  if (options.parts.includes('check') && existsSync(CORPUS)) measureCheck('corpus', CORPUS);
  if (options.parts.includes(KUSTOMIZE)) reportKustomize(existsSync(CORPUS) ? CORPUS : undefined);
  if (options.parts.includes(REACH)) reportReach(options.edits);
  if (![...PARTS.keys()].some((part) => options.parts.includes(part))) return;
  for (const documents of options.docs) {
    const folder = path.join(scratch, `workspace-${documents}`);
    const workspace = generateWorkspace({ folder, documents, seed: options.seed });
    const { files, bytes, definitionBytes } = workspace;
    const share = Math.round((100 * definitionBytes) / bytes);
    console.log(
      `\n${workspace.documents} documents: ${files} files, ${megabytes(bytes)} MB, ${share} % of it custom resource definitions`,
    );
    for (const [name, measure] of PARTS) if (options.parts.includes(name)) await measure(workspace, rulesOff);
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(): void {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (built.status !== 0) throw new Error('the build failed');
}

/** A whole process that reads everything and judges nothing. */
function measureIndex({ folder, files, bytes, documents }: GeneratedWorkspace, config: string): void {
  const { seconds, cpu, peak } = time([process.execPath, CLI, 'check', '--config', config, '--quiet', folder]);
  const rates = `${rate(files, seconds)} files/s, ${rate(bytes / 1e6, seconds)} MB/s, ${rate(documents, seconds)} resources/s`;
  console.log(`  cold index       ${seconds.toFixed(2)} s (${cpu} s of CPU)   ${rates}, ${peak} MB`);
}

function measureCheck(name: string, folder: string): void {
  const own = time([process.execPath, CLI, 'check', '--format', 'json', '--fail-on', 'never', folder]);
  console.log(`  ${name.padEnd(16)} ${own.seconds.toFixed(2)} s (${own.cpu} s of CPU)   ${own.peak} MB`);
  const peer = process.env.KUBEFATHOM_BENCH_PEER;
  if (peer === undefined || peer === '') return;
  const words = peer.split(/\s+/);
  const command = words.includes('{}') ? words.map((word) => (word === '{}' ? folder : word)) : [...words, folder];
  const other = time(command, true);
  console.log(
    `  ${path.basename(words[0] ?? '').padEnd(16)} ${other.seconds.toFixed(2)} s (${other.cpu} s of CPU)   ${other.peak} MB   ratio ${(own.seconds / other.seconds).toFixed(2)}`,
  );
}

interface Timing {
  /** Least of the runs: what the machine does when nothing disturbs it. */
  readonly seconds: number;
  /** Seconds of all threads, the system's on their behalf included; the least of the runs, `?` where the system does not tell. */
  readonly cpu: string;
  /** Peak memory in MB, `?` where the system does not tell. */
  readonly peak: string;
}

/**
 * Runs a command as a process of its own, several times. A run that fails in a few milliseconds would look like a fast one,
 * so ours must end with 0; a peer's exit code may also tell of findings.
 */
function time(command: readonly string[], mayFail = false): Timing {
  const [program = '', ...args] = command;
  const hasTime = process.platform === 'linux' && existsSync('/usr/bin/time');
  const [run, runArgs] = hasTime ? ['/usr/bin/time', ['-f', 'PEAK %M CPU %U %S', program, ...args]] : [program, args];
  let seconds = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  let peak = '?';
  for (let count = 0; count < options.runs; count++) {
    const started = performance.now();
    const result = spawnSync(run, runArgs, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const elapsed = (performance.now() - started) / 1000;
    if (result.error !== undefined) throw result.error;
    if (result.status === null || result.status > 125 || (result.status !== 0 && !mayFail))
      throw new Error(
        `\`${command.join(' ')}\` ended with ${result.status ?? result.signal}: ${result.stderr.slice(0, 400)}`,
      );
    const used = /^PEAK (\d+) CPU ([\d.]+) ([\d.]+)$/m.exec(result.stderr);
    cpu = Math.min(cpu, Number(used?.[2]) + Number(used?.[3]));
    if (elapsed < seconds && used !== null) peak = String(Math.round(Number(used[1]) / 1024));
    seconds = Math.min(seconds, elapsed);
  }
  return { seconds, cpu: Number.isFinite(cpu) ? cpu.toFixed(2) : '?', peak };
}

function rate(count: number, seconds: number): string {
  return String(Math.round(count / seconds));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

await main();
