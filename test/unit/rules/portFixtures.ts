/** A Service `web` over `app: web`; `ports` and `spec` are YAML lines of their lists and of the spec. */
export function service(
  ports: readonly string[],
  spec: readonly string[] = [],
  metadata: readonly string[] = [],
): string {
  return [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    '  name: web',
    ...metadata.map((line) => `  ${line}`),
    'spec:',
    ...spec.map((line) => `  ${line}`),
    '  selector:',
    '    app: web',
    '  ports:',
    ...ports.map((line) => `    ${line}`),
    '---',
    '',
  ].join('\n');
}

/** A Deployment of Pods with `app: web`; `containers` are YAML lines of the Pod's spec. */
export function deployment(name: string, containers: readonly string[], metadata: readonly string[] = []): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${name}`,
    ...metadata.map((line) => `  ${line}`),
    'spec:',
    '  selector:',
    '    matchLabels:',
    `      app: web`,
    '  template:',
    '    metadata:',
    '      labels:',
    '        app: web',
    '    spec:',
    ...containers.map((line) => `      ${line}`),
    '---',
    '',
  ].join('\n');
}

/** A container list with one container of these ports, `name containerPort [protocol]` each. */
export function container(...ports: readonly string[]): readonly string[] {
  const items = ports.flatMap((port) => {
    const [name, number, protocol] = port.split(' ');
    return [
      `      - containerPort: ${number}`,
      ...(name === '-' ? [] : [`        name: ${name}`]),
      ...(protocol === undefined ? [] : [`        protocol: ${protocol}`]),
    ];
  });
  return ['containers:', '  - name: server', '    image: web:1', ...(items.length > 0 ? ['    ports:', ...items] : [])];
}
