import { basename, dirname, relativePath } from '../../base/path.ts';
import { toJson } from '../../yaml/json.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { readApplication } from './argocd.ts';
import type { Deployment, GitOpsObject } from './deployment.ts';
import { at, entriesAt, flagAt, isTemplated, itemsAt, newGap, placeOf, rawText, textAt } from './fields.ts';
import { flatten, isWritten, joinValues, mergeSets, selectsValues, type Values } from './generatedValues.ts';
import { compileGlob, type GlobDialect } from './glob.ts';
import { isThisRepository, type Repository } from './repository.ts';
import { isObject, type Parameters, renderTemplate, renderText } from './template.ts';

/**
 * What the Applications of an ApplicationSet deploy. Generators that look at a cluster or a service give one Application in
 * which their parameters are unknown (https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/).
 */
export function readApplicationSet(object: GitOpsObject, repository: Repository): readonly Deployment[] {
  const { root, file } = object;
  const name = textAt(root, 'metadata', 'name') ?? '';
  const template = at(root, 'spec', 'template');
  if (template === undefined) return [];
  const patch = at(root, 'spec', 'templatePatch');
  if (patch !== undefined) return [unclear(object, name, patch, 'a `templatePatch` may change all of it')];
  const run: Run = {
    repository,
    dialect: flagAt(root, 'spec', 'goTemplate') ? 'go' : 'simple',
    left: MAX_APPLICATIONS,
  };
  return itemsAt(root, 'spec', 'generators').flatMap((generator) => {
    const found = generate(generator, run);
    if (typeof found === 'string') return [unclear(object, name, generator, found)];
    return found.map((values) => {
      const rendered = renderTemplate(template, { values, dialect: run.dialect });
      return readApplication({ file, root: rendered }, repository, name);
    });
  });
}

interface Run {
  readonly repository: Repository;
  readonly dialect: Parameters['dialect'];
  /** A product of generators can be endless. */
  left: number;
}

const MAX_APPLICATIONS = 1000;

/** The parameters of each Application, or why they are not known. */
type Generated = readonly Values[] | string;

function generate(generator: YamlNode, run: Run): Generated {
  const selector = at(generator, 'selector');
  const types = entriesAt(generator).filter(({ name }) => name !== 'selector');
  const [type, another] = types;
  if (type === undefined || another !== undefined) return 'the generator is not understood';
  if (at(type.value, 'template') !== undefined) return 'the generator has a template of its own';
  if (selector !== undefined && !isWritten(generator)) return 'a selector picks among what is generated';
  const all = generateBy(type.name, type.value, run);
  if (typeof all === 'string') return all;
  const picked = all.map((values) => selectsValues(selector, values));
  if (picked.includes(undefined)) return 'a selector picks among what is generated';
  const found = all.filter((_, index) => picked[index]);
  run.left -= found.length;
  return run.left < 0 ? 'too many Applications are generated' : found;
}

function generateBy(type: string, options: YamlNode, run: Run): Generated {
  switch (type) {
    case 'list':
      return listElements(options, run);
    case 'git':
      return generateFromGit(options, run);
    case 'matrix':
      return combine(options, run);
    case 'merge':
      return mergeGenerators(options, run);
    default:
      return [{}];
  }
}

function listElements(options: YamlNode, run: Run): Generated {
  const more = at(options, 'elementsYaml');
  const added = more === undefined || isTemplated(more) ? undefined : parseSingle(rawText(more) ?? '').root;
  if (more !== undefined && added?.kind !== 'sequence') return 'the elements are not known';
  const items = [...itemsAt(options, 'elements'), ...itemsAt(added)];
  if (items.some(isTemplated)) return 'a template decides the elements';
  return items.map((item) => {
    const element = toJson(item);
    if (!isObject(element)) return {};
    return run.dialect === 'go' ? element : flatten(element);
  });
}

/** Two generators: the second may use what the first one gives. */
function combine(options: YamlNode, run: Run): Generated {
  const [first, second, third] = itemsAt(options, 'generators');
  if (first === undefined || second === undefined || third !== undefined) return 'a `matrix` has two generators';
  const outer = generate(first, run);
  if (typeof outer === 'string') return outer;
  const all: Values[] = [];
  for (const values of outer) {
    const inner = generate(renderTemplate(second, { values, dialect: run.dialect }), run);
    if (typeof inner === 'string') return inner;
    // Where both set a name the first one wins in Go templates; otherwise Argo CD refuses them.
    for (const more of inner) all.push(joinValues(more, values));
  }
  return all;
}

function mergeGenerators(options: YamlNode, run: Run): Generated {
  const generators = itemsAt(options, 'generators');
  if (!generators.every(isWritten)) return 'a `merge` with what is not written here is not evaluated';
  const sets: (readonly Values[])[] = [];
  for (const generator of generators) {
    const set = generate(generator, run);
    if (typeof set === 'string') return set;
    sets.push(set);
  }
  return mergeSets(
    itemsAt(options, 'mergeKeys').map((key) => rawText(key) ?? ''),
    sets,
    run.dialect,
  );
}

function generateFromGit(options: YamlNode, run: Run): Generated {
  const { repository } = run;
  const url = textAt(options, 'repoURL') ?? '';
  if (isThisRepository(repository, url) !== 'yes') return `it is not known what \`${url}\` holds`;
  const directories = itemsAt(options, 'directories');
  const listed = directories.length > 0 ? directories : itemsAt(options, 'files');
  if ([...directories, ...listed].some(isTemplated)) return 'a template decides the paths';
  const found = directories.length > 0 ? findFolders(directories, run) : findFiles(listed, run);
  if (typeof found === 'string') return found;
  const extra = entriesAt(options, 'values');
  return found.map((values) => {
    const rendered = extra.map(
      ({ name, value }) => [name, renderText(rawText(value) ?? '', { values, dialect: run.dialect })] as const,
    );
    const known = Object.fromEntries(rendered.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const prefix = textAt(options, 'pathParamPrefix');
    return {
      ...prefixed(values, prefix, run.dialect),
      ...(run.dialect === 'go' ? { values: known } : flatten({ values: known })),
    };
  });
}

function prefixed({ path, ...rest }: Values, prefix: string | undefined, dialect: Parameters['dialect']): Values {
  if (path === undefined) return rest;
  if (prefix === undefined) return { path, ...rest };
  if (dialect === 'go') return { ...rest, [prefix]: { path } };
  const names = Object.entries({ path, ...rest }).map(([name, value]) => [
    /^path\b/.test(name) ? `${prefix}.${name}` : name,
    value,
  ]);
  return Object.fromEntries(names);
}

/** Folders are compared with Go's path.Match; hidden ones are left out, and an exclusion wins. */
function findFolders(directories: readonly YamlNode[], { repository, dialect }: Run): Generated {
  const patterns = directories.map((item) => ({
    matches: compileGlob(textAt(item, 'path') ?? '', 'segment'),
    exclude: flagAt(item, 'exclude'),
  }));
  if (patterns.some(({ matches }) => matches === undefined)) return 'the patterns of folders are not understood';
  const paths = repository.folders
    .map((folder) => relativePath(repository.root, folder))
    .filter((path) => path !== '' && !/(?:^|\/)\./.test(path))
    .filter((path) => {
      const hits = patterns.filter(({ matches }) => matches?.(path) === true);
      return hits.length > 0 && !hits.some(({ exclude }) => exclude);
    });
  return paths.map((path) => pathValues(path, undefined, dialect));
}

function findFiles(items: readonly YamlNode[], run: Run): Generated {
  const { repository, dialect } = run;
  // Argo CD can be told to let stars stop at slashes: only where that makes no difference the files are known.
  const found = (['pathspec', 'doublestar'] as const).map((glob) => matchFiles(items, repository, glob));
  const [files, others] = found;
  if (files === undefined || others === undefined || files.join() !== others.join())
    return 'the patterns of files are not clear';
  if (files.length === 0) return 'no known file matches';
  const all: Values[] = [];
  for (const file of files) {
    const text = repository.read(file);
    const { root, problems } = parseSingle(text ?? '');
    if (text === undefined || root === undefined || problems.length > 0)
      return `\`${relativePath(repository.root, file)}\` cannot be read`;
    const path = relativePath(repository.root, dirname(file));
    for (const node of root.kind === 'sequence' ? root.items : [root]) {
      const content = toJson(node);
      if (!isObject(content)) return `\`${relativePath(repository.root, file)}\` holds no parameters`;
      const values = dialect === 'go' ? content : flatten(content);
      all.push({ ...values, ...pathValues(path, basename(file), dialect) });
    }
  }
  return all;
}

function matchFiles(
  items: readonly YamlNode[],
  repository: Repository,
  dialect: GlobDialect,
): readonly string[] | undefined {
  const patterns = items.map((item) => ({
    matches: compileGlob(textAt(item, 'path') ?? '', dialect),
    exclude: flagAt(item, 'exclude'),
  }));
  if (patterns.some(({ matches }) => matches === undefined)) return undefined;
  return repository.files.filter((file) => {
    const hits = patterns.filter(({ matches }) => matches?.(relativePath(repository.root, file)) === true);
    return hits.length > 0 && !hits.some(({ exclude }) => exclude);
  });
}

function pathValues(path: string, filename: string | undefined, dialect: Parameters['dialect']): Values {
  const name = basename(`/${path}`);
  const segments = path.split('/');
  const more: Record<string, string> =
    filename === undefined ? {} : { filename, filenameNormalized: normalise(filename) };
  const own = { basename: name, basenameNormalized: normalise(name), ...more };
  if (dialect === 'go') return { path: { path, segments, ...own } };
  const flat = Object.entries(own).map(([key, value]) => [`path.${key}`, value] as const);
  return Object.fromEntries([
    ['path', path],
    ...flat,
    ...segments.map((segment, index) => [`path[${index}]`, segment] as const),
  ]);
}

/** A name as Argo CD makes a label or DNS name of it. */
function normalise(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
}

function unclear(object: GitOpsObject, name: string, node: YamlNode, message: string): Deployment {
  return {
    ...placeOf(at(object.root, 'metadata', 'name'), object),
    tool: 'argocd',
    kind: 'Application',
    name,
    sources: [],
    namespace: undefined,
    createsNamespace: false,
    variables: undefined,
    gaps: [newGap('generator', 'resources', message, node, object)],
  };
}
