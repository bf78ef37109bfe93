import type { Span } from '../../base/span.ts';
import type { Route } from '../../k8s/gateway.ts';
import type { Ingress } from '../../k8s/ingress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource, headSpan } from '../../k8s/resourceBase.ts';
import { protocolOf, type Service } from '../../k8s/service.ts';
import { httprouteBackendInvalid } from '../../rules/httproute-backend-invalid.ts';
import { ingressBackendPortMissing } from '../../rules/ingress-backend-port-missing.ts';
import { findMeantPort, findMissingPort } from '../../rules/shared/hostPorts.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { portLabel } from '../serviceFacts.ts';
import {
  type ConnectionOptions,
  type ConnectionQuestion,
  type ConnectionStep,
  fails,
  open,
  placed,
  type Seen,
} from './model.ts';
import type { ServedBy } from './served.ts';

const TITLE = 'port chain';

/** A port that a Service does not have, or may not have. */
export function lacking(
  { unit, predicted: { service } }: ServedBy,
  question: ConnectionQuestion,
  protocol: Protocol,
  options: ConnectionOptions,
): ConnectionStep {
  const { from, port } = question;
  const has = service.ports.map(portLabel).join(', ');
  const at = [
    placed(service.file, service.portsSpan ?? headSpan(service), has === '' ? 'no ports' : `its ports: ${has}`),
  ];
  const wanted = port === undefined ? 'a port' : `port ${code(String(port))}`;
  const seen: readonly Seen[] = from.kind === 'ingress' ? ['refused'] : ['timeout', 'refused'];
  const isOpen =
    service.opaque ||
    service.portsOpen ||
    service.ports.some((each) => each.port !== undefined && each.port.value === undefined);
  if (isOpen || service.ports.length === 0)
    return open('port', TITLE, {
      says: `whether ${code(describeResource(service))} has ${wanted} is not decided`,
      evidence: at,
      seen,
    });
  const meant = typeof port === 'number' ? findMeantPort(unit, service, port) : undefined;
  const number = meant?.port.port?.value;
  const consequence =
    from.kind === 'ingress'
      ? 'the controller finds no endpoint for it'
      : 'what is sent there is dropped, or rejected where kube-proxy runs with nftables or IPVS';
  const failure = {
    says: `${code(describeResource(service))} has no ${protocol} ${wanted}${whyNot(service, question, protocol, meant?.reason, number)}; ${consequence}`,
    evidence: at,
    fix: number === undefined ? undefined : `connect to port ${number}`,
    seen,
  };
  return isCertain(unit, service, question, options) ? fails('port', TITLE, failure) : open('port', TITLE, failure);
}

function whyNot(
  { ports }: Service,
  { port }: ConnectionQuestion,
  protocol: Protocol,
  reason: 'target' | 'nodePort' | 'only' | undefined,
  number: number | undefined,
): string {
  const other = ports.find((each) => each.port?.value === port && protocolOf(each) !== protocol);
  if (other !== undefined) return `: there it is ${protocolOf(other)}`;
  if (reason === 'target')
    return `: that is where port ${number} leads on the Pods, and clients use the Service's own port`;
  return reason === 'nodePort' ? ': that is the port of the nodes' : '';
}

/**
 * Who asks for a port by hand means it. What manifests declare is as certain as the rules take it: a URL without a port may be
 * a name alone, and controllers have backends of their own.
 */
function isCertain(
  unit: Unit,
  service: Service,
  { from, to }: ConnectionQuestion,
  { settings }: ConnectionOptions,
): boolean {
  if (from.kind === 'ingress') {
    const context = { unit, settings, refusals: () => [] };
    const findings =
      from.ingress.type === 'ingress'
        ? ingressBackendPortMissing.check(from.ingress, context)
        : httprouteBackendInvalid.check(from.ingress, context);
    const own = from.ingress.type === 'ingress' ? backendsOf(from.ingress, service) : refsOf(from.ingress, service);
    return [...findings].some(
      ({ at, severity }) =>
        severity !== 'hint' && severity !== 'info' && own.some(({ start, end }) => start <= at.start && at.end <= end),
    );
  }
  if (to.kind !== 'host' || to.reference === undefined) return true;
  return findMissingPort(unit, to.reference, settings.clusterDomain)?.severity === 'warning';
}

function backendsOf({ backends }: Ingress, { name }: Service): readonly Span[] {
  return backends.filter(({ service }) => service?.value === name?.value);
}

function refsOf({ backends }: Route, { name }: Service): readonly Span[] {
  return backends.filter((backend) => backend.name?.value === name?.value);
}
