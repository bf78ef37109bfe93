import { oneLess } from '../rules/runner.ts';
import type { BuildNote } from '../sources/buildNote.ts';
import type { Unit } from '../sources/unit.ts';
import { type RuleSettings, type Severity, severityOf } from '../workspace/config.ts';
import type { Diagnostic } from './diagnostic.ts';

interface Kind {
  readonly code: string;
  readonly severity: Severity;
  readonly tag?: Diagnostic['tag'];
}

const KINDS: Readonly<Record<BuildNote['kind'], Kind>> = {
  refused: { code: 'kustomize-build-fails', severity: 'error' },
  restricted: { code: 'kustomize-build-fails', severity: 'warning' },
  idle: { code: 'kustomize-no-effect', severity: 'info' },
  deprecated: { code: 'kustomize-deprecated-field', severity: 'hint', tag: 'deprecated' },
  absent: { code: 'kustomize-build-fails', severity: 'info' },
  unrendered: { code: 'helm-renders-nothing', severity: 'info' },
};

/**
 * What is said in a file about the making of the units that it is part of; equal words of several units once. A line does nothing
 * only when it does nothing in any unit.
 */
export function findBuildNotes(file: string, units: readonly Unit[], settings: RuleSettings): readonly Diagnostic[] {
  const found = new Map<string, { readonly note: BuildNote; readonly units: Set<string>; readonly unit: Unit }>();
  for (const unit of units) {
    for (const note of unit.notes) {
      if (note.file !== file) continue;
      const key = `${note.kind} ${note.start} ${note.end} ${note.message}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { note, units: new Set([unit.label]), unit });
      else known.units.add(unit.label);
    }
  }
  const builds = units.filter(({ builtFrom = [] }) => builtFrom.length > 0).length;
  return [...found.values()].flatMap(({ note, unit, units: labels }): readonly Diagnostic[] => {
    const { code, severity: usual, tag } = KINDS[note.kind];
    const severity = severityOf(settings, code, unit.isTestInput ? oneLess(usual) : usual);
    if (severity === 'off' || (note.kind === 'idle' && labels.size < builds)) return [];
    const { start, end, message, related } = note;
    const diagnostic: Diagnostic = {
      code,
      severity,
      message,
      at: { start, end },
      file,
      resource: undefined,
      units: [...labels].sort(),
      ...(related === undefined ? {} : { related: [related] }),
      ...(tag === undefined ? {} : { tag }),
    };
    return [diagnostic];
  });
}
