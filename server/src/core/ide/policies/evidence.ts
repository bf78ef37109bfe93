import type { Span } from '../../base/span.ts';
import type { DeclaredNeed } from '../../cluster/declaredNeeds.ts';
import type { Protocol } from '../../k8s/ports.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Unit } from '../../sources/unit.ts';
import type { PlannedNote, PlannedPort } from './plan.ts';

/** `web calls http://orders:80`, and where that stands. */
export function noteOf({ siblings }: Unit, { from, evidence }: DeclaredNeed): PlannedNote {
  const who =
    from.kind === 'pods'
      ? (from.workload.name?.value ?? describeResource(from.workload))
      : describeResource(evidence.resource);
  const verb = from.kind === 'pods' ? 'calls' : 'leads to';
  return { text: `${who} ${verb} ${evidence.text}`, at: placeOf(siblings, evidence.file, evidence) };
}

/** A note about another part of a resource. */
export function noteAt({ siblings }: Unit, text: string, file: string, span: Span): PlannedNote {
  return { text, at: placeOf(siblings, file, span) };
}

function placeOf({ files }: Unit['siblings'], file: string, span: Span): PlannedNote['at'] {
  const { file: written, start, end } = files.resolve(file, { start: span.start, end: span.end });
  return { file: written, start, end };
}

/** The ports of a need; none, which means every port, where its number is not known. */
export function portsOf(protocol: Protocol | undefined, port: number | undefined): readonly PlannedPort[] {
  if (port === undefined) return [];
  return protocol === undefined
    ? [
        { protocol: 'TCP', port },
        { protocol: 'UDP', port },
      ]
    : [{ protocol, port }];
}
