import type { Ingress, IngressBackend } from '../../k8s/ingress.ts';

/**
 * Whether the backend names no Service but an action that an annotation of the AWS load balancer controller defines
 * (a redirect, a fixed response, weighted targets).
 * Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
 */
export function isActionOfController(ingress: Ingress, { service, port }: IngressBackend): boolean {
  if (port?.value === 'use-annotation') return true;
  const name = service?.value;
  if (name === undefined || ingress.annotations === undefined) return false;
  return ingress.annotations.entries.some(({ key }) => key.value === `alb.ingress.kubernetes.io/actions.${name}`);
}
