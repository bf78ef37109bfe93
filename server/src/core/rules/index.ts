import { apiServerRefuses } from './api-server-refuses.ts';
import { containerPortConflict } from './container-port-conflict.ts';
import { containerPortNameDuplicate } from './container-port-name-duplicate.ts';
import { dnsPortNotOnService } from './dns-port-not-on-service.ts';
import { dnsServiceUnknown } from './dns-service-unknown.ts';
import { duplicateResource } from './duplicate-resource.ts';
import { endpointsForSelectorService } from './endpoints-for-selector-service.ts';
import { endpointsliceServiceMismatch } from './endpointslice-service-mismatch.ts';
import { externalnameSuspicious } from './externalname-suspicious.ts';
import { headlessTargetportDiffers } from './headless-targetport-differs.ts';
import { hostnetworkDnsPolicy } from './hostnetwork-dns-policy.ts';
import { hpaStaticReplicas } from './hpa-static-replicas.ts';
import { hpaTargetMissing } from './hpa-target-missing.ts';
import { httprouteBackendInvalid } from './httproute-backend-invalid.ts';
import { httprouteParentMismatch } from './httproute-parent-mismatch.ts';
import { ingressBackendPortMissing } from './ingress-backend-port-missing.ts';
import { ingressBackendServiceMissing } from './ingress-backend-service-missing.ts';
import { ingressBlockedByNetpol } from './ingress-blocked-by-netpol.ts';
import { ingressDuplicatePath } from './ingress-duplicate-path.ts';
import { ingressStructure } from './ingress-structure.ts';
import { ingressTlsHostMismatch } from './ingress-tls-host-mismatch.ts';
import { ingressWithoutTls } from './ingress-without-tls.ts';
import { kustomizeLabelsNarrowNetpolPeers } from './kustomize-labels-narrow-netpol-peers.ts';
import { namespaceWithoutDefaultDeny } from './namespace-without-default-deny.ts';
import { netpolAllowAll } from './netpol-allow-all.ts';
import { netpolBlocksDeclaredDependency } from './netpol-blocks-declared-dependency.ts';
import { netpolEgressBlocksDns } from './netpol-egress-blocks-dns.ts';
import { netpolEmptyEgressNotEnforced } from './netpol-empty-egress-not-enforced.ts';
import { netpolInvalidPeerOrRange } from './netpol-invalid-peer-or-range.ts';
import { netpolNamedPortUnresolved } from './netpol-named-port-unresolved.ts';
import { netpolNamespaceSelectorUnmatched } from './netpol-namespace-selector-unmatched.ts';
import { netpolOnHostnetworkPod } from './netpol-on-hostnetwork-pod.ts';
import { netpolPeerOrInsteadOfAnd } from './netpol-peer-or-instead-of-and.ts';
import { netpolPeerSelectsNothing } from './netpol-peer-selects-nothing.ts';
import { netpolPolicytypesIgnoresRules } from './netpol-policytypes-ignores-rules.ts';
import { netpolPortIsServicePort } from './netpol-port-is-service-port.ts';
import { netpolProtocolMismatch } from './netpol-protocol-mismatch.ts';
import { netpolRuleWithoutEffect } from './netpol-rule-without-effect.ts';
import { netpolSelectsNoPods } from './netpol-selects-no-pods.ts';
import { nodeportConflict } from './nodeport-conflict.ts';
import { nonStringLabelValue } from './non-string-label-value.ts';
import { pdbBlocksEviction } from './pdb-blocks-eviction.ts';
import { pdbOverlap } from './pdb-overlap.ts';
import { pdbSelectsNothing } from './pdb-selects-nothing.ts';
import { podSubdomainWithoutEffect } from './pod-subdomain-without-effect.ts';
import { podWithoutNetworkpolicy } from './pod-without-networkpolicy.ts';
import { podmonitorPortUnknown } from './podmonitor-port-unknown.ts';
import { portNameInvalid } from './port-name-invalid.ts';
import { privilegedPort } from './privileged-port.ts';
import { probeNamedPortUnknown } from './probe-named-port-unknown.ts';
import { quotedNumericPort } from './quoted-numeric-port.ts';
import { readinessProbeMissing } from './readiness-probe-missing.ts';
import { referencegrantMissing } from './referencegrant-missing.ts';
import type { AnyRule } from './rule.ts';
import { schema } from './schema.ts';
import { selectorNullValue } from './selector-null-value.ts';
import { selectorUsesVolatileLabel } from './selector-uses-volatile-label.ts';
import { serviceExposed } from './service-exposed.ts';
import { servicePortNameRequired } from './service-port-name-required.ts';
import { servicePortsDuplicate } from './service-ports-duplicate.ts';
import { serviceSelectorNoMatch } from './service-selector-no-match.ts';
import { serviceSelectsJobPods } from './service-selects-job-pods.ts';
import { serviceTargetportPartial } from './service-targetport-partial.ts';
import { serviceTargetportProtocolMismatch } from './service-targetport-protocol-mismatch.ts';
import { serviceTargetportUnresolved } from './service-targetport-unresolved.ts';
import { serviceTypeFieldConflict } from './service-type-field-conflict.ts';
import { serviceUnused } from './service-unused.ts';
import { servicemonitorPortUnknown } from './servicemonitor-port-unknown.ts';
import { servicemonitorSelectsNothing } from './servicemonitor-selects-nothing.ts';
import { statefulsetNameTooLong } from './statefulset-name-too-long.ts';
import { statefulsetPodDnsInvalid } from './statefulset-pod-dns-invalid.ts';
import { statefulsetServiceMissing } from './statefulset-service-missing.ts';
import { statefulsetServiceNotHeadless } from './statefulset-service-not-headless.ts';
import { targetportUndeclared } from './targetport-undeclared.ts';
import { workloadSelectorOverlap } from './workload-selector-overlap.ts';
import { workloadSelectorTemplateMismatch } from './workload-selector-template-mismatch.ts';
import { yamlDuplicateKey } from './yaml-duplicate-key.ts';
import { yamlSurprisingNumber } from './yaml-surprising-number.ts';

/** Every rule, sorted by id. */
export const allRules: readonly AnyRule[] = [
  apiServerRefuses,
  containerPortConflict,
  containerPortNameDuplicate,
  dnsPortNotOnService,
  dnsServiceUnknown,
  duplicateResource,
  endpointsForSelectorService,
  endpointsliceServiceMismatch,
  externalnameSuspicious,
  headlessTargetportDiffers,
  hostnetworkDnsPolicy,
  hpaStaticReplicas,
  hpaTargetMissing,
  httprouteBackendInvalid,
  httprouteParentMismatch,
  ingressBackendPortMissing,
  ingressBackendServiceMissing,
  ingressBlockedByNetpol,
  ingressDuplicatePath,
  ingressStructure,
  ingressTlsHostMismatch,
  ingressWithoutTls,
  kustomizeLabelsNarrowNetpolPeers,
  namespaceWithoutDefaultDeny,
  netpolAllowAll,
  netpolBlocksDeclaredDependency,
  netpolEgressBlocksDns,
  netpolEmptyEgressNotEnforced,
  netpolInvalidPeerOrRange,
  netpolNamedPortUnresolved,
  netpolNamespaceSelectorUnmatched,
  netpolOnHostnetworkPod,
  netpolPeerOrInsteadOfAnd,
  netpolPeerSelectsNothing,
  netpolPolicytypesIgnoresRules,
  netpolPortIsServicePort,
  netpolProtocolMismatch,
  netpolRuleWithoutEffect,
  netpolSelectsNoPods,
  nodeportConflict,
  nonStringLabelValue,
  pdbBlocksEviction,
  pdbOverlap,
  pdbSelectsNothing,
  podSubdomainWithoutEffect,
  podWithoutNetworkpolicy,
  podmonitorPortUnknown,
  portNameInvalid,
  privilegedPort,
  probeNamedPortUnknown,
  quotedNumericPort,
  readinessProbeMissing,
  referencegrantMissing,
  schema,
  selectorNullValue,
  selectorUsesVolatileLabel,
  serviceExposed,
  servicePortNameRequired,
  servicePortsDuplicate,
  serviceSelectorNoMatch,
  serviceSelectsJobPods,
  serviceTargetportPartial,
  serviceTargetportProtocolMismatch,
  serviceTargetportUnresolved,
  serviceTypeFieldConflict,
  serviceUnused,
  servicemonitorPortUnknown,
  servicemonitorSelectsNothing,
  statefulsetNameTooLong,
  statefulsetPodDnsInvalid,
  statefulsetServiceMissing,
  statefulsetServiceNotHeadless,
  targetportUndeclared,
  workloadSelectorOverlap,
  workloadSelectorTemplateMismatch,
  yamlDuplicateKey,
  yamlSurprisingNumber,
];
