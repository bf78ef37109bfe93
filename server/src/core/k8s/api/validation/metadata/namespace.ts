import { labelValueFault } from '../../../validity.ts';
import { child, entry, isAbsent, type Place, type Report, refuse, stringAt } from '../../place.ts';
import { quoteAll, textAt } from '../values.ts';

/**
 * The server labels a Namespace with its name, and thus refuses a name that is no label value twice. Returns the label's
 * key, whose value in the manifest does not count then. Source: kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_Namespace`.
 */
export function validateNameLabel(metadata: Place, report: Report): string | undefined {
  const namePlace = child(metadata, 'name');
  const name = stringAt(namePlace);
  if (name === undefined || name === '') return undefined;
  const fault = labelValueFault(name);
  if (fault !== undefined) {
    const message = `the name \`${name}\` becomes the value of the label \`${NAME_LABEL}\`, and ${fault}`;
    refuse(report, { ...child(metadata, 'labels'), span: namePlace.span }, 'FieldValueInvalid', message);
  }
  return NAME_LABEL;
}

/** Source: k8s.io/pod-security-admission/api/helpers.go, `PolicyToEvaluate`. */
export function validatePodSecurityLabels(labels: Place, report: Report): void {
  for (const mode of MODES) {
    const levelPlace = entry(labels, `${PREFIX}${mode}`);
    const level = valueAt(levelPlace);
    if (level !== undefined && !LEVELS.includes(level)) {
      const message = `the Pod Security level \`${level}\` is none of ${quoteAll(LEVELS)}`;
      refuse(report, levelPlace, 'FieldValueInvalid', message);
    }
    const versionPlace = entry(labels, `${PREFIX}${mode}-version`);
    const version = valueAt(versionPlace);
    if (version !== undefined && version !== 'latest' && !/^v1\.(?:[0-9]|[1-9][0-9]*)$/.test(version)) {
      const message = `the Pod Security version \`${version}\` is neither \`latest\` nor of the form \`v1.35\``;
      refuse(report, versionPlace, 'FieldValueInvalid', message);
    }
  }
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
const PREFIX = 'pod-security.kubernetes.io/';
const MODES = ['enforce', 'audit', 'warn'];
const LEVELS = ['privileged', 'baseline', 'restricted'];

/** The value of a label that is written; a written null is an empty one. */
function valueAt(label: Place): string | undefined {
  return isAbsent(label) && label.node === undefined ? undefined : textAt(label);
}
