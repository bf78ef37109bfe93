// Writes everything that is made from the rules and settings: node scripts/run.mjs scripts/gen.ts [--check]
// With --check nothing is written; stale files are named and the exit code is 1.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allCodes, findPage, settableCodes } from '../server/src/core/rules/page.ts';
import { settingKeys, settingTable } from '../server/src/core/workspace/config.ts';
import { configSchema } from '../server/src/core/workspace/configSchema.ts';
import type { MemberSchema, ObjectSchema, SettingSchema } from '../server/src/core/workspace/settingSchema.ts';

const root = process.cwd();
const SCHEMA = 'docs/kubefathom.schema.json';

function main(): void {
  const check = process.argv.includes('--check');
  const wanted = new Map<string, string>();
  for (const { id } of allCodes) wanted.set(`docs/rules/${id}.md`, findPage(id) ?? '');
  wanted.set('docs/rules/README.md', ruleIndex());
  wanted.set('docs/configuration.md', configurationPage());
  wanted.set(SCHEMA, `${JSON.stringify(configSchema(settableCodes), null, 2)}\n`);
  wanted.set('package.json', manifest());
  const left = readdirSync(path.join(root, 'docs/rules'))
    .map((name) => `docs/rules/${name}`)
    .filter((file) => !wanted.has(file));
  const stale = [...wanted].filter(([file, text]) => read(file) !== text);
  if (check) {
    for (const file of [...stale.map(([name]) => name), ...left])
      console.error(`${file} is stale: run \`npm run gen\``);
    process.exitCode = stale.length + left.length > 0 ? 1 : 0;
    return;
  }
  for (const file of left) rmSync(path.join(root, file));
  for (const [file, text] of stale) {
    writeFileSync(path.join(root, file), text);
    console.log(`wrote ${file}`);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

function ruleIndex(): string {
  const rows = allCodes.map(
    ({ id, severity, summary, optional }) =>
      `| [${id}](${id}.md) | ${severity}${optional ? ', off by default' : ''} | ${summary} |`,
  );
  return `# Rules

Every rule has the severity that its strongest evidence carries; a finding on weaker evidence has a lower one. Severities can
be changed, and rules switched off, by [configuration](../configuration.md).

| rule | severity | finds |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function configurationPage(): string {
  const parts = settingKeys.map((key) => {
    const { schema, default: initial, description, example, scope, shared } = settingTable[key];
    const where = shared
      ? "a repository's file wins over the user's own"
      : "each user's own, not part of a repository's file";
    return `## ${key}

${description}

- type: ${typeText(schema)}
- default: \`${JSON.stringify(initial)}\`
- example: \`${JSON.stringify(example)}\`
- scope: ${scope}; ${where}
${memberTable(schema)}`;
  });
  return `# Configuration

In the editor every name has the prefix \`kubefathom.\`. A file \`.kubefathom.yaml\` (\`.yml\`, \`.json\`) in the repository holds the same
names without the prefix, nested at the dots; the command line and the editor both use the nearest one, found upwards.

\`\`\`yaml
# .kubefathom.yaml
rules:
  service-selector-no-match: warning
external:
  namespaces: [monitoring]
environments:
  - name: dev
    roots: [overlays/dev]
  - name: prod
    roots:
      - overlays/prod          # a kustomization
      - infra                  # a folder of plain manifests
    charts:
      - path: charts/web
        values: [charts/web/values-prod.yaml]
    namespace: shop
    external:
      services: [payments/api]
      labels: ["app=agent"]    # Pods that something else creates
\`\`\`

${parts.join('\n')}`;
}

function typeText(schema: SettingSchema | MemberSchema): string {
  if ('enum' in schema) return schema.enum.map((value) => `\`${value}\``).join(' · ');
  if ('properties' in schema) return 'mapping';
  if (schema.type === 'object')
    return `object of ${schema.additionalProperties.enum.map((value) => `\`${value}\``).join(' · ')}`;
  if (schema.type !== 'array') return schema.type;
  return schema.items.type === 'object' ? 'list of mappings' : 'list of texts';
}

/** The members of the mappings in a list, those of inner ones below them; empty for other settings. */
function memberTable(schema: SettingSchema): string {
  if (schema.type !== 'array' || schema.items.type !== 'object') return '';
  const rows = memberRows(schema.items, '').join('\n');
  return `\n| member | type | meaning |\n| --- | --- | --- |\n${rows}\n`;
}

function memberRows({ properties, required }: ObjectSchema, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    const need = required.includes(name) ? ', needed' : '';
    const row = `| \`${prefix}${name}\` | ${typeText(member)}${need} | ${member.description} |`;
    const inner =
      'properties' in member
        ? member
        : member.type === 'array' && 'properties' in member.items
          ? member.items
          : undefined;
    return inner === undefined ? [row] : [row, ...memberRows(inner, `${prefix}${name}.`)];
  });
}

/** package.json with the settings and schemas that it contributes. */
function manifest(): string {
  const text = read('package.json') ?? '{}';
  const json = JSON.parse(text) as { contributes: Record<string, unknown> };
  const properties = Object.fromEntries(
    settingKeys.map((key) => {
      const { schema, default: initial, description, scope } = settingTable[key];
      return [`kubefathom.${key}`, { ...schema, default: initial, markdownDescription: description, scope }];
    }),
  );
  json.contributes.configuration = { title: 'Kubefathom', properties };
  json.contributes.yamlValidation = [{ fileMatch: ['.kubefathom.yaml', '.kubefathom.yml'], url: `./${SCHEMA}` }];
  json.contributes.jsonValidation = [{ fileMatch: '.kubefathom.json', url: `./${SCHEMA}` }];
  return `${JSON.stringify(json, null, 2)}\n`;
}

mkdirSync(path.join(root, 'docs/rules'), { recursive: true });
main();
