/** A NetworkPolicy `orders`; `spec` are YAML lines, `namespace` is left out where `undefined`. */
export function policy(spec: readonly string[], namespace?: string): string {
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: orders',
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'spec:',
    ...spec.map((line) => `  ${line}`),
    '---',
    '',
  ].join('\n');
}

/** A Deployment whose Pods have `labels` (`app: web`), in the `orders` container the ports `name number [protocol]`. */
export function pods(
  name: string,
  labels: readonly string[],
  namespace?: string,
  ports: readonly string[] = [],
): string {
  const portLines = ports.flatMap((port) => {
    const [portName, number, protocol = 'TCP'] = port.split(' ');
    return [
      `            - name: ${portName}`,
      `              containerPort: ${number}`,
      `              protocol: ${protocol}`,
    ];
  });
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'spec:',
    '  selector:',
    '    matchLabels:',
    ...labels.map((label) => `      ${label}`),
    '  template:',
    '    metadata:',
    '      labels:',
    ...labels.map((label) => `        ${label}`),
    '    spec:',
    '      containers:',
    '        - name: server',
    '          image: server:1',
    ...(portLines.length > 0 ? ['          ports:', ...portLines] : []),
    '---',
    '',
  ].join('\n');
}

/** A Namespace with labels (`team: shop`). */
export function namespace(name: string, labels: readonly string[] = []): string {
  return [
    'apiVersion: v1',
    'kind: Namespace',
    'metadata:',
    `  name: ${name}`,
    ...(labels.length > 0 ? ['  labels:', ...labels.map((label) => `    ${label}`)] : []),
    '---',
    '',
  ].join('\n');
}
