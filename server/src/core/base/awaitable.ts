/** A value that is there already (Node reads synchronously) or comes later (virtual file systems). */
export type Awaitable<T> = T | Promise<T>;

/**
 * Whether a value must be awaited. Awaiting a plain value still costs a turn of the microtask queue, so hot loops write
 * `const x = isPromise(y) ? await y : y`.
 */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Tells long work that nobody waits for it any more. Language server tokens have this shape. */
export interface CancellationToken {
  readonly isCancellationRequested: boolean;
}
