import { dirname, joinPath } from '../base/path.ts';
import { readRemotes } from '../sources/gitops/repository.ts';
import type { RepositoryPlace } from './deploymentBuilds.ts';
import type { Host } from './host.ts';

/** How far above a workspace folder its repository may begin. */
const MAX_LEVELS = 8;

const MAX_CONFIG_BYTES = 1 << 20;

/** The Git repository that a workspace folder lies in; the folder itself where there is none. */
export async function findRepository(host: Host, folder: string): Promise<RepositoryPlace> {
  for (let root = folder, level = 0; level < MAX_LEVELS; root = dirname(root), level++) {
    const config = await host.readFile(joinPath(root, '.git/config'), MAX_CONFIG_BYTES);
    if ('text' in config) return { root, remotes: readRemotes(config.text) };
    if (root === dirname(root)) break;
  }
  return { root: folder, remotes: [] };
}
