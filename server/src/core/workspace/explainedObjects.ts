import type { FileTable } from '../base/fileTable.ts';
import { Multimap } from '../base/multimap.ts';
import type { Span } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Deployment } from '../sources/gitops/deployment.ts';
import type { DeployedBuild } from './deploymentPlans.ts';

/** By file, the objects of Argo CD and Flux of which all that they deploy is known. */
export type ExplainedObjects = Multimap<string, Span>;

interface ShownWorld {
  readonly table: FileTable;
  readonly isInChart: (path: string) => boolean;
}

/**
 * Finds the objects of which every deployment has a unit that shows all of it, under the names and labels under which it is
 * written: whoever looks at the files of the folder then sees what they make. `buildOf` gives a deployment's unit.
 */
export function findExplained(
  objects: readonly (Span & { readonly file: string })[],
  deployments: readonly Deployment[],
  buildOf: (deployment: Deployment) => DeployedBuild | undefined,
  world: ShownWorld,
): ExplainedObjects {
  const explained = new Multimap<string, Span>();
  const shows = new Map<DeployedBuild, boolean>();
  const isShown = (build: DeployedBuild): boolean => {
    const known = shows.get(build) ?? showsAll(build, world);
    shows.set(build, known);
    return known;
  };
  for (const object of objects) {
    const own = deployments.filter(
      ({ file, start }) => file === object.file && object.start <= start && start <= object.end,
    );
    const builds = own.map(buildOf);
    if (own.length > 0 && builds.every((build) => build !== undefined && isShown(build)))
      explained.add(object.file, object);
  }
  return explained;
}

function showsAll({ plan, build }: DeployedBuild, { table, isInChart }: ShownWorld): boolean {
  if (plan.open !== undefined || build.open !== undefined) return false;
  const isPlain = (file: string, span: Span | undefined): boolean => {
    if (span === undefined) return true;
    const place = table.resolve(file, span);
    return place.exact && place.file === file;
  };
  const isKept = (resource: Resource): boolean => {
    if (resource.type !== 'service' && resource.type !== 'workload') return true;
    const labels = resource.type === 'workload' ? (resource.template.labels?.entries ?? []) : [];
    const places = [resource.name, ...labels.flatMap(({ key, value }) => [key, value])];
    return places.every((place) => isPlain(resource.file, place));
  };
  // What Helm renders is shown to all as it is rendered.
  return [...build.index.all].every((resource) => isInChart(resource.file) || (!resource.opaque && isKept(resource)));
}
