// What Kubefathom's client and server say to each other beyond the Language Server Protocol. Names and plain types only, so
// that both sides, and clients of other editors, can use them without a library.
import type { OfferedEnvironment } from '../core/ide/offeredEnvironments.ts';
import type { DirectoryEntry, FileStat, FileText, SkipReason } from '../core/workspace/host.ts';

/** Notification, server to client: the state of the index, whenever it changes. Params: {@link StatusParams}. */
export const statusNotification = 'kubefathom/status';

/** Request, client to server, no params: answered with null once the index is complete and its diagnostics are published. */
export const readyRequest = 'kubefathom/ready';

/** Request, client to server, no params: forgets the index and reads all folders anew; answered like {@link readyRequest}. */
export const reindexRequest = 'kubefathom/reindex';

/**
 * Notification, client to server: the client pulls diagnostics, and forgot those of a document that stays open, because it
 * shows the document no longer. From then on they are pushed, until it pulls again. Params: {@link UriParams}.
 */
export const hiddenNotification = 'kubefathom/hidden';

/** Request, client to server: {@link UriParams} to {@link DocumentUnits}: with what a document's objects would be applied. */
export const unitsRequest = 'kubefathom/units';

/** Request, client to server: {@link UriParams} of any file or folder to {@link FolderUnits}, or null: all that its workspace folder is deployed as. */
export const folderUnitsRequest = 'kubefathom/folderUnits';

/** Request, client to server: {@link ViewParams} to null: the one unit of a folder that hovers and navigation speak of from now on. */
export const chooseViewRequest = 'kubefathom/chooseView';

/** Request, client to server: {@link BuiltUnitParams} to {@link BuiltUnit}, or null where there is no such unit. */
export const builtUnitRequest = 'kubefathom/builtUnit';

/**
 * Request, client to server: {@link OfferParams} to {@link ConfigText}, or null where it cannot be added: the repository's
 * configuration with an offered environment in it, for the client to write.
 */
export const addEnvironmentRequest = 'kubefathom/addEnvironment';

/** Notification, server to client, no params: the index is another one, and so may be what {@link builtUnitRequest} answers. */
export const changedNotification = 'kubefathom/changed';

/** Request, server to client: {@link FileParams} to {@link FileText}. Only sent when the client reads for the server. */
export const readFileRequest = 'kubefathom/readFile';

/** Request, server to client: {@link UriParams} to {@link DirectoryResult}. */
export const readDirectoryRequest = 'kubefathom/readDirectory';

/** Request, server to client: {@link UriParams} to {@link FileStat}, or null where nothing is there. */
export const statRequest = 'kubefathom/stat';

/** What a client may say with `initialize`; every part may be absent. */
export interface InitializationOptions {
  /**
   * The client answers {@link readFileRequest}, {@link readDirectoryRequest} and {@link statRequest} for any URI that is not
   * `file:`; in a browser for every URI.
   */
  readonly clientReads?: boolean;
  /**
   * The client sends `workspace/didChangeWatchedFiles` on its own for YAML files, `.gitignore`, `.kubefathom.*` and for paths
   * that may be folders: the server registers no watchers then.
   */
  readonly clientWatches?: boolean;
  /**
   * The user trusts the folders: a `helm` of this system may render their charts. Trust that comes later needs a new server.
   */
  readonly trusted?: boolean;
  /** Another extension checks YAML against the schemas of Kubernetes: what the rule `schema` finds would be said twice. */
  readonly hasSchemas?: boolean;
  /**
   * The link behind a finding's code, `{rule}` standing for the rule's id. Example: `command:kubefathom.showRule?["{rule}"]`,
   * percent-encoded. Without it the server links to the page on its own.
   */
  readonly ruleLink?: string;
}

export interface StatusParams {
  /** Kubernetes objects in the index. */
  readonly objects: number;
  /** Files that hold them. */
  readonly files: number;
  /** Files that could not be read or parsed, the first {@link maxSkippedFiles} of them. */
  readonly skipped: readonly SkippedFile[];
  /** All such files, also those left out of `skipped`. */
  readonly skippedCount: number;
  /** Whether files are being read: until then "nothing matches" is not known. */
  readonly busy: boolean;
  /** A limit that was hit, in words; the answers are incomplete then. */
  readonly limit?: string;
  /** The server's own version. Example: `0.1.0`. */
  readonly version: string;
}

/** What is applied together with a document: a kustomization's build, a rendered chart, or all that belongs to neither. */
export interface DocumentUnit {
  /** For requests; equal ids are the same unit of one folder. */
  readonly id: string;
  readonly kind: 'loose' | 'kustomization' | 'chart' | 'deployment';
  /** The folder, relative to its workspace folder; empty for loose manifests. Example: `overlays/staging`. */
  readonly label: string;
  /** Kubernetes objects in it. */
  readonly objects: number;
  /** Of a chart that Helm has rendered; its objects are otherwise those that its templates show. */
  readonly rendered?: true;
}

export interface DocumentUnits {
  readonly units: readonly DocumentUnit[];
  /** The unit that the document's folder is shown as, if one was chosen. */
  readonly view?: DocumentUnit;
}

export interface FolderUnits {
  /** The workspace folder. */
  readonly uri: string;
  /** Kustomizations and rendered charts, by their labels. Loose manifests are none of them. */
  readonly units: readonly DocumentUnit[];
  readonly view?: DocumentUnit;
  /** Files of values beside charts that would make further units. */
  readonly offers: readonly OfferedEnvironment[];
}

export interface OfferParams extends UriParams {
  readonly offer: OfferedEnvironment;
}

export interface ConfigText {
  readonly uri: string;
  /** Whether there is such a file now. */
  readonly exists: boolean;
  readonly text: string;
}

export interface ViewParams extends UriParams {
  /** The unit's id; null: all units. */
  readonly unit: string | null;
}

export interface BuiltUnitParams extends UriParams {
  readonly unit: string;
  /** Whether comments tell where values were written. */
  readonly origins: boolean;
}

export interface BuiltUnit {
  /** The objects as YAML. What keeps the unit from being built stands above them, as comments. */
  readonly text: string;
}

export interface SkippedFile {
  /** Relative to its workspace folder. */
  readonly file: string;
  /** In words. Example: `larger than the size limit (index.maxFileSizeKB)`. */
  readonly reason: string;
}

export const maxSkippedFiles = 50;

export interface UriParams {
  readonly uri: string;
}

export interface FileParams extends UriParams {
  /** A larger file is answered with `{ skipped: 'too-large' }`. */
  readonly maxBytes: number;
}

export type DirectoryResult = { readonly entries: readonly DirectoryEntry[] } | { readonly skipped: SkipReason };

export type { FileStat, FileText };
