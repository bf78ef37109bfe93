import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { type Field, type ReadContext, readList, readString } from './field.ts';

/** A Pod's `dnsConfig`: what is added to the resolver's configuration that its policy gives. */
export interface DnsConfig {
  readonly searches: readonly Field<string>[];
  readonly options: readonly { readonly name: Field<string>; readonly value: Field<string> }[];
  readonly hasNameservers: boolean;
  /** More may be written. */
  readonly open: boolean;
}

/** Reads `spec.dnsConfig`; `undefined` where it is absent. */
export function readDnsConfig(node: YamlNode | undefined, context: ReadContext): DnsConfig | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const lists = ['searches', 'options', 'nameservers'].map((key) => readList(findValue(node, key), context));
  const [searches, options, nameservers] = lists;
  return {
    searches: (searches?.items ?? []).map((item) => readString(item, context)),
    options: (options?.items ?? []).map((item) => ({
      name: readString(findValue(item, 'name'), context),
      value: readString(findValue(item, 'value'), context),
    })),
    hasNameservers: (nameservers?.items.length ?? 0) > 0,
    open: node.unknown !== undefined || node.kind !== 'mapping' || lists.some((list) => list?.open === true),
  };
}
