import assert from 'node:assert/strict';
import { containerPortNameDuplicate } from '../../../server/src/core/rules/container-port-name-duplicate.ts';
import { diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { container, deployment } from './portFixtures.ts';

const rules = [containerPortNameDuplicate];
const side = (port: string) => ['  - name: side', '    image: side:1', '    ports:', `      - ${port}`];

describe('container-port-name-duplicate', () => {
  it('refuses a name twice in one container even between protocols, in init containers too', () => {
    const ports = container('dns 53', 'dns 53 UDP');
    for (const containers of [ports, ports.map((line) => line.replace('containers:', 'initContainers:'))])
      assert.deepEqual(
        diagnose(parseFixture(deployment('web', containers)), rules).map(({ severity }) => severity),
        ['error'],
      );
  });

  it('lets two containers share a name over two protocols', () => {
    expectClean(deployment('web', [...container('dns 53 UDP'), ...side('{name: dns, containerPort: 5353}')]), rules);
  });

  it('sees that a sidecar loses against an ordinary container, wherever it is written', () => {
    const source = deployment('web', [
      'initContainers:',
      '  - name: proxy',
      '    image: proxy:1',
      '    restartPolicy: Always',
      '    ports:',
      '      - {name: http, containerPort: 9000}',
      ...container('http 8080'),
    ]);
    const [finding, ...rest] = diagnose(parseFixture(source), rules);
    assert.equal(rest.length, 0);
    assert.equal(
      finding?.message,
      "port name `http` is container `server`'s already; a Service that used the name would never reach this port",
    );
    assert.equal(source.slice(0, finding?.at.start).split('\n').at(-1), '            - {name: ');
  });

  it('knows nothing of templated names and protocols', () => {
    expectClean(deployment('web', [...container('http 80'), ...side('{name: "{{ .a }}", containerPort: 81}')]), rules);
    expectClean(
      deployment('web', [...container('http 80'), ...side('{name: http, containerPort: 81, protocol: "{{ .p }}"}')]),
      rules,
    );
  });
});
