import { child, items, type Place, type Report, refuse } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { descend, isSet } from '../checks.ts';
import { containersOf } from '../containers/lists.ts';
import { isEmptyDir } from './volumes.ts';

/**
 * Variables that are read from files need volumes of type `emptyDir`.
 * Source: kubernetes pkg/apis/core/validation, `validateFileKeyRefVolumes`.
 */
export function validateEnvFiles(spec: Place, report: Report): void {
  const references = containersOf(spec)
    .flatMap(({ container }) => items(child(container, 'env')))
    .map((variable) => descend(variable, 'valueFrom', 'fileKeyRef'))
    .filter(isSet);
  if (references.length === 0) return;
  const list = child(spec, 'volumes');
  const volumes = new Map(items(list).map((volume) => [textAt(child(volume, 'name')), volume]));
  const isClosed = isWholeList(list) && !volumes.has(undefined);
  for (const reference of references) {
    const place = child(reference, 'volumeName');
    const name = textAt(place);
    if (name === undefined) continue;
    const volume = volumes.get(name);
    if (volume === undefined) {
      if (isClosed) refuse(report, place, 'FieldValueNotFound', `the Pod has no volume \`${name}\``);
    } else if (isEmptyDir(volume) === false) {
      refuse(report, place, 'FieldValueInvalid', `the volume \`${name}\` is no \`emptyDir\``);
    }
  }
}
