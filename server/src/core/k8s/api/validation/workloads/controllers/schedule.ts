/**
 * What is wrong with the schedule of a CronJob, as the end of a sentence; `undefined` when nothing.
 * Source: github.com/robfig/cron/v3, `ParseStandard`, as kubernetes pkg/apis/batch/validation, `validateScheduleFormat`, uses it.
 */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule.includes('TZ')) return 'may not hold `TZ`: the field `timeZone` is for that';
  if (schedule.startsWith('@')) return descriptorFault(schedule);
  const fields = schedule.split(GO_BLANKS).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) return `has ${count(fields.length, 'field')}; ${FIELDS.length} are needed`;
  for (const [index, range] of FIELDS.entries()) {
    const fault = fieldFault(fields[index] ?? '', range);
    if (fault !== undefined) return `${fault} (${range.title})`;
  }
  return undefined;
}

interface FieldRange {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly FieldRange[] = [
  { title: 'minute', least: 0, most: 59 },
  { title: 'hour', least: 0, most: 23 },
  { title: 'day of the month', least: 1, most: 31 },
  {
    title: 'month',
    least: 1,
    most: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { title: 'day of the week', least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** What Go's `strings.Fields` cuts at. */
const GO_BLANKS = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const EVERY = '@every ';

function descriptorFault(schedule: string): string | undefined {
  if (DESCRIPTORS.includes(schedule)) return undefined;
  if (!schedule.startsWith(EVERY))
    return `is none of ${DESCRIPTORS.map((name) => `\`${name}\``).join(', ')}, \`@every …\``;
  return isGoDuration(schedule.slice(EVERY.length)) ? undefined : 'does not end with a duration such as `1h30m`';
}

/** Empty items of a list count for nothing: `,,` is valid. */
function fieldFault(field: string, range: FieldRange): string | undefined {
  for (const part of field.split(',')) {
    const fault = part === '' ? undefined : partFault(part, range);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** `*`, `5`, `1-5`, `1-5/2`, `5/2` (from 5 on). */
function partFault(part: string, range: FieldRange): string | undefined {
  const [bounds = '', step, ...moreSteps] = part.split('/');
  const [low = '', high, ...moreBounds] = bounds.split('-');
  if (low === '*' || low === '?') return stepFault(part, step, moreSteps);
  const start = numberOf(low, range);
  if (start === undefined) return `has \`${low}\`, which is no number`;
  if (moreBounds.length > 0) return `has more than one \`-\` in \`${part}\``;
  const writtenEnd = high === undefined ? start : numberOf(high, range);
  if (writtenEnd === undefined) return `has \`${high}\`, which is no number`;
  const fault = stepNumberFault(part, step, moreSteps);
  if (fault !== undefined) return fault;
  const end = high === undefined && step !== undefined ? range.most : writtenEnd;
  if (start < range.least) return `has ${start}, less than ${range.least}`;
  if (end > range.most) return `has ${end}, more than ${range.most}`;
  if (start > end) return `has \`${part}\`, which ends before it starts`;
  return zeroStepFault(part, step);
}

function stepFault(part: string, step: string | undefined, more: readonly string[]): string | undefined {
  return stepNumberFault(part, step, more) ?? zeroStepFault(part, step);
}

function stepNumberFault(part: string, step: string | undefined, more: readonly string[]): string | undefined {
  if (more.length > 0) return `has more than one \`/\` in \`${part}\``;
  return step === undefined || goInteger(step) !== undefined
    ? undefined
    : `has the step \`${step}\`, which is no number`;
}

function zeroStepFault(part: string, step: string | undefined): string | undefined {
  return step !== undefined && goInteger(step) === 0 ? `has a step of 0 in \`${part}\`` : undefined;
}

function numberOf(text: string, { names = [], least }: FieldRange): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + least : goInteger(text);
}

/** An integer that is not negative, as Go's `Atoi` reads it: a `+` may stand before it. */
function goInteger(text: string): number | undefined {
  if (!/^(?:\+?[0-9]+|-0+)$/.test(text)) return undefined;
  const number = Math.abs(Number(text));
  return number < 2 ** 63 ? number : undefined;
}

const DURATION_UNITS = '(?:ns|us|µs|μs|ms|s|m|h)';
const DURATION = new RegExp(`^[-+]?(?:0|(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)${DURATION_UNITS})+)$`, 'u');

function isGoDuration(text: string): boolean {
  return DURATION.test(text);
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
