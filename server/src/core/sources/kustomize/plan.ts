import type { Accumulator, BuildProblem, Layer } from './context.ts';
import { type Kept, keep } from './kept.ts';
import { type BuildResource, copyResource, isGone, seal } from './resource.ts';

/** A change that a kustomization makes to one object at a time, whatever the others are. */
export interface Step {
  /** Changes a copy of an object. What `check` is told of it; `undefined` where it is not meant. */
  readonly apply: (resource: BuildResource) => string | undefined;
  /** Looks at what was said of the objects that the step was meant for, once all have gone through all steps. */
  readonly check?: (accumulator: Accumulator, layer: Layer, told: readonly string[]) => void;
}

/** The steps of a kustomization, and what has come of the objects that went through them. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Where the steps tell their problems. */
  readonly layer: Layer;
  /** By the folder whose objects they are: a component is part of several. */
  readonly outcomes: Map<string, Kept<BuildResource, Outcome>>;
}

interface Outcome {
  readonly resource: BuildResource;
  readonly told: readonly Told[];
  readonly problems: readonly BuildProblem[];
}

/** What a step said of an object. */
interface Told {
  readonly step: number;
  readonly text: string;
}

export function newPlan(layer: Layer, steps: readonly Step[]): Plan {
  return { steps, layer, outcomes: new Map() };
}

/** Takes every object through all steps; those that a patch deletes are gone. */
export function runPlan(accumulator: Accumulator, layer: Layer, plan: Plan): void {
  const { steps, outcomes } = plan;
  if (steps.length === 0) return;
  const owner = accumulator.folders[0] ?? '';
  const current = keep(outcomes.get(owner), accumulator.resources, (own, old) => old ?? transform(plan, own));
  outcomes.set(owner, current);
  const told: string[][] = steps.map(() => []);
  const left: BuildResource[] = [];
  for (const outcome of current.values) {
    for (const problem of outcome.problems) layer.build.problems.push(problem);
    for (const one of outcome.told) told[one.step]?.push(one.text);
    if (!isGone(outcome.resource)) left.push(outcome.resource);
  }
  accumulator.resources = left;
  for (const [index, { check }] of steps.entries()) check?.(accumulator, layer, told[index] ?? []);
}

const NONE: readonly never[] = [];

function transform({ steps, layer }: Plan, original: BuildResource): Outcome {
  const { problems } = layer.build;
  const before = problems.length;
  const resource = copyResource(original);
  const told: Told[] = [];
  for (const [index, { apply }] of steps.entries()) {
    const text = apply(resource);
    if (text !== undefined) told.push({ step: index, text });
    if (isGone(resource)) break;
  }
  return { resource: seal(resource), told, problems: problems.length > before ? problems.splice(before) : NONE };
}
