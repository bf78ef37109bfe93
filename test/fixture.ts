import { joinPath } from '../server/src/core/base/path.ts';

/** One file of a fixture, its marks taken out. */
export interface FixtureFile {
  readonly path: string;
  readonly text: string;
}

/** A finding that a caret line expects: the carets' columns on the line above, and the message after them. */
export interface Expected {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Empty where the fixture gives none. */
  readonly message: string;
}

export interface Fixture {
  readonly files: readonly FixtureFile[];
  readonly expected: readonly Expected[];
  readonly cursor: { readonly path: string; readonly offset: number } | undefined;
}

const FILE_LINE = /^#- (\S+)$/;
const CARET_LINE = /^(\s*)(\^+)(?: (.*))?$/;

/**
 * Parses a fixture: `#- path.yaml` starts a file (else all is `test.yaml`), `$0` is the cursor, and a bare caret line
 * (`   ^^^^ message`) under a line expects a finding there. Paths are below `/work`.
 */
export function parseFixture(source: string): Fixture {
  const files: FixtureFile[] = [];
  const expected: Expected[] = [];
  let cursor: Fixture['cursor'];
  let path = '/work/test.yaml';
  let text = '';
  let lineStart = 0;
  const close = () => {
    if (text !== '' || files.length > 0) files.push({ path, text });
  };
  const lines = source.replace(/^\n/, '').split('\n');
  for (const [index, line] of lines.entries()) {
    const file = FILE_LINE.exec(line);
    const caret = CARET_LINE.exec(line);
    if (file?.[1] !== undefined) {
      if (text.trim() !== '') close();
      path = joinPath('/work', file[1]);
      text = '';
    } else if (caret !== null) {
      const start = lineStart + (caret[1] ?? '').length;
      expected.push({ path, start, end: start + (caret[2] ?? '').length, message: caret[3] ?? '' });
    } else {
      lineStart = text.length;
      const at = line.indexOf('$0');
      if (at >= 0) cursor = { path, offset: lineStart + at };
      text += line.replace('$0', '') + (index < lines.length - 1 ? '\n' : '');
    }
  }
  close();
  return { files, expected, cursor };
}
