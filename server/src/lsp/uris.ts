import { URI } from 'vscode-uri';

/**
 * Between the protocol's URIs and the core's paths: `file:///c%3A/a%20b.yaml` is `c:/a b.yaml`,
 * `vscode-vfs://github/o/r/a.yaml` is itself, decoded.
 */
export function toPath(uri: string): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme === 'file') return parsed.fsPath.replaceAll('\\', '/');
  return `${parsed.scheme}://${parsed.authority}${parsed.path.startsWith('/') ? '' : '/'}${parsed.path}`;
}

/** The URI of a core path, in the canonical form of VS Code. */
export function toUri(path: string): string {
  const virtual = /^([a-z][\w+.-]*):\/\/([^/]*)(\/.*)?$/i.exec(path);
  if (virtual === null) return URI.file(path).toString();
  const [, scheme = '', authority = '', rest = ''] = virtual;
  return URI.from({ scheme, authority, path: rest }).toString();
}

/** Whether a path is a file of this machine. */
export function isLocal(path: string): boolean {
  return !/^[a-z][\w+.-]*:\/\//i.test(path);
}
