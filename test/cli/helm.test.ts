import assert from 'node:assert/strict';
import path from 'node:path';
import { CHART, SELECTS_NOTHING } from '../oracle/faultyChart.ts';
import { helmAtHand } from '../oracle/helmBinary.ts';
import { assertRefused, kubefathom, temporaryFolder } from './run.ts';

describe('kubefathom check --helm', () => {
  const folder = temporaryFolder();
  let env: Readonly<Record<string, string>> = {};

  before(function () {
    const helm = helmAtHand();
    if (helm === undefined) {
      console.warn('no helm at hand: `node scripts/run.mjs scripts/oracleHelm.ts examples` fetches one');
      this.skip();
    }
    env = { PATH: path.dirname(helm) };
  });

  const check = async (...args: readonly string[]) => {
    for (const [name, text] of Object.entries(CHART)) folder.write(`web/${name}`, text);
    const { code, out } = await kubefathom(['check', '--format', 'json', ...args, folder.root], { env });
    const { findings } = JSON.parse(out) as {
      findings: { code: string; severity: string; file: string; line: number }[];
    };
    return { code, findings: findings.map((found) => `${found.severity} ${found.code} ${found.file}:${found.line}`) };
  };

  it('checks what the real helm renders, at the lines of the templates', async () => {
    assert.deepEqual(await check(), { code: 0, findings: [] });
    assert.deepEqual(await check('--helm'), {
      code: 1,
      findings: [
        `warning ${SELECTS_NOTHING} web/templates/services.yaml:7`,
        `hint ${SELECTS_NOTHING} web/templates/services.yaml:17`,
      ],
    });
  });

  it('renders with the values of environments as well', async () => {
    folder.write(
      '.kubefathom.yaml',
      'environments:\n  - name: prod\n    charts:\n      - path: web\n        values: [web/values-prod.yaml]\n',
    );
    const { findings } = await check('--helm');
    assert.ok(findings.includes(`warning ${SELECTS_NOTHING} web/templates/services.yaml:7`));
    const { out } = await kubefathom(['check', '--helm', folder.root], { env });
    assert.match(out, /services\.yaml:7:10 \(in prod, web\)/);
    assert.match(out, /services\.yaml:17:10 \(in web\)/);
  });

  it('needs a helm', async () => {
    await assertRefused(['check', '--helm', folder.root], /needs the program `helm`/, { env: { PATH: folder.root } });
  });
});
