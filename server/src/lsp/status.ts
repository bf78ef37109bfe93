import { version } from '../../../package.json';
import { relativePath } from '../core/base/path.ts';
import { maxSkippedFiles, type SkippedFile, type StatusParams } from './messages.ts';
import type { Session } from './session.ts';

/** The state of the index in the words of the status item. */
export function statusOf(session: Session): StatusParams {
  const { folders } = session.workspace;
  const skipped = folders.flatMap(({ index, skipped: list }): readonly SkippedFile[] => [
    ...list.map(({ file, reason }) => ({ file: relativePath(index.root, file) || index.root, reason })),
    ...[...index.files.values()]
      .filter(({ unread }) => unread)
      .map(({ path }) => ({
        file: relativePath(index.root, path),
        reason: 'holds a document that cannot be read; what it touches is unknown',
      })),
  ]);
  const units = folders.flatMap(({ index }) => index.units).filter(({ index }) => index.size > 0);
  const [unit] = units.length === 1 ? units : [];
  const isLimited = folders.some(
    ({ index, complete, skipped: list }) => !complete && list.some(({ file }) => file === index.root),
  );
  return {
    objects: folders.reduce((sum, { index }) => sum + index.resourceCount, 0),
    files: folders.reduce((sum, { index }) => sum + index.files.size, 0),
    ...(unit === undefined || unit.label === '' ? {} : { unit: unit.label }),
    skipped: skipped.slice(0, maxSkippedFiles),
    skippedCount: skipped.length,
    busy: session.reading.size > 0,
    ...(isLimited ? { limit: 'the limit of files (index.maxFiles) was reached' } : {}),
    version,
  };
}
