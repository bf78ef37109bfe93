import { relativePath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { BuildMetadata, Layer } from './context.ts';
import { items, text } from './fields.ts';
import { clearField, mappingAt, memberOf, newScalar, setField } from './node.ts';
import type { Step } from './plan.ts';
import type { BuildResource } from './resource.ts';

/** What the kustomization asks for in `buildMetadata`; `undefined` when it asks for nothing. */
export function readBuildMetadata(root: YamlNode, top: string): BuildMetadata | undefined {
  const options = items(root, 'buildMetadata');
  if (options.length === 0) return undefined;
  const find = (name: string) => options.find((option) => text(option) === name);
  return {
    origins: find('originAnnotations') !== undefined,
    transformations: find('transformerAnnotations') !== undefined,
    managedBy: find('managedByLabel'),
    top,
  };
}

/** The YAML of an object's origin: the file that it stands in. */
export function pathOrigin(layer: Layer, file: string): string | undefined {
  const { metadata } = layer.build;
  return metadata === undefined ? undefined : `path: ${relativePath(metadata.top, file)}\n`;
}

/** The YAML of what a generator or transformer of this kind did, named by the file that asks for it. */
export function configuredOrigin(layer: Layer, kind: string): string | undefined {
  const { metadata } = layer.build;
  if (metadata === undefined) return undefined;
  const { name = '', namespace = '' } = layer.plugin ?? {};
  const lines = ['  apiVersion: builtin', `  kind: ${kind}`];
  if (name !== '') lines.push(`  name: ${name}`);
  if (namespace !== '') lines.push(`  namespace: ${namespace}`);
  return `configuredIn: ${relativePath(metadata.top, layer.file)}\nconfiguredBy:\n${lines.join('\n')}\n`;
}

/** Notes on every object that a transformer has run over it; one without an origin is held for made by it. */
export function noteStep(layer: Layer, kind: string): readonly Step[] {
  const note = configuredOrigin(layer, kind);
  if (note === undefined) return [];
  const apply = (resource: BuildResource) => {
    if (resource.provenance === undefined) resource.provenance = note;
    else resource.transformations = [...resource.transformations, note];
    return undefined;
  };
  return [{ apply }];
}

const ORIGIN = 'config.kubernetes.io/origin';
const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** Annotations for kustomize's own use, which never leave a build. */
const INTERNAL: readonly string[] = [
  'config.kubernetes.io/index',
  'config.kubernetes.io/path',
  'config.k8s.io/id',
  ...[
    'index',
    'path',
    'seqindent',
    'id',
    'annotations-migration-resource-id',
    'previousKinds',
    'previousNames',
    'prefixes',
    'suffixes',
    'previousNamespaces',
    'allowNameChange',
    'allowKindChange',
    'refBy',
    'generatorBehavior',
    'needsHashSuffix',
  ].map((name) => `internal.config.kubernetes.io/${name}`),
];

/** Writes the notes that were asked for as annotations and takes all others away. */
export function writeNotes(resource: BuildResource, layer: Layer): void {
  const { metadata } = layer.build;
  const { root, provenance, transformations } = resource;
  const own = memberOf(memberOf(root, 'metadata'), 'annotations');
  if (own?.kind === 'mapping') for (const name of [...INTERNAL, ORIGIN, TRANSFORMATIONS]) clearField(own, name);
  if (metadata === undefined) return;
  const listed = transformations.map((note) => `- ${note.trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
  if (metadata.origins && provenance !== undefined) annotate(resource, ORIGIN, provenance);
  if (metadata.transformations && listed !== '') annotate(resource, TRANSFORMATIONS, listed);
}

function annotate({ root, file }: BuildResource, name: string, value: string): void {
  const metadata = mappingAt(root, 'metadata', root);
  const annotations = metadata && mappingAt(metadata, 'annotations', metadata);
  if (annotations === undefined) return;
  const { start, end, origin } = root;
  const place = { start, end, origin: { file: origin?.file ?? file, kind: 'generated', exact: false } } as const;
  setField(annotations, name, newScalar(value, 'str', place, 'literal'));
}
