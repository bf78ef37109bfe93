import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CallHierarchyIncomingCallsRequest,
  type CallHierarchyItem,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
} from 'vscode-languageserver-protocol/node';
import { type Client, toUri } from './client.ts';
import { workplace } from './folder.ts';

describe('the call hierarchy over the protocol', () => {
  const place = workplace();

  async function prepareAt(
    name: string,
    marker: string,
  ): Promise<{ client: Client; file: string; item: CallHierarchyItem }> {
    const shop = place.copyShop();
    const client = await place.start();
    const file = path.join(shop, name);
    await client.open(file, readFileSync(file, 'utf8'));
    await client.ready();
    const [item, another] =
      (await client.connection.sendRequest(CallHierarchyPrepareRequest.type, client.at(file, marker))) ?? [];
    assert.ok(item && another === undefined);
    return { client, file, item };
  }

  it('tells who calls a Service, at the text that says so, and what the policies say of it', async () => {
    const { client, file, item } = await prepareAt('orders.yaml', 'kind: Service');
    assert.equal(item.name, 'Service/orders');
    const calls = await client.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item });
    const [first] = calls ?? [];
    assert.equal(first?.from.name, 'Deployment/frontend');
    assert.match(first?.from.detail ?? '', /denied by NetworkPolicy\/default-deny/);
    const caller = path.join(path.dirname(file), 'frontend.yaml');
    assert.equal(first?.from.uri, toUri(caller));
    const line = readFileSync(caller, 'utf8').split('\n')[first?.fromRanges[0]?.start.line ?? 0] ?? '';
    const { start, end } = first?.fromRanges[0] ?? assert.fail('no range');
    assert.equal(line.slice(start.character, end.character), 'orders.shop.svc.cluster.local');
  });

  it('goes on from what it has found', async () => {
    const { client, item } = await prepareAt('frontend.yaml', 'kind: Deployment');
    const calls = await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item });
    const [service] = calls ?? [];
    assert.ok(service);
    assert.equal(service.to.name, 'Service/orders');
    const pods = await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: service.to });
    assert.deepEqual(
      pods?.map(({ to }) => to.name),
      ['Deployment/orders'],
    );
  });
});
