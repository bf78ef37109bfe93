import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.ts';

const corpus = path.resolve('../shared/corpus');
const folders = [
  path.resolve('examples/shop'),
  ...(existsSync(corpus) ? readdirSync(corpus, { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(corpus, name)),
];

const SEVERITIES = ['', 'error', 'warning', 'info', 'hint'];

describe('editor and terminal', () => {
  for (const folder of folders) {
    it(`say the same about ${path.basename(folder)}`, async () => {
      const [shown, printed] = await Promise.all([inEditor(folder), inTerminal(folder)]);
      assert.deepEqual(shown, printed);
    });
  }
});

async function inTerminal(folder: string): Promise<readonly string[]> {
  const args = [path.resolve('dist/cli.cjs'), 'check', '--format', 'json', '--fail-on', 'never', folder];
  const out = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 1 << 28 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
  const { findings } = JSON.parse(out) as {
    findings: {
      file: string;
      line: number;
      column: number;
      endLine: number;
      endColumn: number;
      code: string;
      message: string;
      severity: string;
      units: string[];
    }[];
  };
  return findings
    .map(({ file, line, column, endLine, endColumn, code, message, severity, units }) => {
      const where = units.length > 0 ? ` (in ${units.join(' and ')})` : '';
      return `${file}:${line}:${column}-${endLine}:${endColumn} ${severity} ${code} ${message}${where}`;
    })
    .sort();
}

async function inEditor(folder: string): Promise<readonly string[]> {
  const client = await Client.start({ roots: [folder] });
  try {
    await client.ready();
    return [...client.pushed]
      .flatMap(([uri, diagnostics]) =>
        diagnostics.map(({ range: { start, end }, severity, code, message }) => {
          const file = path.relative(folder, fileURLToPath(uri)).replaceAll('\\', '/');
          const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
          return `${file}:${place} ${SEVERITIES[severity ?? 0]} ${code} ${message}`;
        }),
      )
      .sort();
  } finally {
    client.kill();
  }
}
