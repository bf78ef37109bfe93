/** A Deployment whose Pods have the given labels (`app: web`), in a namespace where one is given. */
export function deployment(name: string, labels: readonly string[], namespace?: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  selector:
    matchLabels: {${labels.join(', ')}}
  template:
    metadata:
      labels: {${labels.join(', ')}}
    spec:
      containers:
        - name: main
          image: ${name}:1.0
`;
}

/** A Service with the given selector (`app: web`) and ports. */
export function serviceOf(
  name: string,
  selector: readonly string[],
  options: { readonly namespace?: string; readonly ports?: readonly string[] } = {},
): string {
  const ports = options.ports ?? ['{port: 80}'];
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
${options.namespace === undefined ? '' : `  namespace: ${options.namespace}\n`}spec:
  selector: {${selector.join(', ')}}
  ports: [${ports.join(', ')}]
`;
}

/** An Ingress with one path per backend (`web: 80`, `web: http`). */
export function ingressTo(backends: readonly (readonly [string, number | string])[], namespace?: string): string {
  const paths = backends.map(
    ([name, port], index) => `          - path: /${index}
            pathType: Prefix
            backend:
              service: {name: ${name}, port: {${typeof port === 'number' ? 'number' : 'name'}: ${port}}}
`,
  );
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  rules:
    - http:
        paths:
${paths.join('')}`;
}

/** Several documents of one file. */
export function documents(...parts: readonly string[]): string {
  return parts.join('---\n');
}
