import { findValue, type YamlNode } from '../yaml/node.ts';
import { type ConfigHosts, readConfigHosts, readConfigWords } from './environment.ts';
import type { ReadContext } from './field.ts';
import type { ResourceBase } from './resourceBase.ts';

/** A ConfigMap or a Secret, as far as its values name hosts. */
export interface ConfigMap extends ResourceBase {
  readonly type: 'configMap';
  readonly hosts: readonly ConfigHosts[];
  /** Keys that are called like a host, and hold one without a port. */
  readonly words: readonly ConfigHosts[];
}

/** Reads a ConfigMap's `data`, or a Secret's `stringData`; what is encoded is not looked at. */
export function readConfigMap(base: ResourceBase, root: YamlNode, context: ReadContext): ConfigMap {
  const data = findValue(root, base.kind === 'Secret' ? 'stringData' : 'data');
  return { type: 'configMap', hosts: readConfigHosts(data, context), words: readConfigWords(data, context), ...base };
}
