import assert from 'node:assert/strict';
import { type PredictedText, predictedSlicesRequest } from '../../server/src/lsp/predictionMessages.ts';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

describe('predicted EndpointSlices over the protocol', () => {
  const place = workplace();

  it('follow edits in other files', async () => {
    const service = place.write('service.yaml', SERVICE);
    const deployment = place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start();
    await client.open(service, SERVICE);
    await client.open(deployment, DEPLOYMENT);
    await client.ready();
    const text = async () =>
      (await client.connection.sendRequest<PredictedText | null>(predictedSlicesRequest, { uri: toUri(service) }))
        ?.text;
    assert.match((await text()) ?? '', /^# Pods of Deployment\/web, deployment\.yaml:\d+$/m);
    await client.replace(deployment, 'labels:\n        app: web', 'labels:\n        app: other');
    assert.match((await text()) ?? '', /^# selector app=web \(service\.yaml:\d+\) matches no Pod template/m);
    assert.equal(
      await client.connection.sendRequest(predictedSlicesRequest, { uri: 'file:///elsewhere/a.yaml' }),
      null,
    );
  });
});
