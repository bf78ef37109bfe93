/** The part of JSON Schema that settings use. `patternErrorMessage` is VS Code's own. */
export type SettingSchema =
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | ChoiceSchema
  | TextSchema
  | TextListSchema
  | ObjectListSchema
  | { readonly type: 'object'; readonly additionalProperties: ChoiceSchema };

export interface TextListSchema {
  readonly type: 'array';
  readonly items: TextSchema;
  readonly uniqueItems: true;
}

/** Where items have a `name`, no two may have the same. */
export interface ObjectListSchema {
  readonly type: 'array';
  readonly items: ObjectSchema;
}

export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, MemberSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

export type MemberSchema = (TextSchema | TextListSchema | ObjectListSchema | ObjectSchema) & {
  readonly description: string;
};

export interface ChoiceSchema {
  readonly type: 'string';
  readonly enum: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
}

export interface TextSchema {
  readonly type: 'string';
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
}

/** A label of a DNS name, as a part of a pattern. */
export const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

export const namespaceName: TextSchema = {
  type: 'string',
  pattern: `^${dnsLabel}$`,
  patternErrorMessage: 'must be the name of a namespace',
};

export const optionallyNamespaced: TextSchema = {
  type: 'string',
  pattern: `^(${dnsLabel}/)?${dnsLabel}(\\.${dnsLabel})*$`,
  patternErrorMessage: 'must be `name` or `namespace/name`',
};

export const podLabels: TextSchema = {
  type: 'string',
  pattern: '^[^=,\\s]+=[^=,\\s]*(,[^=,\\s]+=[^=,\\s]*)*$',
  patternErrorMessage: 'must be labels as `key=value`, joined by commas',
};

export const relativePath: TextSchema = {
  type: 'string',
  pattern: '^(?![/~]|[A-Za-z]:).',
  patternErrorMessage: 'must be a path relative to the folder',
};
