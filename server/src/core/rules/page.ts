import type { AnyRule } from './rule.ts';

/** A rule's page in Markdown: what docs/rules holds, the editor shows and `kubefathom explain CODE` prints. */
export function formatRule(rule: AnyRule): string {
  return `# ${rule.id}

${rule.summary}

Severity: **${rule.severity}**, where the evidence is as strong as the rule asks; a finding on weaker evidence says so with a lower one.

## Why

${rule.why}

Source: ${rule.source}

## Reported

${fence(rule.bad)}

## Not reported

${fence(rule.good)}

## Silence it

\`\`\`yaml
# kubefathom-ignore-next-line ${rule.id} -- reason
\`\`\`

or, for manifests that a tool renders, the annotation \`kubefathom.dev/ignore.${rule.id}: reason\` on the object, or
\`rules: { ${rule.id}: off }\` in \`.kubefathom.yaml\`.
`;
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
