import { version } from '../../../package.json';
import { check } from './check.ts';
import { explain } from './explain.ts';
import type { Program } from './program.ts';
import { rules } from './rules.ts';
import { commands, helpText, type ParsedArguments, UsageError } from './usage.ts';

/** Runs one command and gives its exit code. Throws a {@link UsageError} for a call that cannot be answered. */
export async function runCommand(args: ParsedArguments, program: Program): Promise<number> {
  const { command, values } = args;
  if (values.version === true) {
    program.out(`${version}\n`);
    return 0;
  }
  if (values.help === true || command === undefined || command === 'help') {
    program.out(helpText(command === 'help' ? args.positionals[0] : command));
    return 0;
  }
  if (!(command in commands))
    throw new UsageError(`there is no command \`${command}\`; the commands are ${Object.keys(commands).join(', ')}`);
  if (values.format !== undefined && values.format !== 'pretty' && values.format !== 'json') {
    throw new UsageError(`--format is \`pretty\` or \`json\`, not \`${values.format}\``);
  }
  const own: readonly string[] = commands[command as keyof typeof commands].options;
  for (const option of ['fail-on', 'fix', 'dry-run', 'max-findings', 'detail', 'stdio'] as const) {
    if (values[option] !== undefined && !own.includes(option))
      throw new UsageError(`\`${command}\` has no option --${option}`);
  }
  switch (command as keyof typeof commands) {
    case 'check':
      return await check(args, program);
    case 'explain':
      return await explain(args, program);
    case 'rules':
      return rules(args, program);
    case 'lsp':
      throw new UsageError('`lsp` needs --stdio');
  }
}
