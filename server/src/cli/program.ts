import { version } from '../../../package.json';
import type { Host } from '../core/workspace/host.ts';
import { check } from './check.ts';
import { explain } from './explain.ts';
import { rules } from './rules.ts';
import { commands, helpText, type ParsedArguments, UsageError } from './usage.ts';

/** What a command needs of the process that it runs in. */
export interface Program {
  /** Must answer at once: the command line reads real files only. */
  readonly host: Host;
  /** A path as the user gave it → the core's absolute path. */
  readonly resolve: (path: string) => string;
  /** A path of the core for messages: relative to the current folder where it lies in it. */
  readonly showPath: (path: string) => string;
  readonly readStdin: () => string;
  /** Throws a {@link UsageError} where the file cannot be written, or would lose what the text does not show. */
  readonly writeFile: (path: string, text: string) => void;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly color: boolean;
  /** Whether a progress line on standard error is seen by a person. */
  readonly progress: boolean;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

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
