import { dns1123LabelFault } from '../../../../validity.ts';
import { child, items, type Place, type Report, refuse, type Validator } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { descend, isSet, refuseChoice, validateChoice, validateNotNegative, validateOptionalText } from '../checks.ts';
import { validateTemplate } from '../template.ts';
import { validateClaimSpec } from '../volumes/claim.ts';
import { validateRunsForever } from './common.ts';
import { validateRequiredSelector, validateSelectsTemplate } from './selection.ts';

/** Source: kubernetes pkg/apis/apps/validation, `ValidateStatefulSetSpec`. */
export const validateStatefulSet: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const management = child(spec, 'podManagementPolicy');
  const policy = textAt(management);
  const policies = ['OrderedReady', 'Parallel'];
  if (policy !== undefined && policy !== '' && !policies.includes(policy)) {
    refuseChoice(management, report, policies, policy, 'FieldValueInvalid');
  }
  validateUpdateStrategy(child(spec, 'updateStrategy'), report);
  for (const field of ['whenDeleted', 'whenScaled']) {
    const place = descend(spec, 'persistentVolumeClaimRetentionPolicy', field);
    validateChoice(place, report, ['Retain', 'Delete'], 'Retain');
  }
  const claims = child(spec, 'volumeClaimTemplates');
  for (const claim of items(claims)) validateClaimSpec(child(claim, 'spec'), report);
  validateNotNegative(child(spec, 'replicas'), report);
  validateNotNegative(child(spec, 'minReadySeconds'), report);
  validateNotNegative(descend(spec, 'ordinals', 'start'), report);
  validateOptionalText(child(spec, 'serviceName'), report, dns1123LabelFault);
  const selector = child(spec, 'selector');
  const template = child(spec, 'template');
  if (validateRequiredSelector(selector, report)) {
    validateSelectsTemplate(selector, template, report);
    const hasClaims = items(claims).length > 0 || !isWholeList(claims);
    validateTemplate(template, report, { ignoresHostname: true, ...(hasClaims && { claimTemplates: claims }) });
  }
  validateRunsForever(template, report);
};

/** `maxUnavailable` is dropped by a server of this version, its feature being off. */
function validateUpdateStrategy(strategy: Place, report: Report): void {
  const typePlace = child(strategy, 'type');
  const type = textAt(typePlace);
  const rolling = child(strategy, 'rollingUpdate');
  if (type === undefined) return;
  if (type === 'OnDelete') {
    if (!isSet(rolling)) return;
    refuse(report, rolling, 'FieldValueInvalid', '`rollingUpdate` and `type: OnDelete` exclude each other');
  } else if (type === '' || type === 'RollingUpdate') {
    validateNotNegative(child(rolling, 'partition'), report);
  } else {
    const choices = ['RollingUpdate', 'OnDelete'];
    refuseChoice({ ...typePlace, path: strategy.path }, report, choices, type, 'FieldValueInvalid');
  }
}
