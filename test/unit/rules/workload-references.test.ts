import assert from 'node:assert/strict';
import { duplicateResource } from '../../../server/src/core/rules/duplicate-resource.ts';
import { hpaTargetMissing } from '../../../server/src/core/rules/hpa-target-missing.ts';
import { pdbOverlap } from '../../../server/src/core/rules/pdb-overlap.ts';
import { pdbSelectsNothing } from '../../../server/src/core/rules/pdb-selects-nothing.ts';
import type { AnyRule } from '../../../server/src/core/rules/rule.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { deployment, documents, serviceOf } from './appFixtures.ts';

/** `warning carts`: severity and the squiggled text of each finding. */
function found(rule: AnyRule, source: string): readonly string[] {
  const fixture = parseFixture(source);
  const findings = diagnose(fixture, [rule]).filter(({ code }) => code === rule.id);
  return findings.map(({ severity, at, file }) => {
    const text = fixture.files.find(({ path }) => path === file)?.text ?? '';
    return `${severity} ${text.slice(at.start, at.end)}`;
  });
}

const web = deployment('web', ['app: web']);

describe('hpa-target-missing', () => {
  const rule = hpaTargetMissing;
  const autoscaler = (target: string, namespace = '') =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a${namespace}}\nspec: {${target}}\n`;
  const scales = (kind: string, name: string, apiVersion = 'apps/v1') =>
    autoscaler(`scaleTargetRef: {apiVersion: ${apiVersion}, kind: ${kind}, name: ${name}}`);

  it('warns of a missing workload beside others, with a candidate or without', () => {
    assert.deepEqual(found(rule, documents(scales('Deployment', 'web'), web)), []);
    assert.deepEqual(found(rule, documents(scales('Deployment', 'wbe'), web)), ['warning wbe']);
    assert.deepEqual(found(rule, documents(scales('Deployment', 'checkout'), web)), ['warning checkout']);
    assert.deepEqual(found(rule, documents(scales('StatefulSet', 'web'), web)), ['warning StatefulSet']);
    assert.deepEqual(found(rule, documents(scales('Deployment', 'wbe', 'apps/v1beta1'), web)), ['warning wbe']);
  });

  it('is a hint apart from the workloads, and silent without any', () => {
    assert.deepEqual(found(rule, `#- a/h.yaml\n${scales('Deployment', 'web-db')}\n#- b/web.yaml\n${web}`), [
      'hint web-db',
    ]);
    assert.deepEqual(found(rule, scales('Deployment', 'web')), []);
  });

  it('takes a similar name in a folder far away for another application', () => {
    const apart = (one: string, other: string) =>
      found(rule, `#- ${one}/h.yaml\n${scales('Deployment', 'wbe')}\n#- ${other}/web.yaml\n${web}`);
    assert.deepEqual(apart('autoscalers', 'deployments'), ['warning wbe']);
    assert.deepEqual(apart('examples/a/b', 'samples/c'), ['hint wbe']);
  });

  it('looks for a slip beside the autoscaler first, whatever names templates elsewhere have', () => {
    const template = deployment(`\${NAME}`, ['app: any']);
    const source = (file: string) =>
      `#- shop/h.yaml\n${scales('Deployment', 'wbe')}\n#- shop/web.yaml\n${web}\n#- ${file}\n${template}`;
    assert.deepEqual(found(rule, source('tools/any/t.yaml')), ['warning wbe']);
    assert.deepEqual(found(rule, source('shop/t.yaml')), ['hint wbe']);
    const unread = `#- a.yaml\n${documents(scales('Deployment', 'wbe'), web)}\n#- b.yaml\nkind: Deployment\nspec: [\n`;
    assert.deepEqual(found(rule, unread), ['hint wbe']);
    const operator = 'apiVersion: example.com/v1\nkind: Database\nmetadata: {name: db}\n';
    assert.deepEqual(found(rule, documents(scales('Deployment', 'wbe'), web, operator)), ['hint wbe']);
    const copies = `#- a/all.yaml\n${web}\n#- x/y/b/all.yaml\n${documents(scales('Deployment', 'wbe'), web)}`;
    assert.deepEqual(found(rule, copies), ['warning wbe']);
  });

  it('says nothing of custom kinds, templates, operators and other units', () => {
    assert.deepEqual(found(rule, documents(scales('Rollout', 'wbe', 'argoproj.io/v1alpha1'), web)), []);
    assert.deepEqual(found(rule, documents(scales('Deployment', '"{{ .n }}"'), web)), []);
    const operator = 'apiVersion: example.com/v1\nkind: Database\nmetadata: {name: db}\n';
    assert.deepEqual(found(rule, documents(scales('StatefulSet', 'db'), web, operator)), []);
    const prefixed = `#- kustomization.yaml\nresources: [a.yaml]\nnamePrefix: x-\n#- a.yaml\n${documents(scales('Deployment', 'wbe'), web)}`;
    assert.deepEqual(found(rule, prefixed), ['warning wbe']);
  });

  it('looks in the own namespace', () => {
    const inShop = scales('Deployment', 'web').replace('{name: a}', '{name: a, namespace: shop}');
    assert.deepEqual(found(rule, documents(inShop, web)), []);
    assert.deepEqual(found(rule, documents(inShop, deployment('web', ['app: web'], 'other'))), ['warning web']);
  });

  it('says what the API server refuses', () => {
    assert.deepEqual(found(rule, autoscaler('maxReplicas: 2')), ['error a']);
    assert.deepEqual(found(rule, autoscaler('scaleTargetRef: {kind: Deployment}')), ['error Deployment']);
    assert.deepEqual(found(rule, autoscaler('minReplicas: 2')), []);
  });
});

const budget = (name: string, selector: string) =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {minAvailable: 1, selector: ${selector}}\n`;

describe('pdb-selects-nothing', () => {
  const rule = pdbSelectsNothing;

  it('warns of slips and hints at the rest', () => {
    assert.deepEqual(found(rule, documents(budget('a', '{matchLabels: {name: web}}'), web)), ['warning name']);
    assert.deepEqual(found(rule, documents(budget('a', '{matchLabels: {app: queue}}'), web)), ['hint queue']);
  });

  it('says nothing of budgets for all Pods, for none, and for those of operators', () => {
    assert.deepEqual(found(rule, documents(budget('a', '{}'), serviceOf('web', ['app: web']))), []);
    assert.deepEqual(found(rule, documents(budget('a', '~'), web)), []);
    const operator = 'apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: {name: main}\n';
    assert.deepEqual(found(rule, documents(budget('a', '{matchLabels: {app: alerts}}'), web, operator)), []);
    assert.deepEqual(found(rule, documents(budget('a', '{matchLabels: {app: "{{ .a }}"}}'), web)), []);
  });
});

describe('pdb-overlap', () => {
  const rule = pdbOverlap;
  const one = budget('one', '{matchLabels: {app: web}}');

  it('speaks once for each pair, at the later one', () => {
    assert.deepEqual(found(rule, documents(one, budget('two', '{}'), web)), ['warning two']);
    assert.deepEqual(found(rule, `#- a.yaml\n${one}\n#- b.yaml\n${budget('two', '{}')}\n#- c.yaml\n${web}`), [
      'warning two',
    ]);
  });

  it('wants a workload that both certainly select, in one application', () => {
    assert.deepEqual(found(rule, documents(one, budget('two', '{}'))), []);
    assert.deepEqual(found(rule, documents(one, budget('two', '{matchLabels: {app: api}}'), web)), []);
    assert.deepEqual(found(rule, documents(one, budget('two', '{matchLabels: {app: "{{ .a }}"}}'), web)), []);
    assert.deepEqual(found(rule, `#- a/a.yaml\n${one}\n#- b/b.yaml\n${documents(budget('two', '{}'), web)}`), []);
  });
});

describe('duplicate-resource', () => {
  const rule = duplicateResource;
  const service = serviceOf('web', ['app: web']);

  it('is certain in one file and in one kustomization', () => {
    assert.deepEqual(found(rule, documents(service, web, service)), ['error web']);
    const build = `#- kustomization.yaml\nresources: [a.yaml, b.yaml]\n#- a.yaml\n${service}\n#- b.yaml\n${service}`;
    assert.deepEqual(
      diagnose(parseFixture(build), [rule]).map(({ code, file }) => `${code} ${file}`),
      ['kustomize-build-fails /work/kustomization.yaml'],
    );
  });

  it('takes files of a folder for alternatives, but for the only twin of an application', () => {
    const apart = `#- a.yaml\n${documents(web, service)}\n#- b.yaml\n${service}`;
    assert.deepEqual(found(rule, apart), ['warning web']);
    assert.deepEqual(found(rule, `#- a.yaml\n${documents(web, service)}\n#- b.yaml\n${documents(web, service)}`), []);
    assert.deepEqual(found(rule, `#- a.yaml\n${service}\n#- b.yaml\n${service}`), []);
    assert.deepEqual(found(rule, `#- a/a.yaml\n${service}\n#- b/b.yaml\n${service}`), []);
  });

  it('lets one object be shown in two versions', () => {
    const pool = (version: string) => `apiVersion: example.com/${version}\nkind: Pool\nmetadata: {name: a}\n`;
    assert.deepEqual(found(rule, documents(pool('v1'), pool('v1'))), ['error a']);
    assert.deepEqual(found(rule, documents(pool('v1alpha1'), pool('v1'))), ['hint a']);
    const build = `#- kustomization.yaml\nresources: [a.yaml, b.yaml]\n#- a.yaml\n${pool('v1')}\n#- b.yaml\n${pool('v2')}`;
    assert.deepEqual(found(rule, build), ['hint a']);
  });

  it('tells namespaces, kinds, groups and overlays apart', () => {
    const inShop = serviceOf('web', ['app: web'], { namespace: 'shop' });
    assert.deepEqual(found(rule, documents(service, inShop, web)), []);
    const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\n';
    assert.deepEqual(found(rule, documents(service, knative)), []);
    const overlay = (name: string) =>
      `#- ${name}/kustomization.yaml\nresources: [../base, extra.yaml]\n#- ${name}/extra.yaml\n${web}\n`;
    const base = `#- base/kustomization.yaml\nresources: [web.yaml]\n#- base/web.yaml\n${service}`;
    assert.deepEqual(found(rule, `${overlay('dev')}${overlay('prod')}${base}`), []);
  });

  it('says nothing of generated and templated names, and little of Namespaces', () => {
    const generated = 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-}\n';
    assert.deepEqual(found(rule, documents(generated, generated)), []);
    const templated = serviceOf('"{{ .name }}"', ['app: web']);
    assert.deepEqual(found(rule, documents(templated, templated)), []);
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
    assert.deepEqual(found(rule, documents(namespace, namespace)), ['info shop']);
  });
});
