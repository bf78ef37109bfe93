import { dns1123LabelFault, dns1123SubdomainFault, labelValueFault } from '../../../../validity.ts';
import {
  child,
  entries,
  isAbsent,
  isDecided,
  type Place,
  type Report,
  refuse,
  stringAt,
  type Validator,
} from '../../../place.ts';
import { validateLabelSelector } from '../../metadata/index.ts';
import { textAt } from '../../values.ts';
import {
  flagAt,
  isSet,
  isValid,
  numberAt,
  refuseChoice,
  requireText,
  validateNotNegative,
  validateWrittenChoice,
} from '../checks.ts';
import { validateTemplate } from '../template.ts';
import { validateLabelsOfTemplate } from './common.ts';
import { validateFailurePolicy, validateSuccessPolicy } from './jobPolicies.ts';
import { type LabelLookup, labelOf, unmetRequirement, validateSelectsTemplate } from './selection.ts';

/** Source: kubernetes pkg/apis/batch/validation, `ValidateJob`. */
export const validateJob: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateJobSpec(spec, report, true);
  validateLabelsOfTemplate(object, child(spec, 'template'), report);
  const manual = flagAt(child(spec, 'manualSelector'));
  if (manual === true) validateManualSelector(spec, report);
  if (manual === false) validateMadeSelector(object, report);
  validateHostnames(object, report);
};

const MAX_INDEXED = 100_000;
const MAX_PARALLEL_OF_MANY = 10_000;

/**
 * The spec of a Job (`isJob`), or of those that a CronJob makes: the server fills in less there.
 * Source: as above, `validateJobSpec`.
 */
export function validateJobSpec(spec: Place, report: Report, isJob: boolean): void {
  for (const field of COUNTS) validateNotNegative(child(spec, field), report);
  const perIndex = child(spec, 'backoffLimitPerIndex');
  if (isSet(child(spec, 'maxFailedIndexes')) && isAbsent(perIndex)) {
    refuse(report, perIndex, 'FieldValueRequired', '`maxFailedIndexes` needs `backoffLimitPerIndex`');
  }
  validateManager(child(spec, 'managedBy'), report);
  const modePlace = child(spec, 'completionMode');
  validateWrittenChoice(modePlace, report, ['NonIndexed', 'Indexed']);
  const mode = isAbsent(modePlace) ? 'NonIndexed' : stringAt(modePlace);
  const completions = completionsOf(spec, isJob);
  if (mode === 'Indexed') validateIndexed(spec, report, completions);
  if (mode === 'NonIndexed') forbidIndexed(spec, report);
  const failurePolicy = child(spec, 'podFailurePolicy');
  if (isSet(failurePolicy)) validateFailurePolicy(failurePolicy, spec, report);
  const successPolicy = child(spec, 'successPolicy');
  if (isSet(successPolicy) && mode !== undefined) {
    if (mode === 'Indexed') validateSuccessPolicy(successPolicy, report, completions);
    else refuse(report, successPolicy, 'FieldValueInvalid', '`successPolicy` needs `completionMode: Indexed`');
  }
  const replacements = isSet(failurePolicy) ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const replacement = child(spec, 'podReplacementPolicy');
  if (isSet(failurePolicy) || isAbsent(failurePolicy)) validateWrittenChoice(replacement, report, replacements);
  validateTemplate(child(spec, 'template'), report);
  validateEnds(spec, report);
}

const COUNTS = [
  ...['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'],
  ...['backoffLimitPerIndex', 'maxFailedIndexes'],
];

/** `none` where a Job has no number of completions; `undefined` where undecided. */
function completionsOf(spec: Place, isJob: boolean): number | 'none' | undefined {
  const place = child(spec, 'completions');
  if (!isAbsent(place)) return numberAt(place);
  if (!isJob) return 'none';
  const parallelism = child(spec, 'parallelism');
  if (isAbsent(parallelism)) return 1;
  return isSet(parallelism) ? 'none' : undefined;
}

function validateIndexed(spec: Place, report: Report, completions: number | 'none' | undefined): void {
  const parallelPlace = child(spec, 'parallelism');
  const failedPlace = child(spec, 'maxFailedIndexes');
  const parallelism = numberAt(parallelPlace) ?? 0;
  const failed = isAbsent(failedPlace) ? undefined : numberAt(failedPlace);
  if (completions === 'none') {
    refuse(report, child(spec, 'completions'), 'FieldValueRequired', '`completionMode: Indexed` needs `completions`');
  }
  if (parallelism > MAX_INDEXED) atMost(parallelPlace, MAX_INDEXED);
  if (failed !== undefined && failed > MAX_INDEXED) atMost(failedPlace, MAX_INDEXED);
  if (typeof completions !== 'number') return;
  if (failed !== undefined && failed > completions) atMost(failedPlace, completions);
  if (completions <= MAX_INDEXED || !isSet(child(spec, 'backoffLimitPerIndex'))) return;
  if (isAbsent(failedPlace)) {
    const message = `more than ${MAX_INDEXED} \`completions\` need \`maxFailedIndexes\``;
    refuse(report, failedPlace, 'FieldValueRequired', message);
  }
  if (parallelism > MAX_PARALLEL_OF_MANY) atMost(parallelPlace, MAX_PARALLEL_OF_MANY);
  if (failed !== undefined && failed > MAX_PARALLEL_OF_MANY) atMost(failedPlace, MAX_PARALLEL_OF_MANY);

  function atMost(place: Place, most: number): void {
    refuse(report, place, 'FieldValueInvalid', `${most} are the most here, not ${numberAt(place)}`);
  }
}

function forbidIndexed(spec: Place, report: Report): void {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
    const place = child(spec, field);
    if (!isSet(place)) continue;
    refuse(report, place, 'FieldValueInvalid', `\`${field}\` needs \`completionMode: Indexed\``);
  }
}

/** `domain/path` of another controller that runs the Job. Source: k8s.io/apimachinery, `IsDomainPrefixedPath`. */
function validateManager(place: Place, report: Report): void {
  if (isAbsent(place)) return;
  const manager = requireText(place, report);
  if (manager === undefined) return;
  const slash = manager.indexOf('/');
  const [host, path] = [manager.slice(0, slash), manager.slice(slash + 1)];
  const fault =
    slash <= 0 || path === ''
      ? 'is not of the form `example.com/name`'
      : (dns1123SubdomainFault(host) ?? (HTTP_PATH.test(path) ? undefined : 'has characters that no path has'));
  if (fault !== undefined) refuse(report, place, 'FieldValueInvalid', `the manager \`${manager}\` ${fault}`);
  if (manager.length > 63) refuse(report, place, 'FieldValueTooLong', 'the manager has more than 63 characters');
}

const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** The Pods of a Job come to an end. */
function validateEnds(spec: Place, report: Report): void {
  const place = child(child(child(spec, 'template'), 'spec'), 'restartPolicy');
  const policy = textAt(place);
  if (policy === undefined) return;
  if (policy === '' || policy === 'Always') {
    refuse(report, place, 'FieldValueRequired', 'the Pods of a Job have `restartPolicy: OnFailure` or `Never`');
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    refuseChoice(place, report, ['OnFailure', 'Never'], policy);
  } else if (policy === 'OnFailure' && isSet(child(spec, 'podFailurePolicy'))) {
    refuse(report, place, 'FieldValueInvalid', '`podFailurePolicy` needs `restartPolicy: Never`');
  }
}

function validateManualSelector(spec: Place, report: Report): void {
  const selector = child(spec, 'selector');
  if (isAbsent(selector)) {
    refuse(report, selector, 'FieldValueRequired', '`manualSelector: true` needs a `selector`');
  }
  if (!isValid(report, (note) => validateLabelSelector(selector, note))) return;
  validateSelectsTemplate(selector, child(spec, 'template'), report);
}

const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];
const ID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

/** Stands for the id that the server gives to the Job, which nobody can write beforehand. */
const SOME_ID = '\u0000';

/** The server labels the Pods with the Job's name and id, and selects them by these. Source: as above, `validateGeneratedSelector`. */
function validateMadeSelector(object: Place, report: Report): void {
  const metadata = child(object, 'metadata');
  const name =
    isAbsent(child(metadata, 'generateName')) || stringAt(child(metadata, 'name')) !== undefined
      ? textAt(child(metadata, 'name'))
      : undefined;
  const spec = child(object, 'spec');
  const template = child(spec, 'template');
  const labels = child(child(template, 'metadata'), 'labels');
  for (const { key, value } of entries(labels)) {
    const text = textAt(value);
    if (ID_LABELS.includes(key) && text !== undefined) {
      refuse(report, value, 'FieldValueInvalid', `the server sets the label \`${key}\``);
    } else if (NAME_LABELS.includes(key) && text !== undefined && name !== undefined && text !== name) {
      refuse(report, value, 'FieldValueInvalid', `the label \`${key}\` is the Job's name, \`${name}\``);
    }
  }
  validateNameAsLabel(child(metadata, 'name'), name, labels, template, report);
  const selector = child(spec, 'selector');
  if (!isSet(selector) || !isValid(report, (note) => validateLabelSelector(selector, note))) return;
  const made: LabelLookup = (key) => {
    if (ID_LABELS.includes(key)) return { value: SOME_ID };
    return NAME_LABELS.includes(key) ? (name === undefined ? undefined : { value: name }) : 'absent';
  };
  const ofTemplate: LabelLookup = (key) => {
    const written = labelOf(labels, key);
    return written === 'absent' ? made(key) : written;
  };
  const unmetByMade = unmetRequirement(selector, made);
  if (unmetByMade !== undefined) {
    const message = 'the server makes the selector of a Job, unless `manualSelector` is set';
    refuse(report, selector, 'FieldValueInvalid', message);
  }
  const unmet = unmetRequirement(selector, ofTemplate);
  if (unmet === undefined) return;
  refuse(report, labels, 'FieldValueInvalid', `the labels do not match the selector: ${unmet}`);
}

/** A Job may have a longer name than a label. */
function validateNameAsLabel(
  place: Place,
  name: string | undefined,
  labels: Place,
  template: Place,
  report: Report,
): void {
  const fault = name === undefined ? undefined : labelValueFault(name);
  const isAdded = NAME_LABELS.some((key) => labelOf(labels, key) === 'absent');
  if (fault === undefined || !isAdded || !isDecided(labels)) return;
  const at = { ...place, path: `${template.path}.labels` };
  refuse(report, at, 'FieldValueInvalid', `the Job's name \`${name}\` becomes a label of its Pods, and ${fault}`);
}

/** The Pods of an indexed Job are named by it and their index. */
function validateHostnames(object: Place, report: Report): void {
  const spec = child(object, 'spec');
  const completions = completionsOf(spec, true);
  if (stringAt(child(spec, 'completionMode')) !== 'Indexed' || typeof completions !== 'number' || completions <= 0)
    return;
  const place = child(child(object, 'metadata'), 'name');
  const name = stringAt(place);
  if (name === undefined) return;
  const fault = dns1123LabelFault(`${name}-${completions - 1}`);
  if (fault === undefined) return;
  refuse(
    report,
    place,
    'FieldValueInvalid',
    `the host name \`${name}-${completions - 1}\` of a Pod of this Job ${fault}`,
  );
}
