import { formatIpAddress, parseIpAddress } from '../k8s/ipAddress.ts';
import type { Service } from '../k8s/service.ts';
import { labelOfAddress } from './dnsName.ts';
import type { DnsWorld } from './dnsWorld.ts';
import { unattachedSlices } from './endpoints.ts';
import type { Reason } from './reason.ts';

/**
 * The names of an address that a manifest writes: that of the Service which has it, else those of endpoints.
 * Source: https://github.com/coredns/coredns/blob/v1.14.0/plugin/kubernetes/reverse.go.
 */
export function namesOfAddress(
  world: DnsWorld,
  address: string,
): { readonly names: readonly string[]; readonly doubts: readonly Reason[] } {
  const { index, zone } = world;
  for (const service of index.ofType('service')) {
    const written = [service.clusterIP, ...service.clusterIPs];
    if (written.some((field) => canonical(field?.value) === address))
      return { names: [nameOf(service, world)], doubts: [] };
  }
  const names: string[] = [];
  const add = (below: string, addresses: readonly string[], hostname: string | undefined) => {
    const found = addresses.find((own) => canonical(own) === address);
    if (found !== undefined) names.push(`${hostname ?? labelOfAddress(found)}.${below}`);
  };
  // Only what is written by hand has addresses, and most indexes hold nothing of the kind.
  if (index.countOfType('endpoints') > 0) {
    for (const service of index.ofType('service')) {
      for (const { endpoints } of world.predict(service).slices) {
        for (const { addresses, hostname, ready } of endpoints)
          if (ready !== false) add(nameOf(service, world), addresses, hostname);
      }
    }
    for (const { source, serviceName, slice } of unattachedSlices(index)) {
      const below = `${serviceName ?? ''}.${world.namespaceOf(source) ?? '<namespace>'}.svc.${zone}`;
      for (const { addresses, hostname, ready } of slice.endpoints)
        if (ready !== false) add(below, addresses, hostname);
    }
  }
  return { names: [...new Set(names)], doubts: [] };
}

function nameOf(service: Service, world: DnsWorld): string {
  return `${service.name?.value ?? '?'}.${world.namespaceOf(service) ?? '<namespace>'}.svc.${world.zone}`;
}

function canonical(text: string | undefined): string | undefined {
  const address = text === undefined ? undefined : parseIpAddress(text);
  return address && formatIpAddress(address);
}
