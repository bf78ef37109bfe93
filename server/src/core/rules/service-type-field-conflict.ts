import { findNearest } from '../base/editDistance.ts';
import type { Span } from '../base/span.ts';
import { type Field, isUndecided } from '../k8s/field.ts';
import { type Service, serviceTypeOf } from '../k8s/service.ts';
import { defineRule, type Finding, type Fix, replaceScalar } from './rule.ts';

export const serviceTypeFieldConflict = defineRule({
  id: 'service-type-field-conflict',
  types: ['service'],
  severity: 'error',
  reads: 'resource',
  summary: 'A Service field that its type does not allow, or that its type requires',
  why: `The type decides which fields a Service may have. The API server refuses a \`nodePort\` or \`externalTrafficPolicy\` on a
ClusterIP Service (the latter is fine beside \`externalIPs\`), \`clusterIP: None\` on NodePort and LoadBalancer, load
balancer fields on any other type, and an ExternalName Service without \`externalName\`. It accepts and ignores
\`externalName\` on another type and \`sessionAffinityConfig\` without \`sessionAffinity: ClientIP\`.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  externalTrafficPolicy: Local
                         ^^^^^ \`externalTrafficPolicy\` is for NodePort and LoadBalancer Services (or one with \`externalIPs\`), and this one is ClusterIP by default; the API server refuses it
  sessionAffinityConfig:
  ^^^^^^^^^^^^^^^^^^^^^ \`sessionAffinityConfig\` has no effect without \`sessionAffinity: ClientIP\`
    clientIP:
      timeoutSeconds: 600
  ports:
    - port: 80
      nodePort: 30080
                ^^^^^ \`nodePort\` is for NodePort and LoadBalancer Services, and this one is ClusterIP by default; the API server refuses it
---
apiVersion: v1
kind: Service
metadata:
  name: peers
spec:
  type: NodePort
  clusterIP: None
             ^^^^ a NodePort Service needs a cluster IP and cannot be headless; the API server refuses \`clusterIP: None\` here
  selector:
    app: peers
  ports:
    - port: 9300
---
apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
        ^^^^^^^^^^^^ an ExternalName Service needs \`externalName\`, the host it leads to; the API server refuses one without
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 31500
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 600
  selector:
    app: orders
  ports:
    - port: 80
      nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: edge
spec:
  externalTrafficPolicy: Cluster
  externalIPs:
    - 192.0.2.7
  selector:
    app: edge
  ports:
    - port: 80
      nodePort: 0
`,
  *check(service) {
    const type = serviceTypeOf(service);
    if (type === undefined) return;
    if (!TYPES.includes(type)) {
      yield* checkType(service, type);
      return;
    }
    yield* checkExternal(service, type);
    yield* checkLoadBalancer(service, type);
    yield* checkClusterIP(service, type);
    yield* checkIgnored(service, type);
  },
});

const TYPES: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

function* checkType(service: Service, type: string): Iterable<Finding> {
  const field = service.serviceType;
  if (field?.value === undefined) return;
  const near = findNearest(type, TYPES, (candidate) => candidate);
  yield {
    at: field,
    message: `\`${type}\` is no Service type; the API server refuses it${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
    fixes:
      near === undefined
        ? []
        : [{ title: `Change it to \`${near}\``, safe: true, edits: [replaceScalar(service.file, field, near)] }],
  };
}

/** Node ports and the policy for traffic from outside. The API server drops node ports of an ExternalName in silence. */
function* checkExternal(service: Service, type: string): Iterable<Finding> {
  if (type === 'NodePort' || type === 'LoadBalancer') return;
  const whatItIs = describeType(service, type);
  for (const port of type === 'ClusterIP' ? service.ports : []) {
    if (!port.nodePort?.value) continue;
    yield {
      at: port.nodePort,
      message: `\`nodePort\` is for NodePort and LoadBalancer Services, and this one is ${whatItIs}; the API server refuses it`,
      fixes: [...removal(service, port.nodePortKey, 'nodePort'), ...changeType(service, 'NodePort')],
    };
  }
  const policy = service.externalTrafficPolicy;
  if (!policy?.value || (type === 'ClusterIP' && service.externalIPs.length > 0)) return;
  yield {
    at: policy,
    message: `\`externalTrafficPolicy\` is for NodePort and LoadBalancer Services (or one with \`externalIPs\`), and this one is ${whatItIs}; the API server refuses it`,
    fixes: removal(service, keyOf(service, 'externalTrafficPolicy'), 'externalTrafficPolicy'),
  };
}

function* checkLoadBalancer(service: Service, type: string): Iterable<Finding> {
  const health = service.healthCheckNodePort;
  const policy = service.externalTrafficPolicy;
  if (health?.value && !isUndecided(policy) && !(type === 'LoadBalancer' && policy?.value === 'Local')) {
    yield {
      at: health,
      message:
        '`healthCheckNodePort` needs `type: LoadBalancer` and `externalTrafficPolicy: Local`; the API server refuses it here',
      fixes: removal(service, keyOf(service, 'healthCheckNodePort'), 'healthCheckNodePort'),
    };
  }
  if (type === 'LoadBalancer') return;
  const fields: readonly (readonly [string, Field<unknown>])[] = [
    ['loadBalancerClass', service.loadBalancerClass],
    ['allocateLoadBalancerNodePorts', service.allocateLoadBalancerNodePorts],
    ['loadBalancerSourceRanges', service.loadBalancerSourceRanges[0]],
  ];
  for (const [name, field] of fields) {
    const key = keyOf(service, name);
    if (key === undefined || field?.value === undefined) continue;
    yield {
      at: key,
      message: `\`${name}\` is for LoadBalancer Services, and this one is ${describeType(service, type)}; the API server refuses it`,
      fixes: removal(service, key, name),
    };
  }
}

function* checkClusterIP(service: Service, type: string): Iterable<Finding> {
  const address = service.clusterIP;
  if (type === 'ExternalName') {
    if (address?.value) {
      yield {
        at: address,
        message:
          'an ExternalName Service is a DNS alias and has no cluster IP; the API server refuses `clusterIP` here',
        fixes: removal(service, keyOf(service, 'clusterIP'), 'clusterIP'),
      };
    }
    const name = service.externalName;
    if (isUndecided(name) || name?.value || service.serviceType === undefined || service.portsOpen) return;
    yield {
      at: name ?? service.serviceType,
      message: 'an ExternalName Service needs `externalName`, the host it leads to; the API server refuses one without',
    };
  } else if (type !== 'ClusterIP' && address?.value === 'None') {
    yield {
      at: address,
      message: `a ${type} Service needs a cluster IP and cannot be headless; the API server refuses \`clusterIP: None\` here`,
      fixes: removal(service, keyOf(service, 'clusterIP'), 'clusterIP'),
    };
  }
}

/** Fields that the API server accepts and nothing reads. */
function* checkIgnored(service: Service, type: string): Iterable<Finding> {
  if (type !== 'ExternalName' && service.externalName?.value) {
    yield {
      at: service.externalName,
      message: `\`externalName\` has no effect on a ${type} Service`,
      severity: 'info',
      fixes: removal(service, keyOf(service, 'externalName'), 'externalName'),
      tag: 'unnecessary',
    };
  }
  const affinity = service.sessionAffinity;
  const config = service.sessionAffinityConfig;
  if (config === undefined || isUndecided(affinity) || affinity?.value === 'ClientIP') return;
  yield {
    at: config,
    message: '`sessionAffinityConfig` has no effect without `sessionAffinity: ClientIP`',
    severity: 'info',
    fixes: removal(service, config, 'sessionAffinityConfig'),
    tag: 'unnecessary',
  };
}

function describeType(service: Service, type: string): string {
  return service.serviceType?.value ? type : `${type} by default`;
}

function keyOf(service: Service, name: string): Span | undefined {
  return service.specKeys.findLast(({ value }) => value === name);
}

function removal(service: Service, key: Span | undefined, name: string): readonly Fix[] {
  if (key === undefined) return [];
  const { start, end } = key;
  const edits = [{ file: service.file, edit: { kind: 'delete-pair' as const, key: { start, end } } }];
  return [{ title: `Remove \`${name}\``, safe: false, edits }];
}

function changeType(service: Service, type: string): readonly Fix[] {
  const field = service.serviceType;
  if (field === undefined || service.clusterIP?.value === 'None') return [];
  return [{ title: `Change the type to ${type}`, safe: false, edits: [replaceScalar(service.file, field, type)] }];
}
