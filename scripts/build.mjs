// Builds what the package ships into dist/: node scripts/build.mjs [--debug]   (npm run build; --debug: readable, with source maps)
import { access, chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from './bundle.mjs';

const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
};
const browser = { platform: 'browser', target: 'es2022' };

/** The web extension host insists on the ending `.js`. */
const bundles = [
  { entry: 'client/src/extension.ts', file: 'extension.cjs', options: { ...node, external: ['vscode'] } },
  { entry: 'client/src/browser.ts', file: 'browser.js', options: { ...browser, format: 'cjs', external: ['vscode'] } },
  { entry: 'client/webview/main.ts', file: 'reachability.js', options: { ...browser, format: 'iife' } },
  { entry: 'client/webview/reachability.css', file: 'reachability.css', options: browser },
  { entry: 'server/src/main/node.ts', file: 'server.cjs', options: node },
  { entry: 'server/src/main/browser.ts', file: 'serverWorker.js', options: { ...browser, format: 'iife' } },
  {
    entry: 'server/src/main/cli.ts',
    file: 'cli.cjs',
    options: { ...node, banner: { js: '#!/usr/bin/env node' } },
    executable: true,
  },
];

/** Builds what can be built; `failed` has a line for every bundle that could not be. */
export async function buildAll({ debug = false } = {}) {
  const dist = path.join(root, 'dist');
  for (const { file } of bundles) await rm(path.join(dist, `${file}.map`), { force: true });
  await mkdir(dist, { recursive: true });
  const define = { KUBEFATHOM_RULE_PAGES: JSON.stringify(await rulePages()), 'process.env.NODE_ENV': '"production"' };
  const failed = [];
  const inputs = new Set();
  const built = await Promise.all(
    bundles.map(async ({ entry, file, options, executable }) => {
      const outfile = path.join(dist, file);
      if (!(await exists(path.join(root, entry)))) {
        await rm(outfile, { force: true });
        failed.push(`dist/${file}: there is no ${entry}`);
        return undefined;
      }
      const result = await build({
        absWorkingDir: root,
        entryPoints: [entry],
        outfile,
        bundle: true,
        minify: !debug,
        sourcemap: debug ? 'linked' : false,
        legalComments: 'none',
        logLevel: 'warning',
        metafile: true,
        define,
        ...options,
      }).catch(() => undefined);
      if (result === undefined) {
        await rm(outfile, { force: true });
        failed.push(`dist/${file}: see the errors above`);
        return undefined;
      }
      for (const input of Object.keys(result.metafile.inputs)) inputs.add(input);
      if (executable) await chmod(outfile, 0o755);
      return { file, bytes: (await stat(outfile)).size };
    }),
  );
  await writeLicenses(path.join(dist, 'licenses.txt'), inputs);
  return { built: built.filter((bundle) => bundle !== undefined), failed };
}

/** Id and first heading of every page in docs/rules, for the command that shows them. */
async function rulePages() {
  const folder = path.join(root, 'docs/rules');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.md')).sort();
  const pages = names.map(async (name) => {
    const text = await readFile(path.join(folder, name), 'utf8');
    const id = name.slice(0, -'.md'.length);
    return { id, title: summaryOf(text, id) };
  });
  return (await Promise.all(pages)).filter(({ id }) => !/^(?:readme|index)$/i.test(id));
}

/** The first heading that says more than the id, else the first line of prose. */
function summaryOf(text, id) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('<!--'));
  const heading = lines[0]?.startsWith('# ') ? lines[0].slice(2).replaceAll('`', '').trim() : '';
  if (heading !== '' && heading !== id) return heading;
  return lines.find((line) => /^[\p{L}`]/u.test(line))?.replaceAll('`', '') ?? id;
}

/** The licences of the packages inside the bundles, which their authors ask to be passed on. */
async function writeLicenses(file, inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replaceAll('\\', '/'));
    if (match) packages.add(match[1]);
  }
  const parts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const licenseFile = (await readdir(path.join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    const text = licenseFile ? await readFile(path.join(root, folder, licenseFile), 'utf8') : `License: ${license}`;
    parts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  await writeFile(file, `Kubefathom contains these packages.\n\n${parts.join(`\n${'-'.repeat(72)}\n\n`)}`);
}

function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { built, failed } = await buildAll({ debug: process.argv.includes('--debug') });
  for (const { file, bytes } of built) console.log(`dist/${file}  ${Math.round(bytes / 1024)} kB`);
  for (const failure of failed) console.error(`Not built: ${failure}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
