import { joinPath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import type { HelmParameter } from '../helm/renderRequest.ts';
import type { Deployment, DeploymentGap, DeploymentSource, GitOpsObject } from './deployment.ts';
import { at, isTemplated, itemsAt, newGap, placeOf, rawText, textAt } from './fields.ts';
import { type FluxSources, resolveSource } from './fluxSources.ts';
import { type Repository, resolvePath } from './repository.ts';

/** What a HelmRelease deploys, where its chart lies in this repository (https://fluxcd.io/flux/components/helm/helmreleases/). */
export function readHelmRelease(object: GitOpsObject, repository: Repository, sources: FluxSources): Deployment {
  const { root } = object;
  const spec = at(root, 'spec');
  const name = textAt(root, 'metadata', 'name') ?? '';
  const target = textAt(spec, 'targetNamespace');
  const namespace =
    target ?? (at(spec, 'targetNamespace') === undefined ? textAt(root, 'metadata', 'namespace') : undefined);
  const gaps: DeploymentGap[] = [];
  const chart = findChart(object, repository, sources, gaps);
  const releaseName = textAt(spec, 'releaseName') ?? (target === undefined ? name : `${target}-${name}`);
  return {
    ...placeOf(at(root, 'metadata', 'name'), object),
    tool: 'flux',
    kind: 'HelmRelease',
    name,
    sources: chart === undefined ? [] : [readRelease(object, chart, releaseName, namespace, repository, gaps)],
    namespace,
    createsNamespace: at(spec, 'install', 'createNamespace') !== undefined,
    variables: undefined,
    gaps,
  };
}

interface Chart {
  readonly folder: string;
  /** The root of the source, from which values files are counted. */
  readonly source: string;
  /** What holds `valuesFiles`. */
  readonly template: YamlNode | undefined;
}

function findChart(
  object: GitOpsObject,
  repository: Repository,
  sources: FluxSources,
  gaps: DeploymentGap[],
): Chart | undefined {
  const spec = at(object.root, 'spec');
  const reference = at(spec, 'chartRef');
  const declared = sources.get(`HelmChart/${textAt(reference, 'name')}`) ?? [];
  const isDeclared = textAt(reference, 'kind') === 'HelmChart' && declared.length === 1;
  const template = isDeclared ? at(declared[0], 'spec') : at(spec, 'chart', 'spec');
  const kind = textAt(template, 'sourceRef', 'kind');
  const chart = at(template, 'chart');
  if (kind !== 'GitRepository' || chart === undefined) {
    gaps.push(newGap('other-source', 'elsewhere', 'the chart comes from elsewhere', reference ?? chart, object));
    return undefined;
  }
  const written = textAt(chart) ?? '';
  const source = resolveSource(at(template, 'sourceRef'), written, object, repository, sources);
  if ('gap' in source) {
    gaps.push(source.gap);
    return undefined;
  }
  const folder = resolvePath(repository, written, source.folder);
  if (isTemplated(chart) || folder === undefined || !repository.has(joinPath(folder, 'Chart.yaml'))) {
    gaps.push(
      newGap('missing-path', 'resources', `there is no chart \`${written}\` in this repository`, chart, object),
    );
    return undefined;
  }
  return { folder, source: source.folder, template };
}

function readRelease(
  object: GitOpsObject,
  chart: Chart,
  releaseName: string,
  namespace: string | undefined,
  repository: Repository,
  gaps: DeploymentGap[],
): DeploymentSource {
  const spec = at(object.root, 'spec');
  const add = (message: string, node: YamlNode | undefined) =>
    gaps.push(newGap('values', 'all', message, node, object));
  const valueFiles: string[] = [];
  for (const item of itemsAt(chart.template, 'valuesFiles')) {
    const path = resolvePath(repository, rawText(item) ?? '', chart.source);
    if (path !== undefined && repository.has(path)) valueFiles.push(path);
    else add(`there is no file \`${rawText(item) ?? ''}\` in this repository`, item);
  }
  const values: YamlNode[] = [];
  const parameters: HelmParameter[] = [];
  for (const reference of itemsAt(spec, 'valuesFrom')) {
    const text = findText(reference, textAt(object.root, 'metadata', 'namespace'), repository);
    const target = textAt(reference, 'targetPath');
    const root = text === undefined || target !== undefined ? undefined : parseSingle(text).root;
    if (root !== undefined) values.push(root);
    else if (text !== undefined && target !== undefined)
      parameters.push({ name: target, value: text, isString: false });
    else add(`it is not known which values \`${rawText(at(reference, 'name')) ?? ''}\` holds`, reference);
  }
  const inline = at(spec, 'values');
  if (inline !== undefined) values.push(inline);
  const isOverruled = parameters.some(({ name }) => values.some((more) => at(more, ...name.split('.')) !== undefined));
  if (isOverruled) add('some values are given twice', at(spec, 'valuesFrom'));
  if (isTemplated(inline)) add('some values are not known', inline);
  const renderers = at(spec, 'postRenderers');
  if (renderers !== undefined) {
    gaps.push(newGap('post-renderer', 'all', 'what is rendered is changed afterwards', renderers, object));
  }
  const withoutChartValues = valueFiles.length > 0;
  return {
    kind: 'helm',
    chart: chart.folder,
    releaseName,
    namespace,
    valueFiles,
    withoutChartValues,
    values,
    parameters,
  };
}

/** The text under the key that `valuesFrom` names, where this repository declares the ConfigMap once. */
function findText(reference: YamlNode, namespace: string | undefined, repository: Repository): string | undefined {
  const kind = textAt(reference, 'kind');
  const name = textAt(reference, 'name');
  if ((kind !== 'ConfigMap' && kind !== 'Secret') || name === undefined) return undefined;
  const [found, another] = repository.findObjects(kind, name).filter(({ root }) => {
    const own = textAt(root, 'metadata', 'namespace');
    return own === undefined || namespace === undefined || own === namespace;
  });
  if (found === undefined || another !== undefined) return undefined;
  const key = textAt(reference, 'valuesKey') ?? 'values.yaml';
  const text = textAt(found.root, kind === 'Secret' ? 'stringData' : 'data', key);
  return text === undefined || /\$\{|ENC\[/.test(text) ? undefined : text;
}
