import { formatIpAddress, type IpAddress, parseIpAddress } from '../k8s/ipAddress.ts';

/** What a name below the cluster domain asks for, by its form alone. All in lower case. */
export type ClusterName =
  /** The zone itself, `svc` or `pod` alone: they exist and hold nothing. */
  | { readonly kind: 'apex' }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly service: string;
      /** The host name of one endpoint, or its address with dashes. */
      readonly endpoint: string | undefined;
      /** Of `_http._tcp.web…`; underscores are not needed. */
      readonly port: string | undefined;
      readonly protocol: string | undefined;
    }
  /** `10-244-0-9.shop.pod`. */
  | { readonly kind: 'pod'; readonly namespace: string; readonly address: IpAddress | undefined }
  /** No name of this form exists. */
  | { readonly kind: 'none' };

/** A name as it is compared: in lower case, without the dot at its end. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Whether a (normal) name is in a zone, or is the zone. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/**
 * Takes a normal name of the cluster's zone apart.
 * Source: https://github.com/coredns/coredns/blob/v1.14.0/plugin/kubernetes/parse.go, `parseRequest`.
 */
export function parseClusterName(name: string, zone: string): ClusterName {
  const base = name === zone ? '' : name.slice(0, -zone.length - 1);
  if (base === '' || base === 'svc' || base === 'pod') return { kind: 'apex' };
  const labels = base.split('.');
  const root = labels.pop();
  const namespace = labels.pop();
  if ((root !== 'svc' && root !== 'pod') || namespace === undefined || labels.includes('')) return { kind: 'none' };
  const service = labels.pop();
  if (service === undefined) return { kind: 'namespace', namespace };
  if (labels.length > 2) return { kind: 'none' };
  // Whatever stands before the address of a Pod is not looked at.
  if (root === 'pod') return { kind: 'pod', namespace, address: addressOfLabel(service) };
  const [first, second] = labels;
  const isPort = second !== undefined;
  return {
    kind: 'service',
    namespace,
    service,
    endpoint: isPort ? undefined : first,
    port: isPort ? bare(first) : undefined,
    protocol: isPort ? bare(second) : undefined,
  };
}

/** `10.244.0.9` → `10-244-0-9`, as DNS names endpoints without a host name. */
export function labelOfAddress(address: string): string {
  return address.replace(/[.:]/g, '-').toLowerCase();
}

/** The address that a label with dashes stands for; `undefined` where it is none. */
export function addressOfLabel(label: string): IpAddress | undefined {
  const isV4 = /^[^-]+(-[^-]+){3}$/.test(label);
  const text = label.replaceAll('-', isV4 ? '.' : ':');
  const address = parseIpAddress(text);
  // Go's reader takes no leading zeros.
  return address !== undefined && isV4 && formatIpAddress(address) !== text ? undefined : address;
}

/** The address of a name below `in-addr.arpa` or `ip6.arpa`: `undefined` where it is not whole; `null` for any other name. */
export function addressOfReverse(name: string): string | undefined | null {
  const isV4 = isInZone(name, 'in-addr.arpa');
  if (!isV4 && !isInZone(name, 'ip6.arpa')) return null;
  const labels = name.split('.').slice(0, -2).reverse();
  if (isV4 && labels.length !== 4) return undefined;
  if (!isV4 && (labels.length !== 32 || labels.some((label) => !/^[0-9a-f]$/.test(label)))) return undefined;
  const groups = Array.from({ length: 8 }, (_, group) => labels.slice(group * 4, group * 4 + 4).join(''));
  const address = parseIpAddress(isV4 ? labels.join('.') : groups.join(':'));
  return address && formatIpAddress(address);
}

function bare(label: string | undefined): string | undefined {
  const text = label?.startsWith('_') ? label.slice(1) : label;
  return text === '' ? undefined : text;
}
