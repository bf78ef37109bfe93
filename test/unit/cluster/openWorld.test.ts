import assert from 'node:assert/strict';
import {
  type External,
  isExternalService,
  mayMatchExternalPods,
  whyMoreMayExist,
} from '../../../server/src/core/cluster/openWorld.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const none: External = { services: [], labels: [], namespaces: [] };

function at(value: string) {
  return { value, start: 0, end: 0 };
}

function why(source: string, namespace: string, external: External = none): string | undefined {
  const [unit] = indexFixture(parseFixture(source).files).units.slice(-1);
  assert.ok(unit);
  return whyMoreMayExist(unit, at(namespace), external);
}

describe('whyMoreMayExist', () => {
  const custom = (apiVersion: string, kind: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\n`;

  it('knows which custom resources make nothing', () => {
    assert.equal(why(custom('cert-manager.io/v1', 'Certificate'), 'shop'), undefined);
    assert.equal(why(custom('monitoring.coreos.com/v1', 'ServiceMonitor'), 'shop'), undefined);
    assert.match(why(custom('monitoring.coreos.com/v1', 'Alertmanager'), 'shop') ?? '', /Alertmanager\/a/);
    assert.match(why(custom('example.com/v1', 'Database'), 'shop') ?? '', /Database\/a/);
  });

  it('keeps operators to their namespace, but not what deploys manifests', () => {
    assert.equal(why(custom('example.com/v1', 'Database'), 'other'), undefined);
    assert.match(why(custom('argoproj.io/v1alpha1', 'Application'), 'other') ?? '', /Application\/a/);
  });

  it('knows namespaces that the cluster or the configuration fills', () => {
    assert.match(why('', 'kube-system') ?? '', /kube-system/);
    assert.match(why('', 'shop', { ...none, namespaces: ['shop'] }) ?? '', /shop/);
    assert.equal(why('', 'shop'), undefined);
  });
});

describe('what the configuration calls external', () => {
  it('names Services with a namespace or without', () => {
    const external = { ...none, services: ['redis', 'shop/api'] };
    assert.equal(isExternalService(external, 'redis', at('any')), true);
    assert.equal(isExternalService(external, 'api', at('shop')), true);
    assert.equal(isExternalService(external, 'api', undefined), true);
    assert.equal(isExternalService(external, 'api', at('other')), false);
  });

  it('names Pods by all their labels', () => {
    const external = { ...none, labels: ['app=pg,role=primary'] };
    const selector = (pairs: Readonly<Record<string, string>>) => ({
      start: 0,
      end: 0,
      open: false,
      nullKeys: [],
      requirements: Object.entries(pairs).map(([key, value]) => ({
        key: at(key),
        operator: 'In' as const,
        values: [at(value)],
        decided: true,
        origin: 'map' as const,
      })),
    });
    assert.equal(mayMatchExternalPods(external, selector({ app: 'pg' })), true);
    assert.equal(mayMatchExternalPods(external, selector({ app: 'pg', role: 'replica' })), false);
    assert.equal(mayMatchExternalPods(external, selector({ app: 'pg', tier: 'db' })), false);
  });
});
