import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { isBlank } from '../../values.ts';
import { isSet, requireText, validateText, validateWrittenRange } from '../checks.ts';
import { projectedPathFault } from '../paths.ts';
import { validateDownwardFile, validateKeyToPath, validateMode, validatePathDiffers } from './files.ts';

const LEAST_TOKEN_SECONDS = 600;
const MOST_TOKEN_SECONDS = 2 ** 32;

/**
 * Several sources in one folder. Trust bundles and certificates of Pods are dropped by a server of this version, their
 * features being off. Source: kubernetes pkg/apis/core/validation, `validateProjectionSources`.
 */
export function validateProjected(volume: Place, report: Report): void {
  validateMode(child(volume, 'defaultMode'), report);
  const seen = new Set<string>();
  for (const source of items(child(volume, 'sources'))) {
    const secret = child(source, 'secret');
    const configMap = child(source, 'configMap');
    const downward = child(source, 'downwardAPI');
    const token = child(source, 'serviceAccountToken');
    for (const keyed of [secret, configMap].filter(isSet)) validateKeyed(keyed, volume, report, seen);
    if (isSet(downward)) {
      for (const item of items(child(downward, 'items'))) {
        validateDownwardFile({ ...item, path: downward.path }, report);
        const path = child(item, 'path');
        if (!isBlank(path)) validatePathDiffers(path, volume, report, seen);
      }
    }
    if (isSet(token)) validateToken(token, volume, report);
    if ([secret, configMap, downward, token].filter(isSet).length > 1) {
      refuse(report, source, 'FieldValueForbidden', 'a source is of one type only');
    }
  }
}

function validateKeyed(source: Place, volume: Place, report: Report, seen: Set<string>): void {
  requireText(child(source, 'name'), report);
  for (const item of items(child(source, 'items'))) {
    validateKeyToPath(item, report);
    const path = child(item, 'path');
    if (!isBlank(path)) validatePathDiffers(path, volume, report, seen);
  }
}

/** The server names the path by the volume: `projected.path`. */
function validateToken(token: Place, volume: Place, report: Report): void {
  const seconds = child(token, 'expirationSeconds');
  if (!isAbsent(seconds)) validateWrittenRange(seconds, report, LEAST_TOKEN_SECONDS, MOST_TOKEN_SECONDS);
  const path = { ...child(token, 'path'), path: `${volume.path}.path` };
  requireText(path, report);
  if (!isBlank(path)) validateText(path, report, projectedPathFault);
}
