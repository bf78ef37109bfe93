/** Why `helm template` printed nothing. */
export interface RenderFailure {
  readonly message: string;
  /** The template at which it stopped, as Helm names it (`shop/templates/web.yaml`), with the line and column (from 1). */
  readonly at: { readonly source: string; readonly line: number; readonly column: number } | undefined;
}

/** Reads what `helm template` writes on its error stream. */
export function readFailure(stderr: string): RenderFailure {
  const start = stderr.lastIndexOf('\nError: ') + 1;
  const text = stderr
    .slice(start)
    .replace(/^Error: /, '')
    .replace(/\s*Use --debug flag to render out invalid YAML\s*$/, '')
    .trim();
  const missing = /found in Chart\.yaml, but missing in charts\/ directory: (.+)/.exec(text)?.[1];
  if (missing !== undefined) {
    const names = missing.split(/,\s*/).map((name) => `\`${name.trim()}\``);
    return {
      message: `${names.join(', ')} not in the \`charts\` folder; \`helm dependency build\` adds what is missing`,
      at: undefined,
    };
  }
  // Helm 3 writes `template: shop/templates/web.yaml:3:4: executing …: error calling include: …` on one line, Helm 4 the same on
  // several; `fail` and `required` make it `execution error at (shop/templates/web.yaml:3:4): …`. It really stopped at the last.
  const last = [...text.matchAll(PLACE)].at(-1);
  const rest = last === undefined ? text : text.slice(last.index + last[0].length);
  const message = rest.replace(/^executing "[^"]*" at (<.*?>):\s*/, '$1: ').replaceAll(/\s+/g, ' ');
  const at =
    last?.[1] === undefined ? undefined : { source: last[1], line: Number(last[2] ?? 1), column: Number(last[3] ?? 1) };
  return { message: message === '' ? 'helm gave no reason' : message, at };
}

const PLACE =
  /(?:(?:execution|parse) error at \(|YAML parse error on |template: |(?<=^|\n))([^\s:()"]+\/templates\/[^\s:()"]+)(?::(\d+))?(?::(\d+))?\)?:?\s+/g;
