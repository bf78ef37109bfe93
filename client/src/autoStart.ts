import { CancellationTokenSource, Disposable, type TextDocument, workspace } from 'vscode';
import { isWorkedOn, watchedFiles } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';
import { isManifestFile, workspaceHasManifests } from './probe.ts';
import { isEnabledAnywhere } from './settings.ts';
import { looksLikeKubernetes } from './sniff.ts';

/**
 * Starts the server once there is something for it to read: an open document that looks like a manifest, or a file of the
 * workspace that does. Until then a few regular expressions are all that the extension costs.
 */
export function startWhenNeeded(server: LanguageServer): Disposable {
  let waiting: Disposable | undefined;

  const start = (): void => {
    waiting?.dispose();
    waiting = undefined;
    void server.start();
  };
  const wait = (): void => {
    waiting?.dispose();
    waiting = isEnabledAnywhere() ? waitForManifest(start) : undefined;
  };
  wait();

  return Disposable.from(
    { dispose: () => waiting?.dispose() },
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('kubefathom.enable')) return;
      if (!isEnabledAnywhere()) {
        waiting?.dispose();
        waiting = undefined;
        void server.stop();
      } else if (server.state() === undefined) wait();
    }),
    workspace.onDidChangeWorkspaceFolders(() => {
      if (server.state() === undefined) wait();
    }),
  );
}

/** Calls `found` at most once. */
function waitForManifest(found: () => void): Disposable {
  const cancellation = new CancellationTokenSource();
  const timers = new Map<TextDocument, ReturnType<typeof setTimeout>>();
  const report = (isManifest: boolean): void => {
    if (!isManifest || cancellation.token.isCancellationRequested) return;
    cancellation.cancel();
    found();
  };
  const lookAt = (document: TextDocument): void => report(isWorkedOn(document) && holdsManifest(document));
  const lookSoon = (document: TextDocument): void => {
    if (!isWorkedOn(document)) return;
    clearTimeout(timers.get(document));
    timers.set(
      document,
      setTimeout(() => {
        timers.delete(document);
        lookAt(document);
      }, typingPauseMs),
    );
  };
  const watcher = workspace.createFileSystemWatcher(watchedFiles, false, false, true);
  const parts = Disposable.from(
    watcher,
    watcher.onDidCreate(async (file) => report(await isManifestFile(file))),
    watcher.onDidChange(async (file) => report(await isManifestFile(file))),
    workspace.onDidOpenTextDocument(lookAt),
    workspace.onDidChangeTextDocument(({ document }) => lookSoon(document)),
    workspace.onDidCloseTextDocument((document) => {
      clearTimeout(timers.get(document));
      timers.delete(document);
    }),
  );
  for (const document of workspace.textDocuments) lookAt(document);
  if (!cancellation.token.isCancellationRequested) {
    void workspaceHasManifests(cancellation.token).then(report, () => undefined);
  }
  return {
    dispose: () => {
      cancellation.cancel();
      parts.dispose();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

const typingPauseMs = 300;
const maxLines = 50_000;

function holdsManifest(document: TextDocument): boolean {
  return document.lineCount <= maxLines && looksLikeKubernetes(document.getText());
}
