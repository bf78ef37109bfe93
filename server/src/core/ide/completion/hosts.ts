import { targetOfHost } from '../../cluster/hostReferences.ts';
import { knownNamespaces } from '../../cluster/namespaces.ts';
import type { Service } from '../../k8s/service.ts';
import { findValue } from '../../yaml/node.ts';
import { toScalarText } from '../../yaml/quote.ts';
import { type Asker, nearness, nearnessAnywhere, referredName } from './asker.ts';
import type { Candidate } from './items.ts';
import { aboutService } from './objects.ts';
import type { TypedPlace } from './place.ts';
import { servicePorts } from './ports.ts';

/** The part of a text that is a host, or a port after a host, as far as it is typed. */
export interface HostSlot {
  readonly part: 'host' | 'port';
  /** Of a port: the host before it. */
  readonly host: string;
  readonly typed: string;
}

/** A place within a text where a host or its port is being typed; `undefined` where nothing says so. */
export function hostSlotAt(place: TypedPlace): HostSlot | undefined {
  const { before } = place.typed;
  const port = PORT.exec(before);
  if (port !== null) return { part: 'port', host: port[1] ?? '', typed: port[2] ?? '' };
  const url = URL_HOST.exec(before);
  if (url !== null) return { part: 'host', host: '', typed: url[1] ?? '' };
  if (before.includes('://') || place.block) return undefined;
  const flag = FLAG.exec(before)?.[0] ?? '';
  const typed = /(?:^|,)([a-z0-9.-]*)$/.exec(before.slice(flag.length))?.[1];
  if (typed === undefined) return undefined;
  return isAddressName(flag === '' ? nameOf(place) : flag) ? { part: 'host', host: '', typed } : undefined;
}

const NAME = String.raw`[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?`;
const PORT = new RegExp(String.raw`(?:^|[/@=,\s"'])(${NAME}):(\d{0,5})$`);
const URL_HOST = /(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^@/\s,]*@)?(?:[a-z0-9.:-]+,)*([a-z0-9.-]*)$/;
const FLAG = /^-{0,2}[A-Za-z][\w.-]*=/;

/** Names of what holds the address of another program: `ORDERS_HOST`, `--upstream=`, `databaseUrl`. */
const ADDRESS_WORD =
  /(?:^|[_.-])(?:hosts?|hostname|url|uri|addr|address|endpoint|endpoints|servers?|service|upstreams?|backend|brokers?|bootstrap|dsn|connect|peers?|nodes)(?:[_.=-]|$)|(?:Host|Url|Uri|Addr|Address|Endpoint|Server|Service|Upstream|Backend|Brokers?)(?:=|$)/i;

/** Whether what is called so holds the address of another program. */
export function isAddressName(name: string): boolean {
  return ADDRESS_WORD.test(name);
}

/** The name of the variable, key or flag that a text is the value of. */
function nameOf({ steps, names }: TypedPlace): string {
  const last = steps.at(-1);
  if (last?.kind === 'item') {
    const flag = last.sequence.items[last.index - 1];
    return flag?.kind === 'scalar' && flag.text.startsWith('-') ? flag.text : '';
  }
  if (last === undefined) return '';
  const name = names.at(-1) === 'value' ? findValue(last.mapping, 'name') : undefined;
  return name?.kind === 'scalar' ? name.text : (names.at(-1) ?? '');
}

/** Hosts of Services, or ports of the Service that a host means. `clusterDomain` ends full names. */
export function hostCandidates(askers: readonly Asker[], slot: HostSlot, clusterDomain: string): readonly Candidate[] {
  return slot.part === 'port' ? portsOf(askers, slot) : hostsOf(askers, slot, clusterDomain);
}

function portsOf(askers: readonly Asker[], { host }: HostSlot): readonly Candidate[] {
  return askers.flatMap((asker) => {
    const { own, built, unit, namespace } = asker;
    const holder = built ?? own;
    if (holder === undefined) return [];
    const text = { host: { value: host, start: 0, end: 0 } };
    const target = targetOfHost(unit, { holder: { ...holder, namespace }, text });
    return (target?.services ?? []).flatMap((service) => servicePorts(asker, service, 'number'));
  });
}

function hostsOf(askers: readonly Asker[], { typed }: HostSlot, clusterDomain: string): readonly Candidate[] {
  const names = namesInUnits(askers);
  const dots = typed.split('.').length - 1;
  return askers.flatMap((asker) => {
    const namespaces = dots === 1 ? knownNamespaces(asker.unit) : [];
    return [...asker.unit.index.ofType('service')].flatMap((service): readonly Candidate[] => {
      const name = names.get(placeOf(service));
      if (name === undefined) return [];
      const here = nearness(asker, service);
      const rank = here ?? nearnessAnywhere(asker, service);
      const about = { kind: 'host', rank, ...aboutService(service) } as const;
      const namespace = service.namespace?.value;
      const forms = formsOf(name, namespace, here !== undefined, clusterDomain);
      const wanted =
        dots === 0
          ? forms.slice(0, 1)
          : forms.filter((form) => form.includes('.') && form.startsWith(typed.slice(0, typed.lastIndexOf('.') + 1)));
      const anyNamespace =
        dots === 1 && namespace === undefined && typed.startsWith(`${name}.`)
          ? [...namespaces].sort().map((each) => `${name}.${each}`)
          : [];
      return [...wanted, ...anyNamespace].map((text, order) => ({ ...about, text, rank: rank + order / 10 }));
    });
  });
}

/** The hosts that mean a Service, the shortest that works first. */
function formsOf(name: string, namespace: string | undefined, isHere: boolean, clusterDomain: string) {
  const short = isHere ? [name] : [];
  if (namespace === undefined) return short;
  const full = `${name}.${namespace}`;
  return [...short, full, `${full}.svc`, `${full}.svc.${clusterDomain}`];
}

/**
 * The names that values have to say: no build changes them there, so it is what a Service is called in the end. Where units
 * call it differently, the name that is written.
 */
function namesInUnits(askers: readonly Asker[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const differs = new Set<string>();
  for (const { unit } of askers) {
    for (const service of unit.index.ofType('service')) {
      const name = service.name?.value;
      const key = placeOf(service);
      if (name === undefined) continue;
      if (found.has(key) && found.get(key) !== name) differs.add(key);
      found.set(key, name);
    }
  }
  for (const asker of differs.size === 0 ? [] : askers) {
    for (const service of asker.unit.index.ofType('service')) {
      const key = placeOf(service);
      if (!differs.has(key)) continue;
      const written = referredName(asker, service);
      if (written === undefined) found.delete(key);
      else found.set(key, written);
    }
  }
  return found;
}

function placeOf({ file, start }: Service): string {
  return `${file}:${start}`;
}

/** What a host or port replaces, and by what: only its own part of the text. */
export function hostEdit(place: TypedPlace, text: string, offset: number, slot: HostSlot, value: string) {
  const rest = slot.part === 'port' ? /^\d*/ : /^[a-z0-9.-]*/;
  const end = offset + (rest.exec(text.slice(offset, Math.max(offset, place.typed.end)))?.[0].length ?? 0);
  const span = { start: offset - slot.typed.length, end };
  const isWhole = place.typed.quote === undefined && slot.typed === place.typed.before && end === place.typed.end;
  const newText = isWhole && slot.part === 'host' && !place.block ? toScalarText(value, 'plain', 'double') : value;
  return { span, newText: place.needsSpace ? ` ${newText}` : newText };
}
