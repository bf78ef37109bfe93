import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  DEFAULT_SETTINGS,
  matchesCode,
  mergeSettings,
  type RuleLevel,
  settingKeys,
  settingTable,
  severityOf,
} from '../../../server/src/core/workspace/config.ts';
import {
  type ConfigReading,
  findConfigFile,
  readConfigText,
  readConfigValue,
} from '../../../server/src/core/workspace/configFile.ts';
import { configSchema } from '../../../server/src/core/workspace/configSchema.ts';
import { createMemoryHost } from './memoryHost.ts';

/** Each problem as `text at fault: message`. */
function problemsOf(text: string, ruleIds?: readonly string[]): readonly string[] {
  return readConfigText(text, ruleIds).problems.map(
    ({ start, end, message }) => `${text.slice(start, end)}: ${message}`,
  );
}

const nothing: ConfigReading = { settings: {}, problems: [] };

describe('severityOf', () => {
  const level = (rules: Record<string, RuleLevel>) => severityOf({ rules }, 'service-port-unnamed', 'warning');

  it('is the rule itself where nothing is said', () => {
    assert.equal(level({}), 'warning');
    assert.equal(level({ 'service-port': 'off', 'netpol-*': 'off' }), 'warning');
  });

  it('is decided by the most specific pattern, whatever the order', () => {
    assert.equal(level({ '*': 'off' }), 'off');
    assert.equal(level({ 'service-port-unnamed': 'hint', 'service-*': 'off', '*': 'error' }), 'hint');
    assert.equal(level({ '*': 'error', 'service-*': 'info', 'service-port-*': 'off' }), 'off');
    assert.equal(level({ 'service-port-*': 'off', 'service-*': 'info' }), 'off');
    assert.equal(level({ 'service-port-unnamed*': 'off', 'service-port-unnamed': 'info' }), 'info');
  });

  it('matches stars at any place', () => {
    assert.equal(matchesCode('*-port-*', 'service-port-unnamed'), true);
    assert.equal(matchesCode('s*d', 'service-port-unnamed'), true);
    assert.equal(matchesCode('service*service', 'service'), false);
    assert.equal(matchesCode('a*b*a', 'aba'), true);
    assert.equal(matchesCode('a*b*a', 'ab'), false);
    assert.equal(matchesCode('service.port', 'service-port'), false);
  });
});

describe('mergeSettings', () => {
  it("prefers the repository, except for what is each user's own", () => {
    const merged = mergeSettings(
      DEFAULT_SETTINGS,
      { clusterDomain: 'mine', enable: false, hover: { detail: 'short' }, index: { json: true, maxFiles: 5 } },
      {
        clusterDomain: 'ours',
        enable: true,
        hover: { detail: 'interview' },
        index: { maxFiles: 7 },
        trace: { server: 'verbose' },
      },
    );
    assert.deepEqual(merged, {
      ...DEFAULT_SETTINGS,
      clusterDomain: 'ours',
      enable: false,
      hover: { detail: 'short' },
      index: { ...DEFAULT_SETTINGS.index, json: true, maxFiles: 7 },
    });
  });

  it('joins rules, the repository winning wherever its patterns reach', () => {
    const user: Record<string, RuleLevel> = {
      'netpol-a': 'off',
      'netpol-*': 'off',
      'service-x': 'hint',
      'ingress-*': 'off',
    };
    const { rules } = mergeSettings(
      DEFAULT_SETTINGS,
      { rules: user },
      { rules: { 'netpol-*': 'error', 'ingress-a': 'info' } },
    );
    assert.deepEqual(rules, { 'service-x': 'hint', 'ingress-*': 'off', 'netpol-*': 'error', 'ingress-a': 'info' });
  });

  it('is the defaults where nobody says anything', () => {
    assert.deepEqual(mergeSettings(DEFAULT_SETTINGS, {}, {}), DEFAULT_SETTINGS);
  });
});

describe('the table of settings', () => {
  it('has defaults and examples that its own schemas accept', () => {
    for (const key of settingKeys) {
      const { default: initial, example } = settingTable[key];
      for (const value of [initial, example]) {
        const nested = key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
        const { problems, settings } = readConfigValue(nested);
        assert.deepEqual(problems, [], key);
        assert.deepEqual(settings, nested, key);
      }
    }
  });
});

describe('a configuration file', () => {
  it('is read as YAML or JSON', () => {
    const settings = {
      rules: { 'netpol-*': 'off', 'service-selector-no-match': 'hint' },
      kubernetesVersion: '1.30',
      index: { exclude: ['test/'], maxFileSizeKB: 100 },
      external: { services: ['payments/api'] },
    };
    const yaml = `# ours
rules:
  netpol-*: off
  "service-selector-no-match": hint
kubernetesVersion: "1.30"
index:
  exclude: [test/]
  maxFileSizeKB: 100
external: { services: [payments/api] }
`;
    assert.deepEqual(readConfigText(yaml), { settings, problems: [] });
    assert.deepEqual(readConfigText(JSON.stringify(settings, undefined, 2)), { settings, problems: [] });
    assert.deepEqual(readConfigValue(settings), { settings, problems: [] });
  });

  it('may be empty or half written', () => {
    for (const text of ['', '# nothing yet\n', 'rules:\n', 'index:\n  exclude:\n']) {
      const { settings, problems } = readConfigText(text);
      assert.deepEqual(problems, [], text);
      assert.deepEqual(mergeSettings(DEFAULT_SETTINGS, {}, settings), DEFAULT_SETTINGS);
    }
    assert.deepEqual(readConfigValue(undefined), nothing);
    assert.deepEqual(readConfigValue(null), nothing);
  });

  it('names unknown settings with the nearest known one', () => {
    assert.deepEqual(problemsOf('clusterDomian: x\nindex:\n  exlude: [a]\n  zzz: 1\nrule: {}\n'), [
      'clusterDomian: there is no setting `clusterDomian`; did you mean `clusterDomain`?',
      'exlude: there is no setting `index.exlude`; did you mean `exclude`?',
      'zzz: there is no setting `index.zzz`',
      'rule: there is no setting `rule`; did you mean `rules`?',
    ]);
    assert.deepEqual(problemsOf('index.json: true\n'), [
      'index.json: there is no setting `index.json`; write `json` below `index`',
    ]);
  });

  it('names wrong values where they stand, and keeps the right ones', () => {
    const text = `index:
  maxFiles: many
  json: 3
  exclude: [a, 5, {b: c}]
clusterDomain: Cluster.Local
external: yes
rules:
  a-rule: loud
  b-rule: waring
  c-rule: off
`;
    assert.deepEqual(problemsOf(text), [
      'many: `index.maxFiles` must be a whole number from 1 to 1000000',
      '3: `index.json` must be true or false',
      '5: an entry of `index.exclude` must be text: without quotes, `5` is a number',
      '{b: c}: an entry of `index.exclude` must be text',
      'Cluster.Local: `clusterDomain` must be a DNS name in lower case, such as `cluster.local`',
      'yes: `external` must be a mapping',
      'loud: `rules.a-rule` must be one of `off`, `error`, `warning`, `info`, `hint`, not `loud`',
      'waring: `rules.b-rule` must be one of `off`, `error`, `warning`, `info`, `hint`, not `waring`; did you mean `warning`?',
    ]);
    assert.deepEqual(readConfigText(text).settings, { index: { exclude: ['a', '5'] }, rules: { 'c-rule': 'off' } });
    assert.deepEqual(problemsOf('- a\n- b\n').length, 1);
    assert.deepEqual(problemsOf('rules: {}\n---\nrules: {}\n'), [
      'rules: {}: only the first document of a configuration is read',
    ]);
  });

  it('says that a version needs quotes, and understands it', () => {
    const text = 'kubernetesVersion: 1.30\n';
    assert.deepEqual(problemsOf(text), [
      '1.30: `kubernetesVersion` must be text: without quotes, `1.30` is the number 1.3',
    ]);
    assert.deepEqual(readConfigText(text).settings, { kubernetesVersion: '1.30' });
  });

  it('knows the rules when it is told them', () => {
    const ids = ['service-selector-no-match', 'service-port-unnamed'];
    assert.deepEqual(
      problemsOf('rules: {service-selector-nomatch: off, "*-match": off, netpol: off, "hpa-*": off}\n', ids),
      [
        'service-selector-nomatch: no rule is called `service-selector-nomatch`; did you mean `service-selector-no-match`?',
        'netpol: no rule is called `netpol`',
        '"hpa-*": no rule is called anything like `hpa-*`',
      ],
    );
  });

  it("has no say in what is each user's own", () => {
    assert.deepEqual(problemsOf('enable: false\nhover:\n  detail: short\n'), [
      "enable: `enable` is each user's own setting and has no effect in this file",
      "detail: `hover.detail` is each user's own setting and has no effect in this file",
    ]);
    assert.deepEqual(readConfigText('enable: false\n').settings, {});
    assert.deepEqual(readConfigValue({ enable: false }), { settings: { enable: false }, problems: [] });
  });

  it('is not needed for what the editor sends, groups nested or dotted', () => {
    const settings = { index: { json: true }, rules: { 'a-rule': 'off' } };
    assert.deepEqual(readConfigValue({ 'index.json': true, rules: { 'a-rule': 'off' } }), { settings, problems: [] });
    assert.deepEqual(readConfigValue({ index: { json: 'x' }, rules: ['off'], run: 5 }).settings, {});
  });

  it('shows where its YAML is broken', () => {
    assert.ok(problemsOf('rules: {a: off\n').length > 0);
    assert.deepEqual(readConfigText('run: onSave\nrun: onType\n').settings, { run: 'onType' });
    assert.deepEqual(problemsOf('run: onSave\nrun: onType\n').length, 1);
  });

  it('may hold anything at all', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withMap: true }), (value) => void readConfigValue(value)));
    const known = fc.dictionary(
      fc.constantFrom('rules', 'index', 'external', 'run', '__proto__', 'constructor'),
      fc.json(),
    );
    fc.assert(
      fc.property(
        known,
        (settings) =>
          void readConfigText(
            Object.entries(settings)
              .map(([k, v]) => `${k}: ${v}\n`)
              .join(''),
          ),
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => void readConfigText(text)));
  });

  it('is looked for upwards', async () => {
    const tree = {
      '.kubefathom.json': '{}',
      a: { '.kubefathom.yml': '', b: { c: {} } },
      d: { '.kubefathom.yaml': { 'x.yaml': '' } },
    };
    for (const asynchronous of [false, true]) {
      const host = createMemoryHost(tree, asynchronous);
      assert.equal(await findConfigFile(host, '/root/a/b/c'), '/root/a/.kubefathom.yml');
      assert.equal(await findConfigFile(host, '/root/d'), '/root/.kubefathom.json');
      assert.equal(await findConfigFile(createMemoryHost({}, asynchronous), '/root'), undefined);
    }
  });
});

describe('the schema of the configuration file', () => {
  it('holds each setting that the file decides, nested, and the rules it is given', () => {
    const schema = configSchema([{ id: 'a-rule', summary: 'What it finds' }]);
    const described = JSON.parse(JSON.stringify(schema)) as {
      properties: Record<string, { properties?: Record<string, unknown> }>;
    };
    const keys = Object.entries(described.properties).flatMap(([name, { properties }]) =>
      properties === undefined || name === 'rules'
        ? [name]
        : Object.keys(properties).map((member) => `${name}.${member}`),
    );
    assert.deepEqual(keys.sort(), settingKeys.filter((key) => settingTable[key].shared).sort());
    assert.deepEqual(Object.keys(described.properties.rules?.properties ?? {}), ['a-rule']);
    assert.equal(schema.additionalProperties, false);
  });
});
