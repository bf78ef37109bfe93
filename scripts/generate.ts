// Writes a workspace of manifests for measuring: npm run bench uses it, and by hand
//   node scripts/run.mjs scripts/generate.ts FOLDER [--docs 1000] [--seed 1]
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Fault, generateApp } from './generateApp.ts';
import { generateDefinition } from './generateDefinition.ts';
import { createRandom, type Random } from './random.ts';

export interface WorkspaceRequest {
  readonly folder: string;
  /** Kubernetes objects to write; kustomizations and other YAML files come on top. */
  readonly documents: number;
  readonly seed: number;
}

export interface GeneratedWorkspace {
  readonly folder: string;
  readonly documents: number;
  readonly files: number;
  readonly bytes: number;
  /** The bytes of CustomResourceDefinitions, and of the files around them. */
  readonly definitionBytes: number;
  readonly faults: readonly { readonly file: string; readonly fault: Fault }[];
}

/** In public repositories, custom resource definitions are so much of all documents and of all bytes. */
const DEFINITION_SHARE = 0.045;
const DEFINITION_BYTES_SHARE = 0.82;
const TEAM_DOCUMENTS = 400;
const LARGEST_FILE = 190;
/** One application in so many has a fault. */
const FAULT_EVERY = 60;

/**
 * Writes a workspace, the same for the same request: teams with a namespace each, whose applications stand in files of one
 * document, of one application or of a whole team, or in kustomizations with overlays; charts; installation bundles of
 * custom resource definitions; and YAML that is not for Kubernetes.
 */
export function generateWorkspace({ folder, documents, seed }: WorkspaceRequest): GeneratedWorkspace {
  const random = createRandom(seed);
  const writer = new Writer(folder);
  const definitions = Math.round(documents * DEFINITION_SHARE);
  for (let team = 0; writer.documents < documents - definitions; team++) {
    const budget = Math.min(TEAM_DOCUMENTS, documents - definitions - writer.documents);
    writeTeam(writer, random, team, budget);
  }
  const plainBytes = writer.bytes;
  const definitionBudget = (plainBytes / (1 - DEFINITION_BYTES_SHARE)) * DEFINITION_BYTES_SHARE;
  writeDefinitions(writer, random, definitions, definitionBudget);
  const { files, bytes, faults } = writer;
  return { folder, documents: writer.documents, files, bytes, definitionBytes: bytes - plainBytes, faults };
}

/** A manifest of exactly so many lines, for editing: applications of one namespace, filled up with a comment. */
export function generateManifest(lines: number, seed: number): string {
  const random = createRandom(seed);
  const documents: string[] = [];
  let count = 0;
  for (let index = 0, added = -1; added !== 0; index++) {
    added = 0;
    const name = `edited-${lines}-${index}`;
    for (const { text } of generateApp(random, { team: 'team-0', name, namespace: 'team-0', fault: undefined })) {
      const length = countLines(text) + (documents.length === 0 ? 0 : 1);
      if (count + length > lines) continue;
      documents.push(text);
      count += length;
      added++;
    }
  }
  const text = documents.join('---\n');
  return text + '# more to come\n'.repeat(lines - count);
}

type Layout = 'document' | 'app' | 'team' | 'kustomize';
const LAYOUTS: readonly Layout[] = ['document', 'app', 'document', 'kustomize', 'document', 'app', 'team'];

function writeTeam(writer: Writer, random: Random, index: number, budget: number): void {
  const team = `team-${index}`;
  const layout = LAYOUTS[index % LAYOUTS.length] ?? 'document';
  const end = writer.documents + budget;
  writer.write(`${team}/namespace.yaml`, [namespaceOf(team)]);
  if (index % 6 === 0) writeChart(writer, team, Math.min(2, end - writer.documents));
  writer.write(`${team}/ci/pipeline.yaml`, [pipelineOf(team)], 0);
  const whole: string[] = [];
  const bases: string[] = [];
  for (let number = 0; writer.documents + whole.length < end; number++) {
    const fault = layout === 'kustomize' || number % FAULT_EVERY !== 7 ? undefined : random.pick(FAULTS);
    const name = `${random.pick(APP_NAMES)}-${index}-${number}`;
    const namespace = layout === 'kustomize' ? undefined : team;
    const all = generateApp(random, { team, name, namespace, fault });
    const documents = all.slice(0, end - writer.documents - whole.length);
    const complete = documents.length === all.length;
    if (layout === 'team') {
      whole.push(...documents.map(({ text }) => text));
      if (fault !== undefined && complete)
        writer.plant(`${team}/all-${Math.floor(writer.documents / LARGEST_FILE)}.yaml`, fault);
      if (whole.length >= LARGEST_FILE - 8) writer.write(`${team}/all-${number}.yaml`, whole.splice(0));
      continue;
    }
    const folder = layout === 'kustomize' ? `${team}/base/${name}` : `${team}/${name}`;
    if (fault !== undefined && complete) writer.plant(folder, fault);
    if (layout === 'app')
      writer.write(
        `${folder}.yaml`,
        documents.map(({ text }) => text),
      );
    else for (const { kind, text } of documents) writer.write(`${folder}/${kind.toLowerCase()}.yaml`, [text]);
    if (layout === 'kustomize') {
      bases.push(name);
      writer.write(
        `${folder}/kustomization.yaml`,
        [kustomizationOf(documents.map(({ kind }) => `${kind.toLowerCase()}.yaml`))],
        0,
      );
    }
  }
  if (whole.length > 0) writer.write(`${team}/all.yaml`, whole);
  if (bases.length > 0) writeOverlays(writer, team, bases);
}

function writeOverlays(writer: Writer, team: string, bases: readonly string[]): void {
  writer.write(`${team}/base/kustomization.yaml`, [kustomizationOf(bases)], 0);
  for (const [stage, replicas] of [
    ['dev', 1],
    ['staging', 2],
    ['prod', 4],
  ] as const) {
    const patched = bases[0] ?? 'web';
    writer.write(
      `${team}/overlays/${stage}/kustomization.yaml`,
      [
        `${kustomizationOf(['../../base'])}namespace: ${team}-${stage}
patches:
  - path: replicas.yaml
    target:
      kind: Deployment
      name: ${patched}
images:
  - name: registry.example.com/${team}/${patched}
    newTag: ${stage}
`,
      ],
      0,
    );
    const patch = `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${patched}\nspec:\n  replicas: ${replicas}\n`;
    writer.write(`${team}/overlays/${stage}/replicas.yaml`, [patch], 0);
  }
}

function kustomizationOf(resources: readonly string[]): string {
  const list = resources.map((resource) => `  - ${resource}\n`).join('');
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${list}`;
}

/** A chart whose templates hold at most two objects. */
function writeChart(writer: Writer, team: string, objects: number): void {
  const folder = `${team}/chart`;
  writer.write(`${folder}/Chart.yaml`, [`apiVersion: v2\nname: ${team}\nversion: 1.2.3\nappVersion: "4.5.6"\n`], 0);
  writer.write(
    `${folder}/values.yaml`,
    [`replicaCount: 2\nimage:\n  repository: registry.example.com/${team}\n  tag: ""\nservice:\n  port: 80\n`],
    0,
  );
  const head = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ include "${team}.fullname" . }}
  labels:
    {{- include "${team}.labels" . | nindent 4 }}
`;
  const service = `${head('v1', 'Service')}spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
  selector:
    {{- include "${team}.selectorLabels" . | nindent 4 }}
`;
  const deployment = `${head('apps/v1', 'Deployment')}spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "${team}.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "${team}.selectorLabels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: 8080
`;
  if (objects > 0) writer.write(`${folder}/templates/service.yaml`, [service]);
  if (objects > 1) writer.write(`${folder}/templates/deployment.yaml`, [deployment]);
}

/** Definitions one to a file, every tenth file a bundle of five. */
function writeDefinitions(writer: Writer, random: Random, count: number, bytes: number): void {
  const each = bytes / Math.max(1, count);
  for (let written = 0, file = 0; written < count; file++) {
    const size = Math.min(file % 10 === 9 ? 5 : 1, count - written);
    const group = `group-${file}.example.com`;
    const definitions = Array.from({ length: size }, (_, index) =>
      generateDefinition(random, group, written + index, Math.round(each * (0.4 + 1.2 * random.next()))),
    );
    written += size;
    writer.write(`operators/${group}/crds.yaml`, definitions);
  }
}

function namespaceOf(team: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${team}\n  labels:\n    team: ${team}\n`;
}

function pipelineOf(team: string): string {
  return `stages: [build, test, deploy]\nvariables:\n  TEAM: ${team}\nbuild:\n  stage: build\n  script:\n    - make image\n    - make push\n`;
}

const FAULTS: readonly Fault[] = [
  'service-selector',
  'target-port',
  'ingress-backend',
  'policy-selector',
  'autoscaler-target',
];
const APP_NAMES = [
  'web',
  'api',
  'orders',
  'payments',
  'catalogue',
  'search',
  'mailer',
  'gateway',
  'sessions',
  'inventory',
  'billing',
  'reports',
] as const;

class Writer {
  documents = 0;
  files = 0;
  bytes = 0;
  readonly faults: { readonly file: string; readonly fault: Fault }[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes one file; `objects` is how many of its documents count. */
  write(file: string, documents: readonly string[], objects = documents.length): void {
    const text = documents.join('---\n');
    const target = path.join(this.#folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    this.documents += objects;
    this.files++;
    this.bytes += Buffer.byteLength(text);
  }

  plant(file: string, fault: Fault): void {
    this.faults.push({ file, fault });
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function main(): void {
  const options = { docs: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('which folder?');
  const made = generateWorkspace({ folder, documents: Number(values.docs), seed: Number(values.seed) });
  console.log(JSON.stringify(made, null, 2));
}

if (process.argv[1] === fileURLToPath(import.meta.url) && /generate\.m?[jt]s$/.test(process.argv[1])) main();
