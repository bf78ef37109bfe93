import { resolveServicePorts } from '../cluster/endpointPorts.ts';
import { lookUp } from '../cluster/lookup.ts';
import { isHeadless, type Service, selectsPods } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, replaceScalar } from './rule.ts';

export const headlessTargetportDiffers = defineRule({
  id: 'headless-targetport-differs',
  types: ['service'],
  severity: 'info',
  reads: 'unit',
  summary: 'A headless Service has a port that leads to another one, and nothing translates it',
  why: `A headless Service has no address of its own: its name leads to the addresses of the Pods, and a client connects to the port
that it was told. Nothing turns the Service's \`port\` into its \`targetPort\`. Only who reads EndpointSlices or asks for SRV records
(Ingress controllers, some client libraries) learns the Pods' port.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#headless-services',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: cache
spec:
  clusterIP: None
  selector:
    app: cache
  ports:
    - port: 80
            ^^ nothing translates ports for the headless Service \`cache\`: clients that use its name have to connect to 6379 themselves
      targetPort: 6379
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: cache
spec:
  clusterIP: None
  selector:
    app: cache
  ports:
    - port: 6379
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`,
  *check(service, { unit }) {
    if (!isHeadless(service) || !selectsPods(service) || isBehindIngress(unit, service)) return;
    for (const { port, target, on, perhapsOn } of resolveServicePorts(unit, service)) {
      const own = port.port;
      if (own?.value === undefined || target === undefined || perhapsOn.length > 0) continue;
      const numbers =
        typeof target === 'number' ? [target] : on.map(({ found }) => ('port' in found ? found.port : undefined));
      const [number] = numbers;
      if (number === undefined || number === own.value || numbers.some((other) => other !== number)) continue;
      const { start, end } = own;
      yield {
        at: { start, end },
        message: `nothing translates ports for the headless Service \`${service.name?.value ?? ''}\`: clients that use its name have to connect to ${number} themselves`,
        fixes: [
          { title: `Change ${own.value} to ${number}`, safe: false, edits: [replaceScalar(service.file, own, number)] },
        ],
      };
    }
  },
});

/** Controllers of Ingresses read EndpointSlices, which hold the Pods' ports. */
function isBehindIngress(unit: Unit, service: Service): boolean {
  const name = service.name?.value;
  return [...unit.index.ofType('ingress')].some((ingress) =>
    ingress.backends.some(
      ({ service: backend }) => backend?.value === name && lookUp([service], ingress.namespace).here.length > 0,
    ),
  );
}
