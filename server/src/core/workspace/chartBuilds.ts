import { basename, relativePath } from '../base/path.ts';
import type { ReadContext } from '../k8s/field.ts';
import { readBuilt } from '../sources/builtResource.ts';
import { buildChart, type ChartBuild, emptyChart, failedChart, type ReadChart } from '../sources/chartUnit.ts';
import type { RenderFailure } from '../sources/helm/renderFailure.ts';
import type { ChartVariant } from '../sources/helm/renderRequest.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Siblings, Unit } from '../sources/unit.ts';

/** A chart as it was read, and what Helm made of each variant. The first variant is the chart by itself. */
export interface RenderedVariants {
  readonly read: ReadChart;
  readonly variants: readonly RenderedVariant[];
}

export interface RenderedVariant {
  readonly variant: ChartVariant;
  /** Equal for equal results. */
  readonly key: string;
  readonly result: VariantResult;
}

/** `obstacle`: Helm was not asked, because a chart that it needs is not there · `same`: nor now, as it is what it was. */
export type VariantResult =
  | { readonly output: string }
  | { readonly failure: RenderFailure }
  | { readonly obstacle: string }
  | { readonly same: true };

/** What the units of charts need of their workspace folder. */
export interface ChartWorld {
  readonly root: string;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly context: Pick<ReadContext, 'intern' | 'judges'>;
  readonly siblings: Siblings;
  readonly others: () => readonly ResourceIndex[];
  readonly isTestInput: (folder: string) => boolean;
}

/** A chart that Helm was asked about. */
export interface RenderedChart {
  readonly folder: string;
  /** The chart by itself, with its own values. */
  readonly unit: Unit;
  readonly variants: readonly BuiltVariant[];
  /** Files of values beside its own that nothing was rendered with. */
  readonly offeredValues: readonly string[];
}

export interface BuiltVariant extends Pick<RenderedVariant, 'variant' | 'key'> {
  readonly build: ChartBuild;
}

interface Rendered extends RenderedChart {
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** Files whose text is another one than Helm has seen: places in them do not hold. */
  readonly changed: Set<string>;
}

/** The rendered charts of a workspace folder, as Helm left them when it last ran. */
export class ChartBuilds {
  readonly #world: ChartWorld;
  readonly #rendered = new Map<string, Rendered>();

  constructor(world: ChartWorld) {
    this.#world = world;
  }

  get charts(): readonly RenderedChart[] {
    return [...this.#rendered.values()];
  }

  /** The number of objects that the charts come to by themselves. */
  get size(): number {
    return this.charts.reduce((sum, { unit }) => sum + unit.index.size, 0);
  }

  /** A chart whose places in a file hold: none while the file is another one than was rendered. */
  chartWith(chart: string, path: string): RenderedChart | undefined {
    const rendered = this.#rendered.get(chart);
    return rendered?.changed.has(path) === true ? undefined : rendered;
  }

  /** What Helm made of a chart when it was last asked. */
  variantsOf(chart: string): readonly BuiltVariant[] {
    return this.#rendered.get(chart)?.variants ?? [];
  }

  /** What charts come to, however they are installed. */
  indexesBut(charts: ReadonlySet<string>): readonly ResourceIndex[] {
    return this.charts.flatMap(({ folder, variants }) =>
      charts.has(folder) ? [] : variants.map(({ build }) => build.index),
    );
  }

  buildOf(chart: string, variant: ChartVariant): ChartBuild | undefined {
    const wanted = toVariantKey(variant);
    return this.variantsOf(chart).find((known) => toVariantKey(known.variant) === wanted)?.build;
  }

  /** Takes over what was rendered. `isChanged`: of a file that the editor holds otherwise than Helm has seen it. */
  take({ read, variants }: RenderedVariants, isChanged: (path: string, text: string) => boolean): void {
    const { files, chart } = read;
    const { folder, offeredValues: offered } = chart;
    const known = new Map(this.variantsOf(folder).map((variant) => [variant.key, variant.build]));
    const built = variants.map(({ variant, key, result }) => {
      const build = ('same' in result ? known.get(key) : undefined) ?? this.#build(read, variant, result);
      return { variant, key, build };
    });
    const changed = [...files].flatMap(([path, text]) => (text !== undefined && isChanged(path, text) ? path : []));
    const used = new Set(variants.flatMap(({ variant }) => variant.valuesFiles));
    const offeredValues = offered.filter((file) => !used.has(file));
    const unit = this.#unitOf(read, built[0]?.build ?? emptyChart('helm was not asked'));
    const about = { folder, unit, variants: built, offeredValues };
    this.#rendered.set(folder, { ...about, texts: files, changed: new Set(changed) });
  }

  /** Forgets the units of a chart. Returns whether there were any. */
  forget(chart: string): boolean {
    return this.#rendered.delete(chart);
  }

  fileChanged(chart: string, path: string, text: string | undefined): void {
    const rendered = this.#rendered.get(chart);
    if (rendered === undefined) return;
    if (rendered.texts.get(path) === text) rendered.changed.delete(path);
    else rendered.changed.add(path);
  }

  #unitOf({ chart: { folder, name } }: ReadChart, build: ChartBuild): Unit {
    const { root, siblings, others, isTestInput } = this.#world;
    const beside = () => this.indexesBut(new Set([folder]));
    const { index, unrendered, open, notes, writtenIn, roots } = build;
    return {
      id: `chart:${folder}`,
      kind: 'chart',
      holdsCharts: true,
      label: relativePath(root, folder) || name,
      folder,
      index,
      get others() {
        return [unrendered, ...beside(), ...others()];
      },
      get isTestInput() {
        return isTestInput(folder);
      },
      open,
      notes,
      siblings,
      writtenIn: (path) => writtenIn.get(path),
      rootOf: (resource) => roots.get(resource),
    };
  }

  #build(read: ReadChart, { namespace, valuesFiles, values }: ChartVariant, result: VariantResult): ChartBuild {
    if ('same' in result) return emptyChart('helm was not asked');
    if ('obstacle' in result) return emptyChart(result.obstacle);
    if ('failure' in result) return failedChart(read, result.failure, describeValues(valuesFiles, values.length > 0));
    const { files, context: shared, siblings } = this.#world;
    return buildChart(read, result.output, files, (object) => {
      const context = { ...shared, defaultNamespace: namespace, file: object.file, faults: [] };
      return readBuilt(object, [], siblings.files, context);
    });
  }
}

/** Equal for variants that Helm is asked for in the same words. */
export function toVariantKey({ release, namespace, valuesFiles, values, parameters }: ChartVariant): string {
  return JSON.stringify([release, namespace, valuesFiles, values, parameters]);
}

function describeValues(files: readonly string[], hasMore: boolean): string {
  const names = files.map((file) => `\`${basename(file)}\``);
  if (hasMore) names.push('the values of its deployment');
  return names.length === 0 ? 'its own values' : names.join(' and ');
}
