import type { ReachAnswer } from '../reachAnswer.ts';

/** One answer for people: the verdict, why, and where it is written. */
export function formatAnswer({ from, to, protocol, port, allowed, decidedBy, reason }: ReachAnswer): string {
  const verdict = allowed === 'unknown' ? 'unknown' : allowed ? 'allowed' : 'denied';
  const lines = [`${verdict}: ${from} to ${to}, ${protocol} ${port}`, `  ${reason}`];
  for (const { direction, policy, effect, rule, file, line } of decidedBy) {
    const name = [policy.namespace, policy.name].filter((part) => part !== undefined).join('/');
    const what = effect === 'perhaps' ? 'may decide' : effect;
    lines.push(`  ${direction}: ${name}${rule === undefined ? '' : `, rule ${rule},`} ${what}  ${file}:${line}`);
  }
  return `${lines.join('\n')}\n`;
}
