import type { Connection } from 'vscode-languageserver';
import type { LineIndex } from '../core/base/lineIndex.ts';
import { relativePath } from '../core/base/path.ts';
import { predictedSlices } from '../core/ide/predictedSlices.ts';
import { answer } from './features.ts';
import { type PredictedText, predictedSlicesRequest, type UriParams } from './predictionMessages.ts';
import type { Session } from './session.ts';
import { toPath } from './uris.ts';

/** Registers what a client asks about the objects that controllers will make. */
export function registerPredictions(connection: Connection, session: Session): void {
  connection.onRequest(
    predictedSlicesRequest,
    answer(session, 'predicted EndpointSlices', async ({ uri }: UriParams): Promise<PredictedText | null> => {
      const path = toPath(uri);
      const folder = session.workspace.folderOf(path);
      if (folder?.settings.enable !== true) return null;
      const { index, settings, complete } = folder;
      const request = { folder: index, path, settings, complete, view: session.viewOf(index.root) };
      const files = new Set<string>();
      predictedSlices({
        ...request,
        showPlace: (file) => {
          files.add(file);
          return '';
        },
      });
      const lines = new Map<string, LineIndex>();
      for (const file of files) lines.set(file, await session.linesOf(file));
      const showPlace = (file: string, offset: number) =>
        `${relativePath(index.root, file)}:${(lines.get(file)?.positionAt(offset).line ?? 0) + 1}`;
      return { text: predictedSlices({ ...request, showPlace }) };
    }),
  );
}
