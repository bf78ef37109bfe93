import { allCodes } from '../core/rules/page.ts';
import type { Program } from './program.ts';
import type { ParsedArguments } from './usage.ts';

/** `kubefathom rules`: the catalogue, one line a code. */
export function rules(args: ParsedArguments, program: Program): number {
  if (args.values.format === 'json') {
    const list = allCodes.map(({ id, severity, summary, source }) => ({ code: id, severity, summary, source }));
    program.out(`${JSON.stringify({ version: 1, rules: list }, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...allCodes.map(({ id }) => id.length));
  for (const { id, severity, summary } of allCodes)
    program.out(`${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`);
  return 0;
}
