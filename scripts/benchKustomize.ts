// Measures builds of kustomizations: node scripts/run.mjs scripts/benchKustomize.ts [FOLDER-OF-MANIFESTS]
import path from 'node:path';
import { buildKustomization, type KustomizeResult } from '../server/src/core/sources/kustomize/build.ts';
import {
  type KustomizeCache,
  type KustomizeFiles,
  newKustomizeCache,
} from '../server/src/core/sources/kustomize/context.ts';
import { diskFiles, findRoots } from '../test/oracle/kustomize.ts';

export interface KustomizeTimes {
  /** Milliseconds of processor time, sorted. */
  readonly edits: readonly number[];
  /** Milliseconds of processor time for the first build of everything. */
  readonly cold: number;
}

/** Edits a base of `objects` objects under ten overlays and builds all of them again, `edits` times. */
export function measureOverlays(objects: number, perFile: number, edits: number): KustomizeTimes {
  const texts = new Map<string, string>();
  const names = Array.from({ length: Math.ceil(objects / perFile) }, (_, index) => `part${index}.yaml`);
  const textOf = (file: number, replicas: number) =>
    Array.from({ length: perFile }, (_, index) => writeObject(file * perFile + index, index === 0 ? replicas : 1)).join(
      '---\n',
    );
  for (const [index, name] of names.entries()) texts.set(`/repo/base/${name}`, textOf(index, 1));
  texts.set('/repo/base/kustomization.yaml', `resources: [${names.join(', ')}]\n`);
  const overlays = Array.from({ length: 10 }, (_, index) => `/repo/overlay${index}`);
  for (const [index, folder] of overlays.entries())
    texts.set(`${folder}/kustomization.yaml`, writeOverlay(index, objects));
  const files: KustomizeFiles = { read: (path) => texts.get(path) };
  const cache = newKustomizeCache();
  const cold = timed(() => buildAll(overlays, files, cache));
  const times: number[] = [];
  for (let edit = 0; edit < edits; edit++) {
    const file = edit % names.length;
    texts.set(`/repo/base/${names[file]}`, textOf(file, edit + 2));
    times.push(timed(() => buildAll(overlays, files, cache)));
  }
  return { edits: times.sort((a, b) => a - b), cold };
}

/** Builds every kustomization under a folder, none of them known before. */
export function measureFolder(folder: string): { readonly roots: number; readonly milliseconds: number } {
  const roots = findRoots(folder);
  const files = diskFiles();
  const milliseconds = timed(() => buildAll(roots, files, newKustomizeCache()));
  return { roots: roots.length, milliseconds };
}

/** Builds 300 kustomizations: 100 applications with a base and two overlays each. */
export function measureMany(): number {
  const texts = new Map<string, string>();
  const roots: string[] = [];
  for (let app = 0; app < 100; app++) {
    const objects = Array.from({ length: 6 }, (_, index) => writeObject(index, 1)).join('---\n');
    texts.set(`/repo/app${app}/base/all.yaml`, objects);
    texts.set(`/repo/app${app}/base/kustomization.yaml`, 'resources: [all.yaml]\n');
    for (const name of ['dev', 'prod']) {
      const text = `resources: [../base]\nnamespace: ${name}\nimages: [{name: shop/web, newTag: v2}]\n`;
      texts.set(`/repo/app${app}/${name}/kustomization.yaml`, text);
    }
    for (const name of ['base', 'dev', 'prod']) roots.push(`/repo/app${app}/${name}`);
  }
  return timed(() => buildAll(roots, { read: (path) => texts.get(path) }, newKustomizeCache()));
}

function buildAll(
  folders: readonly string[],
  files: KustomizeFiles,
  cache: KustomizeCache,
): readonly KustomizeResult[] {
  return folders.map((folder) => buildKustomization(folder, files, cache));
}

function timed(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function writeObject(index: number, replicas: number): string {
  if (index % 2 === 1) {
    return `apiVersion: v1\nkind: Service\nmetadata: {name: app${index - 1}, labels: {app: app${index - 1}}}\nspec:\n  selector: {app: app${index - 1}}\n  ports:\n  - {name: http, port: 80, targetPort: http}\n`;
  }
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app${index}
  labels: {app: app${index}}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: app${index}}
  template:
    metadata:
      labels: {app: app${index}}
    spec:
      serviceAccountName: default
      containers:
      - name: web
        image: shop/web:1.0
        ports:
        - {name: http, containerPort: 8080}
        env:
        - {name: MODE, value: plain}
        - name: TOKEN
          valueFrom: {secretKeyRef: {name: token, key: token}}
        resources:
          requests: {cpu: 100m, memory: 64Mi}
          limits: {memory: 128Mi}
        readinessProbe:
          httpGet: {path: /ready, port: http}
      volumes:
      - name: settings
        configMap: {name: settings}
`;
}

function writeOverlay(index: number, objects: number): string {
  const patch = (name: number) => `- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app${name}}
    spec:
      template:
        spec:
          containers:
          - name: web
            env:
            - {name: MODE, value: overlay}
`;
  const last = objects - (objects % 2 === 0 ? 2 : 1);
  return `resources: [../base]
namespace: team${index}
namePrefix: o${index}-
labels:
- pairs: {overlay: o${index}}
  includeSelectors: true
images:
- {name: shop/web, newTag: v${index}}
configMapGenerator:
- name: settings
  literals: [MODE=${index}]
patches:
${patch(0)}${patch(last)}- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/sessionAffinity
      value: None
`;
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

/** Measures all of it and prints a line for each; `folder` holds real manifests. */
export function reportKustomize(folder: string | undefined): void {
  for (const perFile of [1, 10, 100]) {
    const { edits, cold } = measureOverlays(100, perFile, 60);
    console.log(
      `ten overlays of 100 objects, ${perFile} in a file: an edit ${percentile(edits, 0.5)} ms (p95 ${percentile(edits, 0.95)}), first build ${cold.toFixed(1)} ms`,
    );
  }
  console.log(`300 kustomizations: ${measureMany().toFixed(0)} ms`);
  if (folder === undefined) return;
  const { roots, milliseconds } = measureFolder(folder);
  console.log(`${folder}: ${roots} kustomizations in ${milliseconds.toFixed(0)} ms`);
}

if (path.basename(process.argv[1] ?? '').startsWith('benchKustomize')) reportKustomize(process.argv[2]);
