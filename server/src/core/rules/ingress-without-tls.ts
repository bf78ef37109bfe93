import { headSpan } from '../k8s/resourceBase.ts';
import { defineRule } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

export const ingressWithoutTls = defineRule({
  id: 'ingress-without-tls',
  types: ['ingress'],
  severity: 'info',
  reads: 'resource',
  optional: true,
  summary: 'An Ingress names no certificate',
  why: `Without \`spec.tls\` a controller serves the hosts of an Ingress over plain HTTP, unless its own configuration or annotations
bring a certificate (those of the AWS load balancer controller are known here).`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
        ^^^^ \`spec.tls\` is absent, so this Ingress is served over plain HTTP
spec:
  defaultBackend:
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
    - secretName: shop-tls
  defaultBackend:
    service:
      name: shop
      port:
        number: 80
`,
  *check(ingress) {
    const brought = ingress.annotations?.entries.some(
      ({ key }) => key.value === 'alb.ingress.kubernetes.io/certificate-arn',
    );
    if (ingress.tls.length > 0 || brought || isSystemNamespace(ingress.namespace?.value)) return;
    const { start, end } = headSpan(ingress);
    yield { at: { start, end }, message: '`spec.tls` is absent, so this Ingress is served over plain HTTP' };
  },
});
