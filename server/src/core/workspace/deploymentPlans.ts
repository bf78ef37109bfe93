import { dirname, relativePath } from '../base/path.ts';
import type { DeployedAs } from '../sources/deployedParts.ts';
import type { Deployment, DeploymentSource, DirectorySource, KustomizeSource } from '../sources/gitops/deployment.ts';
import type { EnvironmentExternal, ResolvedEnvironment } from '../sources/gitops/environments.ts';
import { planRelease, type Release } from '../sources/gitops/release.ts';
import type { Variables } from '../sources/gitops/substitution.ts';
import type { KustomizeBuild } from '../sources/kustomizeUnit.ts';

/** A unit to make: what is deployed together, and how. */
export interface DeploymentPlan {
  readonly id: string;
  readonly kind: 'kustomization' | 'deployment';
  readonly by: 'settings' | 'tool';
  readonly label: string;
  readonly folder: string;
  readonly sources: readonly PlannedSource[];
  readonly as: DeployedAs;
  /** Why there is more than the sources show. */
  readonly open: string | undefined;
  readonly external: EnvironmentExternal | undefined;
  /** Equal for plans that come to the same unit, bar the texts of its files. */
  readonly signature: string;
}

/** What is deployed together, and what it comes to. */
export interface DeployedBuild {
  readonly plan: DeploymentPlan;
  readonly build: KustomizeBuild;
  /** The charts of which Helm has made something in it. */
  readonly charts: ReadonlySet<string>;
}

export type PlannedSource = DirectorySource | KustomizeSource | ChartSource;

/** A chart that Helm is to render. */
export interface ChartSource {
  readonly kind: 'chart';
  readonly folder: string;
  readonly release: Release;
}

/** What plans need of their workspace folder. */
export interface PlanningWorld {
  readonly root: string;
  /** Of releases that name none. */
  readonly defaultNamespace: string;
}

/** An environment of the settings is one unit. */
export function planEnvironment(
  { environment, sources, problems }: ResolvedEnvironment,
  world: PlanningWorld,
): DeploymentPlan {
  const { name, namespace, external } = environment;
  const as: DeployedAs = { namespace, variables: undefined, opaque: false };
  return sign({
    id: `environment:${name}`,
    kind: 'deployment',
    by: 'settings',
    label: name,
    folder: world.root,
    sources: sources.map((source) => planSource(source, undefined, world)),
    as,
    open: problems[0],
    external,
  });
}

/** Plans, and which of them is each deployment's. */
export interface DeploymentPlans {
  readonly plans: readonly DeploymentPlan[];
  readonly ids: ReadonlyMap<Deployment, string>;
}

/**
 * What Argo CD and Flux deploy from this repository: each deployment is a unit, but those that `environments` are made of. Of
 * deployments that come to the same the first one counts.
 */
export function planDeployments(
  deployments: readonly Deployment[],
  environments: readonly DeploymentPlan[],
  world: PlanningWorld,
): DeploymentPlans {
  const configured = new Set(environments.flatMap(({ sources }) => sources.map(({ folder }) => folder)));
  const made = new Map<string, { readonly deployment: Deployment; readonly plan: DeploymentPlan }>();
  const keys = new Map<Deployment, string>();
  for (const deployment of deployments) {
    const plan = planDeployment(deployment, world);
    if (plan === undefined || plan.sources.every(({ folder }) => configured.has(folder))) continue;
    const key = `${plan.label}\n${plan.signature}`;
    if (!made.has(key)) made.set(key, { deployment, plan });
    keys.set(deployment, key);
  }
  const plans = distinguish([...made.values()], world.root);
  const order = [...made.keys()];
  const ids = new Map([...keys].map(([deployment, key]) => [deployment, plans[order.indexOf(key)]?.id ?? '']));
  return { plans, ids };
}

function planDeployment(deployment: Deployment, world: PlanningWorld): DeploymentPlan | undefined {
  const { tool, kind, name, namespace, variables, gaps, file } = deployment;
  // What variables are not known is unknown where they stand, and nowhere else.
  const unclear = gaps.filter(({ code }) => !(code === 'values' && kind === 'Kustomization'));
  const doubt = unclear.find(({ touches }) => touches === 'all')?.message;
  const opaque = doubt !== undefined;
  const [first, ...others] = deployment.sources.map((source) => planSource(source, doubt, world));
  if (first === undefined) return undefined;
  const what = `${tool === 'flux' ? 'Flux' : 'Argo CD'} ${kind} ${name}`;
  return sign({
    id: `${tool}:${file}:${kind}/${name}:${first.folder}`,
    kind: first.kind === 'kustomize' && others.length === 0 ? 'kustomization' : 'deployment',
    by: 'tool',
    label: `${relativePath(world.root, first.folder) || '.'} (${what})`,
    folder: first.folder,
    sources: [first, ...others],
    as: { namespace, variables, opaque },
    open: unclear[0]?.message,
    external: undefined,
  });
}

/** `doubt`: why any part of what a chart comes to may be another one. */
function planSource(source: DeploymentSource, doubt: string | undefined, world: PlanningWorld): PlannedSource {
  if (source.kind !== 'helm') return source;
  const release = doubt === undefined ? planRelease(source, world.defaultNamespace) : { obstacle: doubt };
  return { kind: 'chart', folder: source.chart, release };
}

/** Gives deployments of equal names and folders the folder that they are written in, else a number, to tell them apart by. */
function distinguish(
  plans: readonly { readonly deployment: Deployment; readonly plan: DeploymentPlan }[],
  root: string,
): readonly DeploymentPlan[] {
  const counts = new Map<string, number>();
  for (const { plan } of plans) counts.set(plan.label, (counts.get(plan.label) ?? 0) + 1);
  const used = new Map<string, number>();
  return plans.map(({ deployment, plan }) => {
    const place = relativePath(root, dirname(deployment.file)) || '.';
    const isAlone = (counts.get(plan.label) ?? 0) < 2;
    const label = isAlone ? plan.label : plan.label.replace(/\)$/, ` of ${place})`);
    const count = (used.get(label) ?? 0) + 1;
    used.set(label, count);
    return count === 1
      ? { ...plan, label, id: isAlone ? plan.id : `${plan.id}:${place}` }
      : { ...plan, label: `${label} ${count}`, id: `${plan.id}:${place}:${count}` };
  });
}

function sign(plan: Omit<DeploymentPlan, 'signature'>): DeploymentPlan {
  const { sources, as, open, external } = plan;
  const signature = JSON.stringify([sources, as.namespace, as.opaque, showVariables(as.variables), open, external]);
  return { ...plan, signature };
}

function showVariables(variables: Variables | undefined): unknown {
  return variables && [[...variables.values].sort(), variables.open, variables.always];
}
