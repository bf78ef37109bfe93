import { findNearest } from '../base/editDistance.ts';
import { ANY_CLUSTER } from '../cluster/clusterFacts.ts';
import { lookUpName, resolverOf } from '../cluster/dnsResolver.ts';
import { createDnsWorld, UNNAMED_NAMESPACE } from '../cluster/dnsWorld.ts';
import { targetOfHost } from '../cluster/hostReferences.ts';
import { lookUp } from '../cluster/lookup.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { type Field, isUndecided } from '../k8s/field.ts';
import type { ResourceBase } from '../k8s/resourceBase.ts';
import { isHeadless, protocolOf, type Service, serviceTypeOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkResource, linkSome, namespaceOf, plural, titleOf } from './context.ts';
import { code } from './link.ts';
import { execLine } from './policyVerify.ts';
import { opaqueVerdict, portLabel } from './serviceFacts.ts';

/**
 * A value that names hosts: a URL, `host:port`, a list of these, or the bare name of a Service. `undefined` where none of them
 * is a name inside the cluster, as far as the text and the manifests tell. `workload`: whose Pods ask for the names.
 */
export function explainDnsValue(
  holder: ResourceBase,
  text: string,
  context: ExplainContext,
  workload?: Workload,
): Card | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const found = parseEndpoints(text).flatMap((endpoint) => resolve(holder, endpoint, context, workload) ?? []);
  const [first] = found;
  if (first === undefined) return undefined;
  return {
    title: `${titleOf(holder, context.settings)} · ${found.length === 1 ? `host ${code(first.endpoint.host)}` : plural(found.length, 'host')}`,
    verdict: gravest([...found.map(({ verdict }) => verdict), resolverVerdict(workload)]),
    here: found.flatMap(({ lines }) => lines),
    path: `Pod → resolver, names in order of its search list → the Service's own path`,
    watch: [
      'a short name works from the same namespace only: the search list starts with the own one',
      'the port is one of the Service, never the targetPort; `http://` without one means 80',
      'a name with fewer than 5 dots is tried with the search list first; a trailing dot avoids that',
    ],
    verify: [verifyLine(workload, holder, first, context)],
    question: {
      ask: 'Why does `curl orders` work in one namespace only?',
      answer: "The search list of a Pod starts with the Pod's own namespace.",
    },
  };
}

const MAX_LENGTH = 300;

interface Endpoint {
  readonly host: string;
  readonly port: number | undefined;
  /** Written as an address (a URL, or with a port), not as a bare word that may be anything. */
  readonly isAddress: boolean;
}

const HOST = String.raw`[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?`;
const URL_PATTERN = new RegExp(
  String.raw`\b([a-z][a-z0-9+.]*)://(?:[^@/\s]*@)?(${HOST})(?::(\d{1,5}))?(?=[/?#,\s"']|$)`,
  'g',
);
const PAIR_PATTERN = new RegExp(String.raw`^(${HOST}):(\d{1,5})$`);
const NAME_PATTERN = new RegExp(`^${HOST}$`);
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['ws', 80],
  ['https', 443],
  ['wss', 443],
]);

function parseEndpoints(text: string): readonly Endpoint[] {
  const urls = [...text.matchAll(URL_PATTERN)].map(([, scheme = '', host = '', port]) => ({
    host,
    port: port === undefined ? DEFAULT_PORTS.get(scheme) : Number(port),
    isAddress: true,
  }));
  if (urls.length > 0) return urls;
  const value = /^-{1,2}[\w.-]+=(.*)$/.exec(text)?.[1] ?? text;
  return value.split(/[,;]\s*/).flatMap((part): readonly Endpoint[] => {
    const [, host, port] = PAIR_PATTERN.exec(part) ?? [];
    if (host !== undefined) return [{ host, port: Number(port), isAddress: true }];
    return NAME_PATTERN.test(part) ? [{ host: part, port: undefined, isAddress: false }] : [];
  });
}

interface Resolved {
  readonly endpoint: Endpoint;
  /** What the first name that answers is, `orders.shop.svc.cluster.local`. */
  readonly fullName: string;
  readonly verdict: Verdict;
  readonly lines: readonly string[];
}

function resolve(
  holder: ResourceBase,
  endpoint: Endpoint,
  context: ExplainContext,
  workload: Workload | undefined,
): Resolved | undefined {
  const { settings, unit } = context;
  const text = { host: { value: endpoint.host, start: 0, end: 0 } };
  const known = targetOfHost(unit, { holder, text }, settings.clusterDomain);
  const target =
    known === undefined
      ? targetOf(endpoint.host, settings.clusterDomain)
      : { name: known.meaning.service, namespace: known.meaning.namespace, certain: true };
  if (target === undefined) return undefined;
  const asked: Field<string> =
    target.namespace === undefined ? holder.namespace : { value: target.namespace, start: 0, end: 0 };
  const { here, elsewhere } = lookUp(unit.index.services(target.name), asked);
  const namespace = target.namespace ?? namespaceOf(holder, settings)?.name ?? '<namespace>';
  const pod = known?.meaning.pod === undefined ? '' : `${known.meaning.pod}.`;
  const fullName = `${pod}${target.name}.${namespace}.svc.${settings.clusterDomain}`;
  const [service] = here;
  if (service !== undefined) {
    const checked = checkPort(service, endpoint);
    return {
      endpoint,
      fullName,
      verdict: gravest([opaqueVerdict(service), checked]),
      lines: [
        `${code(endpoint.host)} → ${code(fullName)} → ${linkSome(here)} (${isHeadless(service) ? 'headless' : (serviceTypeOf(service) ?? 'type not decidable')})`,
        ...triedLines(holder, endpoint.host, context, workload),
        ...portLines(service, endpoint),
      ],
    };
  }
  // Two labels may as well be a name of the world, and a bare word anything at all.
  if (!target.certain && !(endpoint.isAddress && !endpoint.host.includes('.'))) return undefined;
  return { endpoint, fullName, ...missing(target.name, asked, elsewhere, context) };
}

/**
 * The names that the Pods' resolver tries, in order, where the first one is no hit; and which Pod it is where the name is that
 * of one. Nothing where another resolver than the cluster's is asked.
 */
function triedLines(
  holder: ResourceBase,
  host: string,
  { unit, settings }: ExplainContext,
  workload: Workload | undefined,
): readonly string[] {
  if (isUndecided(holder.namespace)) return [];
  const namespace = namespaceOf(holder, settings)?.name;
  const world = createDnsWorld(unit.index, {
    ...ANY_CLUSTER,
    clusterDomain: settings.clusterDomain,
    ...(settings.defaultNamespace === '' ? {} : { namespace: settings.defaultNamespace }),
    whyMore: (asked) => whyMoreMayExist(unit, asked),
  });
  const resolver = resolverOf(workload, namespace ?? UNNAMED_NAMESPACE, settings.clusterDomain);
  if (resolver.asks !== 'cluster') return [];
  const { candidates } = lookUpName(world, resolver, host, 'A');
  const texts = candidates.map(({ name, rcode, answers }) => {
    const [first, another] = answers;
    const hit = first?.to.kind === 'pod' && another === undefined ? ` (${code(first.to.pod.reference)})` : '';
    const comes =
      answers.length > 0
        ? `hit${hit}`
        : rcode === 'NXDOMAIN'
          ? 'no such name'
          : rcode === 'unknown'
            ? '?'
            : 'no address';
    return `${code(name)} ${comes}`;
  });
  return candidates.length > 1 || candidates[0]?.answers[0]?.to.kind === 'pod'
    ? [`tried in order: ${texts.join(' · ')}`]
    : [];
}

/** Service and namespace of a name by its form; the names of Pods lead to the Service that they stand under. */
function targetOf(
  host: string,
  domain: string,
): { readonly name: string; readonly namespace: string | undefined; readonly certain: boolean } | undefined {
  const whole = host.replace(/\.$/, '');
  if (whole === 'localhost' || /^[\d.]+$/.test(whole)) return undefined;
  const bare = whole.endsWith(`.${domain}`) ? whole.slice(0, -domain.length - 1) : whole;
  const labels = bare.split('.');
  const [name = '', namespace] = labels;
  const at = labels.indexOf('svc');
  if (at === labels.length - 1 && (at === 2 || at === 3)) {
    return { name: labels[at - 2] ?? '', namespace: labels[at - 1], certain: true };
  }
  if (bare !== whole || labels.length > 2) return undefined;
  return { name, namespace, certain: false };
}

function checkPort(service: Service, { port }: Endpoint): Verdict {
  if (port === undefined || isHeadless(service) || serviceTypeOf(service) === 'ExternalName' || service.portsOpen)
    return OK;
  if (service.opaque || serviceTypeOf(service) === undefined) return OK;
  if (service.ports.some(({ port: own }) => own?.value === undefined || own.value === port)) return OK;
  return problem(`${linkResource(service)} has no port ${port}`);
}

function portLines(service: Service, { port }: Endpoint): readonly string[] {
  if (serviceTypeOf(service) === 'ExternalName') return [`an alias of ${code(service.externalName?.value ?? '?')}`];
  const own = service.ports.find((candidate) => candidate.port?.value === port && protocolOf(candidate) !== 'UDP');
  if (port === undefined || own !== undefined) return own === undefined ? [] : [`port ${portLabel(own)}`];
  const asTarget = service.ports.find((candidate) => candidate.targetPort?.value === port);
  const has = service.ports.map(portLabel).join(', ');
  return [
    `${linkResource(service)} has ${has === '' ? 'no ports' : has}${asTarget === undefined ? '' : `; ${port} is the targetPort of ${portLabel(asTarget)}`}`,
  ];
}

function missing(
  name: string,
  namespace: Field<string>,
  elsewhere: readonly Service[],
  { unit }: ExplainContext,
): Pick<Resolved, 'verdict' | 'lines'> {
  const [other] = elsewhere;
  if (other !== undefined && namespace?.value !== undefined) {
    const fix = code(`${name}.${other.namespace?.value ?? '?'}`);
    return {
      verdict: unknown(`no manifest here shows ${code(name)} in namespace ${code(namespace.value)}`),
      lines: [`${linkSome(elsewhere)} is in namespace ${code(other.namespace?.value ?? '?')}: from here it is ${fix}`],
    };
  }
  const why = whyMoreMayExist(unit, namespace);
  const candidates = lookUp([...unit.index.ofType('service')], namespace).here;
  const near = findNearest(name, candidates, (service) => service.name?.value ?? '');
  return {
    verdict: unknown(`no manifest here shows a Service ${code(name)}${why === undefined ? '' : `, but ${why}`}`),
    lines: near === undefined ? [] : [`${linkResource(near)} has a name near to it`],
  };
}

/** Whether the Pod asks a resolver that knows Services at all. */
function resolverVerdict(workload: Workload | undefined): Verdict {
  if (workload === undefined) return OK;
  const { dnsPolicy, hostNetwork } = workload.template;
  const policy = dnsPolicy === undefined ? 'ClusterFirst' : dnsPolicy.value;
  if (policy === 'Default' || (policy === 'ClusterFirst' && hostNetwork?.value === true))
    return unknown("this Pod asks its node's resolver, which usually knows no Services (*name error*)");
  return OK;
}

function verifyLine(
  workload: Workload | undefined,
  holder: ResourceBase,
  { fullName }: Resolved,
  context: ExplainContext,
): string {
  const name = /^[a-z0-9.-]+$/.test(fullName) ? fullName : 'NAME';
  const run =
    workload === undefined
      ? `${kubectl(holder, context.settings)} run t --rm -it --restart=Never --image=busybox:1.36 --`
      : execLine(workload, context);
  return `${run} nslookup ${name}`;
}
