import {
  type MemberSchema,
  namespaceName,
  type ObjectSchema,
  optionallyNamespaced,
  podLabels,
  relativePath,
  type TextSchema,
} from './settingSchema.ts';

/** An entry of `environments`; its type is Environment. */
export const environmentSchema: ObjectSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      pattern: '\\S',
      patternErrorMessage: 'must not be empty',
      description: 'How findings name it.',
    },
    roots: listOf(
      relativePath,
      'Kustomizations (their folders), charts with their own values, folders of plain manifests with all below them, and single files. What below a plain folder belongs to a kustomization or a chart does not count as part of it.',
    ),
    charts: {
      type: 'array',
      description: 'Charts with files of values. One chart under several environments is several units.',
      items: {
        type: 'object',
        required: ['path'],
        additionalProperties: false,
        properties: {
          path: { ...relativePath, description: 'The folder with `Chart.yaml`.' },
          values: listOf(relativePath, 'Files of values over those of the chart; a later one wins.'),
          release: { type: 'string', description: 'The name of the release, else that of the environment.' },
        },
      },
    },
    namespace: { ...namespaceName, description: 'The namespace of objects that name none.' },
    external: {
      type: 'object',
      description: 'What exists in the cluster beside the roots.',
      required: [],
      additionalProperties: false,
      properties: {
        services: listOf(optionallyNamespaced, 'Services, as `name` or `namespace/name`.'),
        namespaces: listOf(namespaceName, 'Namespaces that hold more than the roots.'),
        labels: listOf(podLabels, 'Labels of Pods that something else creates: `key=value`, joined by commas.'),
      },
    },
  },
};

function listOf(items: TextSchema, description: string): MemberSchema {
  return { type: 'array', items, uniqueItems: true, description };
}
