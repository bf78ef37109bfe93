import { Multimap } from '../base/multimap.ts';
import { basename, relativePath } from '../base/path.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { BuildMemory, Trees } from './buildMemory.ts';
import { type BuildNote, GIT_IGNORED } from './buildNote.ts';
import type { BuiltView } from './builtResource.ts';
import { isKustomizationFile, type Kustomization } from './kustomization.ts';
import { type BuiltResource, buildKustomization, type KustomizeResult } from './kustomize/build.ts';
import type { KustomizeFiles, ProblemCode } from './kustomize/context.ts';
import { ResourceIndex } from './resourceIndex.ts';

/** What builds of one workspace folder share. */
export interface KustomizeWorld {
  readonly files: KustomizeFiles;
  readonly memory: BuildMemory;
  readonly readView: (object: BuiltResource) => BuiltView;
}

/** A kustomization with everything that it includes, as it would be applied. */
export interface KustomizeBuild {
  readonly index: ResourceIndex;
  /** Every file that the build read or looked for. */
  readonly files: ReadonlySet<string>;
  readonly notes: readonly BuildNote[];
  /** Why objects may exist that the build does not show. */
  readonly open: string | undefined;
  /** By file, the objects of which something is written there. */
  readonly writtenIn: Multimap<string, Resource>;
  /** The tree of one of its objects; where it is forgotten, all is built again. */
  readonly rootOf: (resource: Resource) => YamlNode | undefined;
  /** What charts would bring with other values. */
  readonly unrendered?: readonly ResourceIndex[];
}

/**
 * Builds a kustomization. Where the real kustomize refuses, the build is what can be had all the same, and open. A component
 * that nothing includes comes to nothing: what it changes is unknown.
 */
export function buildUnit(
  { file, folder, isComponent, includes }: Pick<Kustomization, 'file' | 'folder' | 'isComponent' | 'includes'>,
  world: KustomizeWorld,
): KustomizeBuild {
  const { files, memory, readView } = world;
  memory.makeRoom(file, includes);
  const result = buildKustomization(folder, files, memory.cache);
  const index = new ResourceIndex();
  const writtenIn = new Multimap<string, Resource>();
  const trees = new Map<Resource, YamlNode>();
  const { files: read } = result;
  if (isComponent) {
    const open = 'no kustomization includes this component';
    return { index, files: read, notes: [], open, writtenIn, rootOf: () => undefined };
  }
  for (const object of result.resources) {
    const view = readView(object);
    for (const resource of view.resources) {
      index.add(resource);
      trees.set(resource, view.root);
      for (const file of view.files) writtenIn.add(file, resource);
    }
  }
  const problems = causesOf(result.problems);
  const said = problems.length > 0 ? problems.map(toNote) : result.remarks.map(toRemark);
  const notes = [...said, ...result.unknown.filter(({ message }) => message.endsWith(GIT_IGNORED)).map(toAbsence)];
  const build: KustomizeBuild = {
    index,
    files: read,
    notes,
    open: whyOpen(folder, result),
    writtenIn,
    rootOf: (resource) => {
      const known = memory.treesOf(build);
      if (known !== undefined) return known.get(resource);
      memory.grow();
      const again = buildTrees(build, folder, world);
      memory.keep(build, again, read, files);
      return again.get(resource);
    },
  };
  memory.keep(build, trees, read, files);
  return build;
}

/** The trees of a build that was made from the same texts. (Where texts have changed since, it says nothing about what differs.) */
function buildTrees({ index }: KustomizeBuild, folder: string, { files, memory, readView }: KustomizeWorld): Trees {
  const trees = new Map<Resource, YamlNode>();
  const resources = [...index.all];
  let at = 0;
  for (const object of buildKustomization(folder, files, memory.cache).resources) {
    const { root, resources: views } = readView(object);
    for (const { kind, name, start } of views) {
      const known = resources[at++];
      const isSame = known?.kind === kind && known.name?.value === name?.value && known.start === start;
      if (isSame) trees.set(known, root);
    }
  }
  return trees;
}

/** What only follows from an input that is missing or cannot be read is not said beside it, and of one place one thing. */
const CONSEQUENCES: ReadonlySet<ProblemCode> = new Set([
  'no-target',
  'bad-generator',
  'bad-replacement',
  'bad-variable',
]);
const INPUTS: ReadonlySet<ProblemCode> = new Set([
  'missing-file',
  'missing-kustomization',
  'several-kustomizations',
  'outside',
  'cycle',
  'malformed',
  'empty',
  'unknown-field',
  'wrong-type',
  'wrong-kind',
]);

function causesOf(problems: KustomizeResult['problems']): KustomizeResult['problems'] {
  const isInputMissing = problems.some(({ code }) => INPUTS.has(code));
  const causes = isInputMissing ? problems.filter(({ code }) => !CONSEQUENCES.has(code)) : problems;
  return causes.filter(
    ({ file, start }, at) => causes.findIndex((other) => other.file === file && other.start === start) === at,
  );
}

function toNote({ code, file, start, end, message, related }: KustomizeResult['problems'][number]): BuildNote {
  const note: BuildNote = { file, start, end, kind: code === 'outside' ? 'restricted' : 'refused', message };
  if (related === undefined) return note;
  const isEntry = isKustomizationFile(basename(related.file));
  return { ...note, related: { ...related, message: isEntry ? 'listed here' : 'the other one' } };
}

function toAbsence({ file, start, end, message }: KustomizeResult['unknown'][number]): BuildNote {
  return { file, start, end, kind: 'absent', message: `${message}; where it is missing, kustomize builds nothing` };
}

function toRemark({ code, file, start, end, message }: KustomizeResult['remarks'][number]): BuildNote {
  return { file, start, end, kind: code === 'no-effect' ? 'idle' : 'deprecated', message };
}

function whyOpen(folder: string, { problems, unknown }: KustomizeResult): string | undefined {
  const [problem] = problems;
  if (problem !== undefined) return `${relativePath(folder, problem.file)} cannot be built: ${problem.message}`;
  return unknown.find(({ touches }) => touches !== 'nothing' && touches !== 'fields')?.message;
}
