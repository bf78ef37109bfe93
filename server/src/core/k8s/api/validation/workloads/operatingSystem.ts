import { booleanAt, child, isAbsent, type Place, type Report, refuse } from '../../place.ts';
import { textAt } from '../values.ts';
import { descend, forbidWritten, isSet, refuseChoice, requireText } from './checks.ts';
import { containersOf } from './containers/lists.ts';

const SYSTEMS = ['linux', 'windows'];

/** `os` of a Pod, and what excludes it. Source: kubernetes pkg/apis/core/validation, `validateOS`, `validateLinux`, `validateWindows`. */
export function validateOperatingSystem(spec: Place, report: Report): void {
  const os = child(spec, 'os');
  if (!isSet(os)) return;
  const name = textAt(child(os, 'name'));
  requireText(child(os, 'name'), report);
  if (name === 'linux') forbidEverywhere(spec, report, ['windowsOptions'], ['windowsOptions'], 'Linux');
  else if (name === 'windows') validateWindows(spec, report);
  else if (name !== undefined && name !== '') {
    refuseChoice({ ...child(os, 'name'), path: os.path }, report, SYSTEMS, name);
  }
}

const NOT_ON_WINDOWS = ['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'runAsUser', 'runAsGroup'];
const POD_ONLY = [
  'fsGroup',
  'fsGroupChangePolicy',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const CONTAINER_ONLY = [
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
];

function validateWindows(spec: Place, report: Report): void {
  forbidEverywhere(spec, report, [...NOT_ON_WINDOWS, ...POD_ONLY], [...NOT_ON_WINDOWS, ...CONTAINER_ONLY], 'Windows');
  for (const field of ['hostUsers', 'shareProcessNamespace']) {
    forbidWritten(child(spec, field), report, `a Pod for Windows takes no \`${field}\``);
  }
  for (const field of ['hostPID', 'hostIPC']) {
    if (booleanAt(child(spec, field)) !== true) continue;
    refuse(report, child(spec, field), 'FieldValueForbidden', `a Pod for Windows takes no \`${field}\``);
  }
  const sysctls = descend(spec, 'securityContext', 'sysctls');
  if (sysctls.node?.kind === 'sequence' && sysctls.node.items.length > 0) {
    forbidWritten(sysctls, report, 'a Pod for Windows takes no `sysctls`');
  }
}

function forbidEverywhere(
  spec: Place,
  report: Report,
  podFields: readonly string[],
  containerFields: readonly string[],
  system: string,
): void {
  const holders = [
    { holder: spec, fields: podFields },
    ...containersOf(spec).map(({ container }) => ({ holder: container, fields: containerFields })),
  ];
  for (const { holder, fields } of holders) {
    const context = child(holder, 'securityContext');
    if (isAbsent(context)) continue;
    for (const field of fields) {
      forbidWritten(child(context, field), report, `a Pod for ${system} takes no \`${field}\``);
    }
  }
}
