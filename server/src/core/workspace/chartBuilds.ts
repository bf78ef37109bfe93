import { basename, relativePath } from '../base/path.ts';
import type { ReadContext } from '../k8s/field.ts';
import { readBuilt } from '../sources/builtResource.ts';
import { buildChart, type ChartBuild, emptyChart, failedChart, type ReadChart } from '../sources/chartUnit.ts';
import type { RenderFailure } from '../sources/helm/renderFailure.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Siblings, Unit } from '../sources/unit.ts';

/** With what a chart is rendered; each variant is a unit of its own. */
export interface ChartVariant {
  readonly release: string;
  readonly namespace: string;
  /** Absolute paths, later ones win. `values.yaml` counts by itself. */
  readonly valuesFiles: readonly string[];
  /** What an environment's configuration calls it; `undefined` for the chart by itself. */
  readonly environment: string | undefined;
}

/** A chart as it was read, and what Helm made of each variant. */
export interface RenderedVariants {
  readonly read: ReadChart;
  readonly variants: readonly {
    readonly variant: ChartVariant;
    /** `obstacle`: Helm was not asked, because a chart that it needs is not there. */
    readonly result: { readonly output: string } | { readonly failure: RenderFailure } | { readonly obstacle: string };
  }[];
  /** Equal for equal results. */
  readonly key: string;
}

/** What the units of charts need of their workspace folder. */
export interface ChartWorld {
  readonly root: string;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly context: Pick<ReadContext, 'intern' | 'judges'>;
  readonly siblings: Siblings;
  readonly others: () => readonly ResourceIndex[];
  readonly isTestInput: (folder: string) => boolean;
}

/** A chart whose units are there. */
export interface RenderedChart {
  readonly folder: string;
  readonly units: readonly Unit[];
  /** Files of values beside its own that no unit was rendered with. */
  readonly offeredValues: readonly string[];
}

interface Rendered extends RenderedChart {
  readonly key: string;
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly units: readonly Unit[];
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
    return this.charts.reduce((sum, { units: [own] }) => sum + (own?.index.size ?? 0), 0);
  }

  get units(): readonly Unit[] {
    return [...this.#rendered.values()].flatMap(({ units }) => units);
  }

  /** The units of a chart that a file of it is part of; none while the file is another one than was rendered. */
  unitsOf(chart: string, path: string): readonly Unit[] {
    const rendered = this.#rendered.get(chart);
    return rendered === undefined || rendered.changed.has(path) ? [] : rendered.units;
  }

  /** What the chart's units were made from; see {@link RenderedVariants}. */
  keyOf(chart: string): string | undefined {
    return this.#rendered.get(chart)?.key;
  }

  /** Takes over what was rendered. `isChanged`: of a file that the editor holds otherwise than Helm has seen it. */
  take({ read, variants, key }: RenderedVariants, isChanged: (path: string, text: string) => boolean): void {
    const { files } = read;
    const units = variants.map(({ variant, result }) => this.#unitOf(read, variant, result));
    const changed = [...files].flatMap(([path, text]) => (text !== undefined && isChanged(path, text) ? path : []));
    const { folder, offeredValues: offered } = read.chart;
    const used = new Set(variants.flatMap(({ variant }) => variant.valuesFiles));
    const offeredValues = offered.filter((file) => !used.has(file));
    this.#rendered.set(folder, { folder, key, texts: files, units, offeredValues, changed: new Set(changed) });
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

  #unitOf(read: ReadChart, variant: ChartVariant, result: RenderedVariants['variants'][number]['result']): Unit {
    const { root, siblings, others, isTestInput } = this.#world;
    const { folder, name } = read.chart;
    const names = variant.valuesFiles.map((file) => basename(file));
    const values = names.length === 0 ? 'its own values' : names.map((file) => `\`${file}\``).join(' and ');
    const build = this.#build(read, variant, result, values);
    const { index, unrendered, open, notes, writtenIn, roots } = build;
    const place = relativePath(root, folder) || name;
    const by = variant.environment ?? names.join(' and ');
    return {
      id: `chart:${folder}${by === '' ? '' : `:${by}`}`,
      kind: 'chart',
      label: by === '' ? place : `${place} with ${by}`,
      folder,
      index,
      get others() {
        return [unrendered, ...others()];
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

  #build(
    read: ReadChart,
    { namespace }: ChartVariant,
    result: RenderedVariants['variants'][number]['result'],
    values: string,
  ): ChartBuild {
    if ('obstacle' in result) return emptyChart(result.obstacle);
    if ('failure' in result) return failedChart(read, result.failure, values);
    const { files, context: shared, siblings } = this.#world;
    return buildChart(read, result.output, files, (object) => {
      const context = { ...shared, defaultNamespace: namespace, file: object.file, faults: [] };
      return readBuilt(object, [], siblings.files, context);
    });
  }
}
