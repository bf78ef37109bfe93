import { type Draft, fillEmpty, fillUnset, isEmpty, isUnset, objectIn, objectsIn, openObject } from './draft.ts';
import { beginGeneration } from './metadata.ts';

/** Source: kubernetes pkg/apis/networking/v1/defaults.go. */
export function defaultNetworkPolicy(policy: Draft): void {
  const spec = openObject(policy, 'spec');
  if (isEmpty(spec.policyTypes)) {
    spec.policyTypes = isEmpty(spec.egress) ? ['Ingress'] : ['Ingress', 'Egress'];
  }
  for (const rule of [...objectsIn(spec, 'ingress'), ...objectsIn(spec, 'egress')]) {
    for (const port of objectsIn(rule, 'ports')) fillUnset(port, 'protocol', 'TCP');
  }
  beginGeneration(policy);
}

/** Source: as above. */
export function defaultIngressClass(ingressClass: Draft): void {
  const parameters = objectIn(objectIn(ingressClass, 'spec'), 'parameters');
  if (parameters) fillUnset(parameters, 'scope', 'Cluster');
  beginGeneration(ingressClass);
}

/** Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_Endpoints`. */
export function defaultEndpoints(endpoints: Draft): void {
  for (const subset of objectsIn(endpoints, 'subsets')) {
    for (const port of objectsIn(subset, 'ports')) fillEmpty(port, 'protocol', 'TCP');
  }
}

/** Source: kubernetes pkg/apis/discovery/v1/defaults.go; pkg/registry/discovery, `dropTopologyOnV1`. */
export function defaultEndpointSlice(slice: Draft): void {
  for (const port of objectsIn(slice, 'ports')) {
    fillUnset(port, 'name', '');
    fillUnset(port, 'protocol', 'TCP');
  }
  for (const endpoint of objectsIn(slice, 'endpoints')) delete endpoint.deprecatedTopology;
  beginGeneration(slice);
}

/** Source: kubernetes pkg/apis/autoscaling/v2/defaults.go. */
export function defaultAutoscaler(autoscaler: Draft): void {
  const spec = openObject(autoscaler, 'spec');
  fillUnset(spec, 'minReplicas', 1);
  if (isEmpty(spec.metrics)) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const behavior = objectIn(spec, 'behavior');
  if (behavior === undefined) return;
  const up = openObject(behavior, 'scaleUp');
  fillUnset(up, 'stabilizationWindowSeconds', 0);
  fillUnset(up, 'selectPolicy', 'Max');
  const share = { type: 'Percent', value: 100, periodSeconds: 15 };
  if (isUnset(up, 'policies')) up.policies = [{ type: 'Pods', value: 4, periodSeconds: 15 }, { ...share }];
  const down = openObject(behavior, 'scaleDown');
  fillUnset(down, 'selectPolicy', 'Max');
  if (isUnset(down, 'policies')) down.policies = [{ ...share }];
}

/** Source: kubernetes pkg/apis/autoscaling/v1, defaults.go and conversion.go. */
export function defaultAutoscalerV1(autoscaler: Draft): void {
  const spec = openObject(autoscaler, 'spec');
  fillUnset(spec, 'minReplicas', 1);
  fillUnset(spec, 'targetCPUUtilizationPercentage', 80);
}
