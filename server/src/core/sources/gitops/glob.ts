/**
 * `any`: Argo CD's `include` and `exclude` (gobwas/glob without separators: `*` crosses slashes, braces) · `segment`: Go's
 * path.Match · `pathspec`: git's, where `*` crosses slashes · `doublestar`: `**` crosses them, `*` does not, braces.
 */
export type GlobDialect = 'any' | 'segment' | 'pathspec' | 'doublestar';

/** A test for paths; `undefined` where the pattern is not understood, or so full of stars that it would take long. */
export function compileGlob(pattern: string, dialect: GlobDialect): ((path: string) => boolean) | undefined {
  if ((pattern.match(/\*+/g) ?? []).length > MAX_STARS) return undefined;
  const hasBraces = dialect === 'any' || dialect === 'doublestar';
  const crosses = dialect === 'any' || dialect === 'pathspec';
  let source = '';
  let depth = 0;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? '';
    const rest = pattern.slice(index);
    if (character === '*') {
      const stars = /^\*+/.exec(rest)?.[0].length ?? 1;
      const isFolders =
        dialect === 'doublestar' && stars === 2 && rest[2] === '/' && /(?:^|\/)$/.test(pattern.slice(0, index));
      source += isFolders ? '(?:[^/]*/)*' : crosses || stars > 1 ? '[^]*' : '[^/]*';
      index += isFolders ? 2 : stars - 1;
    } else if (character === '?') source += crosses ? '[^]' : '[^/]';
    else if (character === '[') {
      const found = /^\[([!^]?)(\]?[^\]\\]*)\]/.exec(rest);
      if (found === null || found[2] === '') return undefined;
      source += `[${found[1] === '' ? '' : '^'}${(found[2] ?? '').replace(/[[\]^]/g, '\\$&')}]`;
      index += found[0].length - 1;
    } else if (hasBraces && character === '{') {
      depth++;
      source += '(?:';
    } else if (depth > 0 && character === '}') {
      depth--;
      source += ')';
    } else if (depth > 0 && character === ',') source += '|';
    else {
      const escaped = character === '\\' ? (pattern[++index] ?? '') : character;
      source += escaped.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  if (depth > 0) return undefined;
  try {
    const matcher = new RegExp(`^${source}$`, 'u');
    return (path) => matcher.test(path);
  } catch {
    return undefined;
  }
}

const MAX_STARS = 8;
