import { findPodPort } from '../../cluster/endpointPorts.ts';
import { reasonAt } from '../../cluster/reason.ts';
import type { IntOrString } from '../../k8s/field.ts';
import { parseIpAddress } from '../../k8s/ipAddress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { isHeadless, protocolOf, type Service, type ServicePort, targetPortOf } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { portLabel } from '../serviceFacts.ts';
import { declaredAt, judgeFound, toBackend, unresolved } from './foundPort.ts';
import { lacking } from './lackingPort.ts';
import {
  type Backend,
  type ConnectionOptions,
  type ConnectionQuestion,
  type ConnectionStep,
  fails,
  open,
  placed,
} from './model.ts';
import type { ServedBy } from './served.ts';

export interface PortResult {
  readonly step: ConnectionStep;
  /** What is connected to in the end. */
  readonly backends: readonly Backend[];
  readonly protocol: Protocol;
  /** As a client gives it; `undefined` where it is not decided. */
  readonly port: number | undefined;
}

interface Asked {
  readonly port: IntOrString | undefined;
  readonly protocol: Protocol | undefined;
}

const TITLE = 'port chain';

/** From the port of a Service to that of a container, on each workload behind it. */
export function explainServicePorts(
  served: ServedBy,
  asked: ConnectionQuestion,
  options: ConnectionOptions,
): PortResult {
  const {
    unit,
    predicted: { service },
  } = served;
  const port = choosePort(service, asked) ?? (asked.from.kind === 'outside' ? byNodePort(service, asked) : undefined);
  const protocol = asked.protocol ?? toProtocol(port === undefined ? undefined : protocolOf(port)) ?? 'TCP';
  const number = typeof asked.port === 'number' ? asked.port : port?.port?.value;
  if (isHeadless(service) && number !== undefined) return headlessPort(served, service, number, port, protocol);
  if (port === undefined)
    return { step: lacking(served, asked, protocol, options), backends: [], protocol, port: number };
  const target = targetPortOf(port);
  const found = served.workloads.map((workload) => ({
    workload,
    found: findPodPort(workload, target, protocolOf(port)),
  }));
  const place = placed(
    service.file,
    port.port ?? port,
    `port ${portLabel(port)} of ${code(describeResource(service))}`,
  );
  const targetPlace = port.targetPort === undefined ? [] : [placed(service.file, port.targetPort, 'its `targetPort`')];
  const written = addressesOf(served, port);
  const having = found.filter((each) => each.found.kind !== 'none');
  const backends = [...having.map((each) => toBackend(unit, each.workload, each.found)), ...written];
  const chain = `${portLabel(port)} → targetPort ${target === undefined ? 'not decided' : code(String(target))}`;
  const result = (step: ConnectionStep): PortResult => ({ step, backends, protocol, port: number });
  const ends = found.flatMap(({ workload, found: one }) => declaredAt(workload, one));
  const evidence = [place, ...targetPlace, ...ends.slice(0, 4)];
  if (target === undefined)
    return result(open('port', TITLE, { says: `${chain}: a template decides it`, evidence, seen: REFUSED }));
  if (found.length > 0 && having.length === 0)
    return result(
      unresolved(
        chain,
        target,
        found.map(({ workload }) => workload),
        evidence,
      ),
    );
  return result(judgeFound(chain, having, written, evidence));
}

/** The port of Pods that are connected to directly. */
export function explainPodPort(unit: Unit, workload: Workload, { port, protocol }: Asked): PortResult {
  const first =
    port ??
    workload.template.containers.flatMap(({ ports }) =>
      ports.flatMap(({ containerPort }) => containerPort?.value ?? []),
    )[0];
  const name = protocol ?? 'TCP';
  const found = findPodPort(workload, first, name);
  const number = found.kind === 'named' || found.kind === 'number' ? found.port : undefined;
  const backends = [toBackend(unit, workload, found)];
  const evidence = declaredAt(workload, found);
  if (first === undefined)
    return {
      step: open('port', TITLE, {
        says: `${code(describeResource(workload))} declares no port, and none was asked for`,
        evidence: [reasonAt(workload, 'the Pods')],
      }),
      backends,
      protocol: name,
      port: undefined,
    };
  const step =
    found.kind === 'none'
      ? unresolved(`port ${code(String(first))}`, first, [workload], [reasonAt(workload, 'the Pods')])
      : judgeFound(`port ${code(String(first))} of the Pods`, [{ workload, found }], [], evidence);
  return { step, backends, protocol: name, port: number };
}

const REFUSED = ['refused'] as const;

function choosePort({ ports }: Service, { port, protocol }: Asked): ServicePort | undefined {
  if (port === undefined) return ports.find((each) => protocolOf(each) === (protocol ?? 'TCP')) ?? ports[0];
  const named = ports.filter((each) => (typeof port === 'number' ? each.port?.value : each.name?.value) === port);
  if (protocol !== undefined) return named.find((each) => protocolOf(each) === protocol);
  return named.find((each) => protocolOf(each) === 'TCP') ?? named[0];
}

/** Clients outside of the cluster connect to the port of a node. */
function byNodePort({ ports }: Service, { port }: Asked): ServicePort | undefined {
  return ports.find(({ nodePort }) => nodePort?.value !== undefined && nodePort.value === port);
}

function toProtocol(name: string | undefined): Protocol | undefined {
  return name === 'TCP' || name === 'UDP' || name === 'SCTP' ? name : undefined;
}

/** No translation takes place: what counts is what the Pods listen on. */
function headlessPort(
  served: ServedBy,
  service: Service,
  number: number,
  port: ServicePort | undefined,
  protocol: Protocol,
): PortResult {
  const found = served.workloads.map((workload) => ({ workload, found: findPodPort(workload, number, protocol) }));
  const backends: readonly Backend[] = [
    ...served.workloads.map((workload): Backend => ({ kind: 'pods', unit: served.unit, workload, port: number })),
    ...(port === undefined ? [] : addressesOf(served, port)),
  ];
  const at =
    port === undefined
      ? []
      : [
          placed(
            service.file,
            port.port ?? port,
            `port ${portLabel(port)}, which headless Services only tell in SRV records`,
          ),
        ];
  const evidence = [...at, ...found.flatMap(({ workload, found: one }) => declaredAt(workload, one)).slice(0, 4)];
  const target = port === undefined ? undefined : targetPortOf(port);
  const lead = target === undefined ? [] : served.workloads.map((workload) => findPodPort(workload, target, protocol));
  const isElsewhere =
    lead.length > 0 && lead.every((one) => (one.kind === 'named' || one.kind === 'number') && one.port !== number);
  const isDeclared = found.some(({ found: one }) => one.kind === 'number' && one.declared !== undefined);
  const says = `no translation: the client connects to ${number} of the Pod itself`;
  const step =
    isElsewhere && !isDeclared
      ? fails('port', TITLE, {
          says: `${says}, and the Pods listen on ${[...new Set(lead.flatMap((one) => ('port' in one ? [one.port] : [])))].join(', ')}`,
          evidence,
          fix: 'connect to the port of the Pods, or give the Service a cluster IP',
          seen: REFUSED,
        })
      : judgeFound(
          says,
          found,
          backends.filter(({ kind }) => kind === 'address'),
          evidence,
        );
  return { step, backends, protocol, port: number };
}

/** What is written by hand for a port. */
function addressesOf({ predicted }: ServedBy, port: ServicePort): readonly Backend[] {
  const name = port.name?.value ?? '';
  return predicted.slices.flatMap(({ source, ports, endpoints }) => {
    const own = ports.find((each) => each.name === name);
    if (source === undefined || own === undefined) return [];
    return endpoints
      .filter(({ ready }) => ready !== false)
      .flatMap(({ addresses }) => addresses.slice(0, 1))
      .slice(0, 5)
      .flatMap((text): readonly Backend[] => {
        const address = parseIpAddress(text);
        return address === undefined ? [] : [{ kind: 'address', address, port: own.port }];
      });
  });
}
