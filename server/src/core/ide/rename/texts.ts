import { basename } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import { targetOfHost } from '../../cluster/hostReferences.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { Unit } from '../../sources/unit.ts';
import type { YamlScalar } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { isAddressName } from '../completion/hosts.ts';
import type { RenamePlace } from './plan.ts';
import { scalarsIn, type Value } from './scalars.ts';
import { renamedTo, servicesIn, type WrittenService } from './services.ts';

/**
 * The hosts of a Service in the values of a file's objects, in texts of many lines too, and the fields by which webhooks and
 * aggregated APIs name it. Places of hosts are those of the Service's label alone.
 */
export function hostsInTexts(
  unit: Unit,
  file: string,
  text: string,
  service: WrittenService,
  to: string,
): readonly RenamePlace[] {
  const found: RenamePlace[] = [];
  const objects = unit.index.inFile(file);
  const { documents } = parseYaml(text, { wanted: (document) => document.includes(service.name) });
  for (const { root, start, end } of documents) {
    for (const built of servicesIn(unit, service)) {
      for (const value of root === undefined ? [] : scalarsIn(root)) {
        const holder = objects.findLast((each) => each.start <= value.node.start && value.node.end <= each.end);
        if (holder === undefined || holder.start < start || holder.end > end) continue;
        found.push(...placesIn(unit, text, holder, value, built, service, to));
      }
    }
  }
  return found;
}

const VALUES = /\.(?:containers|initContainers)\.(?:env\.value|args|command)$/;

function placesIn(
  unit: Unit,
  text: string,
  holder: Resource,
  { node, name, path, namespace }: Value,
  built: Service,
  service: WrittenService,
  to: string,
): readonly RenamePlace[] {
  const about = {
    file: holder.file,
    owner: `${describeResource(holder)} in ${basename(holder.file)}`,
    note: undefined,
  };
  if (isServiceReference(holder, path)) {
    const isHere =
      namespace === undefined || built.namespace?.value === undefined || namespace === built.namespace.value;
    const isIt = isHere && node.text === service.name;
    const { start, end } = node;
    return isIt
      ? [{ ...about, start, end, how: 'scalar', becomes: new Map([[service.name, to]]), care: 'meaning' }]
      : [];
  }
  const isValue = path.startsWith('.metadata.annotations.') || mayHoldHosts(holder, path);
  if (!isValue || node.unknown !== undefined) return [];
  const isAddress = holder.type !== 'other' && isAddressName(name);
  const spans = hostSpans(unit, text, holder, node, built, isAddress);
  return spans.map((span) => {
    const old = text.slice(span.start, span.end);
    return {
      ...about,
      ...span,
      how: 'part',
      becomes: new Map([[old.toLowerCase(), renamedTo(old, service.name, to)]]),
      care: 'text',
    };
  });
}

function mayHoldHosts(holder: Resource, path: string): boolean {
  switch (holder.type) {
    case 'configMap':
      return /^\.(?:data|stringData)\./.test(path);
    case 'workload':
      return VALUES.test(path);
    case 'service':
      return path === '.spec.externalName';
    default:
      return isCustom(holder);
  }
}

/** The webhooks of the API server, and what extends it, name the Service that they call. */
function isServiceReference({ group }: Resource, path: string): boolean {
  return (
    /^(?:admissionregistration|apiregistration|apiextensions)\.k8s\.io$/.test(group) && /\.service\.name$/.test(path)
  );
}

function isCustom({ type, group, kind }: Resource): boolean {
  return type === 'other' && group.includes('.') && !group.endsWith('.k8s.io') && kind !== 'CustomResourceDefinition';
}

const NAME = /(?<![\w.-])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g;

/**
 * The label of each host in a value that is the Service's name. Hosts stand behind `//` or `@`, before a port, or are full; the
 * whole value is one where its name says so (`isAddress`).
 */
function hostSpans(
  unit: Unit,
  text: string,
  holder: Resource,
  node: YamlScalar,
  built: Service,
  isAddress: boolean,
): readonly Span[] {
  const name = built.name?.value ?? '';
  const raw = text.slice(node.start, node.end);
  if (!raw.includes(name)) return [];
  return [...raw.matchAll(NAME)].flatMap((match): readonly Span[] => {
    const [host] = match;
    if (!host.split('.').includes(name)) return [];
    const before = raw.slice(0, match.index);
    const after = raw.slice(match.index + host.length);
    const isWhole = isAddress && host === node.text;
    const isHost =
      isWhole || /(?::\/\/|[\w:]@)$/.test(before) || /^:\d{2,5}(?!\d)/.test(after) || /\.svc(?:\.|$)/.test(host);
    if (!isHost || /[{$]/.test(before.slice(-1))) return [];
    const target = targetOfHost(unit, { holder, text: { host: { value: host, start: 0, end: 0 } } });
    if (target === undefined || !target.services.includes(built)) return [];
    const { pod } = target.meaning;
    const start = node.start + match.index + (pod === undefined ? 0 : pod.length + 1);
    return [{ start, end: start + name.length }];
  });
}
