// Renders every chart under the folders with the real helm, maps what it prints to the templates, and proves the exact places by
// replacing their texts and rendering again: node scripts/run.mjs scripts/oracleHelm.ts DIR… [--quiet]
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { installHelm } from '../test/oracle/helmBinary.ts';
import { proveExactPlaces, readChartFolder, renderFolder, visitScalars } from '../test/oracle/helmProof.ts';

const args = process.argv.slice(2);
const isQuiet = args.includes('--quiet');
const folders = args.filter((arg) => !arg.startsWith('--')).map((folder) => path.resolve(folder));
process.exitCode = await main();

/** 0: all proven · 1: some place is wrong · 2: nothing to look at. */
async function main(): Promise<number> {
  if (folders.length === 0) {
    process.stderr.write('Give the folders to look for charts in.\n');
    return 2;
  }
  const helm = installHelm();
  const sum = {
    charts: 0,
    rendered: 0,
    objects: 0,
    byLines: 0,
    exact: 0,
    inexact: 0,
    withBase: 0,
    proven: 0,
    wrong: 0,
  };
  for (const folder of folders.flatMap(findCharts)) {
    const onDisk = readChartFolder(folder);
    if (onDisk === undefined) continue;
    sum.charts++;
    const rendering = await renderFolder(helm, onDisk);
    if (!('rendered' in rendering)) {
      if (!isQuiet) process.stdout.write(`not rendered: ${folder}: ${rendering.message}\n`);
      continue;
    }
    sum.rendered++;
    for (const object of rendering.rendered.objects) {
      sum.objects++;
      if (object.places === 'lines') sum.byLines++;
      visitScalars(object.root, '', ({ origin }) => {
        if (origin?.exact) sum.exact++;
        else sum.inexact++;
        if (origin?.base) sum.withBase++;
      });
    }
    const { proven, wrong } = await proveExactPlaces(helm, rendering);
    sum.proven += proven;
    sum.wrong += wrong.length;
    if (wrong.length > 0)
      process.stdout.write(
        `wrong: ${folder}\n${wrong
          .slice(0, 8)
          .map((line) => `    ${line}\n`)
          .join('')}`,
      );
  }
  process.stdout.write(
    `${sum.charts} charts: ${sum.rendered} rendered, ${sum.objects} objects (${sum.byLines} placed by lines only), scalars ${sum.exact} exact, ` +
      `${sum.inexact} not (${sum.withBase} of them in a define), ${sum.proven} proven, ${sum.wrong} wrong\n`,
  );
  return sum.wrong > 0 ? 1 : 0;
}

/** The charts that are no subcharts of others. */
function findCharts(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === 'Chart.yaml')) return [folder];
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .sort()
    .flatMap(findCharts);
}
