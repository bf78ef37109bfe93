import { sameNamespace } from '../cluster/selection.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { protocolOf, type Service, type ServicePort, serviceTypeOf } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type Related, replaceScalar } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const nodeportConflict = defineRule({
  id: 'nodeport-conflict',
  types: ['service'],
  severity: 'error',
  reads: 'unit',
  summary: 'Two Services ask for the same node port',
  why: `Node ports are one pool for the whole cluster, whatever the namespace and the protocol. The API server gives each number
to one Service and refuses the next that asks for it ("provided port is already allocated"). Only within one Service may a
number stand twice, for different protocols.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  type: NodePort
  selector:
    app: orders
  ports:
    - port: 80
      nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: billing
  namespace: finance
spec:
  type: LoadBalancer
  selector:
    app: billing
  ports:
    - port: 443
      protocol: UDP
      nodePort: 30080
                ^^^^^ node port 30080 is taken by \`Service/orders\` already; the API server refuses the second Service
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: resolver
spec:
  type: NodePort
  selector:
    app: resolver
  ports:
    - name: dns
      port: 53
      protocol: UDP
      nodePort: 30053
    - name: dns-tcp
      port: 53
      protocol: TCP
      nodePort: 30053
---
apiVersion: v1
kind: Service
metadata:
  name: internal
spec:
  type: NodePort
  selector:
    app: internal
  ports:
    - port: 80
      nodePort: 30080
`,
  *check(service, { unit }) {
    for (const [index, port] of service.ports.entries()) {
      const number = takenNumber(service, port);
      if (number === undefined || port.nodePort === undefined) continue;
      const twin = service.ports.slice(0, index).find((other) => isSameHere(other, port));
      if (twin?.nodePort !== undefined) {
        yield finding(service, port, number, unit, {
          severity: 'error',
          message: `node port ${number}/${protocolOf(port)} stands twice in this Service; the API server refuses it`,
          related: { file: service.file, start: twin.nodePort.start, end: twin.nodePort.end, message: 'the first one' },
        });
        continue;
      }
      const holder = findHolder(service, number, unit);
      if (holder === undefined) continue;
      const { start, end } = holder.place;
      yield finding(service, port, number, unit, {
        severity: holder.certain ? 'error' : 'warning',
        message: `node port ${number} is taken by \`${describeResource(holder.service)}\` already; the API server refuses the second Service`,
        related: {
          file: holder.service.file,
          start,
          end,
          message: `\`${describeResource(holder.service)}\` asks for it`,
        },
      });
    }
  },
});

interface Holder {
  readonly service: Service;
  readonly place: { readonly start: number; readonly end: number };
  readonly certain: boolean;
}

/** The Service that gets the number: one that stands earlier, in the order in which `kubectl apply -f` goes. */
function findHolder(service: Service, number: number, unit: Unit): Holder | undefined {
  let found: Holder | undefined;
  for (const other of unit.index.servicesWithNodePort(number)) {
    if (other === service || other.opaque || !isEarlier(other, service) || mayBeSameObject(other, service)) continue;
    const place = other.ports.find((port) => takenNumber(other, port) === number)?.nodePort;
    if (place === undefined) continue;
    const together = areAppliedTogether(unit, other, service);
    if (together === 'yes') return { service: other, place, certain: true };
    if (together === 'likely') found ??= { service: other, place, certain: false };
  }
  return found;
}

/** The node port that a Service port takes. An ExternalName takes none, and a ClusterIP Service with one is refused. */
function takenNumber(service: Service, port: ServicePort): number | undefined {
  const type = serviceTypeOf(service);
  if (type !== 'NodePort' && type !== 'LoadBalancer') return undefined;
  if (service.allocateLoadBalancerNodePorts !== undefined && service.allocateLoadBalancerNodePorts.value !== true)
    return undefined;
  return port.nodePort?.value || undefined;
}

function isSameHere(one: ServicePort, other: ServicePort): boolean {
  const protocol = protocolOf(one);
  return one.nodePort?.value === other.nodePort?.value && protocol !== undefined && protocol === protocolOf(other);
}

/** Another version of one Service (duplicate-resource speaks of those) is no second one. */
function mayBeSameObject(one: Service, other: Service): boolean {
  if (one.name?.value === undefined || other.name?.value === undefined) return true;
  return one.name.value === other.name.value && sameNamespace(one.namespace, other.namespace) !== 'no';
}

function isEarlier(one: Service, other: Service): boolean {
  return one.file === other.file ? one.start < other.start : one.file < other.file;
}

function finding(
  service: Service,
  port: ServicePort,
  number: number,
  unit: Unit,
  about: { readonly severity: 'error' | 'warning'; readonly message: string; readonly related: Related },
): Finding {
  const at = port.nodePort ?? port;
  const free = findFree(number, unit);
  const fixes: readonly Fix[] =
    free === undefined
      ? []
      : [{ title: `Change it to ${free}`, safe: false, edits: [replaceScalar(service.file, at, free)] }];
  return { at, severity: about.severity, message: about.message, related: [about.related], fixes };
}

/** The next number of the default range that no manifest of the workspace folder asks for. */
function findFree(after: number, unit: Unit): number | undefined {
  const indexes = [unit.index, ...unit.others];
  for (let step = 1; step <= SIZE; step++) {
    const number = FIRST + ((((after - FIRST + step) % SIZE) + SIZE) % SIZE);
    if (indexes.every((index) => index.servicesWithNodePort(number).length === 0)) return number;
  }
  return undefined;
}

/** The default `--service-node-port-range`, 30000 to 32767. */
const FIRST = 30000;
const SIZE = 2768;
