import { type CancellationToken, FileType, RelativePattern, Uri, type WorkspaceFolder, workspace } from 'vscode';
import { decodeText } from '../../server/src/main/decode.ts';
import { isMarkerName, likelyFirst, looksLikeKubernetes } from './sniff.ts';

/**
 * Whether some folder of the workspace holds Kubernetes manifests. A bounded look: at most {@link maxNames} names and
 * {@link maxFiles} files a folder. A manifest beyond that is noticed when it is opened or changed.
 */
export async function workspaceHasManifests(token: CancellationToken): Promise<boolean> {
  for (const folder of workspace.workspaceFolders ?? []) {
    if (token.isCancellationRequested) return false;
    if (await folderHasManifests(folder, token)) return true;
  }
  return false;
}

/** Whether a file on disk is a Kubernetes manifest, or a marker of some. False for what cannot be read. */
export async function isManifestFile(file: Uri): Promise<boolean> {
  if (isMarkerName(file.path)) return true;
  try {
    const { size, type } = await workspace.fs.stat(file);
    if ((type & FileType.File) === 0 || size > maxSniffBytes) return false;
    const content = decodeText(await workspace.fs.readFile(file));
    return 'text' in content && looksLikeKubernetes(content.text);
  } catch {
    return false;
  }
}

const maxNames = 2000;
const maxFiles = 300;
const maxSniffBytes = 1 << 20;
const filesAtOnce = 8;
const manifestNames = '**/{*.yaml,*.yml,Kustomization,kustomization,.kubefathom.json}';
const excludedFolders = '**/{node_modules,.git,vendor,.terraform,.terragrunt-cache}/**';

async function folderHasManifests(folder: WorkspaceFolder, token: CancellationToken): Promise<boolean> {
  const found = await findNames(folder, token);
  const byPath = new Map(found.map((uri) => [uri.path.slice(folder.uri.path.length), uri]));
  const queue = likelyFirst([...byPath.keys()]).slice(0, maxFiles);
  for (let at = 0; at < queue.length; at += filesAtOnce) {
    if (token.isCancellationRequested) return false;
    const files = queue.slice(at, at + filesAtOnce).flatMap((path) => byPath.get(path) ?? []);
    if ((await Promise.all(files.map(isManifestFile))).includes(true)) return true;
  }
  return false;
}

async function findNames(folder: WorkspaceFolder, token: CancellationToken): Promise<readonly Uri[]> {
  try {
    const pattern = new RelativePattern(folder, manifestNames);
    const found = await workspace.findFiles(pattern, excludedFolders, maxNames, token);
    return found.length > 0 || folder.uri.scheme === 'file' ? found : await listTopFolders(folder.uri);
  } catch {
    return listTopFolders(folder.uri);
  }
}

/** For virtual folders without search: the names in the folder itself and one level below. */
async function listTopFolders(root: Uri): Promise<readonly Uri[]> {
  const names: Uri[] = [];
  const list = async (folder: Uri, depth: number): Promise<void> => {
    const entries = await Promise.resolve(workspace.fs.readDirectory(folder)).catch(() => []);
    for (const [name, type] of entries.slice(0, maxNames)) {
      const uri = Uri.joinPath(folder, name);
      if (type === FileType.Directory && depth > 0 && !name.startsWith('.')) await list(uri, depth - 1);
      else if (/\.ya?ml$/.test(name) || isMarkerName(name)) names.push(uri);
    }
  };
  await list(root, 1);
  return names;
}
