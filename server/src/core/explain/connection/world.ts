import { ANY_CLUSTER } from '../../cluster/clusterFacts.ts';
import { createDnsWorld, type DnsWorld } from '../../cluster/dnsWorld.ts';
import { meaningsOf, namespaceOf } from '../../cluster/hostReferences.ts';
import { isExternalService, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { isVariant } from '../../cluster/policyWorld.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { ResourceBase } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import { mergeIndexes } from '../../sources/mergeIndexes.ts';
import type { Unit } from '../../sources/unit.ts';
import type { ConnectionOptions } from './model.ts';

/** DNS over the units that take part in a connection. */
export function dnsOf(units: readonly Unit[], { settings }: ConnectionOptions): DnsWorld {
  const { clusterDomain, defaultNamespace, external } = settings;
  return createDnsWorld(mergeIndexes(units), {
    ...ANY_CLUSTER,
    clusterDomain,
    ...(defaultNamespace === '' ? {} : { namespace: defaultNamespace }),
    namespaces: external.namespaces,
    whyMore: (asked) => units.map((unit) => whyMoreMayExist(unit, asked, external)).find(Boolean),
    whyServiceMayExist: (service, place) =>
      isExternalService(external, service, { value: place, start: 0, end: 0 })
        ? `the configuration says that Service \`${service}\` exists elsewhere`
        : undefined,
  });
}

/**
 * The unit that a host leads into, where it is another one than the asker's: what a different kustomization or chart of the
 * workspace deploys to a namespace that both manifests name.
 */
export function partnerOf(unit: Unit, asker: ResourceBase, host: string, clusterDomain: string): Unit | undefined {
  for (const meaning of meaningsOf(host, clusterDomain)) {
    const place = namespaceOf(meaning, asker);
    const has = ({ namespace }: Service) => place !== undefined && sameNamespace(namespace, place) === 'yes';
    if (unit.index.services(meaning.service).some(has)) return undefined;
    for (const index of unit.others) {
      for (const { file } of index.services(meaning.service)) {
        const found = unit.siblings
          .unitsOf(file)
          .find(
            (other) =>
              other !== unit &&
              !other.isTestInput &&
              !isVariant(unit, other) &&
              other.index.services(meaning.service).some(has),
          );
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}
