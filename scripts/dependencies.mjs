// Needs nothing but Node: it runs before anything is installed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './processes.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Runs `npm ci` unless node_modules holds exactly what package-lock.json asks for on this system. */
export async function ensureDependencies(log = console.log) {
  if (isInstalled()) return;
  log('Installing dependencies (npm ci) …');
  const began = Date.now();
  await npm(['ci', '--no-audit', '--no-fund'], root);
  log(`Dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([folder, { version, optional, devOptional, link }]) => {
    if (folder === '' || link) return true;
    const found = installed[folder];
    return found === undefined ? Boolean(optional || devOptional) : found.version === version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
