import assert from 'node:assert/strict';
import { explainAt, explainObject } from '../../../server/src/core/ide/explainText.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../check.ts';
import { deployment, service } from '../explain/hoverAt.ts';

const PATH = '/work/app.yaml';
const TEXT = `${service('  selector: {app: orders}\n  ports: [{port: 80, targetPort: http}]')}---
${deployment('orders')}---
apiVersion: v1
kind: Service
metadata: {name: loose}
spec: {ports: [{port: 1}]}
`;
const request = {
  folder: indexFixture([{ path: PATH, text: TEXT }]),
  settings: DEFAULT_SETTINGS,
  detail: 'full',
  showPlace: (path: string, offset: number) =>
    `${path.slice('/work/'.length)}:${TEXT.slice(0, offset).split('\n').length}`,
} as const;

describe('explaining in a terminal', () => {
  it('gives the hover of a place as plain text with places', () => {
    const text = explainAt(request, PATH, TEXT, TEXT.indexOf('targetPort'));
    assert.ok(text);
    assert.match(text, /^Service `shop\/orders` · targetPort `http` — OK\n/);
    assert.match(text, /- on `Deployment\/orders` \(app\.yaml:13\): 8080/);
    assert.match(text, /\nVerify\nkubectl -n shop get endpointslices/);
    assert.doesNotMatch(text, /\*\*|```|kubefathom-link/);
    assert.equal(explainAt(request, PATH, TEXT, 0), undefined);
  });

  it('finds an object by kind in any case, namespace and name', () => {
    const text = explainObject(request, () => TEXT, { kind: 'SERVICE', namespace: 'shop', name: 'orders' });
    assert.match(text ?? '', /^app\.yaml:2\nService `shop\/orders` · ClusterIP \(default\) — OK\n/);
    assert.equal(
      explainObject(request, () => TEXT, { kind: 'service', namespace: 'web', name: 'orders' }),
      undefined,
    );
    assert.equal(
      explainObject(request, () => TEXT, { kind: 'service', namespace: '-', name: 'orders' }),
      undefined,
    );
  });

  it('finds an object in any namespace where none is asked for', () => {
    const named = (name: string) => explainObject(request, () => TEXT, { kind: 'service', name });
    assert.match(named('orders') ?? '', /Service `shop\/orders`/);
    assert.match(named('loose') ?? '', /Service `loose`/);
    assert.equal(named('none'), undefined);
  });

  it('says where an object is of which nothing is predicted', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n';
    const folder = indexFixture([{ path: PATH, text }]);
    assert.match(
      explainObject({ ...request, folder }, () => text, { kind: 'ConfigMap', name: 'settings' }) ?? '',
      /^app\.yaml:2\nConfigMap `settings` is defined here/,
    );
  });

  it('takes - or nothing for a namespace that is not written', () => {
    for (const namespace of ['-', '']) {
      assert.match(
        explainObject(request, () => TEXT, { kind: 'service', namespace, name: 'loose' }) ?? '',
        /Service `loose`/,
      );
    }
    assert.equal(
      explainObject(request, () => TEXT, { kind: 'service', namespace: 'shop', name: 'loose' }),
      undefined,
    );
  });

  it('finds an object by the namespace that a kustomization gives it', () => {
    const folder = indexFixture([
      { path: '/work/kustomization.yaml', text: 'namespace: shop\nresources: [app.yaml]\n' },
      { path: PATH, text: TEXT },
    ]);
    assert.match(
      explainObject({ ...request, folder }, () => TEXT, { kind: 'service', namespace: 'shop', name: 'loose' }) ?? '',
      /Service `shop\/loose`/,
    );
  });
});
