import type { Connection } from 'vscode-languageserver';
import type { LineIndex } from '../core/base/lineIndex.ts';
import { relativePath } from '../core/base/path.ts';
import { withExternal } from '../core/cluster/openWorld.ts';
import { explainConnection } from '../core/explain/connection/explainConnection.ts';
import { type ConnectionNext, nextChoice } from '../core/ide/connectionChoices.ts';
import { type ConnectionDraft, questionOf } from '../core/ide/connectionEnds.ts';
import { startConnection } from '../core/ide/connectionStart.ts';
import { connectionDocument } from '../core/ide/explainConnection.ts';
import type { IndexedFolder } from '../core/workspace/workspace.ts';
import {
  type ConnectionParams,
  type ConnectionStartParams,
  type ExplainedConnection,
  explainConnectionRequest,
  nextChoiceRequest,
} from './connectionMessages.ts';
import { answer, placeOf } from './features.ts';
import type { Session } from './session.ts';
import { toPath } from './uris.ts';

/** Registers what a client asks to explain a connection: which one, choice by choice, and the document about it. */
export function registerConnections(connection: Connection, session: Session): void {
  connection.onRequest(
    nextChoiceRequest,
    answer(session, 'connection choices', async (params: ConnectionStartParams): Promise<ConnectionNext | null> => {
      const folder = folderAt(session, params.uri);
      if (folder === undefined) return null;
      const { clusterDomain } = folder.settings;
      if (params.draft !== undefined) return nextChoice(folder.index, params.draft, clusterDomain);
      const at = params.position === undefined ? undefined : await placeOf(session, params.uri, params.position);
      const starts = at === undefined ? [] : startConnection(at);
      const [only, another] = starts;
      if (another !== undefined) return { draft: {}, ask: 'start', choices: starts };
      return nextChoice(folder.index, only?.draft ?? {}, clusterDomain);
    }),
  );
  connection.onRequest(
    explainConnectionRequest,
    answer(
      session,
      'explain connection',
      async ({ uri, draft }: ConnectionParams): Promise<ExplainedConnection | null> => {
        const folder = folderAt(session, uri);
        return folder === undefined ? null : await explain(session, folder, draft);
      },
    ),
  );
}

function folderAt(session: Session, uri: string): IndexedFolder | undefined {
  const folder = session.workspace.folderOf(toPath(uri));
  return folder?.settings.enable === true ? folder : undefined;
}

async function explain(
  session: Session,
  { index, settings }: IndexedFolder,
  draft: ConnectionDraft,
): Promise<ExplainedConnection> {
  const question = questionOf(index, draft);
  if ('problem' in question) return { title: '', text: `${question.problem}.\n`, links: [] };
  const explained = explainConnection(question, { settings: withExternal(settings, question.from.unit) });
  const files = new Set<string>();
  connectionDocument(explained, (file) => {
    files.add(file);
    return '';
  });
  const lines = new Map<string, LineIndex>();
  for (const file of files) lines.set(file, await session.linesOf(file));
  const positionOf = (file: string, offset: number) => lines.get(file)?.positionAt(offset) ?? { line: 0, character: 0 };
  const { text, links } = connectionDocument(
    explained,
    (file, offset) => `${relativePath(index.root, file)}:${positionOf(file, offset).line + 1}`,
  );
  return {
    title: `${explained.from} → ${explained.to}`,
    text,
    links: links.map(({ start, end, file, target }) => {
      const { line, character } = positionOf(file, target.start);
      return { start, end, target: `${session.uriOf(file)}#${line + 1},${character + 1}` };
    }),
  };
}
