import assert from 'node:assert/strict';
import type { Range } from 'vscode-languageserver-protocol/node';
import {
  type OffsetParams,
  type ReachabilityUnits,
  rangeRequest,
  reachabilityRequest,
  reachabilityUnitsRequest,
  type UnitReachability,
} from '../../server/src/lsp/reachabilityMessages.ts';
import { type Client, toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;

describe('reachability over the protocol', () => {
  const place = workplace();

  const unitsOf = (client: Client, file: string) =>
    client.connection.sendRequest<ReachabilityUnits | null>(reachabilityUnitsRequest, { uri: toUri(file) });
  const reach = (client: Client, unit: string | undefined) =>
    client.connection.sendRequest<UnitReachability | null>(reachabilityRequest, { uri: toUri(place.root), unit });

  it('lists the units with workloads, and those of a file', async () => {
    const service = place.write('base/service.yaml', SERVICE);
    place.write('base/deployment.yaml', DEPLOYMENT);
    place.write('base/kustomization.yaml', 'resources: [service.yaml, deployment.yaml]\n');
    place.write('dev/kustomization.yaml', 'resources: [../base]\nnamespace: dev\n');
    const alone = place.write('alone.yaml', SERVICE);
    const client = await place.start();
    await client.ready();
    const found = await unitsOf(client, service);
    assert.ok(found);
    assert.deepEqual([found.uri, found.units.map(({ label }) => label)], [toUri(place.root), ['dev']]);
    assert.deepEqual(found.own, [found.units[0]?.id]);
    assert.deepEqual((await unitsOf(client, alone))?.own, []);
    assert.equal(await unitsOf(client, '/nowhere/a.yaml'), null);
    assert.equal(await reach(client, 'none'), null);
  });

  it('follows edits, and tells where the names stand', async () => {
    const web = DEPLOYMENT.replaceAll('web', 'orders').replace(/ +ports:[\s\S]*/, '');
    const asking = `${web}          env: [{name: URL, value: "http://web"}]\n`;
    place.write('all.yaml', `${SERVICE}---\n${DEPLOYMENT}---\n${asking}`);
    const policy = place.write('policy.yaml', DENY);
    const client = await place.start();
    await client.open(policy, DENY);
    await client.ready();
    const [unit] = (await unitsOf(client, policy))?.own ?? [];
    const before = await reach(client, unit);
    assert.deepEqual(
      [before?.unit.kind, before?.rows.map(({ name }) => name), before?.needs.map(({ verdict }) => verdict)],
      ['loose', ['orders', 'web'], ['denied']],
    );
    const [need] = before?.needs ?? [];
    assert.ok(need?.policy);
    const uri = before?.files[need.policy.place.file];
    const range = await client.connection.sendRequest<Range>(rangeRequest, {
      ...need.policy.place,
      uri,
    } as OffsetParams);
    assert.deepEqual([uri, range.start], [toUri(policy), { line: 6, character: 16 }]);
    await client.replace(policy, '[Ingress]', '[Egress]\n  egress: [{}]');
    const after = await reach(client, unit);
    assert.deepEqual(
      after?.needs.map(({ verdict }) => verdict),
      ['allowed'],
    );
  });
});
