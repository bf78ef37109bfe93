import { type SettingKey, settingKeys, settingTable } from './config.ts';

/** A rule as far as completion of `rules` in a configuration file needs it. */
export interface RuleName {
  readonly id: string;
  readonly summary: string;
}

/** The JSON Schema (draft 7) of `.kubefathom.yaml`; with `rules`, editors complete their ids. Serialise it as it is. */
export function configSchema(rules: readonly RuleName[] = []): Readonly<Record<string, unknown>> {
  const properties: Record<string, unknown> = {};
  const groups = new Map<string, Record<string, unknown>>();
  for (const key of settingKeys.filter((known) => settingTable[known].shared)) {
    const [first = key, member] = key.split('.');
    if (member === undefined) {
      properties[first] = propertyOf(key, rules);
      continue;
    }
    const members = groups.get(first) ?? {};
    members[member] = propertyOf(key, rules);
    groups.set(first, members);
    properties[first] = { type: ['object', 'null'], additionalProperties: false, properties: members };
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Kubefathom configuration',
    type: ['object', 'null'],
    additionalProperties: false,
    properties,
  };
}

function propertyOf(key: SettingKey, rules: readonly RuleName[]): Readonly<Record<string, unknown>> {
  const { schema, description, example, default: initial } = settingTable[key];
  const documentation = { markdownDescription: description, description, default: initial, examples: [example] };
  if (schema.type !== 'object' || rules.length === 0) return { ...schema, ...documentation };
  const properties = Object.fromEntries(
    rules.map(({ id, summary }) => [id, { ...schema.additionalProperties, description: summary }]),
  );
  return { ...schema, ...documentation, properties };
}
