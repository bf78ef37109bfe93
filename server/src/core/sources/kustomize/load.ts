import { isInside, joinPath } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { type Layer, refuse } from './context.ts';
import { text } from './fields.ts';

export interface FoundText {
  readonly file: string;
  readonly text: string;
}

/** A text that is not at hand, though the build may have one. */
export interface UnknownText {
  /** A whole sentence. */
  readonly unknown: string;
}

/**
 * Reads a file that a kustomization names, which must lie in or below the kustomization's own folder. A missing one is a
 * problem, told here.
 */
export function readText(layer: Layer, path: YamlNode): FoundText | UnknownText | undefined {
  return readPath(layer, text(path), path);
}

export function readPath(layer: Layer, path: string, place: Span): FoundText | UnknownText | undefined {
  const { build, folder } = layer;
  if (isRemoteFile(path)) return { unknown: `\`${path}\` is not read over the network` };
  const found = realPath(layer, joinPath(folder, path));
  if (!isInside(folder, found)) {
    refuse(
      layer,
      'outside',
      place,
      `\`${path}\` lies outside of this kustomization's folder, where kustomize reads no files`,
    );
    return undefined;
  }
  build.read.add(found);
  const content = build.files.read(found);
  if (content !== undefined) return { file: found, text: content };
  const unknown = whyUnknown(layer, path, found);
  if (unknown !== undefined) return { unknown };
  refuse(layer, 'missing-file', place, `there is no file \`${path}\``);
  return undefined;
}

/** Why it is not known what a written path leads to, as a sentence. */
export function whyUnknown({ build }: Pick<Layer, 'build'>, path: string, found: string): string | undefined {
  if (/\$\{|\{\{/.test(path)) return `\`${path}\` holds a placeholder`;
  const reason = build.files.whyUnknown?.(found);
  return reason === undefined ? undefined : `\`${path}\` is not known: ${reason}`;
}

export function realPath({ build }: Pick<Layer, 'build'>, path: string): string {
  return build.files.realPath?.(path) ?? path;
}

export function isRemoteFile(path: string): boolean {
  return /^https?:/i.test(path);
}

/** Whether an entry is the address of a Git repository (api/internal/git, repospec.go), or a file on the web. */
export function isRemoteEntry(entry: string): boolean {
  if (isRemoteFile(entry)) return true;
  if (entry.startsWith('/')) return false;
  let rest = (entry.split('?')[0] ?? '').replace(/^git::/i, '');
  const scheme = /^(?:ssh|https?|file):\/\//i.exec(rest)?.[0] ?? '';
  rest = rest.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(rest)?.[0] ?? '';
  rest = rest.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  if (scheme === '' && user === '' && !isGithub) return false;
  if (/^file:/i.test(scheme)) return true;
  const host = scheme === '' ? /^[^/:]*[/:]/.exec(rest)?.[0] : /^[^/]*\//.exec(rest)?.[0];
  if (host === undefined) return false;
  const path = rest.slice(host.length);
  return /_git\/|\/\/|\.git/.test(path) || path.split('/').length >= 2;
}
