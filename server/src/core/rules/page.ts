import { allRules } from './index.ts';
import type { AnyRule } from './rule.ts';
import { type TextCode, textCodes } from './textCodes.ts';

/** What a table says of one code of a diagnostic. */
export type CodeSummary = Pick<TextCode, 'id' | 'severity' | 'summary' | 'source'> & { readonly optional?: true };

/** Every code that a diagnostic can have, sorted by id. */
export const allCodes: readonly CodeSummary[] = [...allRules, ...textCodes].sort((a, b) => (a.id < b.id ? -1 : 1));

/** The codes of which a configuration may decide the severity. */
export const settableCodes: readonly CodeSummary[] = allCodes.filter(
  ({ id }) => !textCodes.some((code) => code.id === id && code.silence === 'none'),
);

/** The page of a code in Markdown: what docs/rules holds, the editor shows and `kubefathom explain CODE` prints. */
export function findPage(id: string): string | undefined {
  const rule = allRules.find((known) => known.id === id);
  if (rule !== undefined) return formatRule(rule);
  const code = textCodes.find((known) => known.id === id);
  return code && formatTextCode(code);
}

function formatRule(rule: AnyRule): string {
  const severity = rule.optional
    ? `A matter of policy: off until the settings name it, as in \`rules: {${rule.id}: ${rule.severity}}\`.`
    : `Severity: **${rule.severity}**, where the evidence is as strong as the rule asks; a finding on weaker evidence says so with a lower one.`;
  const annotation = `or, for manifests that a tool renders, the annotation \`kubefathom.dev/ignore.${rule.id}: reason\` on the object, or
\`rules: { ${rule.id}: off }\` in \`.kubefathom.yaml\`.`;
  return formatPage(rule, severity, `${comment(rule.id)}\n\n${annotation}`);
}

function formatTextCode(code: TextCode): string {
  const setting = `\`rules: { ${code.id}: off }\` in \`.kubefathom.yaml\`.`;
  const silence = {
    comment: `${comment(code.id)}\n\nor ${setting}`,
    setting: `By ${setting}`,
    none: 'It goes when the entry is mended or removed.',
  }[code.silence];
  return formatPage(code, `Severity: **${code.severity}**.`, silence);
}

function formatPage(
  { id, summary, why, source, bad, good }: Omit<TextCode, 'silence'>,
  severity: string,
  silence: string,
) {
  return `# ${id}

${summary}

${severity}

## Why

${why}
${source === undefined ? '' : `\nSource: ${source}\n`}
## Reported

${fence(bad)}

## Not reported

${fence(good)}

## Silence it

${silence}
`;
}

function comment(id: string): string {
  return `\`\`\`yaml\n# kubefathom-ignore-next-line ${id} -- reason\n\`\`\``;
}

/** A fixture as a block of YAML: file marks become comments, caret lines comments under the line. */
function fence(fixture: string): string {
  const lines = fixture
    .replace(/^\n/, '')
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/^#- /, '# ')
        .replace(
          /^(\s*)(\^+)(.*)$/,
          (_, indent: string, carets: string, message: string) => `${toComment(indent)}${carets}${message}`,
        ),
    );
  return `\`\`\`yaml\n${lines.join('\n')}\n\`\`\``;
}

/** Puts a `#` in front of the carets without moving them. */
function toComment(indent: string): string {
  return indent === '' ? '#' : `#${indent.slice(1)}`;
}
