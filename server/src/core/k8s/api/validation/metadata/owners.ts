import { labelKeyFault } from '../../../validity.ts';
import { booleanAt, child, items, type Place, type Report, refuse } from '../../place.ts';
import { textAt } from '../values.ts';

/**
 * The owners of an object. All faults carry the field of the list, without an index. Equal entries count once.
 * Source: k8s.io/apimachinery pkg/api/validation/objectmeta.go, `ValidateOwnerReferences`, and k8s.io/apiserver
 * pkg/endpoints/handlers/rest.go, `dedupOwnerReferences`.
 */
export function validateOwnerReferences(owners: Place, report: Report): void {
  const seen = new Set<string>();
  let controller: string | undefined;
  for (const owner of items(owners)) {
    if (owner.node?.unknown !== undefined) continue;
    const [apiVersion, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map((key) => textAt(child(owner, key)));
    const isController = booleanAt(child(owner, 'controller'));
    const id = JSON.stringify([
      apiVersion,
      kind,
      name,
      uid,
      isController,
      booleanAt(child(owner, 'blockOwnerDeletion')),
    ]);
    if (seen.has(id)) continue;
    seen.add(id);
    const place = { ...owner, path: owners.path };
    const version = apiVersion === undefined ? undefined : versionOf(apiVersion);
    if (version === '') {
      const message = apiVersion === '' ? 'the owner has no `apiVersion`' : `\`${apiVersion}\` names no version`;
      refuseField(place, 'apiVersion', message, report);
    }
    if (kind === '') refuseField(place, 'kind', 'the owner has no kind', report);
    if (name === '') refuseField(place, 'name', 'the owner has no name', report);
    if (uid === '') refuseField(place, 'uid', 'the owner has no uid', report);
    if ((apiVersion === 'v1' || apiVersion === '/v1') && kind === 'Event')
      refuse(report, place, 'FieldValueInvalid', 'an Event owns nothing');
    if (isController !== true) continue;
    if (controller !== undefined) {
      const message = `${controller} is the controller already; an object has one at most`;
      refuse(report, { ...owners, span: owner.span }, 'FieldValueInvalid', message);
    }
    controller ??= `\`${kind ?? ''}/${name ?? ''}\``;
  }
}

/** Source: the same file, `ValidateFinalizers`; kubernetes pkg/apis/core/validation, `validateKubeFinalizerName`. */
export function validateFinalizers(finalizers: Place, isQualified: boolean, report: Report): void {
  validateFinalizerNames(finalizers, isQualified, report);
  const names = items(finalizers).map(textAt);
  if (names.includes('orphan') && names.includes('foregroundDeletion')) {
    const message = 'the finalizers `orphan` and `foregroundDeletion` exclude each other';
    refuse(report, finalizers, 'FieldValueInvalid', message);
  }
}

/** Each by itself. */
export function validateFinalizerNames(finalizers: Place, isQualified: boolean, report: Report): void {
  for (const place of items(finalizers)) {
    const name = textAt(place);
    if (name === undefined) continue;
    const fault = labelKeyFault(name);
    const atList = { ...finalizers, span: place.span };
    if (fault !== undefined) refuse(report, atList, 'FieldValueInvalid', `the finalizer \`${name}\` ${fault}`);
    if (isQualified && !name.includes('/') && !STANDARD_FINALIZERS.has(name)) {
      refuse(
        report,
        place,
        'FieldValueInvalid',
        `the finalizer \`${name}\` has no domain, such as \`example.com/${name}\``,
      );
    }
  }
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** The version in `group/version` or `version`; empty where the text is neither. */
function versionOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  return parts.length > 2 ? '' : (parts.at(-1) ?? '');
}

function refuseField(owner: Place, name: string, message: string, report: Report): void {
  refuse(report, child(owner, name), 'FieldValueInvalid', message);
}
