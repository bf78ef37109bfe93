import { knownNamespaces } from '../../cluster/namespaces.ts';
import type { Resource } from '../../k8s/resource.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { isHeadless, type Service, serviceTypeOf } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import { findValue } from '../../yaml/node.ts';
import { type Asker, isAsker, nearness, nearnessAnywhere, referredName } from './asker.ts';
import type { Candidate } from './items.ts';

/** The Services that a name can mean. A StatefulSet's own is headless: such ones come first there. */
export function serviceCandidates(asker: Asker): readonly Candidate[] {
  const wantsHeadless = asker.own?.kind === 'StatefulSet';
  const elsewhere = namespaceBeside(asker);
  return [...asker.unit.index.ofType('service')].flatMap((service) => {
    const rank = elsewhere === undefined ? nearness(asker, service) : rankThere(asker, service, elsewhere);
    const name = referredName(asker, service);
    if (rank === undefined || name === undefined) return [];
    const last = wantsHeadless && !isHeadless(service) ? 1000 : 0;
    return [{ text: name, kind: 'object', rank: rank + last, ...aboutService(service) } satisfies Candidate];
  });
}

/** What a Service is, in few words. */
export function aboutService(service: Service): Pick<Candidate, 'detail' | 'documentation'> {
  const ports = service.ports.flatMap(({ port, name }) =>
    port?.value === undefined ? [] : [name?.value ? `${port.value} (${name.value})` : String(port.value)],
  );
  const type = isHeadless(service) ? 'headless Service' : `Service, ${serviceTypeOf(service) ?? 'type undecided'}`;
  const namespace = service.namespace?.value;
  return {
    detail: ports.length === 0 ? type : `${type}, ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`,
    documentation: namespace === undefined ? undefined : `In namespace ${namespace}`,
  };
}

/** The namespace that a reference names beside the name. */
function namespaceBeside({ place }: Asker): string | undefined {
  const last = place.steps.at(-1);
  const node = last?.kind === 'value' && place.names.length > 2 ? findValue(last.mapping, 'namespace') : undefined;
  return node?.kind === 'scalar' && node.text !== '' ? node.text : undefined;
}

function rankThere(asker: Asker, resource: Resource, namespace: string): number | undefined {
  const own = resource.namespace;
  return own?.value === undefined || own.value === namespace ? nearnessAnywhere(asker, resource) : undefined;
}

export function namespaceCandidates({ unit, namespace }: Asker): readonly Candidate[] {
  return [...knownNamespaces(unit)].sort().map((text) => ({
    text,
    kind: 'namespace',
    rank: text === namespace?.value ? 1 : 0,
    detail: unit.index.named('Namespace', text).length > 0 ? 'Namespace of a manifest' : 'namespace in use',
  }));
}

/** The workloads that can be scaled, as the three fields of a target name them. */
export function scaleCandidates(
  asker: Asker,
  part: 'scale-kind' | 'scale-version' | 'scale-name',
): readonly Candidate[] {
  const last = asker.place.steps.at(-1);
  const beside = (name: string) => {
    const node = last?.kind === 'value' ? findValue(last.mapping, name) : undefined;
    return node?.kind === 'scalar' ? node.text : '';
  };
  const kind = part === 'scale-kind' ? '' : beside('kind');
  const name = part === 'scale-name' ? '' : beside('name');
  const found: Candidate[] = [];
  for (const workload of asker.unit.index.ofType('workload')) {
    const rank = nearness(asker, workload);
    const own = referredName(asker, workload);
    if (rank === undefined || own === undefined || !isScalable(workload)) continue;
    if ((kind !== '' && workload.kind !== kind) || (name !== '' && own !== name)) continue;
    const about = { rank, detail: describeResource(workload) };
    if (part === 'scale-name') found.push({ text: own, kind: 'object', ...about, detail: workload.kind });
    else if (part === 'scale-kind') found.push({ text: workload.kind, kind: 'kind', ...about });
    else found.push({ text: workload.apiVersion, kind: 'kind', ...about });
  }
  return found;
}

/** Whether a workload has the subresource `scale`. */
function isScalable({ maker }: Workload): boolean {
  return maker !== 'Pod' && maker !== 'DaemonSet' && maker !== 'Job' && maker !== 'CronJob';
}

export function gatewayCandidates(asker: Asker, part: 'gateway' | 'listener'): readonly Candidate[] {
  const last = asker.place.steps.at(-1);
  const wanted = last?.kind === 'value' ? findValue(last.mapping, 'name') : undefined;
  return [...asker.unit.index.ofType('gateway')].flatMap((gateway): readonly Candidate[] => {
    const name = referredName(asker, gateway);
    if (name === undefined || isAsker(asker, gateway)) return [];
    const rank = nearnessAnywhere(asker, gateway);
    if (part === 'gateway') return [{ text: name, kind: 'object', rank, detail: 'Gateway' }];
    if (wanted?.kind !== 'scalar' || (wanted.text !== name && wanted.text !== gateway.name?.value)) return [];
    return gateway.listeners.flatMap(({ name: listener, port }) =>
      listener?.value === undefined
        ? []
        : [
            {
              text: listener.value,
              kind: 'port',
              rank,
              detail: `listener on port ${port?.value ?? '?'} of Gateway/${name}`,
            },
          ],
    );
  });
}
