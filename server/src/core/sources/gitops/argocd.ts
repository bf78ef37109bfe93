import { joinPath, relativePath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { amendFolder, findKustomization } from './amendFolder.ts';
import { readKustomizeOptions } from './argocdKustomize.ts';
import type { Deployment, DeploymentGap, DeploymentSource, GitOpsObject, HelmSource } from './deployment.ts';
import { at, flagAt, isTemplated, itemsAt, newGap, placeOf, rawText, textAt } from './fields.ts';
import { compileGlob } from './glob.ts';
import { filesBelow, isThisRepository, type Repository, resolvePath } from './repository.ts';

/**
 * What an Application deploys (https://argo-cd.readthedocs.io/en/stable/user-guide/application_sources/). `root` needs no more
 * than `metadata` and `spec`, as a rendered template of an ApplicationSet has them; `name` stands for one that is not known.
 */
export function readApplication(object: GitOpsObject, repository: Repository, name: string): Deployment {
  const { root } = object;
  const spec = at(root, 'spec');
  const several = itemsAt(spec, 'sources');
  const one = at(spec, 'source') ?? at(spec, 'sourceHydrator', 'drySource');
  const sources = several.length > 0 ? several : one === undefined ? [] : [one];
  const namespace = textAt(spec, 'destination', 'namespace');
  const application: Application = {
    object,
    repository,
    name: textAt(root, 'metadata', 'name') ?? name,
    namespace,
    all: sources,
    found: [],
    gaps: [],
  };
  for (const source of sources) readSource(source, application);
  const options = itemsAt(spec, 'syncPolicy', 'syncOptions');
  return {
    ...placeOf(at(root, 'metadata', 'name'), object),
    tool: 'argocd',
    kind: 'Application',
    name: application.name,
    sources: application.found,
    namespace,
    createsNamespace: options.some((option) => rawText(option) === 'CreateNamespace=true'),
    variables: undefined,
    gaps: application.gaps,
  };
}

interface Application {
  readonly object: GitOpsObject;
  readonly repository: Repository;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly all: readonly YamlNode[];
  readonly found: DeploymentSource[];
  readonly gaps: DeploymentGap[];
}

function readSource(source: YamlNode, application: Application): void {
  const { object, repository, gaps } = application;
  const url = at(source, 'repoURL');
  const path = at(source, 'path');
  const add = (code: DeploymentGap['code'], touches: DeploymentGap['touches'], message: string, node = url) =>
    gaps.push(newGap(code, touches, message, node, object));
  if (at(source, 'chart') !== undefined || /^oci:/i.test(rawText(url) ?? '')) {
    add('other-source', 'elsewhere', 'the chart comes from a registry', at(source, 'chart'));
    return;
  }
  if (at(source, 'ref') !== undefined && path === undefined) return;
  if (isTemplated(url) || isTemplated(path)) {
    add('templated', 'resources', 'a template decides which folder is deployed', isTemplated(path) ? path : url);
    return;
  }
  if (!judgeRepository(source, application)) return;
  const written = textAt(source, 'path') ?? '';
  const folder = resolvePath(repository, written);
  if (folder === undefined || !repository.folders.includes(folder)) {
    add('missing-path', 'resources', `there is no folder \`${written}\` with manifests in this repository`, path);
    return;
  }
  readFolder(source, folder, application);
}

function judgeRepository(source: YamlNode, { object, repository, gaps }: Application): boolean {
  const url = textAt(source, 'repoURL') ?? '';
  const same = isThisRepository(repository, url);
  if (same === 'yes') return true;
  const node = at(source, 'repoURL');
  if (same === 'no')
    gaps.push(newGap('other-repository', 'elsewhere', `\`${url}\` is another repository`, node, object));
  else {
    const message = `it is not known whether \`${url}\` is this repository`;
    gaps.push(newGap('unclear-repository', 'resources', message, node, object));
  }
  return false;
}

function readFolder(source: YamlNode, folder: string, application: Application): void {
  const { object, repository, gaps, found, name } = application;
  const overrides = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`].find((file) =>
    repository.has(joinPath(folder, file)),
  );
  if (overrides !== undefined) {
    gaps.push(newGap('overrides', 'all', `\`${overrides}\` overrides what this says`, at(source, 'path'), object));
  }
  const types = ['kustomize', 'helm', 'directory', 'plugin'].filter((type) => at(source, type) !== undefined);
  const [type = detectType(repository, folder), another] = types;
  if (type === 'plugin' || another !== undefined) {
    const message =
      type === 'plugin' ? 'a plugin makes the objects' : 'a source is of one kind only: Argo CD refuses this';
    gaps.push(newGap('plugin', 'resources', message, at(source, another ?? type), object));
  } else if (type === 'helm') readChart(source, folder, application);
  else if (type === 'kustomize') {
    const amendments = readKustomizeOptions(source, folder, repository, object);
    const amended = amendFolder(repository, folder, amendments);
    if ('gap' in amended) gaps.push(newGap(amended.gap, 'resources', amended.message, at(source, 'path'), object));
    else found.push({ kind: 'kustomize', folder, kustomization: amended.kustomization, unrestricted: false });
  } else readDirectory(at(source, 'directory'), folder, application);
}

/** A folder with both is built by kustomize: Argo CD lets the last one in the order of names win (discovery.go). */
function detectType(repository: Repository, folder: string): 'kustomize' | 'helm' | 'directory' {
  if (findKustomization(repository, folder) !== undefined) return 'kustomize';
  return repository.has(joinPath(folder, 'Chart.yaml')) ? 'helm' : 'directory';
}

const MANIFEST = /\.(?:ya?ml|json)$/;

function readDirectory(directory: YamlNode | undefined, folder: string, application: Application): void {
  const { object, repository, gaps, found } = application;
  const patterns = ['include', 'exclude'].map((field) => {
    const pattern = textAt(directory, field) ?? '';
    return pattern === '' ? undefined : compileGlob(pattern, 'any');
  });
  const [include, exclude] = patterns;
  const isUnclear = ['include', 'exclude'].some(
    (field, index) =>
      at(directory, field) !== undefined && textAt(directory, field) !== '' && patterns[index] === undefined,
  );
  const isRecursive = flagAt(directory, 'recurse');
  const files = filesBelow(repository, folder).filter((file) => {
    const path = relativePath(folder, file);
    if (!MANIFEST.test(file) || (!isRecursive && path.includes('/'))) return false;
    if (exclude?.(path) === true || include?.(path) === false) return false;
    return repository.read(file)?.includes('+argocd:skip-file-rendering') !== true;
  });
  if (at(directory, 'jsonnet') !== undefined) {
    gaps.push(newGap('jsonnet', 'resources', 'Jsonnet is not evaluated', at(directory, 'jsonnet'), object));
  }
  if (isUnclear) {
    gaps.push(newGap('templated', 'resources', 'the patterns of files are not understood', directory, object));
  } else found.push({ kind: 'directory', folder, files });
}

function readChart(source: YamlNode, chart: string, application: Application): void {
  const { object, gaps, name, namespace, found } = application;
  const helm = at(source, 'helm');
  const valueFiles: string[] = [];
  for (const item of itemsAt(helm, 'valueFiles')) {
    const files = findValueFiles(item, chart, application);
    if (files !== undefined) valueFiles.push(...files.filter((file) => !valueFiles.includes(file)));
    else if (!flagAt(helm, 'ignoreMissingValueFiles')) {
      gaps.push(newGap('values', 'all', `the values in \`${rawText(item) ?? ''}\` are not known`, item, object));
    }
  }
  const text = at(helm, 'values');
  const inline = at(helm, 'valuesObject') ?? (text === undefined ? undefined : parseSingle(rawText(text) ?? '').root);
  const parameters = itemsAt(helm, 'parameters');
  const unclear = [text, ...parameters].find(isTemplated) ?? (at(helm, 'fileParameters') && helm);
  if (unclear !== undefined) gaps.push(newGap('values', 'all', 'some values are not known', unclear, object));
  const result: HelmSource = {
    kind: 'helm',
    chart,
    releaseName: textAt(helm, 'releaseName') ?? name,
    namespace: textAt(helm, 'namespace') ?? namespace,
    valueFiles,
    withoutChartValues: false,
    values: inline === undefined ? [] : [inline],
    parameters: parameters.map((parameter) => ({
      name: textAt(parameter, 'name') ?? '',
      value: textAt(parameter, 'value') ?? '',
      isString: flagAt(parameter, 'forceString'),
    })),
  };
  found.push(result);
}

/** The files of an entry of `valueFiles`: `values-prod.yaml`, `/shared/values.yaml`, `$ref/path`, `env/*.yaml`. */
function findValueFiles(item: YamlNode, chart: string, application: Application): readonly string[] | undefined {
  const { repository, all } = application;
  const written = rawText(item) ?? '';
  const reference = /^\$([\w-]+)\/(.*)$/.exec(written);
  const [, ref, inRef = ''] = reference ?? [];
  const referred = ref === undefined ? undefined : all.find((source) => textAt(source, 'ref') === ref);
  const isHere = referred !== undefined && isThisRepository(repository, textAt(referred, 'repoURL') ?? '') === 'yes';
  const rest = isHere ? `/${inRef}` : written;
  if (/^[a-z]+:\/\/|\$|\{\{/.test(rest)) return undefined;
  const path = resolvePath(repository, rest, rest.startsWith('/') ? repository.root : chart);
  if (path === undefined) return undefined;
  if (!/[*?[{]/.test(rest)) return repository.has(path) ? [path] : undefined;
  const matches = compileGlob(relativePath(repository.root, path), 'doublestar');
  const files = matches && repository.files.filter((file) => matches(relativePath(repository.root, file)));
  return files === undefined || files.length === 0 ? undefined : files;
}
