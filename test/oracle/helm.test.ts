import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderChart } from '../../server/src/main/helm.ts';
import { filesOf, SHOP } from '../unit/helm/charts.ts';
import { helmAtHand } from './helmBinary.ts';
import { proveExactPlaces, type Rendering, readChartFolder, renderFolder, visitScalars } from './helmProof.ts';

describe('the real helm', () => {
  let helm = '';
  let scratch = '';

  before(function () {
    const found = helmAtHand();
    if (found === undefined) {
      console.warn('no helm at hand: `node scripts/run.mjs scripts/oracleHelm.ts examples` fetches one');
      this.skip();
    }
    helm = found;
    scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'kubefathom-charts-')));
  });

  after(() => {
    if (scratch !== '') rmSync(scratch, { recursive: true, force: true });
  });

  /** Writes the files of a fixture, and takes the chart in its folder `name`. */
  function write(fixture: string, name: string) {
    for (const [file, text] of filesOf(fixture)) {
      const target = path.join(scratch, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const onDisk = readChartFolder(path.join(scratch, 'work', name));
    assert.ok(onDisk);
    return onDisk;
  }

  async function render(fixture: string, name: string, values: readonly string[] = []): Promise<Rendering> {
    const onDisk = write(fixture, name);
    const rendering = await renderFolder(
      helm,
      onDisk,
      values.map((file) => path.join(onDisk.chart.folder, file)),
    );
    assert.ok('rendered' in rendering, 'message' in rendering ? rendering.message : '');
    return rendering;
  }

  const summary = ({ chart, rendered }: Rendering) =>
    rendered.objects.map(({ file, root }) => {
      const found = new Map<string, string>();
      visitScalars(root, '', ({ text }, at) => found.set(at, text));
      return `${found.get('/kind')}/${found.get('/metadata/name')} ${path.relative(chart.folder, file)}`;
    });

  it('maps every object to its template', async () => {
    const rendering = await render(SHOP, 'shop', ['values-prod.yaml']);
    assert.deepEqual(summary(rendering).sort(), [
      'Deployment/rel-shop templates/deployment.yaml',
      'Ingress/shop templates/ingress.yaml',
      'Job/migrate templates/extra.yaml',
      'PodDisruptionBudget/shop templates/extra.yaml',
      'Service/rel-cache charts/cache/templates/service.yaml',
      'Service/shop-admin templates/services.yaml',
      'Service/shop-headless templates/services.yaml',
      'Service/shop-http templates/services.yaml',
    ]);
    assert.ok(rendering.rendered.objects.every(({ places }) => places === 'aligned'));
  });

  it('claims exact places only where the text decides the value', async () => {
    const { proven, wrong } = await proveExactPlaces(helm, await render(SHOP, 'shop'));
    assert.deepEqual(wrong, []);
    assert.ok(proven > 20, `only ${proven} proven`);
  });

  it('would notice a place that is not exact', async () => {
    const rendering = await render(SHOP, 'shop');
    const [first] = rendering.rendered.objects.filter(({ file }) => file.endsWith('deployment.yaml'));
    assert.ok(first);
    visitScalars(first.root, '', (node, at) => {
      if (at === '/spec/replicas') Object.assign(node, { origin: { file: first.file, kind: 'rendered', exact: true } });
      // The place of another value.
      if (at === '/spec/template/metadata/labels/tier')
        Object.assign(node, { start: node.start - 30, end: node.start - 29 });
    });
    assert.notDeepEqual((await proveExactPlaces(helm, rendering)).wrong, []);
  });

  it('says at which place a chart refuses its values', async () => {
    const onDisk = write(
      '#- refuses/Chart.yaml\napiVersion: v2\nname: refuses\nversion: 0.1.0\n#- refuses/templates/a.yaml\nkind: A\nhost: {{ required "set a host" .Values.host }}\n',
      'refuses',
    );
    const failure = await renderFolder(helm, onDisk);
    assert.deepEqual(failure, {
      message: 'set a host',
      at: { source: 'refuses/templates/a.yaml', line: 2, column: 9 },
    });
  });

  it('reads nothing of the user and stops when nobody waits', async () => {
    const { chart } = write(SHOP, 'shop');
    const settings = {
      chartFolder: chart.folder,
      release: 'r',
      namespace: 'n',
      valuesFiles: [],
      values: [],
      parameters: [],
      kubernetesVersion: '1.35',
    };
    const abort = new AbortController();
    abort.abort();
    assert.deepEqual(await renderChart(helm, settings, abort.signal), { cancelled: true });
    const running = new AbortController();
    const result = renderChart(helm, settings, running.signal);
    running.abort();
    assert.deepEqual(await result, { cancelled: true });
    const missing = await renderChart(path.join(scratch, 'no-such-helm'), settings);
    assert.match('failure' in missing ? missing.failure.message : '', /^helm cannot be run/);
  });
});
