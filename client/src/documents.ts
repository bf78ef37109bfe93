import { type TextDocument, type Uri, window, workspace } from 'vscode';

/** Of any scheme: virtual folders and untitled documents are checked as well. */
export const documentSelector: readonly { readonly language: string }[] = [{ language: 'yaml' }, { language: 'helm' }];

/** The files that the server reads: manifests, definitions of charts, ignore lists, its configuration. */
export const watchedFiles = '**/{*.yaml,*.yml,*.tpl,.gitignore,.kubefathom.json,kustomization,Kustomization}';

/** What ConfigMaps and Secrets of kustomizations are usually generated from. */
export const generatorInputs = '**/*.{env,properties,conf,cfg,ini,toml,txt,sh,sql,lua,xml,crt,key,pem}';

/**
 * Whether a document is one that the user works on. A side of a comparison, an old revision or a suggestion shows a file that
 * exists elsewhere: findings in it would count twice.
 */
export function isWorkedOn(document: TextDocument): boolean {
  return (
    documentSelector.some(({ language }) => language === document.languageId) && !isSnapshotScheme(document.uri.scheme)
  );
}

function isSnapshotScheme(scheme: string): boolean {
  return /^(?:kubefathom-(?:unit|slices)|git|gitfs|gitlens|gitlens-git|hg|svn|pr|review|githubpr|output|vscode-local-history|conflictResolution|merge-conflict\..*|chat-.*|walkThrough.*|comment)$/.test(
    scheme,
  );
}

/** The file that a command speaks of: that of the editor in front, else the first folder. */
export function currentFile(): Uri | undefined {
  const document = window.activeTextEditor?.document;
  const isInFolder = document !== undefined && workspace.getWorkspaceFolder(document.uri) !== undefined;
  return isInFolder || (document !== undefined && isWorkedOn(document))
    ? document.uri
    : workspace.workspaceFolders?.[0]?.uri;
}
