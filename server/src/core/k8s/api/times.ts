/**
 * What keeps a text from being a time as the API server reads it, as the end of a sentence; `undefined` when nothing. Hours of
 * one digit and a comma before fractions pass; micro times have six digits of a fraction.
 * Source: Go's time.Parse for the layouts RFC3339 and `metav1.RFC3339Micro`.
 */
export function timeFault(text: string, kind: 'time' | 'micro-time'): string | undefined {
  const match = (kind === 'time' ? TIME : MICRO_TIME).exec(text);
  if (match === null) {
    const example = kind === 'time' ? '2024-01-31T08:00:00Z' : '2024-01-31T08:00:00.000000Z';
    return `is not a time like \`${example}\``;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = match
    .slice(1)
    .map((digits) => (digits === undefined ? 0 : Number(digits)));
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  const isTime = hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60;
  if (!isDay) return 'names a day that no calendar has';
  return isTime ? undefined : 'names a time that no day has';
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/;
const MICRO_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)[.,]\d{6}(?:Z|[+-](\d\d):(\d\d))$/;

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
