import type { Located, Span } from '../base/span.ts';
import type { Protocol } from '../k8s/ports.ts';

/** A statement about a connection that somebody wants to hold: `web -> orders:80 allow`. */
export interface Expectation extends Span {
  /** `web`, `shop/web`, `shop/Deployment/web`, `ip:203.0.113.7`, or `*` for everybody else. */
  readonly from: Located<string>;
  /** As `from`, of a Service or a workload. */
  readonly to: Located<string>;
  /** By number, or by the name that the Service or container gives it. */
  readonly port: Located<number | string>;
  readonly protocol: Protocol | undefined;
  readonly verdict: 'allow' | 'deny';
}

export interface ExpectationProblem extends Span {
  /** A sentence without a full stop. */
  readonly message: string;
}

export interface Expectations {
  readonly expectations: readonly Expectation[];
  readonly problems: readonly ExpectationProblem[];
}

/**
 * Reads statements that semicolons part: `web -> orders:80 allow; * -> db:5432/TCP deny`. A word of why may follow ` -- `.
 * `offset`: where the text begins in its file.
 */
export function parseExpectations(text: string, offset: number): Expectations {
  const expectations: Expectation[] = [];
  const problems: ExpectationProblem[] = [];
  const said = text.replace(/(^|\s)--\s.*$/, '');
  for (const { 0: part, index } of said.matchAll(/[^;]+/g)) {
    const words = part.trim();
    if (words === '') continue;
    const start = offset + index + part.indexOf(words);
    const read = parseOne(words, start);
    if ('message' in read) problems.push(read);
    else expectations.push(read);
  }
  if (expectations.length + problems.length === 0)
    problems.push({ start: offset, end: offset + text.length, message: `an expectation is ${FORM}` });
  return { expectations, problems };
}

const FORM = 'written as `web -> orders:80 allow` or `* -> db:5432 deny`';

function parseOne(words: string, start: number): Expectation | ExpectationProblem {
  const whole = { start, end: start + words.length };
  const match = /^(\S+)\s*->\s*(\S+?)(?::([^\s:/]*)(?:\/(\S*))?)?\s+(\S+)$/d.exec(words);
  const [, from, to, port, protocol, verdict] = match ?? [];
  if (match === null || from === undefined || to === undefined || verdict === undefined)
    return { ...whole, message: `an expectation is ${FORM}` };
  const at = (group: number): Span => {
    const [first, last] = match.indices?.[group] ?? [0, words.length];
    return { start: start + first, end: start + last };
  };
  if (verdict !== 'allow' && verdict !== 'deny')
    return { ...at(5), message: `an expectation ends with \`allow\` or \`deny\`, not \`${verdict}\`` };
  if (to === '*' || to.startsWith('ip:'))
    return { ...at(2), message: `the end that is connected to is a Service or a workload, not \`${to}\`` };
  if (port === undefined || port === '') return { ...at(2), message: `an expectation names a port: \`${to}:80\`` };
  const number = /^\d+$/.test(port) ? Number(port) : port;
  if (typeof number === 'number' ? number < 1 || number > 65535 : !PORT_NAME.test(number))
    return { ...at(3), message: `\`${port}\` is neither a number from 1 to 65535 nor the name of a port` };
  const known = protocol?.toUpperCase();
  if (known !== undefined && known !== 'TCP' && known !== 'UDP' && known !== 'SCTP')
    return { ...at(4), message: `the protocol is TCP, UDP or SCTP, not \`${protocol}\`` };
  return {
    ...whole,
    from: { value: from, ...at(1) },
    to: { value: to, ...at(2) },
    port: { value: number, ...at(3) },
    protocol: known,
    verdict,
  };
}

const PORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
