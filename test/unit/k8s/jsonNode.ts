import assert from 'node:assert/strict';
import type { YamlNode } from '../../../server/src/core/yaml/node.ts';
import { parseSingle } from '../../../server/src/core/yaml/parse.ts';

/** The tree of a JSON value, written as YAML and read as manifests are. */
export function toYamlNode(value: unknown): YamlNode {
  const { root } = parseSingle(JSON.stringify(value));
  assert.ok(root);
  return root;
}
