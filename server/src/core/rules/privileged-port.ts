import { containerProtocolOf } from '../k8s/ports.ts';
import { defineRule } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

/** Ports from here on need no privilege to listen on (`net.ipv4.ip_unprivileged_port_start`). */
const FIRST_FREE = 1024;
const SSH = 22;

export const privilegedPort = defineRule({
  id: 'privileged-port',
  types: ['workload'],
  severity: 'info',
  reads: 'resource',
  optional: true,
  summary: 'A container listens on a port below 1024, or offers SSH',
  why: `A process needs the capability \`NET_BIND_SERVICE\` to listen on a port below 1024, unless the container runtime lowers that
limit, as containerd and CRI-O do: images that listen above need neither. Port 22 means logins into a container, which \`kubectl exec\` makes
needless.`,
  source: 'https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls',
  bad: `
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: server
      image: nginx:1.29
      ports:
        - containerPort: 80
                         ^^ port 80/TCP is below 1024: where the runtime does not lower that limit, the container needs \`NET_BIND_SERVICE\`
`,
  good: `
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: server
      image: nginx:1.29
      ports:
        - containerPort: 8080
`,
  *check(workload) {
    if (isSystemNamespace(workload.namespace?.value)) return;
    for (const { ports } of workload.template.containers) {
      for (const port of ports) {
        const number = port.containerPort?.value;
        if (port.containerPort === undefined || number === undefined || number >= FIRST_FREE) continue;
        const what = `port ${number}/${containerProtocolOf(port) ?? 'TCP'}`;
        yield {
          at: port.containerPort,
          message:
            number === SSH
              ? `${what} offers logins by SSH into the container; \`kubectl exec\` needs no port`
              : `${what} is below 1024: where the runtime does not lower that limit, the container needs \`NET_BIND_SERVICE\``,
        };
      }
    }
  },
});
