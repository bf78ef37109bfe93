import type { Located } from '../../base/span.ts';
import { findValue, type YamlNode } from '../../yaml/node.ts';

/** A value that a container is started with, as it is written. */
export interface ToldValue extends Located<string> {
  /** The variable's name, or `an argument`. */
  readonly name: string;
  readonly file: string;
  /** A template or another variable completes it to an address, or may. */
  readonly isHidden: boolean;
}

/** The variables, arguments and commands of a workload's containers; `root` is the object's tree, `file` where it stands. */
export function readToldValues(root: YamlNode | undefined, file: string): readonly ToldValue[] {
  const spec = findValue(root, 'spec');
  const job = findValue(findValue(spec, 'jobTemplate'), 'spec');
  const pods = [spec, findValue(findValue(job ?? spec, 'template'), 'spec')];
  return pods.flatMap((pod) =>
    ['containers', 'initContainers'].flatMap((list) =>
      itemsOf(findValue(pod, list)).flatMap((item) => ofContainer(item, file)),
    ),
  );
}

function ofContainer(container: YamlNode, file: string): readonly ToldValue[] {
  const variables = itemsOf(findValue(container, 'env')).flatMap((item) => {
    const name = findValue(item, 'name');
    return toTold(findValue(item, 'value'), name?.kind === 'scalar' ? name.text : 'a variable', file);
  });
  const words = ['command', 'args'].flatMap((list) =>
    itemsOf(findValue(container, list)).flatMap((item) => toTold(item, 'an argument', file)),
  );
  return [...variables, ...words];
}

function toTold(node: YamlNode | undefined, name: string, file: string): readonly ToldValue[] {
  if (node?.kind !== 'scalar') return [];
  const isTemplate = node.unknown !== undefined;
  const isCompleted = /\$\(\w+\)/.test(node.text) && /:\/\/|:\d|\.svc\b|\):\$\(/.test(node.text);
  return [{ name, value: node.text, file, start: node.start, end: node.end, isHidden: isTemplate || isCompleted }];
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'sequence' ? node.items : [];
}
