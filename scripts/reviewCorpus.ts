// Brings test/corpus/findings.json in step with what the rules find: keeps the verdicts of findings that are still there,
// drops vanished ones, and adds new ones as "unreviewed", with the message as the reason to start from.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { corpusFolder, findInRepositories, findingKey, type ReviewedFinding } from '../test/corpus/findings.ts';

const FILE = 'test/corpus/findings.json';
const folder = corpusFolder();
if (folder === undefined) throw new Error('the public repositories are not at ../shared/corpus');
const before = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as readonly ReviewedFinding[]) : [];
const known = new Map(before.map((finding) => [findingKey(finding), finding]));
const found = await findInRepositories(folder);
const after = found.map(
  ({ message, ...finding }): ReviewedFinding =>
    known.get(findingKey(finding)) ?? { ...finding, verdict: 'unreviewed', reason: message },
);
after.sort((a, b) => (findingKey(a) < findingKey(b) ? -1 : 1));
writeFileSync(FILE, `[\n${after.map((finding) => `  ${JSON.stringify(finding)}`).join(',\n')}\n]\n`);
const count = after.filter(({ verdict }) => verdict === 'unreviewed').length;
console.log(`${after.length} findings, ${count} to review, ${before.length - (after.length - count)} vanished`);
