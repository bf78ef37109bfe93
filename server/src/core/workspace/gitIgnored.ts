import { isInside, joinPath, relativePath } from '../base/path.ts';
import type { Host } from './host.ts';
import { addGitignore, createRules, type IgnoreRules, isFileExcluded } from './ignore.ts';

const MAX_BYTES = 1 << 20;

/**
 * Whether Git leaves a file below a folder out, be it there or not: what is generated, or secret. The answer keeps the
 * `.gitignore` files that it has read.
 */
export function createGitIgnored(host: Host, root: string): (path: string) => Promise<boolean> {
  const known = new Map<string, Promise<IgnoreRules>>();
  const rulesIn = (folder: string, above: IgnoreRules): Promise<IgnoreRules> => {
    const cached = known.get(folder) ?? readRules(host, root, folder, above);
    known.set(folder, cached);
    return cached;
  };
  return async (path) => {
    if (path === root || !isInside(root, path)) return false;
    let rules = await rulesIn(root, NO_RULES);
    const names = relativePath(root, path).split('/');
    for (const index of names.keys()) {
      const relative = names.slice(0, index + 1).join('/');
      const isLast = index === names.length - 1;
      if (isFileExcluded(rules, isLast ? relative : `${relative}/`, false)) return true;
      if (!isLast) rules = await rulesIn(joinPath(root, relative), rules);
    }
    return false;
  };
}

const NO_RULES = createRules({ exclude: [], include: [] });

async function readRules(host: Host, root: string, folder: string, above: IgnoreRules): Promise<IgnoreRules> {
  const content = await host.readFile(joinPath(folder, '.gitignore'), MAX_BYTES);
  return 'text' in content ? addGitignore(above, relativePath(root, folder), content.text) : above;
}
