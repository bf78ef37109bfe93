import {
  child,
  entries,
  isAbsent,
  isDecided,
  items,
  type Place,
  type Report,
  refuse,
  stringAt,
} from '../../../place.ts';
import { textAt } from '../../values.ts';
import { forbidWritten, isSet } from '../checks.ts';
import type { ContainerList, PodFacts } from '../shape.ts';
import { validateContainerCommon } from './container.ts';
import { validateLifecycle, validateProbe } from './handlers.ts';
import { isEmptyList } from './mounts.ts';
import { validateHostNetworkPorts, validateHostPortsDiffer } from './ports.ts';
import { validateContainerRestart } from './restart.ts';

/** All containers of a Pod with their paths, the init containers first. */
export function containersOf(spec: Place): readonly { readonly list: ContainerList; readonly container: Place }[] {
  const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  return lists.flatMap((list) => items(child(spec, list)).map((container) => ({ list, container })));
}

/** Source: kubernetes pkg/apis/core/validation, `validateContainers`. */
export function validateContainers(spec: Place, report: Report, facts: PodFacts): void {
  const list = child(spec, 'containers');
  if (isEmptyList(list)) {
    refuse(report, list, 'FieldValueRequired', 'there is no container');
    return;
  }
  const containers = items(list);
  const names = new Set<string>();
  for (const container of containers) {
    validateContainerCommon(container, report, facts, facts.isPod);
    validateNameDiffers(container, report, names, true);
    validateRunning(container, report, facts);
    validateContainerRestart(container, report, false);
  }
  validateHostPortsDiffer(containers, report, facts);
  validateHostNetworkPorts(containers, report, facts);
}

/**
 * Init containers run one by one, so their ports may be equal; the server calls the ports of each those of the first.
 * Source: as above, `validateInitContainers`.
 */
export function validateInitContainers(spec: Place, report: Report, facts: PodFacts): void {
  const list = child(spec, 'initContainers');
  const names = namesIn(spec, ['containers']);
  for (const container of items(list)) {
    validateContainerCommon(container, report, facts, facts.isPod);
    validateContainerRestart(container, report, true);
    validateNameDiffers(container, report, names, false);
    validateHostPortsDiffer([{ ...container, path: `${list.path}[0]` }], report, facts);
    const restart = child(container, 'restartPolicy');
    if (stringAt(restart) === 'Always') validateRunning(container, report, facts);
    else if (isAbsent(restart) || stringAt(restart) !== undefined) forbidRunning(container, report);
  }
}

const FORBIDDEN_FOR_EPHEMERAL = [
  ...['ports', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'],
  ...['restartPolicy', 'restartPolicyRules', 'resizePolicy'],
];

/**
 * Containers for debugging, which can be added to a running Pod only; the server looks at them all the same.
 * Source: as above, `validateEphemeralContainers`, `ValidatePodCreate`.
 */
export function validateEphemeralContainers(spec: Place, report: Report, facts: PodFacts): void {
  const list = child(spec, 'ephemeralContainers');
  const containers = items(list);
  const others = namesIn(spec, ['containers', 'initContainers']);
  const names = new Set(others);
  for (const container of containers) {
    validateContainerCommon(container, report, { ...facts, isPod: true, hostNetwork: false }, false);
    validateNameDiffers(container, report, names, true);
    const target = child(container, 'targetContainerName');
    const targetName = textAt(target);
    if (targetName !== undefined && targetName !== '' && !others.has(targetName) && areNamesKnown(spec)) {
      refuse(report, target, 'FieldValueNotFound', `the Pod has no container \`${targetName}\``);
    }
    for (const field of FORBIDDEN_FOR_EPHEMERAL) {
      const place = child(container, field);
      if (field === 'resources' && isEmptyMapping(place)) continue;
      if (field === 'lifecycle' && saysStopSignalAlone(place)) continue;
      forbidWritten(place, report, `an ephemeral container takes no \`${field}\``);
    }
    for (const mount of items(child(container, 'volumeMounts'))) {
      for (const field of ['subPath', 'subPathExpr']) {
        const place = child(mount, field);
        if ((textAt(place) ?? '') === '') continue;
        refuse(report, place, 'FieldValueForbidden', `an ephemeral container takes no \`${field}\``);
      }
    }
  }
  if (containers.length > 0) {
    refuse(
      report,
      list,
      'FieldValueForbidden',
      'ephemeral containers are added to a running Pod, with `kubectl debug`',
    );
  }
}

/** Lifecycle and probes of a container that stays. */
function validateRunning(container: Place, report: Report, { gracePeriod }: PodFacts): void {
  const lifecycle = child(container, 'lifecycle');
  if (isSet(lifecycle)) validateLifecycle(lifecycle, report, gracePeriod);
  validateProbe(child(container, 'livenessProbe'), report, 'liveness');
  validateProbe(child(container, 'readinessProbe'), report, 'readiness');
  validateProbe(child(container, 'startupProbe'), report, 'startup');
}

function forbidRunning(container: Place, report: Report): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (field === 'lifecycle' && saysStopSignalAlone(child(container, field))) continue;
    const message = `an init container takes no \`${field}\`, unless it has \`restartPolicy: Always\``;
    forbidWritten(child(container, field), report, message);
  }
}

/** Nothing is left of such a lifecycle: a server of this version drops the signal, its feature being off. */
function saysStopSignalAlone(lifecycle: Place): boolean {
  const [hasSignal, ...hasHandlers] = ['stopSignal', 'postStart', 'preStop'].map((field) =>
    isSet(child(lifecycle, field)),
  );
  return hasSignal === true && !hasHandlers.includes(true);
}

/** Without a name, two containers are equal too (`comparesEmpty`), but two init containers are not. */
function validateNameDiffers(container: Place, report: Report, names: Set<string>, comparesEmpty: boolean): void {
  const place = child(container, 'name');
  const name = textAt(place);
  if (name === undefined) return;
  if (names.has(name)) refuse(report, place, 'FieldValueDuplicate', `another container is named \`${name}\` too`);
  if (name !== '' || comparesEmpty) names.add(name);
}

function namesIn(spec: Place, lists: readonly ContainerList[]): Set<string> {
  const places = lists.flatMap((list) => items(child(spec, list))).map((container) => child(container, 'name'));
  return new Set(places.map(textAt).filter((name) => name !== undefined));
}

function areNamesKnown(spec: Place): boolean {
  return containersOf(spec).every(({ container }) => textAt(child(container, 'name')) !== undefined);
}

/** An object whose fields are all left out, or null. */
function isEmptyMapping(place: Place): boolean {
  return place.node?.kind === 'mapping' && isDecided(place) && entries(place).every(({ value }) => isAbsent(value));
}
