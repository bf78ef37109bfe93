import { joinPath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { type Amendment, plain, type Written } from './amendKustomization.ts';
import type { GitOpsObject } from './deployment.ts';
import { at, entriesAt, flagAt, itemsAt, rawText, textAt } from './fields.ts';
import type { Repository } from './repository.ts';

/** What `source.kustomize` changes: Argo CD runs `kustomize edit` in the folder (util/kustomize/kustomize.go). */
export function readKustomizeOptions(
  source: YamlNode,
  folder: string,
  repository: Repository,
  { file }: GitOpsObject,
): readonly Amendment[] {
  const options = at(source, 'kustomize');
  const amendments: Amendment[] = [];
  const nodes = (items: readonly YamlNode[]): Written => ({
    kind: 'list',
    items: items.map((node) => ({ kind: 'node', node, file })),
  });
  for (const field of ['namePrefix', 'nameSuffix', 'namespace']) {
    const node = at(options, field);
    if (node !== undefined && rawText(node) !== '')
      amendments.push({ field, how: 'set', value: { kind: 'node', node, file } });
  }
  const images = itemsAt(options, 'images').flatMap((node) => readImage(node, file));
  if (images.length > 0) amendments.push({ field: 'images', how: 'join', value: { kind: 'list', items: images } });
  const replicas = itemsAt(options, 'replicas');
  if (replicas.length > 0) amendments.push({ field: 'replicas', how: 'join', value: nodes(replicas) });
  const labels = mapOf(options, 'commonLabels', file);
  if (labels !== undefined && flagAt(options, 'labelWithoutSelector')) {
    const includeTemplates = flagAt(options, 'labelIncludeTemplates');
    const extra: readonly (readonly [string, Written])[] = includeTemplates ? [['includeTemplates', TRUE]] : [];
    const item: Written = { kind: 'map', entries: [['pairs', labels], ...extra] };
    amendments.push({ field: 'labels', how: 'append', value: { kind: 'list', items: [item] } });
  } else if (labels !== undefined) amendments.push({ field: 'commonLabels', how: 'append', value: labels });
  const annotations = mapOf(options, 'commonAnnotations', file);
  if (annotations !== undefined) amendments.push({ field: 'commonAnnotations', how: 'append', value: annotations });
  const patches = itemsAt(options, 'patches');
  if (patches.length > 0) amendments.push({ field: 'patches', how: 'append', value: nodes(patches) });
  const mayLack = flagAt(options, 'ignoreMissingComponents');
  const components = itemsAt(options, 'components').filter(
    (component) => !mayLack || repository.has(joinPath(folder, textAt(component) ?? '')),
  );
  if (components.length > 0) amendments.push({ field: 'components', how: 'append', value: nodes(components) });
  return amendments;
}

const TRUE: Written = {
  kind: 'node',
  node: { kind: 'scalar', value: true, text: 'true', style: 'plain', start: 0, end: 0 },
  file: '',
};

function mapOf(options: YamlNode | undefined, field: string, file: string): Written | undefined {
  const entries = entriesAt(options, field);
  if (entries.length === 0) return undefined;
  return { kind: 'map', entries: entries.map(({ name, value }) => [name, { kind: 'node', node: value, file }]) };
}

/** `name=new:tag`, `name:tag`, `name@digest`; what Argo CD itself would fill in (`$X`, `*`) says nothing of the objects. */
function readImage(node: YamlNode, file: string): readonly Written[] {
  const text = textAt(node) ?? '';
  if (text === '' || /[$*]/.test(text)) return [];
  const [left = '', right] = text.split(/=(.*)/s);
  const target = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/s.exec(right ?? left);
  const [, image = '', newTag, digest] = target ?? [];
  const entries: (readonly [string, Written])[] = [['name', plain(right === undefined ? image : left)]];
  if (right !== undefined) entries.push(['newName', { kind: 'text', text: image, at: { node, file } }]);
  if (newTag !== undefined) entries.push(['newTag', { kind: 'text', text: newTag, at: { node, file } }]);
  if (digest !== undefined) entries.push(['digest', { kind: 'text', text: digest, at: { node, file } }]);
  return [{ kind: 'map', entries }];
}
