import type { Ingress, IngressTls } from '../k8s/ingress.ts';
import { defineRule, type Finding } from './rule.ts';

export const ingressTlsHostMismatch = defineRule({
  id: 'ingress-tls-host-mismatch',
  types: ['ingress'],
  severity: 'warning',
  reads: 'resource',
  summary: 'A host of an Ingress has no certificate, or a certificate has no host',
  why: `Each entry of \`spec.tls\` says for which hosts a certificate stands. For a host of \`spec.rules\` that none of them names, the
controller answers with its own default certificate, or with plain HTTP: browsers warn. A wildcard covers exactly one label:
\`*.example.com\` stands for \`shop.example.com\`, neither for \`example.com\` nor for \`a.shop.example.com\`. An entry without hosts stands for all.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  tls:
    - hosts:
        - shop.example.com
      secretName: shop-tls
  rules:
    - host: www.shop.example.com
            ^^^^^^^^^^^^^^^^^^^^ no entry of \`tls\` names \`www.shop.example.com\`: the controller has no certificate for it but its default one
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 80
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 80
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  tls:
    - hosts:
        - '*.example.com'
      secretName: wildcard-tls
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 80
`,
  *check(ingress) {
    const { tls } = ingress;
    if (tls.length === 0 || tls.some(isOpen)) return;
    yield* uncoveredHosts(ingress);
    yield* hostsWithoutRule(ingress);
  },
});

/** Whether a certificate stands for all hosts, or for hosts that are not known. */
function isOpen({ hosts }: IngressTls): boolean {
  return hosts.length === 0 || hosts.some((host) => host?.value === undefined || host.value === '');
}

function* uncoveredHosts({ tls, hosts, file }: Ingress): Iterable<Finding> {
  const seen = new Set<string>();
  for (const host of hosts) {
    const name = host?.value;
    if (host === undefined || name === undefined || name === '' || seen.has(name)) continue;
    seen.add(name);
    const covers = tls.some((entry) => entry.hosts.some((other) => covered(name, other?.value ?? '')));
    if (covers) continue;
    const [entry] = tls;
    yield {
      at: host,
      message: `no entry of \`tls\` names \`${name}\`: the controller has no certificate for it but its default one`,
      ...(entry?.hostsPlace !== undefined &&
        tls.length === 1 && {
          fixes: [
            {
              title: `Add \`${name}\` to the hosts of the certificate`,
              safe: false,
              edits: [{ file, edit: { kind: 'insert-item' as const, sequence: entry.hostsPlace, text: name } }],
            },
          ],
        }),
    };
  }
}

/** Hosts that only `tls` names are served by another Ingress, perhaps: no more than a hint. */
function* hostsWithoutRule({ tls, hosts }: Ingress): Iterable<Finding> {
  if (hosts.length === 0 || hosts.some((host) => host?.value === undefined || host.value === '')) return;
  for (const host of tls.flatMap((entry) => entry.hosts)) {
    const name = host?.value;
    if (host === undefined || name === undefined) continue;
    if (hosts.some((other) => covered(other?.value ?? '', name) || covered(name, other?.value ?? ''))) continue;
    yield {
      at: host,
      severity: 'hint',
      message: `no rule of this Ingress has the host \`${name}\`, so the certificate serves nothing here`,
    };
  }
}

/** Whether a certificate's host stands for a host: equal, or a wildcard for its first label. */
function covered(host: string, certificate: string): boolean {
  if (host.toLowerCase() === certificate.toLowerCase()) return true;
  if (!certificate.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot).toLowerCase() === certificate.slice(1).toLowerCase();
}
