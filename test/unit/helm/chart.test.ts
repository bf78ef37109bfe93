import assert from 'node:assert/strict';
import { describeObstacle, readChart } from '../../../server/src/core/sources/helm/chart.ts';
import { createSourceFinder } from '../../../server/src/core/sources/helm/chartSources.ts';
import { filesOf, SHOP } from './charts.ts';

describe('readChart', () => {
  const files = new Map<string, string | undefined>(filesOf(SHOP));

  it('tells the shape of the folder', () => {
    const chart = readChart('/work/shop', files);
    assert.ok(chart);
    assert.equal(`${chart.name} ${chart.version}`, 'shop 1.2.3');
    assert.equal(chart.values, '/work/shop/values.yaml');
    assert.deepEqual(chart.offeredValues, ['/work/shop/ci/ha-values.yaml', '/work/shop/values-prod.yaml']);
    assert.deepEqual(chart.partials, ['/work/shop/templates/_helpers.tpl']);
    assert.ok(chart.templates.includes('/work/shop/templates/tests/ping.yaml'));
    assert.ok(!chart.templates.includes('/work/shop/templates/NOTES.txt'));
    assert.deepEqual(chart.crds, ['/work/shop/crds/widget.yaml']);
    assert.deepEqual(
      chart.dependencies.map(({ name, alias, state }) => [name, alias, state]),
      [['cache', 'store', 'folder']],
    );
    assert.deepEqual(
      chart.subcharts.map(({ name }) => name),
      ['cache'],
    );
    assert.equal(describeObstacle(chart), undefined);
  });

  it('knows packed and missing dependencies, of the first format too', () => {
    const old = new Map<string, string | undefined>([
      ['/c/Chart.yaml', 'apiVersion: v1\nname: c\nversion: 1.0.0\n'],
      ['/c/requirements.yaml', 'dependencies: [{name: db}, {name: queue}, {name: db-admin}]\n'],
      ['/c/charts/db-1.0.0.tgz', undefined],
    ]);
    const chart = readChart('/c', old);
    assert.deepEqual(
      chart?.dependencies.map(({ state }) => state),
      ['packed', 'missing', 'missing'],
    );
    assert.match(
      (chart && describeObstacle(chart)) ?? '',
      /needs `queue`, `db-admin`, .*`helm dependency build` puts them/,
    );
  });

  it('reads no chart where there is none', () => {
    assert.equal(readChart('/work', files), undefined);
    assert.equal(readChart('/c', new Map([['/c/Chart.yaml', ': [']])), undefined);
  });

  it('finds the files that Helm names, aliases included', () => {
    const chart = readChart('/work/shop', files);
    assert.ok(chart);
    const find = createSourceFinder(chart, files);
    const fileOf = (source: string) => {
      const found = find(source);
      return typeof found === 'object' ? found.file : found;
    };
    assert.equal(fileOf('shop/templates/extra.yaml'), '/work/shop/templates/extra.yaml');
    assert.equal(fileOf('shop/charts/store/templates/service.yaml'), '/work/shop/charts/cache/templates/service.yaml');
    assert.equal(fileOf('shop/charts/other/templates/service.yaml'), 'packed');
    assert.equal(fileOf('elsewhere/templates/service.yaml'), undefined);
  });
});
