import { type Cursor, Refusal } from './cursor.ts';

/** A token that is a key if a colon follows. */
export interface PossibleKey {
  /** Its number among all tokens. */
  readonly token: number;
  readonly at: number;
  readonly lineStart: number;
}

interface Slot extends PossibleKey {
  isPossible: boolean;
  /** Nothing but a key can stand there: in the column of a block mapping. */
  isRequired: boolean;
  /** Whether its token waits for the colon. */
  isAwaited: boolean;
  token: number;
  at: number;
  lineStart: number;
}

/** What may turn out to be a key, one for each level of flow collections (scannerc.go, `simple_keys`). */
export class PossibleKeys {
  readonly #cursor: Cursor;
  readonly #slots: Slot[] = [createSlot()];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Whether the token of this number, the oldest that waits, may be a key. */
  mayBegin(token: number): boolean {
    for (const slot of this.#slots) {
      if (slot.isPossible && slot.isAwaited) return slot.token === token && this.#isValid(slot);
    }
    return false;
  }

  /** Notes the token that begins at the cursor, where a key may. */
  save(token: number): void {
    const { keyAllowed, flow, indent, at, lineStart, json, text } = this.#cursor;
    if (!keyAllowed || (json && text.charCodeAt(at) !== QUOTE)) return;
    const slot = this.#release();
    slot.isPossible = true;
    slot.isAwaited = true;
    slot.isRequired = flow === 0 && indent === at - lineStart;
    slot.token = token;
    slot.at = at;
    slot.lineStart = lineStart;
  }

  /** The token before the cursor's level is no key. */
  remove(): void {
    this.#release();
  }

  /** The key that a colon at the cursor belongs to. */
  take(): PossibleKey | undefined {
    const slot = this.#slot();
    if (!this.#isValid(slot)) return undefined;
    slot.isPossible = false;
    return slot;
  }

  /** A flow collection begins with the token of this number. */
  open(token: number): void {
    this.#slots.push({ ...createSlot(), token });
  }

  /**
   * A flow collection ends. Go forgets by the last key in it that something waits; where it had none, by the collection's
   * own number: an empty collection waits for no colon, and one at the root ends the text before it (`{}: 1` is `{}`).
   */
  close(): void {
    const { token } = this.#slots.pop() ?? createSlot();
    const slot = this.#slot();
    if (slot.token === token) slot.isAwaited = false;
  }

  /** A key's colon stands on its line, and no more than 1,024 characters on. */
  #isValid(slot: Slot): boolean {
    if (!slot.isPossible) return false;
    const { at, lineStart, json, text } = this.#cursor;
    if (json) return true;
    const isLong = at - slot.at > MAX_KEY && [...text.slice(slot.at, at)].length > MAX_KEY;
    if (slot.lineStart === lineStart && !isLong) return true;
    if (slot.isRequired)
      throw new Refusal(slot.at, isLong ? 'a key cannot be longer than 1,024 characters' : MISSING_COLON);
    slot.isPossible = false;
    return false;
  }

  #release(): Slot {
    const slot = this.#slot();
    if (slot.isPossible && slot.isRequired) throw new Refusal(slot.at, MISSING_COLON);
    slot.isPossible = false;
    return slot;
  }

  #slot(): Slot {
    const last = this.#slots[this.#slots.length - 1];
    if (last !== undefined) return last;
    const slot = createSlot();
    this.#slots.push(slot);
    return slot;
  }
}

function createSlot(): Slot {
  return { isPossible: false, isRequired: false, isAwaited: false, token: 0, at: 0, lineStart: 0 };
}

const QUOTE = 0x22;
const MAX_KEY = 1024;
const MISSING_COLON = 'a key needs `:` after it';
