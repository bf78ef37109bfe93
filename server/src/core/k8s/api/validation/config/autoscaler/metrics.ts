import { signOf } from '../../../../quantity.ts';
import { dns1123LabelFault } from '../../../../validity.ts';
import { child, isAbsent, type Place, type Report, refuse } from '../../../place.ts';
import { pathSegmentFault } from '../../metadata/names.ts';
import { textAt } from '../../values.ts';
import { quantityAt } from '../../workloads/amounts.ts';
import {
  descend,
  forbidWritten,
  isSet,
  numberAt,
  refuseChoice,
  requireText,
  validateRequiredText,
} from '../../workloads/checks.ts';
import { containerResourceFault } from '../../workloads/containers/resourceNames.ts';
import { validateObjectReference } from './reference.ts';

/** Source: kubernetes pkg/apis/autoscaling/validation, `validateMetricSpec`. */
export function validateMetric(metric: Place, report: Report): void {
  const typePlace = child(metric, 'type');
  const type = textAt(typePlace);
  const expected = SOURCES.find((source) => source.type === type);
  if (type !== undefined && expected === undefined) {
    const types = SOURCES.map((source) => source.type).sort();
    refuseChoice(typePlace, report, types, type);
  }
  const written = SOURCES.filter(({ field }) => isSet(child(metric, field)));
  const [first] = written;
  if (first !== undefined) first.validate(child(metric, first.field), report);
  if (expected !== undefined && isAbsent(child(metric, expected.field))) {
    const message = `a metric of type \`${expected.type}\` needs \`${expected.field}\``;
    refuse(report, child(metric, expected.field), 'FieldValueRequired', message);
  }
  if (type === undefined || written.length < 2) return;
  for (const { field } of written.filter((source) => source !== expected)) {
    refuse(report, child(metric, field), 'FieldValueForbidden', `a metric has one source; \`type\` is \`${type}\``);
  }
}

interface Source {
  readonly type: string;
  readonly field: string;
  readonly validate: (source: Place, report: Report) => void;
}

/** In the order in which the server looks for them; it checks the first only. */
const SOURCES: readonly Source[] = [
  { type: 'Object', field: 'object', validate: validateObject },
  { type: 'External', field: 'external', validate: validateExternal },
  { type: 'Pods', field: 'pods', validate: validatePods },
  { type: 'Resource', field: 'resource', validate: validateResource },
  { type: 'ContainerResource', field: 'containerResource', validate: validateContainerResource },
];

function validateObject(source: Place, report: Report): void {
  validateObjectReference(child(source, 'describedObject'), false, report);
  validateIdentifier(source, report);
  const target = validateTarget(source, report);
  requireOne(target, ['averageValue', 'value'], report);
}

function validateExternal(source: Place, report: Report): void {
  validateIdentifier(source, report);
  const target = validateTarget(source, report);
  requireOne(target, ['averageValue', 'value'], report);
  forbidBoth(target, 'value', 'averageValue', report);
}

function validatePods(source: Place, report: Report): void {
  validateIdentifier(source, report);
  requireOne(validateTarget(source, report), ['averageValue'], report);
}

function validateResource(source: Place, report: Report): void {
  requireText(child(source, 'name'), report);
  validateUtilization(source, report);
}

function validateContainerResource(source: Place, report: Report): void {
  validateRequiredText(child(source, 'name'), report, containerResourceFault);
  validateRequiredText(child(source, 'container'), report, dns1123LabelFault);
  validateUtilization(source, report);
}

function validateUtilization(source: Place, report: Report): void {
  const target = validateTarget(source, report);
  requireOne(target, ['averageUtilization', 'averageValue'], report);
  forbidBoth(target, 'averageValue', 'averageUtilization', report);
}

function validateIdentifier(source: Place, report: Report): void {
  validateRequiredText(descend(source, 'metric', 'name'), report, pathSegmentFault);
}

const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];

function validateTarget(source: Place, report: Report): Place {
  const target = child(source, 'target');
  const typePlace = child(target, 'type');
  const type = textAt(typePlace);
  if (type === '') refuse(report, typePlace, 'FieldValueRequired', 'the target needs a `type`');
  if (type !== undefined && !TARGET_TYPES.includes(type)) {
    refuseChoice(typePlace, report, TARGET_TYPES, type, 'FieldValueInvalid');
  }
  for (const name of ['value', 'averageValue']) {
    const place = child(target, name);
    const quantity = isAbsent(place) ? undefined : quantityAt(place);
    if (quantity !== undefined && signOf(quantity) !== 1) {
      refuse(report, place, 'FieldValueInvalid', `\`${name}\` must be more than 0`);
    }
  }
  const utilization = child(target, 'averageUtilization');
  const percentage = numberAt(utilization, 1);
  if (percentage !== undefined && percentage < 1) {
    refuse(report, utilization, 'FieldValueInvalid', `\`averageUtilization\` is at least 1, not ${percentage}`);
  }
  return target;
}

/** Reported at the first of the fields. */
function requireOne(target: Place, fields: readonly string[], report: Report): void {
  const [place] = fields.map((field) => child(target, field));
  if (place === undefined || !fields.every((field) => isAbsent(child(target, field)))) return;
  const message = `the target needs ${fields.map((field) => `\`${field}\``).join(' or ')}`;
  refuse(report, place, 'FieldValueRequired', message);
}

function forbidBoth(target: Place, field: string, other: string, report: Report): void {
  if (isSet(child(target, other))) {
    forbidWritten(child(target, field), report, `\`${field}\` and \`${other}\` exclude each other`);
  }
}
