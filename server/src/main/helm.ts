import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFailure } from '../core/sources/helm/renderFailure.ts';
import {
  RENDER_OUTPUT_LIMIT,
  RENDER_TIME_LIMIT,
  type RenderResult,
  type RenderSettings,
  toArguments,
  toEnvironment,
  toValuesFiles,
} from '../core/sources/helm/renderRequest.ts';
import type { HelmRunner } from '../core/workspace/host.ts';

/** Renders with the `helm` of this system. */
export function createHelmRunner(): HelmRunner {
  return {
    find: (configured) => findHelm(configured),
    render: (program, settings) => {
      const abort = new AbortController();
      return { result: renderChart(program, settings, abort.signal), cancel: () => abort.abort() };
    },
  };
}

/** The `helm` to run: the configured one if it is set, else the first on the `PATH`. `undefined` when there is none. */
export function findHelm(configured: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (configured !== '') return path.isAbsolute(configured) && isProgram(configured) ? configured : undefined;
  const names = process.platform === 'win32' ? ['helm.exe'] : ['helm'];
  const folders = (environment.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(isProgram);
}

/**
 * Runs `helm template`, which executes what the chart's templates say: call it for trusted folders only. Never throws. Its time
 * and output are limited, and an abort ends it.
 */
export async function renderChart(helm: string, settings: RenderSettings, signal?: AbortSignal): Promise<RenderResult> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'kubefathom-helm-'));
  try {
    for (const [file, text] of toValuesFiles(settings, scratch)) await writeFile(file, text);
    return await run(helm, toArguments(settings, scratch), systemEnvironment(scratch), scratch, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
  }
}

function run(
  helm: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<RenderResult> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve({ cancelled: true });
      return;
    }
    const child = spawn(helm, argv, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let stopped: RenderResult | undefined;
    const stop = (result: RenderResult) => {
      stopped ??= result;
      child.kill('SIGKILL');
    };
    const onAbort = () => stop({ cancelled: true });
    signal?.addEventListener('abort', onAbort, { once: true });
    const seconds = RENDER_TIME_LIMIT / 1000;
    const timer = setTimeout(() => stop(failed(`helm took more than ${seconds} seconds`)), RENDER_TIME_LIMIT);
    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > RENDER_OUTPUT_LIMIT) stop(failed(`helm printed more than ${RENDER_OUTPUT_LIMIT / 2 ** 20} MB`));
      else chunks.push(chunk);
    };
    child.stdout.on('data', collect(out));
    child.stderr.on('data', collect(err));
    const finish = (result: RenderResult) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(stopped ?? result);
    };
    child.on('error', (error) => finish(failed(`helm cannot be run: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) finish({ output: Buffer.concat(out).toString('utf8') });
      else finish({ failure: readFailure(Buffer.concat(err).toString('utf8')) });
    });
  });
}

function failed(message: string): RenderResult {
  return { failure: { message, at: undefined } };
}

/** What a program needs to start at all on this system, and what `helm` is to see. */
function systemEnvironment(scratch: string): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return {
    ...(PATH && { PATH }),
    ...(SystemRoot && { SystemRoot }),
    TEMP: scratch,
    TMP: scratch,
    ...toEnvironment(scratch),
  };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
