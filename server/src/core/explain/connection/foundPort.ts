import { findNearest } from '../../base/editDistance.ts';
import { type Reason, reasonAt } from '../../cluster/reason.ts';
import type { IntOrString } from '../../k8s/field.ts';
import { type FoundPort, portNamesOf } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { code } from '../link.ts';
import { declaredPortsText } from '../serviceFacts.ts';
import { type Backend, type ConnectionStep, type Failure, fails, ok, open, placed } from './model.ts';
import { namesOf } from './served.ts';

const TITLE = 'port chain';

const REFUSED = ['refused'] as const;

/** What a port leads to on the Pods of a workload. */
export interface Found {
  readonly workload: Workload;
  readonly found: FoundPort;
}

/** Whether something is certainly behind a port of the Pods. */
export function judgeFound(
  chain: string,
  having: readonly Found[],
  written: readonly Backend[],
  evidence: readonly Reason[],
): ConnectionStep {
  const undecided = having.filter(({ found }) => found.kind === 'unknown');
  const numbers = [
    ...new Set(having.flatMap(({ found }) => ('port' in found ? [`${found.port}${ownerText(found)}`] : []))),
  ];
  const ends = [
    ...numbers,
    ...written.flatMap((each) => (each.port === undefined ? [] : [`${each.port} of what is written by hand`])),
  ];
  const says = ends.length === 0 ? chain : `${chain} → ${[...new Set(ends)].slice(0, 3).join(' · ')}`;
  if (undecided.length > 0)
    return open('port', TITLE, {
      says: `${says}; whether ${namesOf(undecided.slice(0, 3).map(({ workload }) => workload))} has the port is not decided`,
      evidence,
      seen: REFUSED,
    });
  const quiet = having.filter(
    ({ workload, found }) => found.kind === 'number' && found.declared === undefined && declaresOthers(workload),
  );
  if (quiet.length > 0)
    return open('port', TITLE, {
      says: `${says}; no container declares it (${quiet
        .slice(0, 2)
        .map(({ workload }) => `${code(describeResource(workload))}: ${declaredPortsText(workload)}`)
        .join('; ')}): where nothing listens there, the Pod refuses`,
      evidence: [...evidence, ...quiet.slice(0, 2).map(({ workload }) => reasonAt(workload, 'its Pods'))],
      seen: REFUSED,
    });
  return ok('port', TITLE, says, evidence);
}

function declaresOthers({ template, opaque }: Workload): boolean {
  const lasting = template.containers.filter(({ role }) => role !== 'init');
  return (
    !opaque &&
    !template.containersOpen &&
    lasting.some(({ ports }) => ports.length > 0) &&
    lasting.every(({ portsOpen }) => !portsOpen)
  );
}

/** A name that no container of the Pods has. */
export function unresolved(
  chain: string,
  target: IntOrString,
  workloads: readonly Workload[],
  evidence: readonly Reason[],
): ConnectionStep {
  const failure: Failure = {
    says: `${chain} → no port named ${code(String(target))}: the Service has endpoints without this port, and kube-proxy rejects`,
    evidence: [
      ...evidence,
      ...workloads
        .slice(0, 2)
        .map((each) => reasonAt(each, `${code(describeResource(each))} has ${declaredPortsText(each)}`)),
    ],
    fix: fixOfName(target, workloads),
    seen: REFUSED,
  };
  return fails('port', TITLE, failure);
}

/** The name that is a slip away, or the only one. */
function fixOfName(target: IntOrString, workloads: readonly Workload[]): string {
  const names = [
    ...new Set(workloads.flatMap(({ template }) => portNamesOf(template.containers).map(({ name }) => name.value))),
  ];
  const near = findNearest(String(target), names, (name) => name) ?? (names.length === 1 ? names[0] : undefined);
  return near === undefined
    ? `give the container port the name ${code(String(target))}, or write the number that it listens on`
    : `write ${code(near)} in place of ${code(String(target))}`;
}

/** The end of a connection to a workload. */
export function toBackend(unit: Unit, workload: Workload, found: FoundPort): Backend {
  return {
    kind: 'pods',
    unit,
    workload,
    port: found.kind === 'named' || found.kind === 'number' ? found.port : undefined,
  };
}

function ownerText(found: FoundPort): string {
  const owner = found.kind === 'named' ? found.owner : found.kind === 'number' ? found.declared?.owner : undefined;
  return owner?.name === undefined ? '' : ` of container ${code(owner.name.value)}`;
}

/** Where a container declares the port. */
export function declaredAt({ file }: Workload, found: FoundPort): readonly Reason[] {
  const declared =
    found.kind === 'named' ? found.declaration : found.kind === 'number' ? found.declared?.port : undefined;
  const name = found.kind === 'named' ? found.declaration.name : undefined;
  return declared === undefined
    ? []
    : [placed(file, name ?? declared.containerPort ?? declared, 'the container declares it')];
}
