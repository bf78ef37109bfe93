/** The few assertions that the suite needs; an extension host in a browser has no `node:assert`. */
export function ok(value: unknown, message = `${String(value)} is not truthy`): asserts value {
  if (!value) throw new Error(message);
}

/** Compares what can be written as JSON, key order included. */
export function equal(actual: unknown, expected: unknown, message = ''): void {
  const [found, wanted] = [JSON.stringify(actual, null, 2), JSON.stringify(expected, null, 2)];
  if (found !== wanted) throw new Error(`${message}\nfound ${found}\nexpected ${wanted}`.trimStart());
}

export function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`${JSON.stringify(text)} does not match ${pattern}`);
}
