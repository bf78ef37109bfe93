import { dns1123LabelFault } from '../../../../validity.ts';
import { child, type Place, type Report, refuse } from '../../../place.ts';
import { textAt } from '../../values.ts';
import { requireText, validateChoice, validateRequiredText } from '../checks.ts';
import type { PodFacts } from '../shape.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateVolumeDevices, validateVolumeMounts } from './mounts.ts';
import { validateContainerPorts } from './ports.ts';
import { validateContainerResources } from './resources.ts';
import { validateResizePolicies } from './restart.ts';
import { validateSecurityContext } from './security.ts';

/** What all containers have in common. Source: kubernetes pkg/apis/core/validation, `validateContainerCommon`. */
export function validateContainerCommon(
  container: Place,
  report: Report,
  facts: PodFacts,
  takesRequestsFromLimits: boolean,
): void {
  validateRequiredText(child(container, 'name'), report, dns1123LabelFault);
  validateImage(child(container, 'image'), report, facts.isPod);
  const messagePolicies = ['File', 'FallbackToLogsOnError'];
  validateChoice(child(container, 'terminationMessagePolicy'), report, messagePolicies, 'File');
  validateContainerPorts(child(container, 'ports'), report, facts);
  validateEnv(child(container, 'env'), report);
  validateEnvFrom(child(container, 'envFrom'), report);
  validateVolumeMounts(container, report, facts.volumes);
  validateVolumeDevices(container, report, facts.volumes);
  validateChoice(child(container, 'imagePullPolicy'), report, ['Always', 'IfNotPresent', 'Never'], 'IfNotPresent');
  validateContainerResources(child(container, 'resources'), report, facts.resourceClaims, takesRequestsFromLimits);
  validateResizePolicies(child(container, 'resizePolicy'), report, facts.restartPolicy);
  validateSecurityContext(child(container, 'securityContext'), report, facts.hostUsers);
}

/** Blanks around an image are a fault in a Pod only (`validateContainerOnlyForPod`). */
function validateImage(place: Place, report: Report, isPod: boolean): void {
  requireText(place, report);
  const image = textAt(place);
  if (isPod && image !== undefined && image.trim() !== image) {
    refuse(report, place, 'FieldValueInvalid', `the image \`${image}\` has blanks around it`);
  }
}
