import { basename, dirname, isInside, joinPath } from '../../base/path.ts';

/** The names of folders that hold inputs of tests, where nothing else is said. */
export const TEST_FOLDERS: readonly string[] = [
  'test',
  'tests',
  '__tests__',
  'testdata',
  'test-data',
  'test_data',
  'fixtures',
  'e2e',
];

/** Folders whose children are places to deploy to: `overlays/test` is one beside `overlays/prod`. */
const STAGE_PARENTS: ReadonlySet<string> = new Set([
  'overlays',
  'overlay',
  'environments',
  'environment',
  'envs',
  'env',
  'clusters',
  'stages',
]);

/** A folder named `test` beside one of these is a stage too. */
const STAGES: readonly string[] = [
  'prod',
  'production',
  'prd',
  'staging',
  'stage',
  'dev',
  'development',
  'qa',
  'uat',
  'preprod',
  'live',
];

/**
 * The outermost folder between a workspace folder and a file that holds inputs of tests, by its name. `hasFolder` tells a
 * stage named `test` from a folder of tests.
 */
export function findTestFolder(
  root: string,
  file: string,
  names: readonly string[],
  hasFolder: (path: string) => boolean = () => false,
): string | undefined {
  let found: string | undefined;
  for (let folder = dirname(file); folder !== root && isInside(root, folder); folder = dirname(folder)) {
    if (names.includes(basename(folder)) && !isStage(folder, hasFolder)) found = folder;
    if (folder === dirname(folder)) break;
  }
  return found;
}

function isStage(folder: string, hasFolder: (path: string) => boolean): boolean {
  const parent = dirname(folder);
  return STAGE_PARENTS.has(basename(parent)) || STAGES.some((stage) => hasFolder(joinPath(parent, stage)));
}
