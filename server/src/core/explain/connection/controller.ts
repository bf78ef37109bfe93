import { policyWorldOf } from '../../cluster/policyWorld.ts';
import { isolatingSpan } from '../../cluster/reach.ts';
import type { Route } from '../../k8s/gateway.ts';
import type { Ingress } from '../../k8s/ingress.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import { isServedOutside, whoKeepsControllersOut } from '../../rules/shared/ingressControllers.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { placed } from './model.ts';
import { namesOf } from './served.ts';
import { judgeStranger, type StrangerAnswer } from './stranger.ts';

/**
 * Whether policies let what serves an Ingress or a route in to a workload's Pods. Denied is certain only where no rule can mean
 * such a controller, wherever it runs.
 */
export function judgeController(
  unit: Unit,
  holder: Ingress | Route,
  workload: Workload,
  protocol: Protocol,
  port: number | undefined,
): StrangerAnswer {
  const isOutside = isServedOutside(holder);
  const answer = judgeStranger(unit, workload, 'ingress', isOutside ? 'address' : 'pods', protocol, port);
  if (answer.allowed === 'yes') return answer;
  const closing =
    isOutside || port === undefined ? undefined : whoKeepsControllersOut(policyWorldOf(unit), workload, protocol, port);
  if (closing !== undefined)
    return {
      allowed: 'no',
      reason: `${namesOf(closing)} ${closing.length === 1 ? 'isolates' : 'isolate'} ${code(describeResource(workload))} for ingress, and no rule can mean what serves ${code(describeResource(holder))}`,
      evidence: closing.map((policy) =>
        placed(policy.file, isolatingSpan(policy, 'ingress'), `${code(describeResource(policy))} isolates for ingress`),
      ),
    };
  if (answer.allowed === 'unknown') return answer;
  const reason = `policies isolate ${code(describeResource(workload))} for ingress, and from which addresses ${code(describeResource(holder))} is served is not known`;
  return { ...answer, allowed: 'unknown', reason };
}
