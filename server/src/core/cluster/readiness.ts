import type { Container, Probe, Workload } from '../k8s/workload.ts';

/**
 * What has to happen until a workload's Pods count as ready, in words: `GET /healthz on 8080 answers`. `undefined` where a
 * running Pod is ready at once.
 */
export function readyWhen(workload: Workload): string | undefined {
  const { containers, gates } = workload.template;
  const several = containers.filter(({ role }) => role !== 'init').length > 1;
  const parts = gates.map(({ kind, name }) =>
    kind === 'scheduling'
      ? `the scheduling gate \`${name?.value ?? '?'}\` is taken away`
      : `the condition \`${name?.value ?? '?'}\` is set`,
  );
  for (const container of containers) {
    if (container.role === 'init') continue;
    const where = several && container.name !== undefined ? ` in \`${container.name.value}\`` : '';
    parts.push(...probesOf(container).map((text) => `${text}${where}`));
  }
  if (workload.maker === 'Job') parts.unshift('the Job runs');
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** The readiness probe; the startup probe where that is the only one. */
function probesOf(container: Container): readonly string[] {
  const readiness = container.probes.filter(({ field }) => field === 'readinessProbe');
  const probes = readiness.length > 0 ? readiness : container.probes.filter(({ field }) => field === 'startupProbe');
  if (probes.length > 0) return probes.map(probeText);
  return container.hasReadinessCommand ? ['the readiness command succeeds'] : [];
}

function probeText({ handler, port, path }: Probe): string {
  const number = port?.value ?? '?';
  switch (handler) {
    case 'httpGet':
      return `GET ${path?.value ?? '/'} on ${number} answers`;
    case 'tcpSocket':
      return `${number} accepts connections`;
    case 'grpc':
      return `the gRPC health check on ${number} answers`;
  }
}
