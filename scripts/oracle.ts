// Compares recorded answers of Kubernetes with ours: npm run oracle -- [DIR] [--json] [--only FILE] [--corpus DIR]
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runScenarios } from '../test/oracle/cluster.ts';
import { RUNNERS, runVectors, type Tally } from '../test/oracle/runners.ts';

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
const corpusAt = args.indexOf('--corpus') + 1;
// The manifests of the real applications among the scenarios.
const corpus = (corpusAt > 0 ? args[corpusAt] : undefined) ?? '../shared/corpus';
const folder =
  args.find((arg, at) => !arg.startsWith('--') && arg !== only && (corpusAt === 0 || at !== corpusAt)) ??
  '../shared/oracle';

process.exitCode = main();

/** 0: all agree or are unknown · 1: some differ · 2: there is nothing to read. */
function main(): number {
  const tallies = readTallies();
  if (tallies === undefined) {
    process.stderr.write(`There is no folder ${folder} with recorded answers.\n`);
    return 2;
  }
  if (isJson) printJson(tallies);
  else for (const [name, tally] of tallies) printTally(name, tally);
  return [...tallies.values()].some((tally) => tally.differ > 0) ? 1 : 0;
}

function readTallies(): ReadonlyMap<string, Tally> | undefined {
  const tallies = new Map<string, Tally>();
  try {
    for (const file of readdirSync(folder).sort()) {
      const name = path.basename(file, '.jsonl');
      const run = file.endsWith('.jsonl') ? RUNNERS.get(name) : undefined;
      if (run && (only === undefined || only === name))
        tallies.set(name, runVectors(readFileSync(path.join(folder, file), 'utf8'), run));
      if (file === 'cluster' && (only === undefined || only === file))
        tallies.set(file, runScenarios(path.join(folder, file), corpus));
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
  return tallies;
}

function printJson(tallies: ReadonlyMap<string, Tally>): void {
  const counts = [...tallies].map(([name, { agree, differ, unknown }]) => [name, { agree, differ, unknown }]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
}

function printTally(name: string, { agree, differ, unknown, rest }: Tally): void {
  process.stdout.write(`${name}: ${agree} agree, ${differ} differ, ${unknown} unknown\n`);
  for (const { id, verdict } of rest) {
    if (verdict.status === 'differ') process.stdout.write(`  ${id}: ${verdict.detail ?? 'differs'}\n`);
  }
}
