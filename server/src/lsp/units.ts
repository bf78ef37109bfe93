import type { Connection } from 'vscode-languageserver';
import type { LineIndex } from '../core/base/lineIndex.ts';
import { basename, isInside, joinPath, relativePath } from '../core/base/path.ts';
import { unitsFor } from '../core/ide/locate.ts';
import { addEnvironment, offeredEnvironments } from '../core/ide/offeredEnvironments.ts';
import { showTrees, treesOf } from '../core/ide/showUnit.ts';
import type { Unit } from '../core/sources/unit.ts';
import type { WorkspaceFolder } from '../core/workspace/folder.ts';
import type { IndexedFolder } from '../core/workspace/workspace.ts';
import {
  addEnvironmentRequest,
  type BuiltUnit,
  type BuiltUnitParams,
  builtUnitRequest,
  type ConfigText,
  changedNotification,
  chooseViewRequest,
  type DocumentUnit,
  type DocumentUnits,
  type FolderUnits,
  folderUnitsRequest,
  type OfferParams,
  type UriParams,
  unitsRequest,
  type ViewParams,
} from './messages.ts';
import type { Session } from './session.ts';
import { toPath } from './uris.ts';

/** Registers what a client may ask about units: which there are, what one comes to, and which one is to be shown. */
export function registerUnits(connection: Connection, session: Session): void {
  const folderAt = async ({ uri }: UriParams): Promise<IndexedFolder | undefined> => {
    await session.settled();
    const folder = session.workspace.folderOf(toPath(uri));
    return folder?.settings.enable === true ? folder : undefined;
  };
  connection.onRequest(unitsRequest, async (params: UriParams): Promise<DocumentUnits> => {
    const folder = await folderAt(params);
    return folder === undefined ? { units: [] } : unitsOfDocument(session, folder.index, toPath(params.uri));
  });
  connection.onRequest(folderUnitsRequest, async (params: UriParams): Promise<FolderUnits | null> => {
    const index = (await folderAt(params))?.index;
    if (index === undefined) return null;
    const units = builtUnits(index).map((unit) => describeUnit(unit, index));
    units.sort((a, b) => (a.label < b.label ? -1 : 1));
    return { uri: session.uriOf(index.root), units, offers: offeredEnvironments(index), ...viewIn(session, index) };
  });
  connection.onRequest(addEnvironmentRequest, async (params: OfferParams): Promise<ConfigText | null> => {
    const folder = await folderAt(params);
    if (folder === undefined) return null;
    const file = folder.config?.file ?? joinPath(folder.index.root, '.kubefathom.yaml');
    const before = await session.workspace.textOf(file);
    const text = addEnvironment(before ?? '', params.offer);
    return text === undefined ? null : { uri: session.uriOf(file), exists: before !== undefined, text };
  });
  connection.onRequest(chooseViewRequest, async (params: ViewParams): Promise<null> => {
    const folder = await folderAt(params);
    if (folder !== undefined) session.chooseView(folder.index.root, params.unit ?? undefined);
    return null;
  });
  connection.onRequest(builtUnitRequest, async (params: BuiltUnitParams): Promise<BuiltUnit | null> => {
    const index = (await folderAt(params))?.index;
    const unit = index && builtUnits(index).find(({ id }) => id === params.unit);
    return unit === undefined ? null : { text: await showUnit(session, unit, index?.root ?? '', params.origins) };
  });
}

/** Tells the client whenever the index is another one than it was told of. */
export function createChangeSender(connection: Connection, session: Session): () => void {
  let sent: readonly unknown[] = [];
  return () => {
    const state = session.workspace.folders.flatMap(({ index }) => [index, index.version]);
    if (state.length === sent.length && state.every((part, at) => part === sent[at])) return;
    sent = state;
    connection
      .sendNotification(changedNotification)
      .catch((error: unknown) => session.logError('telling of a change', error));
  };
}

/** No units for a document that holds no objects and that nothing is built from. */
function unitsOfDocument(session: Session, index: WorkspaceFolder, path: string): DocumentUnits {
  const file = index.files.get(path);
  const holds = file !== undefined && (file.resources.length > 0 || file.kustomization !== undefined);
  const units =
    holds || index.isBuiltFrom(path) ? unitsFor(index, path).map(({ unit }) => describeUnit(unit, index)) : [];
  return { units, ...viewIn(session, index) };
}

function viewIn(session: Session, index: WorkspaceFolder): { readonly view?: DocumentUnit } {
  const id = session.viewOf(index.root);
  const unit = id === undefined ? undefined : index.units.find((candidate) => candidate.id === id);
  return unit === undefined ? {} : { view: describeUnit(unit, index) };
}

function builtUnits(index: WorkspaceFolder): readonly Unit[] {
  return index.units.filter(({ kind }) => kind !== 'loose');
}

/** How a client is told of a unit. */
export function describeUnit(unit: Unit, { root, units }: WorkspaceFolder): DocumentUnit {
  const { id, kind, label, index: objects, open } = unit;
  const isRendered = kind === 'chart' && open === undefined && units.includes(unit);
  const isPath = isInside(root, label);
  return {
    id,
    kind,
    label: isPath ? relativePath(root, label) || basename(label) : label,
    objects: objects.size,
    ...(isRendered ? { rendered: true } : {}),
  };
}

async function showUnit(session: Session, unit: Unit, root: string, withOrigins: boolean): Promise<string> {
  const trees = treesOf(unit);
  const refused = unit.notes.filter(({ kind }) => kind === 'refused');
  const { files } = unit.siblings;
  const wanted = new Set(refused.map(({ file }) => file));
  if (withOrigins)
    showTrees(trees, {
      files,
      showPlace: (file) => {
        wanted.add(file);
        return '';
      },
    });
  const lines = new Map<string, LineIndex>();
  for (const file of wanted) lines.set(file, await session.linesOf(file));
  const showPlace = (file: string, offset: number) =>
    `${relativePath(root, file)}:${(lines.get(file)?.positionAt(offset).line ?? 0) + 1}`;
  const head = refused.map(({ file, start, message }) => `# cannot be built: ${showPlace(file, start)}: ${message}\n`);
  if (head.length === 0 && unit.open !== undefined) head.push(`# not all of it is known: ${unit.open}\n`);
  return head.join('') + showTrees(trees, withOrigins ? { files, showPlace } : { files });
}
