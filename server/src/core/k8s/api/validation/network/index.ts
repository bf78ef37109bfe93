import type { Validator } from '../../place.ts';
import { validateEndpointSlice } from './endpointSlice.ts';
import { validateEndpoints } from './endpoints.ts';
import { validateIngress, validateIngressClass } from './ingress.ts';
import { validateNetworkPolicy } from './networkPolicy.ts';
import { validateService } from './service/index.ts';

/** What the API server demands of the networking kinds beyond types and metadata, by apiVersion and kind. */
export const KIND_VALIDATORS: ReadonlyMap<string, Validator> = new Map([
  ['v1/Service', validateService],
  ['v1/Endpoints', validateEndpoints],
  ['discovery.k8s.io/v1/EndpointSlice', validateEndpointSlice],
  ['networking.k8s.io/v1/Ingress', validateIngress],
  ['networking.k8s.io/v1/IngressClass', validateIngressClass],
  ['networking.k8s.io/v1/NetworkPolicy', validateNetworkPolicy],
]);
