import { findNearest } from '../base/editDistance.ts';
import type { Environment } from '../sources/gitops/environments.ts';
import { TEST_FOLDERS } from '../sources/gitops/testInputs.ts';
import { environmentSchema } from './environmentSchema.ts';
import { dnsLabel, namespaceName, podLabels, type SettingSchema } from './settingSchema.ts';

/** How much a finding weighs; see docs/architecture.md for what each promises. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

export type RuleLevel = Severity | 'off';

/** Everything that a user can decide. Each member has its entry in {@link settingTable}: the compiler insists. */
export interface Settings {
  readonly enable: boolean;
  readonly run: 'onType' | 'onSave';
  /** By rule id or by a pattern with `*`: see {@link severityOf}. */
  readonly rules: Readonly<Record<string, RuleLevel>>;
  readonly clusterDomain: string;
  /** `1.35`: major and minor. */
  readonly kubernetesVersion: string;
  /** The namespace of resources that name none; empty where that is not known. */
  readonly defaultNamespace: string;
  readonly index: {
    readonly exclude: readonly string[];
    readonly include: readonly string[];
    readonly maxFileSizeKB: number;
    readonly maxFiles: number;
    readonly json: boolean;
  };
  readonly external: {
    /** `name` or `namespace/name`. */
    readonly services: readonly string[];
    /** `key=value`, several joined by commas: the labels of one kind of Pod. */
    readonly labels: readonly string[];
    readonly namespaces: readonly string[];
  };
  /** What is deployed together: each is a unit of its own. */
  readonly environments: readonly Environment[];
  /** Statements about connections that are to hold: `web -> orders:80 allow`. */
  readonly expect: readonly string[];
  /** Names of folders that hold inputs of tests. */
  readonly testInputs: readonly string[];
  readonly helm: {
    readonly enable: boolean;
    /** The program; empty for the first `helm` on the PATH. */
    readonly path: string;
  };
  /** Whether the rule `schema` speaks in the editor; `auto`: where no other extension checks YAML against schemas. */
  readonly schema: 'auto' | 'on' | 'off';
  readonly hover: { readonly detail: 'short' | 'full' | 'interview' };
  readonly trace: { readonly server: 'off' | 'messages' | 'verbose' };
}

/** What rules may depend on. */
export type RuleSettings = Pick<
  Settings,
  'rules' | 'clusterDomain' | 'kubernetesVersion' | 'defaultNamespace' | 'external'
>;

/** A part of the settings, as one place gives them. */
export type PartialSettings = {
  readonly [K in keyof Settings]?: K extends Group ? Partial<Settings[K]> : Settings[K];
};

type Group = 'index' | 'external' | 'helm' | 'hover' | 'trace';

/** `index.maxFiles`: the name after `kubefathom.` in the editor, and the way to it in a `.kubefathom.yaml`. */
export type SettingKey = {
  [K in keyof Settings]: K extends Group ? `${K}.${keyof Settings[K] & string}` : K;
}[keyof Settings];

type ValueAt<K extends SettingKey> = K extends keyof Settings
  ? Settings[K]
  : K extends `${infer G extends Group}.${infer M}`
    ? M extends keyof Settings[G]
      ? Settings[G][M]
      : never
    : never;

/** The one source of a setting: the editor's configuration, the reading of files, and the documentation come from it. */
export interface Setting<T = unknown> {
  readonly schema: SettingSchema;
  readonly default: T;
  /** Markdown, one paragraph. */
  readonly description: string;
  readonly example: T;
  /** Where the editor lets it be set. `window` has one value for all folders. */
  readonly scope: 'resource' | 'window' | 'machine-overridable';
  /** Whether a repository's `.kubefathom.yaml` decides it, over the user's own choice. */
  readonly shared: boolean;
}

/**
 * The level of a rule: what `rules` says about its id, else `initial`. Of several patterns the one with the most literal
 * characters decides: `service-port-*: off` yields to `service-port-unnamed: hint` and beats `*: warning`.
 */
export function severityOf(settings: Pick<Settings, 'rules'>, ruleId: string, initial: Severity): RuleLevel {
  let best = -1;
  let level: RuleLevel = initial;
  for (const [pattern, given] of Object.entries(settings.rules)) {
    const weight =
      pattern === ruleId ? Number.MAX_SAFE_INTEGER : pattern === '*' ? 0 : pattern.replaceAll('*', '').length;
    if (weight < best || (pattern !== '*' && !matchesCode(pattern, ruleId))) continue;
    best = weight;
    level = given;
  }
  return level;
}

/** Whether a rule's id is meant by `pattern`: the id itself, or one in which `*` stands for any characters. */
export function matchesCode(pattern: string, ruleId: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === ruleId;
  if (!ruleId.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = ruleId.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return ruleId.length - last.length >= at && ruleId.endsWith(last);
}

/** Whether a code, or a pattern, means any of `codes`. */
export function isKnownCode(pattern: string, codes: readonly string[]): boolean {
  return codes.some((code) => matchesCode(pattern, code));
}

/** The code that one which does not exist was probably meant to be. */
export function nearestCode(wrong: string, codes: readonly string[]): string | undefined {
  return findNearest(wrong, codes, (code) => code);
}

/** What to say of a code, or a pattern, that means no rule. */
export function unknownCode(wrong: string, near: string | undefined): string {
  if (wrong.includes('*')) return `no rule is called anything like \`${wrong}\``;
  return `no rule is called \`${wrong}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
}

/**
 * The settings that hold: the repository's file over the user's, except where a setting is each user's own. `rules` are
 * joined; what the user says about a rule, or a group of rules, falls away where a pattern of the repository covers it.
 */
export function mergeSettings(defaults: Settings, user: PartialSettings, repository: PartialSettings): Settings {
  const values = settingKeys.map((key): readonly [SettingKey, unknown] => {
    const shared = settingTable[key].shared ? valueAt(repository, key) : undefined;
    return [key, shared ?? valueAt(user, key) ?? valueAt(defaults, key)];
  });
  const merged = completeSettings(values);
  return { ...merged, rules: mergeRules(user.rules ?? defaults.rules, repository.rules ?? {}) };
}

function mergeRules(user: Settings['rules'], repository: Settings['rules']): Settings['rules'] {
  const patterns = Object.keys(repository);
  const kept = Object.entries(user).filter(([key]) => !patterns.some((pattern) => matchesCode(pattern, key)));
  return { ...Object.fromEntries(kept), ...repository };
}

const severities: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

const patternList = { type: 'array', items: { type: 'string' }, uniqueItems: true } as const;

/** In the order in which the documentation lists them. */
export const settingTable: { readonly [K in SettingKey]: Setting<ValueAt<K>> } = {
  enable: {
    schema: { type: 'boolean' },
    default: true,
    description: 'Whether Kubefathom reads this folder at all.',
    example: false,
    scope: 'resource',
    shared: false,
  },
  run: {
    schema: {
      type: 'string',
      enum: ['onType', 'onSave'],
      markdownEnumDescriptions: ['After each change, once typing pauses.', 'When a file is opened or saved.'],
    },
    default: 'onType',
    description: 'When an open file is checked.',
    example: 'onSave',
    scope: 'window',
    shared: true,
  },
  rules: {
    schema: { type: 'object', additionalProperties: { type: 'string', enum: ['off', ...severities] } },
    default: {},
    description:
      'The severity of findings, by rule id or by a pattern in which `*` stands for any characters. The most specific entry decides; `off` silences a rule.',
    example: { 'netpol-*': 'info', 'service-selector-no-match': 'off' },
    scope: 'resource',
    shared: true,
  },
  clusterDomain: {
    schema: {
      type: 'string',
      pattern: `^${dnsLabel}(\\.${dnsLabel})*$`,
      patternErrorMessage: 'must be a DNS name in lower case, such as `cluster.local`',
    },
    default: 'cluster.local',
    description: "The DNS domain of the cluster, as in the kubelet's `clusterDomain`.",
    example: 'k8s.example.com',
    scope: 'resource',
    shared: true,
  },
  kubernetesVersion: {
    schema: {
      type: 'string',
      pattern: '^1\\.[0-9]{1,2}$',
      patternErrorMessage: 'must be a major and a minor version, such as `1.35`',
    },
    default: '1.35',
    description:
      'The Kubernetes version of the cluster, major and minor. In YAML it needs quotes: `1.30` is the number 1.3.',
    example: '1.30',
    scope: 'resource',
    shared: true,
  },
  defaultNamespace: {
    schema: {
      type: 'string',
      pattern: `^(${dnsLabel})?$`,
      patternErrorMessage: 'must be the name of a namespace: lower-case letters, digits and `-`',
    },
    default: '',
    description:
      'The namespace of resources that name none, as given to `kubectl apply -n`. While it is empty, such resources are taken to share one namespace that nobody knows.',
    example: 'shop',
    scope: 'resource',
    shared: true,
  },
  'index.exclude': {
    schema: patternList,
    default: [],
    description: 'Files and folders to leave out, in the syntax of `.gitignore`, relative to the folder.',
    example: ['test/fixtures/', '*.generated.yaml'],
    scope: 'resource',
    shared: true,
  },
  'index.include': {
    schema: patternList,
    default: [],
    description:
      'Files and folders to read although a built-in rule (`vendor`, `dist`, `build`, …), a `.gitignore` or `files.exclude` leaves them out. The syntax is that of `.gitignore`; a pattern that reaches into an excluded folder starts with its path.',
    example: ['build/manifests/'],
    scope: 'resource',
    shared: true,
  },
  'index.maxFileSizeKB': {
    schema: { type: 'integer', minimum: 1, maximum: 102_400 },
    default: 5120,
    description:
      'Larger files are skipped, and named as skipped. The default lets the usual installation bundles through (Argo CD, Prometheus Operator: 2 to 4 MB), which hold Services and policies beside their resource definitions.',
    example: 1024,
    scope: 'resource',
    shared: true,
  },
  'index.maxFiles': {
    schema: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    default: 50_000,
    description:
      'At most so many files of a folder are read, the ones nearest to its top first. Beyond the limit nothing is reported as missing.',
    example: 5000,
    scope: 'resource',
    shared: true,
  },
  'index.json': {
    schema: { type: 'boolean' },
    default: false,
    description: 'Whether `*.json` files are read as manifests too.',
    example: true,
    scope: 'resource',
    shared: true,
  },
  'external.services': {
    schema: {
      type: 'array',
      items: {
        type: 'string',
        pattern: `^(${dnsLabel}/)?${dnsLabel}$`,
        patternErrorMessage: 'must be `name` or `namespace/name`',
      },
      uniqueItems: true,
    },
    default: [],
    description: 'Services that exist in the cluster but not in this folder, as `name` or `namespace/name`.',
    example: ['payments/api', 'redis'],
    scope: 'resource',
    shared: true,
  },
  'external.labels': {
    schema: {
      type: 'array',
      items: podLabels,
      uniqueItems: true,
    },
    default: [],
    description:
      'Labels of Pods that something else creates (an operator, another repository): each entry is one kind of Pod, its labels joined by commas.',
    example: ['app=legacy', 'app.kubernetes.io/name=postgres,role=primary'],
    scope: 'resource',
    shared: true,
  },
  'external.namespaces': {
    schema: {
      type: 'array',
      items: namespaceName,
      uniqueItems: true,
    },
    default: [],
    description: 'Namespaces that hold more than this folder shows: nothing in them is reported as missing.',
    example: ['monitoring'],
    scope: 'resource',
    shared: true,
  },
  environments: {
    schema: { type: 'array', items: environmentSchema },
    default: [],
    description:
      'What is deployed together: each environment is a unit of its own, in which references resolve and to which findings belong. All paths are relative to the folder.',
    example: [
      {
        name: 'prod',
        roots: ['overlays/prod', 'infra'],
        charts: [{ path: 'charts/web', values: ['charts/web/values-prod.yaml'], release: 'web' }],
        namespace: 'shop',
        external: { services: ['payments/api'], labels: ['app=agent'] },
      },
    ],
    scope: 'resource',
    shared: true,
  },
  expect: {
    schema: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    default: [],
    description:
      'Connections that NetworkPolicies are to allow or deny, as in a comment `# kubefathom-expect:`; checked in every unit, and reported at their lines of `.kubefathom.yaml`. See `docs/rules/expectation-fails.md`.',
    example: ['shop/web -> shop/orders:80 allow', '* -> shop/db:5432 deny'],
    scope: 'resource',
    shared: true,
  },
  testInputs: {
    schema: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^[^/]+$',
        patternErrorMessage: 'must be the name of a folder, without a path',
      },
      uniqueItems: true,
    },
    default: TEST_FOLDERS,
    description:
      'Names of folders that hold inputs of tests: what lies below is a unit of its own, and findings there weigh one level less. An empty list makes them folders like all others. A folder of such a name beside `prod`, `staging` and the like is a stage, no test.',
    example: ['testdata', 'examples'],
    scope: 'resource',
    shared: true,
  },
  'helm.enable': {
    schema: { type: 'boolean' },
    default: true,
    description:
      'Whether charts are rendered with `helm template` in workspaces that you trust, so that what their templates print is checked and explained. Without `helm` templates are read as far as their text goes.',
    example: false,
    scope: 'resource',
    shared: false,
  },
  'helm.path': {
    schema: { type: 'string' },
    default: '',
    description: 'The `helm` program, as an absolute path. While it is empty, the first one on the `PATH` is used.',
    example: '/usr/local/bin/helm',
    scope: 'machine-overridable',
    shared: false,
  },
  schema: {
    schema: {
      type: 'string',
      enum: ['auto', 'on', 'off'],
      markdownEnumDescriptions: [
        'Where no other extension that checks YAML against schemas is installed.',
        'Always.',
        'Never; the command line checks them all the same.',
      ],
    },
    default: 'auto',
    description:
      'Whether the editor shows unknown fields, wrong types and removed versions of kinds: the rule `schema`.',
    example: 'on',
    scope: 'resource',
    shared: false,
  },
  'hover.detail': {
    schema: {
      type: 'string',
      enum: ['short', 'full', 'interview'],
      markdownEnumDescriptions: [
        'The verdict and what is computed for this manifest.',
        'Also the path of traffic, what to watch for, and commands that verify it.',
        'Also an interview question with its answer.',
      ],
    },
    default: 'full',
    description: 'How much a hover explains.',
    example: 'short',
    scope: 'resource',
    shared: false,
  },
  'trace.server': {
    schema: { type: 'string', enum: ['off', 'messages', 'verbose'] },
    default: 'off',
    description: 'Whether the messages between the editor and the language server are logged.',
    example: 'verbose',
    scope: 'window',
    shared: false,
  },
};

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[];

export const DEFAULT_SETTINGS: Settings = completeSettings(
  settingKeys.map((key) => [key, settingTable[key].default] as const),
);

/** What is wrong with a text as the value of a setting, to be put after the setting's name: `must be …`. */
export function problemOfText(key: 'clusterDomain' | 'kubernetesVersion' | 'defaultNamespace', text: string) {
  const { schema } = settingTable[key];
  if (!('pattern' in schema) || schema.pattern === undefined || new RegExp(schema.pattern).test(text)) return undefined;
  return schema.patternErrorMessage ?? `must match ${schema.pattern}`;
}

/** Settings from a checked value for each key; groups are nested as in {@link Settings}. */
export function nestSettings(values: Iterable<readonly [SettingKey, unknown]>): PartialSettings {
  const nested: Record<string, unknown> = {};
  const groups: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of values) {
    const [group = key, member] = key.split('.');
    if (member === undefined) nested[key] = value;
    else {
      groups[group] = { ...groups[group], [member]: value };
      nested[group] = groups[group];
    }
  }
  return nested;
}

/** The table's keys are those of Settings, and so the result of nesting all of them has every member. */
function completeSettings(values: Iterable<readonly [SettingKey, unknown]>): Settings {
  return nestSettings(values) as Settings;
}

function valueAt(settings: PartialSettings, key: SettingKey): unknown {
  let value: unknown = settings;
  for (const name of key.split('.')) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([own]) => own === name)?.[1]
        : undefined;
  }
  return value;
}
