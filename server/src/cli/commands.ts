import { version } from '../../../package.json';
import { findNearest } from '../core/base/editDistance.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { diff } from './diff.ts';
import { dns } from './dns.ts';
import { endpoints } from './endpoints.ts';
import { explain } from './explain.ts';
import type { Program } from './program.ts';
import { reach } from './reach.ts';
import { rules } from './rules.ts';
import { commands, helpText, type ParsedArguments, UsageError } from './usage.ts';

/** Runs one command and gives its exit code. Throws a {@link UsageError} for a call that cannot be answered. */
export async function runCommand(args: ParsedArguments, program: Program): Promise<number> {
  const { command, values } = args;
  if (values.version === true) {
    program.out(`${version}\n`);
    return 0;
  }
  const [topic] = args.positionals;
  const asked = command === 'help' ? topic : command;
  if (asked !== undefined && !Object.hasOwn(commands, asked))
    throw new UsageError(await unknownCommand(asked, program));
  if (values.help === true || command === undefined || command === 'help') {
    const [option] = Object.keys(values);
    if (values.help !== true && option !== undefined)
      throw new UsageError(`--${option} needs a command, such as \`kubefathom check --${option}\``);
    program.out(helpText(asked));
    return 0;
  }
  const formats = ['pretty', 'json', ...(commands[command as keyof typeof commands].formats ?? [])];
  if (values.format !== undefined && !formats.includes(values.format)) {
    const known = formats.map((format) => `\`${format}\``);
    throw new UsageError(`--format is ${known.slice(0, -1).join(', ')} or ${known.at(-1)}, not \`${values.format}\``);
  }
  const own: readonly string[] = commands[command as keyof typeof commands].options;
  for (const option of OWN_OPTIONS) {
    if (values[option] !== undefined && !own.includes(option))
      throw new UsageError(`\`${command}\` has no option --${option}`);
  }
  switch (command as keyof typeof commands) {
    case 'check':
      return await check(args, program);
    case 'explain':
      return await explain(args, program);
    case 'endpoints':
      return await endpoints(args, program);
    case 'dns':
      return await dns(args, program);
    case 'reach':
      return await reach(args, program);
    case 'diff':
      return await diff(args, program);
    case 'build':
      return await build(args, program);
    case 'rules':
      if (topic !== undefined)
        throw new UsageError(`\`rules\` takes no PATH; one rule is shown by \`kubefathom explain ${topic}\``);
      return rules(args, program);
    case 'lsp':
      throw new UsageError('`lsp` needs --stdio: an editor starts it as `kubefathom lsp --stdio`');
  }
}

/** Options that only some commands have. */
const OWN_OPTIONS = [
  'fail-on',
  'fix',
  'dry-run',
  'max-findings',
  'detail',
  'stdio',
  'origins',
  'helm',
  'from',
  'to',
  'port',
  'protocol',
  'queries',
  'explain',
  'type',
  'service',
] as const;

async function unknownCommand(given: string, { host, resolve }: Program): Promise<string> {
  if ((await host.stat(resolve(given))) !== undefined)
    return `there is no command \`${given}\`; to check it: \`kubefathom check ${given}\``;
  const near = findNearest(given, Object.keys(commands), (name) => name);
  return `there is no command \`${given}\`; ${near === undefined ? `the commands are ${Object.keys(commands).join(', ')}` : `did you mean \`${near}\`?`}`;
}
