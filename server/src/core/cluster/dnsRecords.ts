import { parseIpAddress } from '../k8s/ipAddress.ts';
import { isHeadless, type Service } from '../k8s/service.ts';
import type { IpFamily } from './clusterFacts.ts';
import type { ClusterName } from './dnsName.ts';
import { labelOfAddress } from './dnsName.ts';
import type { PredictedPod } from './pods.ts';
import type { PredictedEndpoint, PredictedService, PredictedSlice } from './prediction.ts';
import type { Reason } from './reason.ts';
import { reasonAt } from './reason.ts';

/** Where a record points. What the cluster draws is named by what it is drawn for. */
export type DnsTarget =
  | { readonly kind: 'clusterIP'; readonly service: Service }
  /** The address of a Pod (or of its node, with `hostNetwork`). */
  | { readonly kind: 'pod'; readonly pod: PredictedPod }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly name: string }
  /** The name that a Pod without host name has under a Service: its address with dashes, then `below`. */
  | { readonly kind: 'podName'; readonly pod: PredictedPod; readonly below: string };

/** One thing that a name leads to, from which the records of each type are made. */
export interface DnsHit {
  /** An ExternalName leads to a name. */
  readonly family: IpFamily | 'name';
  readonly target: DnsTarget;
  /** What an SRV record points at. */
  readonly srv: DnsTarget;
  /** `undefined`: there is none, or it is not decided. */
  readonly port: number | undefined;
}

/** What a Service has under a name. */
export interface ServiceHits {
  readonly hits: readonly DnsHit[];
  /** Why there may be more or fewer. */
  readonly doubts: readonly Reason[];
  /** What has to happen until they are there, or must not happen. */
  readonly conditions: readonly string[];
}

type Asked = Extract<ClusterName, { kind: 'service' }>;

/**
 * What a Service has under a name: its own address, its endpoints' addresses where it is headless or one endpoint is asked
 * for, or the name that it stands for.
 * Source: https://github.com/coredns/coredns/blob/v1.14.0/plugin/kubernetes/kubernetes.go, `findServices`.
 */
export function hitsOfService(predicted: PredictedService, asked: Asked, fullName: string): ServiceHits {
  const { service, kind, doubts } = predicted;
  if (kind === 'unknown') return { hits: [], doubts, conditions: [] };
  if (kind === 'externalName') return externalHits(service, asked);
  if (asked.endpoint === undefined && service.clusterIP !== undefined && service.clusterIP.value === undefined) {
    const text = 'whether it is headless is not decided';
    return { hits: [], doubts: [reasonAt(service, text)], conditions: [] };
  }
  if (asked.endpoint !== undefined || isHeadlessStored(service)) return endpointHits(predicted, asked, fullName);
  const ports = service.ports.filter((port) => {
    const protocol = port.protocol?.value ?? (port.protocol === undefined ? 'TCP' : undefined);
    const isNamed = asked.port === undefined || same(port.name?.value ?? '', asked.port);
    return isNamed && (asked.protocol === undefined || protocol === undefined || same(protocol, asked.protocol));
  });
  const srv: DnsTarget = { kind: 'name', name: fullName };
  return {
    hits: ports.flatMap((port) =>
      predicted.families.map((family) => ({
        family,
        target: clusterAddress(service, family),
        srv,
        port: port.port?.value,
      })),
    ),
    doubts: service.portsOpen || service.ports.some(hasOpenPort) ? doubtsOfPorts(predicted) : [],
    conditions: [],
  };
}

/** `clusterIPs: [None]` without `clusterIP` is refused, so one field is enough. */
function isHeadlessStored(service: Service): boolean {
  return isHeadless(service) || service.clusterIP?.value === 'None';
}

function externalHits(service: Service, asked: Asked): ServiceHits {
  const name = service.externalName;
  if (asked.endpoint !== undefined || asked.port !== undefined || asked.protocol !== undefined) return NOTHING;
  if (name?.value === undefined) {
    const text = 'its `externalName` is not decided';
    return { hits: [], doubts: name === undefined ? [] : [reasonAt(service, text)], conditions: [] };
  }
  // What looks like an address is no name to CoreDNS, and is left out.
  if (parseIpAddress(name.value) !== undefined) return NOTHING;
  const target: DnsTarget = { kind: 'name', name: name.value.replace(/\.$/, '') };
  return { hits: [{ family: 'name', target, srv: target, port: undefined }], doubts: [], conditions: [] };
}

const NOTHING: ServiceHits = { hits: [], doubts: [], conditions: [] };

function endpointHits(predicted: PredictedService, asked: Asked, fullName: string): ServiceHits {
  const hits: DnsHit[] = [];
  const doubts: Reason[] = [...predicted.doubts];
  const conditions = new Set<string>();
  for (const slice of predicted.slices) {
    doubts.push(...slice.doubts);
    for (const endpoint of slice.endpoints) {
      if (endpoint.ready === false) continue;
      const match = matchesEndpoint(endpoint, asked.endpoint);
      if (match === 'no') continue;
      if (match === 'drawn') {
        conditions.add(`no Pod of the Service gets the address that \`${asked.endpoint}\` stands for`);
        continue;
      }
      const found = hitsOfEndpoint(slice, endpoint, asked, fullName);
      if (found.length === 0) continue;
      hits.push(...found);
      doubts.push(...endpoint.doubts.filter(({ about }) => about !== 'hints' && about !== 'port'));
      if (endpoint.readyWhen !== undefined) conditions.add(endpoint.readyWhen);
    }
  }
  if (asked.endpoint !== undefined) doubts.push(...hostnameDoubts(predicted));
  return { hits, doubts: unique(doubts), conditions: [...conditions] };
}

/** Whether an endpoint has the name; `drawn`: only if the cluster draws that address for it. */
function matchesEndpoint(endpoint: PredictedEndpoint, name: string | undefined): 'yes' | 'no' | 'drawn' {
  if (name === undefined) return 'yes';
  if (endpoint.hostname !== undefined) return same(endpoint.hostname, name) ? 'yes' : 'no';
  if (endpoint.pod === undefined)
    return endpoint.addresses.some((address) => labelOfAddress(address) === name) ? 'yes' : 'no';
  return /^\d+-\d+-\d+-\d+$|^[0-9a-f]*-[0-9a-f-]*-[0-9a-f]*$/.test(name) && /\d/.test(name) ? 'drawn' : 'no';
}

function hitsOfEndpoint(
  { addressType, ports }: PredictedSlice,
  endpoint: PredictedEndpoint,
  asked: Asked,
  fullName: string,
): readonly DnsHit[] {
  const { pod, hostname } = endpoint;
  const matching =
    ports.length === 0
      ? asked.port === undefined && asked.protocol === undefined
        ? [{ port: undefined }]
        : []
      : ports.filter(
          ({ name, protocol }) =>
            (asked.port === undefined || same(name, asked.port)) &&
            (asked.protocol === undefined || same(protocol, asked.protocol)),
        );
  const family = addressType === 'FQDN' ? 'name' : addressType;
  const named = hostname === undefined ? undefined : `${hostname}.${fullName}`;
  const written = endpoint.addresses.filter(
    (address) => asked.endpoint === undefined || hostname !== undefined || labelOfAddress(address) === asked.endpoint,
  );
  const targets: readonly (readonly [DnsTarget, DnsTarget])[] =
    pod !== undefined
      ? [[{ kind: 'pod', pod }, named === undefined ? { kind: 'podName', pod, below: fullName } : toName(named)]]
      : written.map((address) => [
          family === 'name' ? toName(address) : { kind: 'address', address },
          toName(named ?? `${labelOfAddress(address)}.${fullName}`),
        ]);
  return targets.flatMap(([target, srv]) => matching.map(({ port }) => ({ family, target, srv, port })));
}

function toName(name: string): DnsTarget {
  return { kind: 'name', name };
}

/** Pods whose host name a template writes may have any. */
function hostnameDoubts({ slices }: PredictedService): readonly Reason[] {
  return slices.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ doubts }) => doubts.filter(({ about }) => about === 'hostname' || about === 'count')),
  );
}

function clusterAddress(service: Service, family: IpFamily): DnsTarget {
  for (const field of [service.clusterIP, ...service.clusterIPs]) {
    const text = field?.value;
    const address = text === undefined ? undefined : parseIpAddress(text);
    if (text !== undefined && address !== undefined && (address.family === 6) === (family === 'IPv6'))
      return { kind: 'address', address: text };
  }
  return { kind: 'clusterIP', service };
}

function hasOpenPort({ name, port, protocol }: Service['ports'][number]): boolean {
  return [name, port, protocol].some((field) => field !== undefined && field.value === undefined);
}

function doubtsOfPorts({ service }: PredictedService): readonly Reason[] {
  return [reasonAt(service, 'its ports are not decided')];
}

/** Names are compared without case. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [`${reason.file} ${reason.start} ${reason.text}`, reason])).values()];
}
