import type { EndpointsObject, WrittenEndpoint, WrittenPort, WrittenSubset } from '../k8s/endpoints.ts';
import type { Field } from '../k8s/field.ts';
import { formatIpAddress, parseIpAddress } from '../k8s/ipAddress.ts';
import { repack, type SubsetEntry } from './oldEndpoints.ts';
import type { PredictedEndpoint, PredictedEndpoints, PredictedPort, PredictedSlice } from './prediction.ts';
import { type Doubt, reasonAt } from './reason.ts';

const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io';

/** Addresses of one subset beyond this number are not mirrored (--mirroring-max-endpoints-per-subset). */
const MAX_MIRRORED = 1000;

/** A hand-written EndpointSlice as it is stored; none where its kind of address is not decided. */
export function slicesOfObject(source: EndpointsObject): readonly PredictedSlice[] {
  const addressType = source.addressType?.value;
  const [subset] = source.subsets;
  if (subset === undefined || (addressType !== 'IPv4' && addressType !== 'IPv6' && addressType !== 'FQDN')) return [];
  return [
    {
      addressType,
      managedBy: source.managedBy?.value ?? '',
      name: source.name?.value,
      ports: subset.ports.map(toPort),
      endpoints: subset.endpoints.map((endpoint) => ({
        ...toEndpoint(source, endpoint),
        ready: endpoint.ready?.value ?? null,
        serving: endpoint.serving?.value ?? null,
        terminating: endpoint.terminating?.value ?? null,
      })),
      source,
      doubts: openDoubts(source),
    },
  ];
}

/** A hand-written Endpoints object as the API server stores it. */
export function endpointsOfObject(source: EndpointsObject): PredictedEndpoints {
  return { subsets: repack(source.subsets.flatMap((subset) => entriesOf(source, subset))), source };
}

/**
 * The slices that the mirroring controller makes of a hand-written Endpoints object beside a Service without selector
 * (pkg/controller/endpointslicemirroring): one for each family and set of ports that has addresses.
 */
export function endpointsOf(source: EndpointsObject): readonly PredictedSlice[] {
  const isElection = source.annotations?.entries.some(({ key }) => key.value === LEADER_ANNOTATION) === true;
  if (source.skipMirror?.value === 'true' || isElection) return [];
  const doubts = openDoubts(source);
  return endpointsOfObject(source).subsets.flatMap((subset) => {
    const all = [
      ...subset.addresses.map((endpoint) => ({ ...endpoint, ready: true })),
      ...subset.notReadyAddresses.map((endpoint) => ({ ...endpoint, ready: false })),
    ].slice(0, MAX_MIRRORED);
    return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const endpoints = all.filter(({ addresses: [address] }) => familyOf(address) === addressType).map(canonical);
      if (endpoints.length === 0) return [];
      const managedBy = MIRRORING_CONTROLLER;
      return [{ addressType, managedBy, name: undefined, ports: subset.ports, endpoints, source, doubts }];
    });
  });
}

const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';

/** The mirrored address is printed anew. */
function canonical(endpoint: PredictedEndpoint): PredictedEndpoint {
  const addresses = endpoint.addresses.map((address) => {
    const parsed = parseIpAddress(address);
    return parsed === undefined ? address : formatIpAddress(parsed);
  });
  return { ...endpoint, addresses };
}

function familyOf(address: string | undefined): 'IPv4' | 'IPv6' | undefined {
  const parsed = address === undefined ? undefined : parseIpAddress(address);
  return parsed === undefined ? undefined : parsed.family === 6 ? 'IPv6' : 'IPv4';
}

function entriesOf(source: EndpointsObject, subset: WrittenSubset): readonly SubsetEntry[] {
  const ports = subset.ports.length === 0 ? [undefined] : subset.ports.map(toPort);
  return subset.endpoints.flatMap((written) => {
    const endpoint = toEndpoint(source, written);
    const key = endpoint.addresses[0] ?? '';
    return ports.map((port) => ({ key, endpoint, ready: written.listedReady !== false, port }));
  });
}

function toEndpoint(
  source: EndpointsObject,
  { addresses, hostname, ...conditions }: WrittenEndpoint,
): PredictedEndpoint {
  const open = [hostname, ...addresses, conditions.ready, conditions.serving].find(
    (field) => field !== undefined && field.value === undefined,
  );
  const doubts: readonly Doubt[] =
    open === undefined
      ? []
      : [{ about: 'existence', text: 'it is not decided', file: source.file, start: open.start, end: open.end }];
  return {
    pod: undefined,
    addresses: addresses.flatMap((address) => address?.value ?? []),
    hostname: textOf(hostname),
    ready: null,
    serving: null,
    terminating: null,
    hints: undefined,
    readyWhen: undefined,
    doubts,
  };
}

function toPort({ name, port, protocol, appProtocol }: WrittenPort): PredictedPort {
  return {
    name: name?.value ?? '',
    port: port?.value,
    protocol: textOf(protocol) ?? 'TCP',
    appProtocol: textOf(appProtocol),
  };
}

function textOf(field: Field<string>): string | undefined {
  return field?.value === '' ? undefined : field?.value;
}

function openDoubts(source: EndpointsObject): readonly Doubt[] {
  if (!source.open && !source.opaque) return [];
  return [{ ...reasonAt(source, 'a template writes a part of it'), about: 'more' }];
}
