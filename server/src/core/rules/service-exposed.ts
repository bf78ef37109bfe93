import { serviceTypeOf } from '../k8s/service.ts';
import { defineRule } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

export const serviceExposed = defineRule({
  id: 'service-exposed',
  types: ['service'],
  severity: 'info',
  reads: 'resource',
  optional: true,
  summary: 'A Service can be reached from outside the cluster',
  why: `A Service of type \`NodePort\` opens a port on every node, one of type \`LoadBalancer\` an address of the cloud as well. Neither
is limited by the rules of an Ingress; \`loadBalancerSourceRanges\` limits who reaches the load balancer.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
        ^^^^^^^^ every node answers for this Service, so whoever reaches a node reaches it
  selector:
    app: web
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
  *check(service) {
    const type = serviceTypeOf(service);
    if (service.serviceType === undefined || service.loadBalancerSourceRanges.length > 0) return;
    if (isSystemNamespace(service.namespace?.value)) return;
    if (type === 'NodePort')
      yield {
        at: service.serviceType,
        message: 'every node answers for this Service, so whoever reaches a node reaches it',
      };
    if (type === 'LoadBalancer')
      yield {
        at: service.serviceType,
        message: 'a load balancer leads to this Service, from any address: no `loadBalancerSourceRanges` limit it',
      };
  },
});
