import { type Draft, isDraft, objectIn, openList, openObject } from './draft.ts';

/** Fields that the server writes, whatever a manifest says. */
const SERVER_FIELDS: readonly string[] = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'resourceVersion',
  'managedFields',
  'selfLink',
];

/**
 * The metadata of a new object: the namespace `default` where none is written, nothing that the server draws.
 * Source: k8s.io/apiserver pkg/registry/rest/create.go, `BeforeCreate`.
 */
export function defaultMetadata(object: Draft, isNamespaced: boolean): void {
  const metadata = openObject(object, 'metadata');
  for (const name of SERVER_FIELDS) delete metadata[name];
  if (!isNamespaced) delete metadata.namespace;
  else if (metadata.namespace === undefined || metadata.namespace === '') metadata.namespace = 'default';
}

/** Kinds whose edits are counted begin with 1. Source: `PrepareForCreate` of the kinds' strategies. */
export function beginGeneration(object: Draft): void {
  openObject(object, 'metadata').generation = 1;
}

export function addFinalizer(object: Draft, finalizer: string): void {
  const list = openList(openObject(object, 'metadata'), 'finalizers');
  if (!list.includes(finalizer)) list.push(finalizer);
}

/** The labels of an object's Pod template, as a copy; `undefined` where it has none. */
export function templateLabels(spec: Draft | undefined): Draft | undefined {
  const labels = objectIn(objectIn(objectIn(spec, 'template'), 'metadata'), 'labels');
  return isDraft(labels) && Object.keys(labels).length > 0 ? { ...labels } : undefined;
}

const OLD_ANNOTATIONS: readonly string[] = ['init-containers', 'init-container-statuses'].flatMap((name) => [
  `pod.alpha.kubernetes.io/${name}`,
  `pod.beta.kubernetes.io/${name}`,
]);

/** Annotations that init containers had before they were fields. Source: kubernetes pkg/apis/core/v1/conversion.go. */
export function dropInitAnnotations(podOrTemplate: Draft): void {
  const annotations = objectIn(objectIn(podOrTemplate, 'metadata'), 'annotations');
  for (const name of OLD_ANNOTATIONS) delete annotations?.[name];
}
