import type { Resolver } from '../../cluster/dnsResolver.ts';
import { type HostReference, meaningsOf, targetOfHost } from '../../cluster/hostReferences.ts';
import type { Reason } from '../../cluster/reason.ts';
import { code } from '../link.ts';
import { type ConnectionWorld, fails, open } from './model.ts';
import type { NameResult, NameTarget } from './nameResult.ts';

const TITLE = 'name';

/** A name that Pods do not ask the cluster's DNS for. */
export function byOtherResolver(
  world: ConnectionWorld,
  reference: HostReference,
  resolver: Resolver,
  declared: readonly Reason[],
): NameResult {
  const { unit, settings } = world;
  const host = code(reference.text.host.value);
  const [service] = targetOfHost(unit, reference, settings.clusterDomain)?.services ?? [];
  const evidence = [...declared, ...resolver.reasons];
  const isClusters =
    service !== undefined || meaningsOf(reference.text.host.value, settings.clusterDomain).some(({ isFull }) => isFull);
  if (resolver.asks === 'node' && isClusters) {
    // Who writes `dnsPolicy: Default` may have set the node's resolver up for it.
    const isHost = reference.askers.some(({ template }) => template.dnsPolicy?.value !== 'Default');
    const step = (isHost ? fails : open)('name', TITLE, {
      says: `${isHost ? `${host} does not resolve: ` : ''}these Pods ask the resolver of their node, which usually knows no Services`,
      evidence,
      fix: isHost ? `set ${code('dnsPolicy: ClusterFirstWithHostNet')}` : undefined,
      seen: ['name error'],
    });
    return { step, target: service && { kind: 'service', service, pods: undefined }, fullName: undefined, resolver };
  }
  const who =
    resolver.asks === 'unknown'
      ? 'which resolver these Pods ask is not decided'
      : "these Pods do not ask the cluster's DNS";
  const step = open('name', TITLE, {
    says: `${who}, so what ${host} is to them is not known`,
    evidence,
    seen: ['name error'],
  });
  const target: NameTarget =
    service === undefined
      ? { kind: 'world', name: reference.text.host.value }
      : { kind: 'service', service, pods: undefined };
  return { step, target, fullName: undefined, resolver };
}
