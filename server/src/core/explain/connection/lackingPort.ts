import type { IntOrString } from '../../k8s/field.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource, headSpan } from '../../k8s/resourceBase.ts';
import { protocolOf, type Service, serviceTypeOf } from '../../k8s/service.ts';
import { findMeantPort } from '../../rules/shared/hostPorts.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { portLabel } from '../serviceFacts.ts';
import { type ConnectionStep, fails, open, placed } from './model.ts';

const TITLE = 'port chain';

/** A port that a Service does not have, or may not have. */
export function lacking(
  unit: Unit,
  service: Service,
  port: IntOrString | undefined,
  protocol: Protocol,
): ConnectionStep {
  const has = service.ports.map(portLabel).join(', ');
  const at = [
    placed(service.file, service.portsSpan ?? headSpan(service), has === '' ? 'no ports' : `its ports: ${has}`),
  ];
  const wanted = port === undefined ? 'a port' : `port ${code(String(port))}`;
  if (serviceTypeOf(service) === 'ExternalName')
    return open('port', TITLE, {
      says: 'an alias maps no ports: the client connects to the port that it names',
      evidence: [],
    });
  const isOpen =
    service.opaque ||
    service.portsOpen ||
    service.ports.some((each) => each.port !== undefined && each.port.value === undefined);
  if (isOpen || service.ports.length === 0)
    return open('port', TITLE, {
      says: `whether ${code(describeResource(service))} has ${wanted} is not decided`,
      evidence: at,
      seen: ['timeout', 'refused'],
    });
  const other = service.ports.find((each) => each.port?.value === port && protocolOf(each) !== protocol);
  const meant = typeof port === 'number' ? findMeantPort(unit, service, port) : undefined;
  const number = meant?.port.port?.value;
  const why =
    other !== undefined
      ? `: there it is ${protocolOf(other)}`
      : meant?.reason === 'target'
        ? `: that is where port ${number} leads on the Pods, and clients use the Service's own port`
        : meant?.reason === 'nodePort'
          ? ': that is the port of the nodes'
          : '';
  return fails('port', TITLE, {
    says: `${code(describeResource(service))} has no ${protocol} ${wanted}${why}; what is sent there is dropped, or rejected where kube-proxy runs with nftables or IPVS`,
    evidence: at,
    fix: number === undefined ? undefined : `connect to port ${number}`,
    seen: ['timeout', 'refused'],
  });
}
