import type { Connection } from 'vscode-languageserver';
import { version } from '../../../package.json';
import { relativePath } from '../core/base/path.ts';
import type { IndexedFolder } from '../core/workspace/workspace.ts';
import { maxSkippedFiles, type SkippedFile, type StatusParams, statusNotification } from './messages.ts';
import type { Session } from './session.ts';

/**
 * Tells the client the state of the index wherever it is another one than it knows, and logs what each reading found: the
 * log is the only place that names every file which was not read.
 */
export function createStatusSender(connection: Connection, session: Session): () => void {
  let sent = '';
  let readingSince: number | undefined;
  return () => {
    const isReading = session.reading.size > 0;
    if (isReading) readingSince ??= Date.now();
    else if (readingSince !== undefined) {
      for (const line of readingReport(session, Date.now() - readingSince)) connection.console.info(line);
      readingSince = undefined;
    }
    const status = statusOf(session);
    const text = JSON.stringify(status);
    if (text === sent) return;
    sent = text;
    connection
      .sendNotification(statusNotification, status)
      .catch((error: unknown) => session.logError('sending the status', error));
  };
}

/** The state of the index in the words of the status item. */
function statusOf(session: Session): StatusParams {
  const { folders } = session.workspace;
  const skipped = folders.flatMap(skippedIn);
  const isLimited = folders.some(
    ({ index, complete, skipped: list }) => !complete && list.some(({ file }) => file === index.root),
  );
  return {
    objects: folders.reduce((sum, { index }) => sum + index.resourceCount, 0),
    files: folders.reduce((sum, { index }) => sum + index.files.size, 0),
    skipped: skipped.slice(0, maxSkippedFiles),
    skippedCount: skipped.length,
    busy: session.reading.size > 0,
    ...(isLimited ? { limit: 'the limit of files (index.maxFiles) was reached' } : {}),
    version,
  };
}

function skippedIn({ index, skipped }: IndexedFolder): readonly SkippedFile[] {
  const unread = [...index.files.values()].filter((file) => file.unread);
  return [
    ...skipped.map(({ file, reason }) => ({ file: relativePath(index.root, file) || index.root, reason })),
    ...unread.map(({ path }) => ({
      file: relativePath(index.root, path),
      reason: 'holds a document that cannot be read',
    })),
  ];
}

function readingReport(session: Session, ms: number): readonly string[] {
  const { folders } = session.workspace;
  return folders.flatMap((folder) => {
    const { root, resourceCount, files } = folder.index;
    const time = folders.length === 1 ? `, read in ${ms} ms` : '';
    const skipped = skippedIn(folder);
    return [
      `${root}: ${resourceCount} objects in ${files.size} files${time}`,
      ...skipped.slice(0, maxSkippedFiles).map(({ file, reason }) => `  what ${file} holds is unknown: ${reason}`),
      ...(skipped.length > maxSkippedFiles ? [`  and ${skipped.length - maxSkippedFiles} files more`] : []),
    ];
  });
}
