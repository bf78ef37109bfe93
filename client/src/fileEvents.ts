import { Disposable, type Uri, workspace } from 'vscode';
import { type BaseLanguageClient, FileChangeType } from 'vscode-languageclient';

/**
 * Tells the server of paths without an extension that come and go. Such a path may be a folder, and the editor reports a
 * removed or moved folder as one event, not one for each file below it.
 */
export function reportFolders(client: BaseLanguageClient): Disposable {
  const watcher = workspace.createFileSystemWatcher('**/*', false, true, false);
  const report = (uri: Uri, type: FileChangeType): void => {
    if (!mayBeFolder(uri.path) || !client.isRunning()) return;
    const change = { uri: client.code2ProtocolConverter.asUri(uri), type };
    void client.sendNotification('workspace/didChangeWatchedFiles', { changes: [change] }).catch(() => undefined);
  };
  return Disposable.from(
    watcher,
    watcher.onDidCreate((uri) => report(uri, FileChangeType.Created)),
    watcher.onDidDelete((uri) => report(uri, FileChangeType.Deleted)),
  );
}

function mayBeFolder(path: string): boolean {
  return !/\.[A-Za-z][A-Za-z0-9]{0,9}$|\/node_modules\/|\/\.git\//.test(path);
}
