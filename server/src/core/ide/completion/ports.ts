import { monitoredServices, monitoredWorkloads } from '../../cluster/monitored.ts';
import { selectPeerPods, selectPolicyPods } from '../../cluster/policySelection.ts';
import { selectWorkloads } from '../../cluster/selection.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { protocolOf, type Service, targetPortOf } from '../../k8s/service.ts';
import type { Container, Workload } from '../../k8s/workload.ts';
import { findValue, type YamlNode } from '../../yaml/node.ts';
import { type Asker, nearness, nearnessAnywhere, referredName } from './asker.ts';
import type { Candidate } from './items.ts';
import type { PortForm, Slot } from './slot.ts';

type PortSlot = Extract<Slot, { readonly as: PortForm }>;

/** The ports that can stand at a place, because something declares them there. */
export function portCandidates(asker: Asker, slot: PortSlot): readonly Candidate[] {
  switch (slot.kind) {
    case 'target-port':
      return workloadPorts(asker, selectedByService(asker), slot.as);
    case 'policy-port':
      return workloadPorts(asker, selectedByPolicy(asker), slot.as);
    case 'probe-port':
      return ownPorts(asker, slot.as);
    case 'monitor-port':
      return monitorPorts(asker);
    case 'backend-port':
      return backendServices(asker).flatMap((service) => servicePorts(asker, service, slot.as));
  }
}

/** The ports of a Service in the form that a field takes. */
export function servicePorts(asker: Asker, service: Service, as: PortForm): readonly Candidate[] {
  const rank = nearnessAnywhere(asker, service);
  return service.ports.flatMap((port) => {
    const number = port.port?.value;
    const name = port.name?.value;
    const target = targetPortOf(port);
    const about = {
      kind: 'port',
      rank,
      documentation: `${protocolOf(port) ?? 'Protocol undecided'}, leads to ${target === undefined ? 'an undecided port' : `port ${target}`} of the Pods`,
    } as const;
    const found: Candidate[] = [];
    if (as !== 'number' && name !== undefined && name !== '')
      found.push({ ...about, text: name, detail: `port ${number ?? '?'} of ${describeResource(service)}` });
    if (as !== 'name' && number !== undefined)
      found.push({
        ...about,
        text: String(number),
        isNumber: true,
        detail: `port ${name === undefined ? number : `\`${name}\``} of ${describeResource(service)}`,
      });
    return found;
  });
}

function selectedByService(asker: Asker): readonly Workload[] {
  const { own, built, unit, namespace } = asker;
  const selector = [own, built].flatMap((view) => (view?.type === 'service' ? (view.selector ?? []) : []))[0];
  if (selector === undefined || selector.requirements.length === 0) return [];
  const { matched, possible } = selectWorkloads(unit.index, selector, namespace);
  return matched.length > 0 ? matched : possible;
}

function selectedByPolicy(asker: Asker): readonly Workload[] {
  const { unit, place, namespace } = asker;
  const policy = [asker.own, asker.built].find((view) => view?.type === 'networkPolicy');
  if (policy?.type !== 'networkPolicy') return [];
  const here = { ...policy, namespace };
  const rule = place.steps.find((step) => step.kind === 'item');
  const direction = place.names[1];
  const own = selectPolicyPods(unit.index, here);
  if (direction === 'ingress') return [...own.matched, ...own.possible];
  const written = here.egress?.rules.find(({ start }) => rule?.kind === 'item' && start === rule.item.start);
  const found = (written?.peers ?? []).map((peer) => selectPeerPods(unit, here, peer));
  return found.flatMap(({ matched, possible }) => [...matched, ...possible]);
}

function workloadPorts(asker: Asker, workloads: readonly Workload[], as: PortForm): readonly Candidate[] {
  return workloads.flatMap((workload) =>
    workload.template.containers
      .filter(({ role }) => role !== 'init')
      .flatMap((container) => containerPorts(container, workload, nearnessAnywhere(asker, workload), as)),
  );
}

function containerPorts(container: Container, workload: Workload, rank: number, as: PortForm): readonly Candidate[] {
  const owner = `container ${container.name?.value ?? '?'}, ${describeResource(workload)}`;
  return container.ports.flatMap(({ name, containerPort, protocol }) => {
    const number = containerPort?.value;
    const about = { kind: 'port', rank, documentation: protocol?.value ?? 'TCP' } as const;
    const found: Candidate[] = [];
    if (as !== 'number' && name !== undefined && name.value !== '')
      found.push({ ...about, text: name.value, detail: `port ${number ?? '?'} of ${owner}` });
    if (as !== 'name' && number !== undefined) {
      const called = name === undefined ? '' : ` \`${name.value}\``;
      found.push({ ...about, text: String(number), isNumber: true, detail: `port${called} of ${owner}` });
    }
    return found;
  });
}

/** The kubelet looks for a probe's port in the container that is probed. */
function ownPorts({ own, built, place }: Asker, as: PortForm): readonly Candidate[] {
  const at = place.steps.findLastIndex(
    (step) => step.kind === 'value' && /^(?:initC|c)ontainers$/.test(step.pair.name ?? ''),
  );
  const item = place.steps[at + 1];
  if (own?.type !== 'workload' || item?.kind !== 'item') return [];
  const container = own.template.containers.find(({ start }) => start === item.item.start);
  const name = container?.name?.value;
  const asBuilt =
    built?.type === 'workload' && name !== undefined
      ? built.template.containers.find((each) => each.name?.value === name)
      : undefined;
  return [container, asBuilt].flatMap((each) => (each === undefined ? [] : containerPorts(each, own, 0, as)));
}

function monitorPorts(asker: Asker): readonly Candidate[] {
  const monitor = [asker.own, asker.built].find((view) => view?.type === 'monitor');
  if (monitor?.type !== 'monitor') return [];
  const here = { ...monitor, namespace: asker.namespace };
  if (monitor.kind === 'PodMonitor') {
    const { matched, possible } = monitoredWorkloads(asker.unit.index, here);
    return workloadPorts(asker, [...matched, ...possible], 'name');
  }
  const { matched, possible } = monitoredServices(asker.unit.index, here);
  return [...matched, ...possible].flatMap((service) => servicePorts(asker, service, 'name'));
}

/** The Services of the name that is written beside the port. */
function backendServices(asker: Asker): readonly Service[] {
  const { steps, names } = asker.place;
  const depth = names.at(-2) === 'port' ? 2 : 1;
  const step = steps[steps.length - depth - 1];
  const holder = step === undefined ? undefined : step.kind === 'item' ? step.item : step.pair.value;
  const name = textOf(findValue(holder, 'name') ?? findValue(holder, 'serviceName'));
  const namespace = textOf(findValue(holder, 'namespace'));
  if (name === undefined) return [];
  const found: Service[] = [];
  for (const service of asker.unit.index.ofType('service')) {
    if (service.name?.value !== name && referredName(asker, service) !== name) continue;
    const isThere =
      namespace === undefined
        ? nearness(asker, service) !== undefined
        : service.namespace === undefined ||
          service.namespace.value === undefined ||
          service.namespace.value === namespace;
    if (isThere) found.push(service);
  }
  return found;
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.text !== '' ? node.text : undefined;
}
