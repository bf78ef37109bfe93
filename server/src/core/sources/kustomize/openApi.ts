import { type Layer, noteUnread } from './context.ts';
import { field, textField } from './fields.ts';

/** Takes the schema that `openapi` names for the whole build; the first one found counts. */
export function useOpenApi(layer: Layer): void {
  const node = field(layer.root, 'openapi');
  if (node === undefined || (textField(node, 'path') === '' && textField(node, 'version') === '')) return;
  noteUnread(layer, node, 'a schema of its own decides here how patches are merged', 'all');
}
