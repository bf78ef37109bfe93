import {
  type Cursor,
  createCursor,
  HASH,
  isBreak,
  isMarker,
  isSpaceOrEnd,
  Refusal,
  SPACE,
  skipBreak,
  skipToBreak,
  TAB,
} from './cursor.ts';
import { misplacedColon } from './misplacedColon.ts';
import type { ScalarStyle } from './node.ts';
import { PossibleKeys } from './possibleKeys.ts';
import { type Directive, type ScannedTag, scanAnchor, scanDirective, scanTag } from './scanProperties.ts';
import { scanBlock, scanPlain, scanQuoted } from './scanScalar.ts';
import type { Token, TokenKind } from './token.ts';

/**
 * Makes tokens of a text as go-yaml v2 does (scannerc.go). A key is known as one only by the colon after it, so tokens
 * wait in a queue until it is sure whether one must be put before them.
 */
export class Scanner {
  readonly #cursor: Cursor;
  /** The tokens that wait stand from head to tail. What was taken is written over: making an array shorter is slow. */
  readonly #queue: Token[] = [];
  #head = 0;
  #tail = 0;
  /** How many tokens were taken. */
  #taken = 0;
  readonly #indents: number[] = [];
  readonly #keys: PossibleKeys;
  /** Whether the token at the head is known to be the next. */
  #isReady = false;
  /** Go steps over the first character of every line when a text begins with two byte order marks. */
  readonly #skipsFirst: boolean;

  constructor(text: string, content: string, json: boolean, skipsFirst: boolean) {
    this.#cursor = createCursor(text, content, json);
    this.#keys = new PossibleKeys(this.#cursor);
    this.#skipsFirst = skipsFirst;
  }

  /** How far the text was looked at. */
  get position(): number {
    return this.#cursor.at;
  }

  /** The next token, which stays. */
  peek(): Token {
    if (!this.#isReady) this.#fetch();
    return this.#queue[this.#head] ?? END;
  }

  /** Takes the next token. */
  skip(): void {
    this.#head++;
    this.#taken++;
    this.#isReady = false;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    }
  }

  #fetch(): void {
    while (this.#head === this.#tail || this.#keys.mayBegin(this.#taken)) this.#fetchToken();
    this.#isReady = true;
  }

  /** Opens a block collection where the column is deeper than the one around. */
  #roll(kind: TokenKind, column: number, at: number, index: number): void {
    const cursor = this.#cursor;
    if (cursor.flow > 0 || cursor.indent >= column) return;
    this.#indents.push(cursor.indent);
    cursor.indent = column;
    this.#insert(index, kind, at);
  }

  #unroll(column: number): void {
    const cursor = this.#cursor;
    if (cursor.flow > 0) return;
    while (cursor.indent > column) {
      this.#push('blockEnd', cursor.at, cursor.at);
      cursor.indent = this.#indents.pop() ?? -1;
    }
  }

  #push(kind: TokenKind, start: number, end: number): void {
    this.#queue[this.#tail++] = { kind, start, end, text: '', style: 'plain', detail: undefined };
  }

  #insert(index: number, kind: TokenKind, start: number): void {
    for (let at = this.#tail; at > index; at--) this.#queue[at] = this.#queue[at - 1] ?? END;
    this.#queue[index] = { kind, start, end: start, text: '', style: 'plain', detail: undefined };
    this.#tail++;
  }

  #fetchToken(): void {
    const cursor = this.#cursor;
    const { text } = cursor;
    this.#skipFilling();
    this.#unroll(cursor.at - cursor.lineStart);
    const { at } = cursor;
    if (at >= text.length) {
      this.#fetchEnd();
      return;
    }
    const code = text.charCodeAt(at);
    if (at === cursor.lineStart && (code === PERCENT || isMarker(cursor))) {
      this.#fetchDocumentSign(code);
      return;
    }
    switch (code) {
      case 0x5b:
        this.#openFlow('flowSequence');
        return;
      case 0x7b:
        this.#openFlow('flowMapping');
        return;
      case 0x5d:
        this.#closeFlow('flowSequenceEnd');
        return;
      case 0x7d:
        this.#closeFlow('flowMappingEnd');
        return;
      case 0x2c:
        this.#keys.remove();
        cursor.keyAllowed = true;
        this.#take('flowEntry');
        return;
      case 0x2a:
      case 0x26: {
        this.#keys.save(this.#taken + this.#tail - this.#head);
        cursor.keyAllowed = false;
        const name = scanAnchor(cursor);
        this.#add(code === 0x2a ? 'alias' : 'anchor', at, name, undefined);
        return;
      }
      case 0x21: {
        this.#keys.save(this.#taken + this.#tail - this.#head);
        cursor.keyAllowed = false;
        const tag = scanTag(cursor);
        this.#add('tag', at, '', tag);
        return;
      }
      case 0x27:
      case 0x22:
        this.#fetchScalar(at, code === 0x22 ? 'double' : 'single');
        return;
      default:
        this.#fetchOther(code);
    }
  }

  #fetchOther(code: number): void {
    const cursor = this.#cursor;
    const { text, at } = cursor;
    const isBeforeSpace = code <= 0x3f && isSpaceOrEnd(text.charCodeAt(at + 1));
    if (code === 0x2d && isBeforeSpace) {
      this.#fetchEntry();
      return;
    }
    if (code === 0x3f && (isBeforeSpace || cursor.flow > 0)) {
      this.#fetchKey();
      return;
    }
    if (code === 0x3a && (isBeforeSpace || cursor.flow > 0)) {
      this.#fetchValue();
      return;
    }
    if ((code === 0x7c || code === 0x3e) && cursor.flow === 0) {
      this.#keys.remove();
      cursor.keyAllowed = true;
      this.#addScalar(at, code === 0x7c ? 'literal' : 'folded', scanBlock(cursor));
      return;
    }
    if (UNFIT.includes(text.charAt(at))) throw new Refusal(at, `\`${text.charAt(at)}\` cannot begin a value`);
    if (code === TAB) throw new Refusal(at, 'a tab cannot indent');
    this.#fetchScalar(at, 'plain');
  }

  /** A scalar that may be a key. Most keys have their colon right behind them: these need not wait for it. */
  #fetchScalar(at: number, style: 'plain' | 'single' | 'double'): void {
    const cursor = this.#cursor;
    const mayBeKey = cursor.keyAllowed && cursor.flow === 0;
    this.#keys.save(this.#taken + this.#tail - this.#head);
    cursor.keyAllowed = false;
    const scalar = style === 'plain' ? scanPlain(cursor) : scanQuoted(cursor);
    const { text } = cursor;
    const isKey = mayBeKey && text.charCodeAt(cursor.at) === COLON && isSpaceOrEnd(text.charCodeAt(cursor.at + 1));
    const key = isKey ? this.#keys.take() : undefined;
    if (key !== undefined) {
      this.#roll('mapping', key.at - key.lineStart, key.at, this.#tail);
      this.#push('key', at, at);
    }
    this.#addScalar(at, style, scalar);
    if (key !== undefined) this.#take('value');
  }

  /** Steps over blanks, comments and line breaks. */
  #skipFilling(): void {
    const cursor = this.#cursor;
    const { text } = cursor;
    for (;;) {
      if (this.#skipsFirst && cursor.at === cursor.lineStart && cursor.at < text.length) cursor.at++;
      let code = text.charCodeAt(cursor.at);
      while (code === SPACE || (code === TAB && (cursor.flow > 0 || !cursor.keyAllowed)))
        code = text.charCodeAt(++cursor.at);
      if (code === HASH) {
        skipToBreak(cursor);
        code = text.charCodeAt(cursor.at);
      }
      if (!isBreak(code)) return;
      skipBreak(cursor);
      if (cursor.flow === 0) cursor.keyAllowed = true;
    }
  }

  #take(kind: TokenKind, length = 1): void {
    const { at } = this.#cursor;
    this.#cursor.at += length;
    this.#push(kind, at, at + length);
  }

  #add(kind: TokenKind, start: number, text: string, detail: ScannedTag | Directive | undefined): void {
    this.#queue[this.#tail++] = { kind, start, end: this.#cursor.at, text, style: 'plain', detail };
  }

  #addScalar(start: number, style: ScalarStyle, { text, end }: { readonly text: string; readonly end: number }): void {
    this.#queue[this.#tail++] = { kind: 'scalar', start, end, text, style, detail: undefined };
  }

  #fetchEnd(): void {
    const cursor = this.#cursor;
    if (cursor.at !== cursor.lineStart) cursor.lineStart = cursor.at;
    this.#unroll(-1);
    this.#keys.remove();
    cursor.keyAllowed = false;
    this.#push('end', cursor.at, cursor.at);
  }

  #fetchDocumentSign(code: number): void {
    const cursor = this.#cursor;
    this.#unroll(-1);
    this.#keys.remove();
    cursor.keyAllowed = false;
    if (code === PERCENT) {
      const { at } = cursor;
      const directive = scanDirective(cursor);
      this.#add('directive', at, '', directive);
    } else this.#take(code === 0x2d ? 'document' : 'documentEnd', 3);
  }

  #openFlow(kind: TokenKind): void {
    const cursor = this.#cursor;
    this.#keys.save(this.#taken + this.#tail - this.#head);
    this.#keys.open(this.#taken + this.#tail - this.#head);
    cursor.flow++;
    cursor.keyAllowed = true;
    this.#take(kind);
  }

  #closeFlow(kind: TokenKind): void {
    const cursor = this.#cursor;
    this.#keys.remove();
    if (cursor.flow > 0) {
      cursor.flow--;
      this.#keys.close();
    }
    cursor.keyAllowed = false;
    this.#take(kind);
  }

  #fetchEntry(): void {
    const cursor = this.#cursor;
    if (cursor.flow === 0) {
      if (!cursor.keyAllowed) throw new Refusal(cursor.at, 'a list cannot begin here');
      this.#roll('sequence', cursor.at - cursor.lineStart, cursor.at, this.#tail);
    }
    this.#keys.remove();
    cursor.keyAllowed = true;
    this.#take('entry');
  }

  #fetchKey(): void {
    const cursor = this.#cursor;
    if (cursor.flow === 0) {
      if (!cursor.keyAllowed) throw new Refusal(cursor.at, 'a key cannot begin here');
      this.#roll('mapping', cursor.at - cursor.lineStart, cursor.at, this.#tail);
    }
    this.#keys.remove();
    cursor.keyAllowed = cursor.flow === 0;
    this.#take('key');
  }

  #fetchValue(): void {
    const cursor = this.#cursor;
    const key = this.#keys.take();
    if (key !== undefined) {
      // What was taken already is no key any more; Go goes on as if it were.
      const isLate = key.token < this.#taken;
      const index = key.token - this.#taken + this.#head;
      this.#insert(isLate ? this.#tail : index, 'key', key.at);
      this.#roll('mapping', key.at - key.lineStart, key.at, isLate ? this.#tail : index);
      cursor.keyAllowed = false;
    } else {
      if (cursor.flow === 0) {
        if (!cursor.keyAllowed) throw misplacedColon(cursor);
        this.#roll('mapping', cursor.at - cursor.lineStart, cursor.at, this.#tail);
      }
      cursor.keyAllowed = cursor.flow === 0;
    }
    this.#take('value');
  }
}

const COLON = 0x3a;
const PERCENT = 0x25;
/** What begins no token where it is no indicator. */
const UNFIT = '%@`|>';
const END: Token = { kind: 'end', start: 0, end: 0, text: '', style: 'plain', detail: undefined };
