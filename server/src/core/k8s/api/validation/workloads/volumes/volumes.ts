import { signOf } from '../../../../quantity.ts';
import { dns1123LabelFault, dns1123SubdomainFault } from '../../../../validity.ts';
import { child, entries, isAbsent, isDecided, items, type Place, type Report, refuse } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { quantityAt } from '../amounts.ts';
import { isSet, isValid, requireText, validateChoice, validateRequiredText } from '../checks.ts';
import type { KnownVolumes, PodShape } from '../shape.ts';
import { validateClaimTemplate } from './claim.ts';
import { validateDownwardFiles, validateKeyedFiles } from './files.ts';
import { validateProjected } from './projected.ts';
import * as sources from './sources.ts';

/**
 * The volumes of a Pod. Those with a fault do not count as volumes: what mounts them is at fault too.
 * Source: kubernetes pkg/apis/core/validation, `ValidateVolumes`.
 */
export function validateVolumes(shape: PodShape, report: Report): KnownVolumes {
  const list = child(shape.spec, 'volumes');
  const volumes = [...claimVolumes(shape, list), ...ownVolumes(shape, list)];
  const isClaimByName = new Map<string, boolean | undefined>();
  const claims = shape.claimTemplates ?? { ...list, node: undefined };
  let isClosed =
    isWholeList(list) && isWholeList(claims) && items(claims).every((claim) => claimName(claim) !== undefined);
  for (const volume of volumes) {
    const namePlace = child(volume, 'name');
    const name = textAt(namePlace);
    const isFine = isValid(report, (note) => {
      validateSource(volume, note, shape);
      validateRequiredText(namePlace, note, dns1123LabelFault);
      if (name === undefined || !isClaimByName.has(name)) return;
      refuse(note, namePlace, 'FieldValueDuplicate', `another volume is named \`${name}\` too`);
    });
    if (name === undefined) isClosed = false;
    else if (isFine) isClaimByName.set(name, isClaim(volume));
  }
  validateClaimReferences(volumes, shape, report);
  const written = new Set(volumes.map((volume) => textAt(child(volume, 'name'))).filter((name) => name !== undefined));
  return { isClaimByName, isClosed, written };
}

/** Whether a volume is an empty folder; `undefined` where undecided. */
export function isEmptyDir(volume: Place): boolean | undefined {
  const [first] = writtenTypesOf(volume);
  if (first !== undefined) return first.name === 'emptyDir';
  return hasNoType(volume) ? true : undefined;
}

type ValidateSource = (source: Place, report: Report, shape: PodShape, volume: Place) => void;

/** In the order in which the server looks for them: the first counts, the others are one too many. */
const SOURCES: ReadonlyMap<string, ValidateSource> = new Map<string, ValidateSource>([
  ['emptyDir', validateEmptyDir],
  ['hostPath', sources.validateHostPath],
  ['gitRepo', sources.validateGitRepo],
  // The server calls these `persistentDisk` and `cephfs` there, where it looks inside.
  [
    'gcePersistentDisk',
    (source, report) => sources.validateDisk(calledThere(source, 'persistentDisk'), report, 'pdName'),
  ],
  ['awsElasticBlockStore', (source, report) => sources.validateDisk(source, report, 'volumeID')],
  ['secret', (source, report) => validateKeyedFiles(source, report, 'secretName')],
  ['nfs', sources.validateNfs],
  ['iscsi', sources.validateIscsi],
  ['glusterfs', (source, report) => sources.requireTexts(source, report, ['endpoints', 'path'])],
  ['flocker', sources.validateFlocker],
  ['persistentVolumeClaim', (source, report) => sources.requireTexts(source, report, ['claimName'])],
  ['rbd', sources.validateRbd],
  ['cinder', sources.validateCinder],
  ['cephfs', sources.validateCephFs],
  ['quobyte', sources.validateQuobyte],
  ['downwardAPI', validateDownwardFiles],
  ['fc', sources.validateFibreChannel],
  ['flexVolume', sources.validateFlexVolume],
  ['configMap', (source, report) => validateKeyedFiles(source, report, 'name')],
  ['azureFile', (source, report) => sources.requireTexts(source, report, ['secretName', 'shareName'])],
  ['vsphereVolume', (source, report) => sources.requireTexts(source, report, ['volumePath'])],
  ['photonPersistentDisk', (source, report) => sources.requireTexts(source, report, ['pdID'])],
  ['portworxVolume', (source, report) => sources.requireTexts(source, report, ['volumeID'])],
  ['azureDisk', sources.validateAzureDisk],
  ['storageos', sources.validateStorageOs],
  ['projected', validateProjected],
  ['scaleIO', (source, report) => sources.requireTexts(source, report, ['gateway', 'system', 'volumeName'])],
  ['csi', sources.validateCsi],
  ['ephemeral', validateEphemeral],
  ['image', validateImage],
]);

const RANKS: ReadonlyMap<string, number> = new Map([...SOURCES.keys()].map((name, rank) => [name, rank]));

/** What the server calls some types where a volume has more than one. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['cephfs', 'cephFS'],
  ['downwardAPI', 'downwarAPI'],
]);

/** A volume without any type is an empty folder (`SetDefaults_Volume`). Source: `validateVolumeSource`. */
function validateSource(volume: Place, report: Report, shape: PodShape): void {
  const [first, ...others] = writtenTypesOf(volume);
  if (first === undefined) return;
  sources.validateIscsiNames(volume, report);
  SOURCES.get(first.name)?.(first.place, report, shape, volume);
  for (const { name, place } of others) {
    const at = calledThere(place, OTHER_NAMES.get(name) ?? name);
    refuse(report, at, 'FieldValueForbidden', `\`${first.name}\` and \`${name}\` exclude each other`);
  }
}

/** The types that are certainly written, in the order of the server. */
function writtenTypesOf(volume: Place): readonly { readonly name: string; readonly place: Place }[] {
  return entries(volume)
    .filter(({ key, value }) => RANKS.has(key) && isSet(value))
    .map(({ key }) => ({ name: key, place: child(volume, key) }))
    .sort((a, b) => (RANKS.get(a.name) ?? 0) - (RANKS.get(b.name) ?? 0));
}

function hasNoType(volume: Place): boolean {
  return isDecided(volume) && entries(volume).every(({ key, value }) => !RANKS.has(key) || isAbsent(value));
}

function isClaim(volume: Place): boolean | undefined {
  const claims = [child(volume, 'persistentVolumeClaim'), child(volume, 'ephemeral')];
  if (claims.some(isSet)) return true;
  return claims.every(isAbsent) ? false : undefined;
}

function calledThere(source: Place, name: string): Place {
  return { ...source, path: source.path.replace(/[^.]*$/, name) };
}

function validateEmptyDir(source: Place, report: Report): void {
  const place = child(source, 'sizeLimit');
  const limit = quantityAt(place);
  if (limit !== undefined && signOf(limit) < 0) {
    refuse(report, place, 'FieldValueForbidden', '`sizeLimit` may not be negative');
  }
}

function validateEphemeral(source: Place, report: Report, shape: PodShape, volume: Place): void {
  const template = child(source, 'volumeClaimTemplate');
  if (isAbsent(template)) refuse(report, template, 'FieldValueRequired', '`volumeClaimTemplate` is required');
  if (isSet(template)) validateClaimTemplate(template, report);
  const namePlace = child(volume, 'name');
  const name = textAt(namePlace);
  if (shape.podName === undefined || name === undefined || name === '') return;
  const claim = `${shape.podName}-${name}`;
  const fault = dns1123SubdomainFault(claim);
  if (fault !== undefined) refuse(report, namePlace, 'FieldValueInvalid', `the claim's name \`${claim}\` ${fault}`);
}

function validateImage(source: Place, report: Report, { isPod }: PodShape): void {
  if (isPod) requireText(child(source, 'reference'), report);
  validateChoice(child(source, 'pullPolicy'), report, ['Always', 'IfNotPresent', 'Never'], 'IfNotPresent');
}

/** A Pod cannot use, by name, a claim that is made for one of its volumes. */
function validateClaimReferences(volumes: readonly Place[], { podName }: PodShape, report: Report): void {
  if (podName === undefined) return;
  const made = new Set(
    volumes
      .filter((volume) => isSet(child(volume, 'ephemeral')))
      .map((volume) => `${podName}-${textAt(child(volume, 'name'))}`),
  );
  for (const volume of volumes) {
    const place = child(child(volume, 'persistentVolumeClaim'), 'claimName');
    const claim = textAt(place);
    if (claim === undefined || !made.has(claim)) continue;
    refuse(report, place, 'FieldValueInvalid', `the claim \`${claim}\` is made for a volume of this Pod`);
  }
}

/** What the server adds for the claims of a StatefulSet, one for each name. */
function claimVolumes(shape: PodShape, list: Place): readonly Place[] {
  const byName = new Map<string, Place>();
  for (const template of items(shape.claimTemplates ?? { ...list, node: undefined })) {
    const text = claimName(template);
    if (text === undefined || byName.has(text)) continue;
    const path = `${list.path}[${byName.size}]`;
    byName.set(text, claimVolume(path, child(child(template, 'metadata'), 'name')));
  }
  return [...byName.values()];
}

function claimName(template: Place): string | undefined {
  return textAt(child(child(template, 'metadata'), 'name'));
}

/** A volume that is not written, made of the name of its claim. */
function claimVolume(path: string, { node, span }: Place): Place {
  const { start, end } = span;
  const scalar = (text: string) => ({
    kind: 'scalar' as const,
    value: text,
    text,
    style: 'plain' as const,
    start,
    end,
  });
  const value = node ?? scalar('');
  const pair = (name: string, of: NonNullable<Place['node']>) => ({ name, key: scalar(name), value: of, merge: false });
  const mapping = (pairs: readonly ReturnType<typeof pair>[]) => ({
    kind: 'mapping' as const,
    flow: false,
    pairs,
    start,
    end,
  });
  const claim = mapping([pair('claimName', value)]);
  return { node: mapping([pair('name', value), pair('persistentVolumeClaim', claim)]), path, span };
}

/** The volumes that are written, but those that a claim of the same name replaces. */
function ownVolumes(shape: PodShape, list: Place): readonly Place[] {
  const own = items(list);
  const templates = items(shape.claimTemplates ?? { ...list, node: undefined });
  if (templates.length === 0) return own;
  const names = new Set(templates.map((template) => textAt(child(child(template, 'metadata'), 'name'))));
  const kept = own.filter((volume) => {
    const name = textAt(child(volume, 'name'));
    return name === undefined || !names.has(name);
  });
  return kept.map((volume, index) => ({ ...volume, path: `${list.path}[${names.size + index}]` }));
}
