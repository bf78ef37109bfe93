import { dirname, relativePath } from '../base/path.ts';
import type { DeployedAs } from '../sources/deployedParts.ts';
import type { Deployment, DeploymentSource, DirectorySource, KustomizeSource } from '../sources/gitops/deployment.ts';
import type { EnvironmentExternal, ResolvedEnvironment } from '../sources/gitops/environments.ts';
import type { Variables } from '../sources/gitops/substitution.ts';

/** A unit to make: what is deployed together, and how. */
export interface DeploymentPlan {
  readonly id: string;
  readonly kind: 'kustomization' | 'deployment';
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

export type PlannedSource = DirectorySource | KustomizeSource;

/** An environment of the settings is one unit. What of it only Helm can render is not in it. */
export function planEnvironment({ environment, sources, problems }: ResolvedEnvironment, root: string): DeploymentPlan {
  const { name, namespace, external } = environment;
  const as: DeployedAs = { namespace, variables: undefined, opaque: false };
  return sign({
    id: `environment:${name}`,
    kind: 'deployment',
    label: name,
    folder: root,
    sources: sources.filter(isPlanned),
    as,
    open: problems[0] ?? whyOpen(sources),
    external,
  });
}

/**
 * What Argo CD and Flux deploy from this repository: each deployment is a unit, but those that `environments` are made of. Of
 * deployments that come to the same the first one counts.
 */
export function planDeployments(
  deployments: readonly Deployment[],
  environments: readonly DeploymentPlan[],
  root: string,
): readonly DeploymentPlan[] {
  const configured = new Set(environments.flatMap(({ sources }) => sources.map(({ folder }) => folder)));
  const plans = new Map<string, { readonly deployment: Deployment; readonly plan: DeploymentPlan }>();
  for (const deployment of deployments) {
    const plan = planDeployment(deployment, root);
    if (plan === undefined || plan.sources.every(({ folder }) => configured.has(folder))) continue;
    const key = `${plan.label}\n${plan.signature}`;
    if (!plans.has(key)) plans.set(key, { deployment, plan });
  }
  return distinguish([...plans.values()], root);
}

function planDeployment(deployment: Deployment, root: string): DeploymentPlan | undefined {
  const { tool, kind, name, sources, namespace, variables, gaps, file } = deployment;
  const [first, ...others] = sources.filter(isPlanned);
  if (first === undefined) return undefined;
  // What variables are not known is unknown where they stand, and nowhere else.
  const unclear = gaps.filter(({ code }) => !(code === 'values' && kind === 'Kustomization'));
  const opaque = unclear.some(({ touches }) => touches === 'all');
  const what = `${tool === 'flux' ? 'Flux' : 'Argo CD'} ${kind} ${name}`;
  return sign({
    id: `${tool}:${file}:${kind}/${name}:${first.folder}`,
    kind: first.kind === 'kustomize' && others.length === 0 ? 'kustomization' : 'deployment',
    label: `${relativePath(root, first.folder) || '.'} (${what})`,
    folder: first.folder,
    sources: [first, ...others],
    as: { namespace, variables, opaque },
    open: unclear[0]?.message ?? whyOpen(sources),
    external: undefined,
  });
}

function isPlanned(source: DeploymentSource): source is PlannedSource {
  return source.kind !== 'helm';
}

function whyOpen(sources: readonly DeploymentSource[]): string | undefined {
  return sources.some(({ kind }) => kind === 'helm') ? 'a chart of it is not rendered' : undefined;
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
