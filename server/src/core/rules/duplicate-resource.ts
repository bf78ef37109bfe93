import { basename, dirname } from '../base/path.ts';
import { sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import { isClusterScoped } from '../k8s/kinds.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { selectsPods } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import type { Severity } from '../workspace/config.ts';
import { ANY_RESOURCE, defineRule } from './rule.ts';
import { describeNamespace } from './shared/selectors.ts';

export const duplicateResource = defineRule({
  id: 'duplicate-resource',
  types: ANY_RESOURCE,
  severity: 'error',
  reads: 'unit',
  summary: 'One object is defined twice among manifests that are applied together',
  why: `An object is known by its kind, namespace and name. Of two manifests for one object \`kubectl apply\` lets the later one
win, \`kubectl create\` fails at it, and kustomize refuses to build. One of the two never has an effect.`,
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
        ^^^ \`Service/web\` is defined twice in this file: \`kubectl apply\` keeps only this one's fields, and \`kubectl create\` fails
spec:
  selector:
    app: web
  ports:
    - port: 8080
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: blue
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: green
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: blue
`,
  *check(resource, { unit }) {
    const name = resource.name?.value;
    if (name === undefined || name === '' || resource.generateName) return;
    for (const other of namesakesOf(unit, resource, name)) {
      if (!isEarlier(other, resource) || other.opaque || !isSameObject(other, resource)) continue;
      const severity = severityOf(unit, other, resource);
      if (severity === undefined) continue;
      const { start, end } = headSpan(resource);
      const place = headSpan(other);
      yield {
        at: { start, end },
        severity,
        message: describe(unit, other, resource),
        related: [{ file: other.file, start: place.start, end: place.end, message: 'the other one' }],
      };
      return;
    }
  },
});

/**
 * The objects of its kind and name that count: in loose manifests those of its file, and one of another file that is the
 * only other one. What stands in three files or more is an example, and of those there may be hundreds.
 */
function namesakesOf(unit: Unit, resource: Resource, name: string): readonly Resource[] {
  const named = unit.index.named(resource.kind, name);
  if (unit.kind !== 'loose' || named.length < 2) return named;
  const found = unit.index
    .inFile(resource.file)
    .filter((each) => each.kind === resource.kind && each.name?.value === name);
  let elsewhere: Resource | undefined;
  for (const other of named) {
    if (other.file === resource.file || !isSameObject(other, resource)) continue;
    if (elsewhere !== undefined) return found;
    elsewhere = other;
  }
  return elsewhere === undefined ? found : [elsewhere, ...found];
}

/** The order in which `kubectl apply -f` goes through files and documents. */
function isEarlier(other: Resource, resource: Resource): boolean {
  if (other.file !== resource.file) return other.file < resource.file;
  return other.start < resource.start;
}

function isSameObject(other: Resource, resource: Resource): boolean {
  if (other.group !== resource.group || other.name?.value === undefined || other.generateName) return false;
  return isClusterScoped(resource) || sameNamespace(other.namespace, resource.namespace) === 'yes';
}

/**
 * Files of one folder are alternatives of each other more often than parts of one thing. They speak of a fault where nothing
 * else stands twice in the whole workspace folder and the files form an application. Folders say nothing about each
 * other. A Namespace is put into every file that needs it, on purpose.
 */
function severityOf(unit: Unit, other: Resource, resource: Resource): Severity | undefined {
  const isSameVersion = other.apiVersion === resource.apiVersion;
  if (unit.kind === 'kustomization') return isSameVersion ? 'error' : 'hint';
  const isNamespace = resource.kind === 'Namespace' && resource.group === '';
  if (other.file === resource.file) return isNamespace ? 'info' : isSameVersion ? 'error' : 'hint';
  const folder = dirname(resource.file);
  if (isNamespace || unit.kind !== 'loose' || folder !== dirname(other.file)) return undefined;
  const inFolder = resourcesIn(unit, folder);
  if (!haveOneTwin(inFolder)) return undefined;
  return formsApplication(unit, inFolder) && haveOneTwin(unit.index.all) ? 'warning' : undefined;
}

function resourcesIn(unit: Unit, folder: string): readonly Resource[] {
  return unit.index.filesIn(folder).flatMap((file) => unit.index.inFile(file));
}

/** Whether a Service of the folder leads to a workload of another file there. */
function formsApplication(unit: Unit, inFolder: readonly Resource[]): boolean {
  return inFolder.some((service) => {
    if (service.type !== 'service' || service.selector === undefined || !selectsPods(service)) return false;
    const { matched } = selectWorkloads(unit.index, service.selector, service.namespace);
    return matched.some((workload) => workload.file !== service.file && inFolder.includes(workload));
  });
}

/** Whether exactly one object is defined again, and once. Stops at the second, which is near where there are many. */
function haveOneTwin(resources: Iterable<Resource>): boolean {
  const seen = new Set<string>();
  let twins = 0;
  for (const { group, kind, namespace, name } of resources) {
    if (name?.value === undefined || (kind === 'Namespace' && group === '')) continue;
    const key = `${group}/${kind}/${namespace?.value ?? ''}/${name.value}`;
    if (seen.has(key)) twins++;
    seen.add(key);
    if (twins > 1) return false;
  }
  return twins === 1;
}

function describe(unit: Unit, other: Resource, resource: Resource): string {
  const what = `\`${describeResource(resource)}\`${describeNamespace(resource.namespace)} is defined twice`;
  const isBuilt = unit.kind === 'kustomization';
  if (other.apiVersion !== resource.apiVersion)
    return `${what} in this ${isBuilt ? 'kustomization' : 'folder'}, also as \`${other.apiVersion}\`: where both are applied only the fields of one stay`;
  if (isBuilt) return `${what} in this kustomization, which therefore cannot be built`;
  if (other.file !== resource.file)
    return `${what}, here and in \`${basename(other.file)}\`: where both files are applied only the fields of one stay`;
  return `${what} in this file: \`kubectl apply\` keeps only this one's fields, and \`kubectl create\` fails`;
}
