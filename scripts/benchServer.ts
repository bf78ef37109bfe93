import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { type GeneratedWorkspace, generateManifest } from './generate.ts';

export interface ServerMeasurement {
  /** The bundle to run. */
  readonly server: string;
  /** Edits in each of the files. */
  readonly edits: number;
}

const FILE_LINES = [55, 542, 5010] as const;
/**
 * Milliseconds between an answer and the next edit: fast typing, and pauses after which the edit meets the server at work on
 * the whole workspace.
 */
const PAUSES = [15, 60, 180, 320, 350, 400] as const;

/** Runs the server over stdio as an editor does and prints what the editor would feel. */
export async function measureServer(
  { folder, documents }: GeneratedWorkspace,
  options: ServerMeasurement,
): Promise<void> {
  const manifests = FILE_LINES.map((lines) => ({
    lines,
    file: path.join(folder, `edited-${lines}.yaml`),
    text: generateManifest(lines, lines),
  }));
  for (const { file, text } of manifests) writeFileSync(file, text);
  const started = performance.now();
  const child = spawn(process.execPath, [options.server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  });
  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  client.listen();
  await initialize(client, folder);
  const [small] = manifests;
  if (small === undefined) return;
  await open(client, small.file, small.text);
  await pull(client, small.file);
  const first = performance.now() - started;
  await client.sendRequest('kubefathom/ready');
  const ready = performance.now() - started;
  console.log(
    `  first answer     ${first.toFixed(0)} ms after the start; all ${documents} documents judged after ${(ready / 1000).toFixed(2)} s`,
  );
  console.log(`  server memory    ${memoryOf(child)} when ready`);
  for (const { lines, file, text } of manifests) {
    if (file !== small.file) await open(client, file, text);
    const { times, work, changes } = await edit(client, child, file, text, options.edits);
    const [p50, p95, most] = [0.5, 0.95, 1].map((part) => percentile(times, part).toFixed(1));
    const [work50, work95] = [0.5, 0.95].map((part) => percentile(work, part).toFixed(1));
    console.log(
      `  edit, ${String(lines).padStart(4)} lines p50 ${p50} ms, p95 ${p95} ms, most ${most} ms; at work p50 ${work50} ms, p95 ${work95} ms   (${changes} of ${times.length} edits changed the findings)`,
    );
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: toUri(file) } });
  }
  console.log(`  server memory    ${memoryOf(child)} after the edits`);
  await client.sendRequest(ShutdownRequest.type);
  await client.sendNotification(ExitNotification.type);
  await new Promise((resolve) => child.once('exit', resolve));
}

async function initialize(client: ProtocolConnection, folder: string): Promise<void> {
  const uri = pathToFileURL(folder).href;
  await client.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'bench' }],
    capabilities: { textDocument: { diagnostic: {} }, workspace: { workspaceFolders: true } },
  });
  await client.sendNotification(InitializedNotification.type, {});
}

function open(client: ProtocolConnection, file: string, text: string): Promise<void> {
  const textDocument = { uri: toUri(file), languageId: 'yaml', version: 1, text };
  return client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}

/** The findings of a file, as text to compare. */
async function pull(client: ProtocolConnection, file: string): Promise<string> {
  const report = await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: toUri(file) } });
  return report.kind === 'full' ? JSON.stringify(report.items) : 'unchanged';
}

interface Edits {
  /** From the edit to the answer, in milliseconds. */
  readonly times: readonly number[];
  /** Milliseconds that the server's main thread ran meanwhile: what a machine without other work would need at most. */
  readonly work: readonly number[];
  readonly changes: number;
}

/** Breaks a label or a port somewhere in the file and mends it again, by turns. */
async function edit(
  client: ProtocolConnection,
  child: ChildProcess,
  file: string,
  text: string,
  count: number,
): Promise<Edits> {
  const lines = text.split('\n');
  const places = lines.flatMap((line, at) =>
    /^ +(?:app|app\.kubernetes\.io\/name|targetPort|containerPort): /.test(line) ? [at] : [],
  );
  const times: number[] = [];
  const work: number[] = [];
  let changes = 0;
  let last = await pull(client, file);
  for (let index = 0; index < count; index++) {
    const at = places[Math.floor(((index >> 1) * 7919) % places.length)] ?? 0;
    const character = lines[at]?.length ?? 0;
    const isMending = index % 2 === 1;
    const start = { line: at, character };
    const change = {
      range: { start, end: isMending ? { line: at, character: character + 1 } : start },
      text: isMending ? '' : '7',
    };
    await pause(PAUSES[index % PAUSES.length]);
    const started = performance.now();
    const ranBefore = runTimeOf(child);
    const textDocument = { uri: toUri(file), version: index + 2 };
    void client.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges: [change] });
    const found = await pull(client, file);
    times.push(performance.now() - started);
    work.push(runTimeOf(child) - ranBefore);
    if (found !== last) changes++;
    last = found;
  }
  return { times, work, changes };
}

/** Resident memory and its peak, where the system tells. */
function memoryOf({ pid }: ChildProcess): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [now, peak] = ['VmRSS', 'VmHWM'].map((name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]),
    );
    return `${Math.round((now ?? 0) / 1024)} MB, at its peak ${Math.round((peak ?? 0) / 1024)} MB`;
  } catch {
    return 'not known on this system';
  }
}

/** How long the main thread has run, in milliseconds; not a number where the system does not tell. */
function runTimeOf({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

function percentile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

function toUri(file: string): string {
  return pathToFileURL(file).href;
}
