import assert from 'node:assert/strict';
import { addEnvironment } from '../../../server/src/core/ide/offeredEnvironments.ts';
import { readConfigText } from '../../../server/src/core/workspace/configFile.ts';

const OFFER = { name: 'prod', chart: 'charts/web', values: 'charts/web/values-prod.yaml' };
const CHART = { path: 'charts/web', values: ['charts/web/values-prod.yaml'] };

/** What the configuration says after the offer was taken. */
function environmentsIn(text: string) {
  const added = addEnvironment(text, OFFER);
  assert.ok(added !== undefined);
  const { settings, problems } = readConfigText(added);
  assert.deepEqual(problems, []);
  return settings.environments;
}

describe('an environment that is added to the configuration', () => {
  it('begins one', () => {
    assert.equal(
      addEnvironment('', OFFER),
      'environments:\n  - name: prod\n    charts:\n      - path: charts/web\n        values: [charts/web/values-prod.yaml]\n',
    );
  });

  it('stands below what is there', () => {
    const text = '# ours\nkubernetesVersion: "1.34"\n\nindex:\n  json: true\n';
    assert.deepEqual(environmentsIn(text), [{ name: 'prod', charts: [CHART] }]);
    assert.ok(addEnvironment(text, OFFER)?.startsWith(text.trimEnd()));
  });

  it('goes beside others, in the form in which they stand', () => {
    const dev = { name: 'dev', roots: ['overlays/dev'] };
    const expected = [dev, { name: 'prod', charts: [CHART] }];
    assert.deepEqual(environmentsIn('environments:\n- name: dev\n  roots: [overlays/dev]\n'), expected);
    assert.deepEqual(environmentsIn('environments: [{name: dev, roots: [overlays/dev]}]\n'), expected);
    const json = `${JSON.stringify({ environments: [dev] }, undefined, 2)}\n`;
    assert.deepEqual(environmentsIn(json), expected);
    assert.deepEqual(JSON.parse(addEnvironment(json, OFFER) ?? ''), { environments: expected });
    const without = addEnvironment('{\n  "enable": true\n}\n', OFFER) ?? '';
    assert.deepEqual(JSON.parse(without), { enable: true, environments: expected.slice(1) });
  });

  it('adds the chart to the one of its name', () => {
    const other = { path: 'charts/api' };
    assert.deepEqual(environmentsIn('environments:\n  - name: prod\n    charts:\n      - path: charts/api\n'), [
      { name: 'prod', charts: [other, CHART] },
    ]);
    assert.deepEqual(environmentsIn('environments:\n  - name: prod\n    namespace: shop\n'), [
      { name: 'prod', namespace: 'shop', charts: [CHART] },
    ]);
  });

  it('leaves alone what it does not understand', () => {
    for (const text of ['[]', 'environments: all\n', 'environments:\n  - name: prod\n    charts: web\n'])
      assert.equal(addEnvironment(text, OFFER), undefined);
  });
});
