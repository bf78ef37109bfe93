import { labelsText, matchRequirement, type Requirement, requirementText } from '../k8s/labels.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule, type Finding, type Fix, replaceScalar } from './rule.ts';

export const workloadSelectorTemplateMismatch = defineRule({
  id: 'workload-selector-template-mismatch',
  types: ['workload'],
  severity: 'error',
  reads: 'unit',
  summary: "A workload's selector does not match the labels of its own Pods",
  why: `A workload counts the Pods that its selector takes. Were its own Pods not among them it would make new ones for ever, so
the API server refuses a Deployment, StatefulSet, DaemonSet or ReplicaSet whose \`spec.selector\` is absent, empty, or not
satisfied by \`spec.template.metadata.labels\`.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
           ^^^ the Pod template has \`app=wbe\` where the selector asks for \`app=web\`: the API server refuses the Deployment
  template:
    metadata:
      labels:
        app: wbe
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        tier: frontend
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  *check(workload) {
    if (!mustSelectItsPods(workload)) return;
    const { selector } = workload;
    if (selector === undefined) {
      if (isWhole(workload)) yield absent(workload);
    } else if (workload.selectorIsMap) {
      yield plainMap(workload);
    } else if (selector.requirements.length === 0 && !selector.open && selector.nullKeys.length === 0) {
      if (workload.maker !== 'ReplicationController') yield empty(workload);
    } else {
      const labels = workload.template.labels ?? { entries: [], open: false, start: 0, end: 0 };
      for (const requirement of selector.requirements) {
        if (matchRequirement(requirement, labels) === 'no') yield mismatch(workload, requirement);
      }
    }
  },
});

/** Jobs get a selector of their own unless asked not to; a ReplicationController's defaults to the template's labels. */
function mustSelectItsPods({ maker, group, apiVersion, selector, manualSelector, opaque }: Workload): boolean {
  if (opaque) return false;
  if (maker === 'ReplicationController') return selector !== undefined;
  if (maker === 'Job') return selector !== undefined && manualSelector?.value === true;
  return group === 'apps' && apiVersion === 'apps/v1' && maker !== 'custom';
}

/**
 * Whether this is a workload and not a patch for one, which leaves most out; and whether nothing adds the selector
 * (`commonLabels` of a kustomization does).
 */
function isWhole({ template: { labels, containers } }: Workload): boolean {
  if (labels === undefined || labels.open || labels.entries.length === 0) return false;
  return containers.length > 0 && containers.every(({ image }) => image?.value !== undefined);
}

function absent(workload: Workload): Finding {
  const { start, end } = workload.kindSpan;
  return {
    at: { start, end },
    message: `this ${workload.kind} has no \`spec.selector\`: the API server refuses it`,
    fixes: selectorFix(workload),
  };
}

function selectorFix({ template, file, specPlace }: Workload): readonly Fix[] {
  const entries = (template.labels?.entries ?? []).filter(({ value }) => value !== undefined);
  if (entries.length === 0 || specPlace === undefined || template.labels?.open === true) return [];
  const lines = entries.map(({ key, value }) => `  ${key.value}: ${quote(value?.value ?? '')}`);
  const edit = {
    kind: 'insert-pair' as const,
    mapping: specPlace,
    key: 'selector',
    value: ['matchLabels:', ...lines].join('\n'),
  };
  return [{ title: "Select the template's labels", safe: false, edits: [{ file, edit }] }];
}

function empty(workload: Workload): Finding {
  const { start, end } = workload.selectorKey ?? workload.kindSpan;
  return {
    at: { start, end },
    message: `the selector is empty: the API server refuses the ${workload.kind}, which must name the labels of its own Pods`,
  };
}

function plainMap(workload: Workload): Finding {
  const { start, end } = workload.selectorKey ?? workload.kindSpan;
  return {
    at: { start, end },
    message: `the selector of a ${workload.kind} holds its labels under \`matchLabels\`: the API server refuses labels directly under \`selector\``,
  };
}

function mismatch(workload: Workload, requirement: Requirement): Finding {
  const { template, file, kind } = workload;
  const entry = template.labels?.entries.find(({ key }) => key.value === requirement.key.value);
  const { start, end } = requirement.values[0] ?? requirement.key;
  const wanted = requirementText(requirement);
  const has = entry?.value === undefined ? 'lacks' : `has \`${entry.key.value}=${entry.value.value}\` where`;
  const asked =
    entry?.value === undefined ? `\`${wanted}\`, which the selector asks for` : `the selector asks for \`${wanted}\``;
  const place = entry?.value ?? template.labelsPlace;
  const isBlock = entry?.value === undefined;
  return {
    at: { start, end },
    message: `the Pod template ${has} ${asked}: the API server refuses the ${kind}`,
    related: [
      {
        file,
        start: place.start,
        end: isBlock ? Math.min(place.end, place.start + 1) : place.end,
        message:
          template.labels === undefined
            ? 'the template has no labels'
            : `the template has \`${labelsText(template.labels)}\``,
      },
    ],
    fixes: fixesOf(workload, requirement),
  };
}

function fixesOf({ template, file }: Workload, requirement: Requirement): readonly Fix[] {
  const [wanted, another] = requirement.values;
  if (wanted === undefined || another !== undefined || requirement.operator !== 'In') return [];
  const key = requirement.key.value;
  const entry = template.labels?.entries.find((each) => each.key.value === key);
  if (entry?.value !== undefined) {
    return [
      {
        title: `Give the template \`${key}=${wanted.value}\``,
        safe: false,
        edits: [replaceScalar(file, entry.value, wanted.value)],
      },
      {
        title: `Let the selector ask for \`${key}=${entry.value.value}\``,
        safe: false,
        edits: [replaceScalar(file, wanted, entry.value.value)],
      },
    ];
  }
  if (template.labels === undefined) return [];
  const edit = { kind: 'insert-pair' as const, mapping: template.labelsPlace, key, value: quote(wanted.value) };
  return [{ title: `Give the template \`${key}=${wanted.value}\``, safe: false, edits: [{ file, edit }] }];
}

/** YAML text of a label value that is a string again when read. */
function quote(value: string): string {
  return /^[A-Za-z][A-Za-z0-9._-]{2,}$/.test(value) && !/^(null|true|false|yes|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
