import { dirname, relativePath } from '../base/path.ts';
import type { Span } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';

export interface WorkspaceSymbol {
  readonly name: string;
  /** The Kubernetes kind. */
  readonly kind: string;
  /** The namespace, else the file's folder relative to the workspace folder. */
  readonly container: string;
  readonly file: string;
  readonly span: Span;
}

/** More than anyone reads; the editor asks again with a longer query. */
const MAX_SYMBOLS = 500;

/** The objects whose name, or kind and name, has the query's characters in this order; the closest first. */
export function workspaceSymbols(folder: WorkspaceFolder, query: string): readonly WorkspaceSymbol[] {
  const wanted = query.replace(/\s+/g, '').toLowerCase();
  const found: { readonly symbol: WorkspaceSymbol; readonly rank: number }[] = [];
  for (const file of folder.files.values()) {
    for (const resource of file.resources) {
      const name = resource.name?.value;
      if (name === undefined) continue;
      const rank = rankOf(name.toLowerCase(), resource.kind.toLowerCase(), wanted);
      if (rank !== undefined) found.push({ symbol: toSymbol(folder, resource, name), rank });
    }
  }
  found.sort(
    (a, b) => a.rank - b.rank || compare(a.symbol.name, b.symbol.name) || compare(a.symbol.file, b.symbol.file),
  );
  return found.slice(0, MAX_SYMBOLS).map(({ symbol }) => symbol);
}

function toSymbol(folder: WorkspaceFolder, resource: Resource, name: string): WorkspaceSymbol {
  const container = resource.namespace?.value ?? relativePath(folder.root, dirname(resource.file));
  const { start, end } = headSpan(resource);
  return { name, kind: resource.kind, container, file: resource.file, span: { start, end } };
}

/** 0: starts with the query, 1: holds it, 2: has its characters in order, 3: so with the kind; `undefined`: not at all. */
function rankOf(name: string, kind: string, wanted: string): number | undefined {
  if (name.startsWith(wanted)) return 0;
  if (name.includes(wanted)) return 1;
  if (isSubsequence(wanted, name)) return 2;
  return isSubsequence(wanted.replace('/', ''), kind + name) ? 3 : undefined;
}

function isSubsequence(wanted: string, text: string): boolean {
  let at = 0;
  for (const character of wanted) {
    const found = text.indexOf(character, at);
    if (found < 0) return false;
    at = found + character.length;
  }
  return true;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
