import assert from 'node:assert/strict';
import { externalnameSuspicious } from '../../../server/src/core/rules/externalname-suspicious.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = [externalnameSuspicious];

function find(name: string, namespace = '', spec = '') {
  const source = `
apiVersion: v1
kind: Service
metadata: {name: db${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: {type: ExternalName, externalName: "${name}"${spec}}
`;
  return diagnose(parseFixture(source), rules);
}

describe('externalname-suspicious', () => {
  it('takes host names, with a trailing dot too', () => {
    for (const name of ['db.example.com', 'db.example.com.', 'localhost', '{{ .host }}', '1password.com', ''])
      assert.deepEqual(find(name), [], name);
  });

  it('refuses what is more than a host name, and finds the host in it', () => {
    for (const [name, host] of [
      ['http://db.example.com', 'db.example.com'],
      ['db.example.com:5432', 'db.example.com'],
      ['db.example.com/path', 'db.example.com'],
      ['DB.example.com', 'db.example.com'],
      ['postgres://user@db.example.com:5432/x', 'db.example.com'],
    ] as const) {
      const [finding] = find(name);
      assert.equal(finding?.severity, 'error', name);
      assert.equal(finding?.fixes?.[0]?.title, `Change it to \`${host}\``);
    }
    for (const name of ['x_y.z', '*.x', '::1']) assert.equal(find(name)[0]?.severity, 'error', name);
  });

  it('speaks of a circle only where the namespace is certain', () => {
    const own = 'db.shop.svc.cluster.local';
    assert.equal(find(own, 'shop').length, 1);
    assert.equal(find(`${own}.`, 'shop').length, 1);
    assert.deepEqual(find(own), []);
    assert.deepEqual(find(own, 'other'), []);
  });

  it('does not mind an empty selector', () => {
    assert.deepEqual(find('db.example.com', '', ', selector: {}'), []);
    assert.equal(find('db.example.com', '', ', selector: {app: db}').length, 1);
  });
});
