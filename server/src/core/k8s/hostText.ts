import type { Located, Span } from '../base/span.ts';
import type { YamlNode, YamlScalar } from '../yaml/node.ts';

/** A host that a text names, with its places in the file. */
export interface HostText {
  /** As written; a trailing dot stays. */
  readonly host: Located<string>;
  readonly port: Located<number> | undefined;
  /** Of a URL, in lower case. */
  readonly scheme: string | undefined;
  /** `url` and `pair` (`host:port`) are addresses whatever the name is; `name` is a full name of a cluster without a port. */
  readonly form: 'url' | 'pair' | 'name';
  /** The places are those of the very characters: a fix may write there. Else they are the whole value's. */
  readonly exact: boolean;
}

/** A host in a text, by offsets in it. */
export interface ParsedHost {
  readonly host: string;
  readonly at: number;
  readonly port: number | undefined;
  readonly portAt: number;
  readonly scheme: string | undefined;
  readonly form: HostText['form'];
}

/** Texts above this length are documents, not values. */
const MAX_LENGTH = 2000;

/**
 * The hosts that a value of one line names: URLs wherever they stand, `host:port` where it is the whole value, an item of a
 * list, or what a flag is set to, and full names of the cluster (`a.b.svc…`) wherever they stand. Words alone, addresses in
 * numbers and `localhost` are none; what a template or `$(VAR)` completes is none either.
 */
export function parseHosts(text: string): readonly ParsedHost[] {
  if (text.length > MAX_LENGTH || !MAY_NAME_HOST.test(text)) return NONE;
  const found = [...parseUrls(text), ...parsePairs(text), ...parseFullNames(text)];
  const seen = new Set<number>();
  return found.filter(({ host, at }) => {
    if (seen.has(at) || isNoName(host)) return false;
    seen.add(at);
    return true;
  });
}

/** The hosts of a scalar, with their places; none where a template writes it, or it goes over several lines. */
export function readHosts(node: YamlNode | undefined, intern: (text: string) => string): readonly HostText[] {
  if (node?.kind !== 'scalar' || node.unknown !== undefined || typeof node.value !== 'string') return NONE;
  if (node.text.includes('\n')) return NONE;
  const parsed = parseHosts(node.text);
  return parsed.length === 0 ? NONE : parsed.map((host) => placeHost(host, node, intern));
}

/**
 * The host that a variable's value is when its name says so: `orders` or `orders.shop` of `ORDERS_HOST`. Nothing where a
 * template writes it.
 */
export function readHostWord(
  name: string,
  node: YamlNode | undefined,
  intern: (text: string) => string,
): HostText | undefined {
  if (!HOST_NAME.test(name) || node?.kind !== 'scalar' || node.unknown !== undefined) return undefined;
  if (typeof node.value !== 'string' || !HOST_WORD.test(node.text) || isNoName(node.text)) return undefined;
  const form = node.text.includes('.svc') ? 'name' : 'pair';
  return placeHost({ host: node.text, at: 0, port: undefined, portAt: 0, scheme: undefined, form }, node, intern);
}

/** Names of variables whose value is a host without a port. */
const HOST_NAME = /(^|[_.-])(host|hostname|server|addr|address|endpoint|service|svc|upstream|broker)s?$/i;
const HOST_WORD = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const NONE: readonly never[] = [];
const MAY_NAME_HOST = /:\/\/|:\d|\.svc\b/;

const HOST = String.raw`[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?`;
const AFTER = String.raw`(?=[/?#,;|&)\]>"'\`\s]|$)`;
const URL_PATTERN = new RegExp(
  String.raw`(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9+.]*)://(?:[^@/\s,]*@)?(${HOST})(?::(\d{1,5}))?${AFTER}`,
  'g',
);
const NEXT_OF_URL = new RegExp(String.raw`,(${HOST}):(\d{1,5})${AFTER}`, 'y');
const FLAG = /^(?:-{1,2}[\w.-]+=|[A-Za-z_][\w.-]*=)/;
const PAIR = new RegExp(String.raw`^(?:[\w.~-]+@)?(${HOST}):(\d{1,5})(?:/\S*)?$`);
const FULL_NAME = /(?<![\w.@/-])((?:[a-z0-9_-]+\.){2,5}svc(?:\.[a-z0-9-]+)*\.?)(?::(\d{1,5}))?(?![\w@$({-])/g;

function parseUrls(text: string): readonly ParsedHost[] {
  const found: ParsedHost[] = [];
  for (const match of text.matchAll(URL_PATTERN)) {
    const [whole, scheme = '', host = '', port] = match;
    const at = match.index + whole.length - host.length - (port === undefined ? 0 : port.length + 1);
    found.push(toHost(host, at, port, 'url', scheme.toLowerCase()));
    // `mongodb://a:27017,b:27017/shop`
    NEXT_OF_URL.lastIndex = match.index + whole.length;
    for (let next = NEXT_OF_URL.exec(text); next !== null; next = NEXT_OF_URL.exec(text)) {
      const [, other = '', otherPort] = next;
      found.push(toHost(other, next.index + 1, otherPort, 'url', scheme.toLowerCase()));
    }
  }
  return found;
}

/** Ports below 100 that are in use; any other such number after a name is rather the tag of an image (`redis:7`). */
const LOW_PORTS: ReadonlySet<number> = new Set([21, 22, 25, 53, 80, 88]);

function parsePairs(text: string): readonly ParsedHost[] {
  if (text.includes('://')) return NONE;
  const start = FLAG.exec(text)?.[0].length ?? 0;
  const found: ParsedHost[] = [];
  for (const match of text.slice(start).matchAll(/[^,;\s]+/g)) {
    const [part] = match;
    const [, host, port] = PAIR.exec(part) ?? [];
    // One part that is none makes the whole another thing: a command line, a sentence.
    if (host === undefined || port === undefined) return NONE;
    if (Number(port) < 100 && !LOW_PORTS.has(Number(port))) return NONE;
    const at = start + match.index + part.indexOf('@') + 1;
    found.push(toHost(host, at, port, 'pair', undefined));
  }
  return found;
}

function parseFullNames(text: string): readonly ParsedHost[] {
  if (!text.includes('.svc')) return NONE;
  return [...text.matchAll(FULL_NAME)].map((match) => {
    const [, host = '', port] = match;
    return toHost(host, match.index, port, port === undefined ? 'name' : 'pair', undefined);
  });
}

function toHost(
  host: string,
  at: number,
  port: string | undefined,
  form: HostText['form'],
  scheme: string | undefined,
): ParsedHost {
  const number = port === undefined ? undefined : Number(port);
  const isPort = number !== undefined && number >= 1 && number <= 65535;
  return { host, at, port: isPort ? number : undefined, portAt: at + host.length + 1, scheme, form };
}

/** Whether it is an address in numbers, or the Pod itself. */
function isNoName(host: string): boolean {
  return /^[\d.]+$/.test(host) || /^localhost\.?$/.test(host) || host.includes('..');
}

function placeHost(parsed: ParsedHost, node: YamlScalar, intern: (text: string) => string): HostText {
  const { host, at, port, portAt, scheme, form } = parsed;
  const lead = leadOf(node);
  const place = (from: number, length: number): Span =>
    lead === undefined
      ? { start: node.start, end: node.end }
      : { start: node.start + lead + from, end: node.start + lead + from + length };
  return {
    host: { value: intern(host), ...place(at, host.length) },
    port: port === undefined ? undefined : { value: port, ...place(portAt, String(port).length) },
    scheme: scheme === undefined ? undefined : intern(scheme),
    form,
    exact: lead !== undefined,
  };
}

/** How many characters stand before the content; `undefined` where the content is not written as it is read. */
function leadOf({ start, end, text, style, aliasOf }: YamlScalar): number | undefined {
  if (aliasOf !== undefined) return undefined;
  const lead = style === 'plain' ? 0 : style === 'single' || style === 'double' ? 1 : undefined;
  return lead !== undefined && end - start === text.length + 2 * lead ? lead : undefined;
}
