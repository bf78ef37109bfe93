import { findNearest } from '../base/editDistance.ts';
import type { Located } from '../base/span.ts';
import { resolveServicePorts } from '../cluster/endpointPorts.ts';
import { sameNamespace } from '../cluster/selection.ts';
import { isUndecided } from '../k8s/field.ts';
import { portNamesOf } from '../k8s/ports.ts';
import type { Service, ServicePort } from '../k8s/service.ts';
import { dns1123LabelFault, portNameFault } from '../k8s/validity.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type FileEdit, type Finding, type Fix, replaceScalar } from './rule.ts';
import { renameContainerPort, toValidPortName, toValidServicePortName } from './shared/portNames.ts';

export const portNameInvalid = defineRule({
  id: 'port-name-invalid',
  types: ['service', 'workload'],
  severity: 'error',
  reads: 'resource',
  summary: 'A port name that the API server refuses',
  why: `The name of a container port, and a \`targetPort\` that is a name, has at most 15 characters: lower-case letters, digits
and single hyphens inside, at least one letter. The name of a Service's own port is a DNS label of at most 63 characters.
The API server refuses the object otherwise; a Deployment is accepted only with valid names in its template.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - name: HTTP
            ^^^^ \`HTTP\` is no valid port name: it may hold only lower-case letters, digits and \`-\`, and starts and ends with a letter or digit; the API server refuses it
      port: 80
      targetPort: http_server
                  ^^^^^^^^^^^ \`http_server\` is no valid port name: it may hold only lower-case letters, digits and \`-\`; the API server refuses it
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: http_server
                    ^^^^^^^^^^^ \`http_server\` is no valid port name: it may hold only lower-case letters, digits and \`-\`; the API server refuses it
              containerPort: 8080
            - name: prometheus-metrics
                    ^^^^^^^^^^^^^^^^^^ \`prometheus-metrics\` is no valid port name: it is 18 characters long; 15 is the most; the API server refuses it
              containerPort: 9090
          readinessProbe:
            httpGet:
              port: http_server
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - name: a-service-port-name-may-be-long
      port: 80
      targetPort: http-server
    - name: "9090"
      port: 9090
      targetPort: ""
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: http-server
              containerPort: 8080
`,
  *check(resource, { unit }) {
    if (resource.type === 'service') yield* checkService(resource, unit);
    else yield* checkWorkload(resource, unit);
  },
});

function* checkService(service: Service, unit: Unit): Iterable<Finding> {
  for (const port of service.ports) {
    const name = port.name;
    const fault = name?.value ? dns1123LabelFault(name.value) : undefined;
    if (name?.value && fault !== undefined)
      yield { at: name, message: describe(name.value, fault), fixes: [renameServicePort(service, port, name, unit)] };
    const target = port.targetPort;
    // A quoted number is another rule's: quoted-numeric-port.
    if (typeof target?.value !== 'string' || target.value === '' || /^\d+$/.test(target.value)) continue;
    const targetFault = portNameFault(target.value);
    // Beside a port that is no number either (`port: PORT`) it is a word to be replaced.
    if (targetFault === undefined || isUndecided(port.port)) continue;
    const located = { value: target.value, start: target.start, end: target.end };
    yield {
      at: target,
      message: describe(target.value, targetFault),
      fixes: [renameTarget(service, port, located, unit)],
    };
  }
}

function* checkWorkload(workload: Workload, unit: Unit): Iterable<Finding> {
  for (const container of workload.template.containers) {
    for (const port of container.ports) {
      const name = port.name?.value;
      const fault = name ? portNameFault(name) : undefined;
      if (port.name === undefined || name === undefined || fault === undefined) continue;
      const taken = new Set(container.ports.flatMap((other) => (other === port ? [] : (other.name?.value ?? []))));
      const valid = toValidPortName(name, taken);
      const targets = targetsOf(workload, name, valid, unit);
      const edits = dedupe([...renameContainerPort(unit, workload, container, port, valid), ...targets]);
      yield {
        at: port.name,
        message: describe(name, fault),
        // Another controller's object is not checked itself; the Pods that come of it are.
        ...(workload.maker === 'custom' ? { severity: 'warning' as const } : {}),
        fixes: [{ title: `Rename it to \`${valid}\``, safe: false, edits }],
      };
    }
  }
}

function describe(name: string, fault: string): string {
  const subject = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return `\`${subject}\` is no valid port name: it ${fault}; the API server refuses it`;
}

function renameServicePort(service: Service, port: ServicePort, name: Located<string>, unit: Unit): Fix {
  const taken = new Set(service.ports.flatMap((other) => (other === port ? [] : (other.name?.value ?? []))));
  const valid = toValidServicePortName(name.value, taken);
  const edits = [replaceScalar(service.file, name, valid)];
  for (const ingress of unit.index.ofType('ingress')) {
    if (sameNamespace(ingress.namespace, service.namespace) !== 'yes') continue;
    for (const backend of ingress.backends) {
      if (backend.service?.value !== service.name?.value || backend.port?.value !== name.value) continue;
      if (backend.portKind === 'name') edits.push(replaceScalar(ingress.file, backend.port, valid));
    }
  }
  return { title: `Rename it to \`${valid}\``, safe: false, edits };
}

/** The name that a selected container declares and that this is a slip of, else a valid one for both. */
function renameTarget(service: Service, port: ServicePort, name: Located<string>, unit: Unit): Fix {
  const workloads =
    resolveServicePorts(unit, service)
      .find((resolved) => resolved.port === port)
      ?.on.map(({ workload }) => workload) ?? [];
  const declared = workloads.flatMap((workload) => portNamesOf(workload.template.containers));
  const valid = declared.filter((named) => portNameFault(named.name.value) === undefined);
  const hasSameName = declared.some((named) => named.name.value === name.value);
  const near = hasSameName ? undefined : findNearest(name.value, valid, (named) => named.name.value);
  if (near !== undefined) {
    const edits = [replaceScalar(service.file, name, near.name.value)];
    return { title: `Change it to \`${near.name.value}\``, safe: false, edits };
  }
  const renamed = toValidPortName(name.value, new Set(valid.map((other) => other.name.value)));
  const edits: FileEdit[] = [replaceScalar(service.file, name, renamed)];
  for (const workload of workloads) {
    for (const container of workload.template.containers) {
      const declaration = container.ports.find((other) => other.name?.value === name.value);
      if (declaration !== undefined)
        edits.push(...renameContainerPort(unit, workload, container, declaration, renamed));
    }
  }
  return { title: `Rename it to \`${renamed}\``, safe: false, edits: dedupe(edits) };
}

/** Service ports that ask this workload for the invalid name, whichever protocol they have. */
function targetsOf(workload: Workload, name: string, valid: string, unit: Unit): readonly FileEdit[] {
  const edits: FileEdit[] = [];
  for (const service of unit.index.ofType('service')) {
    if (!service.ports.some((port) => port.targetPort?.value === name)) continue;
    for (const { port, on } of resolveServicePorts(unit, service)) {
      const asks = port.targetPort?.value === name && on.some((each) => each.workload === workload);
      if (asks && port.targetPort !== undefined) edits.push(replaceScalar(service.file, port.targetPort, valid));
    }
  }
  return edits;
}

function dedupe(edits: readonly FileEdit[]): readonly FileEdit[] {
  const seen = new Set<string>();
  return edits.filter(({ file, edit }) => {
    const key = `${file} ${'span' in edit ? edit.span.start : ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
