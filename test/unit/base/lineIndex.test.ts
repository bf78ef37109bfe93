import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLineIndex } from '../../../server/src/core/base/lineIndex.ts';

describe('line index', () => {
  const index = createLineIndex('ab\r\nc\rd\n');

  it('knows LF, CRLF and CR', () => {
    assert.equal(index.lineCount, 4);
    assert.deepEqual(index.lineSpan(0), { start: 0, end: 2 });
    assert.deepEqual(index.lineSpan(1), { start: 4, end: 5 });
    assert.deepEqual(index.lineSpan(3), { start: 8, end: 8 });
  });

  it('puts the place between CR and LF at the end of its line', () => {
    assert.deepEqual(index.positionAt(3), { line: 0, character: 2 });
  });

  it('takes places outside the text for the nearest inside', () => {
    assert.deepEqual(index.positionAt(-1), { line: 0, character: 0 });
    assert.deepEqual(index.positionAt(99), { line: 3, character: 0 });
    assert.equal(index.offsetAt(0, 99), 2);
    assert.equal(index.offsetAt(99, 0), 8);
    assert.equal(index.offsetAt(-1, 5), 0);
    assert.deepEqual(index.lineSpan(99), { start: 8, end: 8 });
  });

  it('agrees with the editor library on every offset', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '😀', '\n', '\r', '\u2028'), maxLength: 30 }), (text) => {
        const lines = createLineIndex(text);
        const document = TextDocument.create('file:///a.yaml', 'yaml', 0, text);
        assert.equal(lines.lineCount, document.lineCount);
        for (let offset = 0; offset <= text.length; offset++) {
          const position = lines.positionAt(offset);
          assert.deepEqual(position, document.positionAt(offset));
          assert.equal(lines.offsetAt(position.line, position.character), document.offsetAt(position));
        }
      }),
    );
  });
});
