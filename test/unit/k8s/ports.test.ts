import assert from 'node:assert/strict';
import { type ContainerPort, findPort, type PortOwner, portNamesOf } from '../../../server/src/core/k8s/ports.ts';

describe('target port', () => {
  it('is found by name and protocol', () => {
    const owners = [owner('container', port('dns', 53, 'UDP'), port('dns-tcp', 5353))];
    assert.equal(portOf(owners, 'dns', 'UDP'), 53);
    assert.equal(portOf(owners, 'dns', 'TCP'), 'none');
    assert.equal(portOf(owners, 'dns-tcp', ''), 5353);
  });

  it('is looked for in containers, then in sidecars, never in other init containers', () => {
    const sidecar = owner('sidecar', port('http', 7000));
    assert.equal(portOf([owner('init', port('http', 6000)), sidecar], 'http'), 7000);
    assert.equal(portOf([sidecar, owner('container', port('http', 8080))], 'http'), 8080);
    assert.equal(portOf([owner('init', port('http', 6000))], 'http'), 'none');
  });

  it('as a number needs no declaration', () => {
    const owners = [owner('container', port('http', 8080), port('dns', 53, 'UDP'))];
    assert.equal(portOf(owners, 9999), 9999);
    const found = findPort(owners, 8080, 'TCP');
    assert.equal(found.kind === 'number' && found.declared?.port.name?.value, 'http');
    const other = findPort(owners, 53, 'TCP');
    assert.equal(other.kind === 'number' && other.declared, undefined);
  });

  it('is unknown where an open list may hold it', () => {
    const open = { ...owner('container', port('web', 80)), portsOpen: true };
    assert.equal(portOf([open], 'http'), 'unknown');
    assert.equal(portOf([open], 'web'), 80);
    assert.equal(portOf([open, owner('container', port('http', 8080))], 'http'), 'unknown');
    assert.equal(portOf([owner('container', port('http', 8080)), open], 'http'), 8080);
  });

  it('is unknown where a templated port may be it', () => {
    const templated = (part: Partial<ContainerPort>) => [
      owner('container', { ...port('http', 8080), decided: false, ...part }),
    ];
    assert.equal(portOf(templated({ containerPort: undefined }), 'http'), 'unknown');
    assert.equal(portOf(templated({ name: undefined }), 'http'), 'unknown');
    assert.equal(portOf(templated({ protocol: undefined }), 'http', 'UDP'), 'unknown');
    assert.equal(portOf(templated({ name: located('web') }), 'http'), 'none');
    assert.equal(portOf(templated({ name: undefined, protocol: located('UDP') }), 'http'), 'none');
  });

  it('is no templated port beside an equal name in the same container', () => {
    const templated = { ...port('x', 1), name: undefined, decided: false };
    assert.equal(portOf([owner('container', templated, port('http', 8080))], 'http'), 8080);
  });
});

describe('port names', () => {
  it('are those that a name can reach', () => {
    const owners = [
      owner('init', port('a', 1)),
      owner('sidecar', port('b', 2)),
      owner('container', port('c', 3), port('', 4)),
    ];
    assert.deepEqual(
      portNamesOf(owners).map(({ name, protocol }) => `${name.value}/${protocol}`),
      ['c/TCP', 'b/TCP'],
    );
  });
});

function portOf(owners: readonly PortOwner[], target: number | string, protocol = 'TCP'): number | string {
  const found = findPort(owners, target, protocol);
  return 'port' in found ? found.port : found.kind;
}

function owner(role: PortOwner['role'], ...ports: readonly ContainerPort[]): PortOwner {
  return { name: undefined, role, ports, portsOpen: false };
}

function port(name: string, number: number, protocol?: string): ContainerPort {
  return {
    name: located(name),
    containerPort: located(number),
    protocol: protocol === undefined ? undefined : located(protocol),
    hostPort: undefined,
    decided: true,
    start: 0,
    end: 0,
  };
}

function located<T>(value: T) {
  return { value, start: 0, end: 0 };
}
