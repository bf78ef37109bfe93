import assert from 'node:assert/strict';
import { KIND_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/network/index.ts';
import { refusedFields } from '../refusals.ts';

/** The fields refused in an object of a kind whose body is given in flow style. */
function refused(kind: string, body: string): readonly string[] {
  return refusedFields(`${body}\n`, KIND_VALIDATORS.get(kind));
}

type Case = readonly [body: string, ...fields: string[]];

function checkAll(kind: string, cases: readonly Case[], wrap = (body: string) => body, prefix = ''): void {
  for (const [body, ...fields] of cases) {
    it(body, () => {
      const found = refused(kind, wrap(body)).map((field) =>
        field.startsWith(prefix) ? field.slice(prefix.length) : field,
      );
      assert.deepEqual(found, fields);
    });
  }
}

describe('network policies', () => {
  const kind = 'networking.k8s.io/v1/NetworkPolicy';
  checkAll(kind, [
    ['spec: {podSelector: {}}'],
    ['spec: {podSelector: {matchLabels: {"a b": c}}}', 'spec.podSelector.matchLabels'],
    ['spec: {policyTypes: [Ingress, Ingress]}'],
    ['spec: {policyTypes: [All, Egress, Ingress]}', 'spec.policyTypes'],
    ['spec: {policyTypes: [ingress]}', 'spec.policyTypes[0]'],
    ['spec: {egress: [~, {to: ~}]}'],
  ]);
  describe('peers', () => {
    const cidr = 'cidr: 10.0.0.0/8';
    checkAll(
      kind,
      [
        ['{podSelector: {}, namespaceSelector: {}}'],
        ['{}', ''],
        ['{podSelector: ~}', ''],
        ['"{{ .peer }}"'],
        [`{podSelector: {}, ipBlock: {${cidr}}}`, ''],
        ['{ipBlock: {}}', '.ipBlock.cidr'],
        ['{ipBlock: {cidr: 10.0.0.0}}', '.ipBlock.cidr'],
        ['{ipBlock: {cidr: 010.0.0.1/8}}'],
        [`{ipBlock: {${cidr}, except: [10.1.0.0/16, 10.0.0.0/8, 11.0.0.0/16, x]}}`, ...[1, 2, 3].map(exceptAt)],
        ['{ipBlock: {cidr: "{{ .cidr }}", except: [x]}}'],
      ],
      (peer) => `spec: {egress: [{to: [${peer}]}]}`,
      'spec.egress[0].to[0]',
    );
  });
  describe('ports', () => {
    checkAll(
      kind,
      [
        ['{}'],
        ['{port: 0}', 'port'],
        ['{port: http}'],
        ['{port: "80"}', 'port'],
        ['{protocol: ""}', 'protocol'],
        ['{port: 80, endPort: 90}'],
        ['{port: 80, endPort: 79}', 'endPort'],
        ['{endPort: 90}', 'endPort'],
        ['{port: http, endPort: 90}', 'endPort'],
        ['{port: "{{ .port }}", endPort: 1}'],
      ],
      (port) => `spec: {ingress: [{ports: [${port}]}]}`,
      'spec.ingress[0].ports[0].',
    );
  });
});

describe('Ingresses', () => {
  const kind = 'networking.k8s.io/v1/Ingress';
  const service = 'service: {name: web, port: {number: 80}}';
  checkAll(kind, [
    [`spec: {defaultBackend: {${service}}}`],
    ['spec: {}', 'spec'],
    ['spec: {rules: "{{ .rules }}"}'],
    ['spec: {rules: [{}]}'],
    ['spec: {rules: [{http: {}}]}', 'spec.rules[0].http.paths'],
    ['spec: {rules: [{host: 1.2.3.4}]}', 'spec.rules[0].host'],
    [
      'spec: {rules: [{host: "*.example.com"}, {host: "*"}, {host: a.*.b}]}',
      'spec.rules[1].host',
      'spec.rules[2].host',
    ],
    [
      'spec: {rules: [{}], tls: [{hosts: [a.b, A.b], secretName: A}]}',
      'spec.tls[0].hosts[1]',
      'spec.tls[0].secretName',
    ],
    ['spec: {rules: [{}], ingressClassName: ""}', 'spec.ingressClassName'],
  ]);
  describe('backends', () => {
    checkAll(
      kind,
      [
        ['{}', 'spec.defaultBackend'],
        ['{service: {name: web}}', 'spec.defaultBackend'],
        ['{service: {name: web, port: {name: http, number: 80}}}', 'spec.defaultBackend'],
        [`{${service}, resource: {kind: Bucket, name: a}}`, 'spec.defaultBackend'],
        ['{service: {port: {number: 80}}}', 'spec.defaultBackend.service.name'],
        ['{service: {name: 1a, port: {number: 80}}}', 'spec.defaultBackend.service.name'],
        ['{service: {name: web, port: {number: 70000}}}', 'spec.defaultBackend.service.port.number'],
        ['{service: {name: web, port: {name: "80"}}}', 'spec.defaultBackend.service.port.name'],
        ['{service: {name: web, port: "{{ .port }}"}}'],
        [
          '{resource: {apiGroup: "", name: a/b}}',
          ...['apiGroup', 'kind', 'name'].map((n) => `spec.defaultBackend.resource.${n}`),
        ],
      ],
      (backend) => `spec: {defaultBackend: ${backend}}`,
    );
  });
  describe('paths', () => {
    checkAll(
      kind,
      [
        ['pathType: Prefix, path: /a'],
        ['path: /a', 'pathType'],
        ['pathType: prefix, path: /a', 'pathType'],
        ['pathType: Exact', 'path'],
        ['pathType: Prefix, path: /a/../b', 'path'],
        ['pathType: Prefix, path: /a//', 'path'],
        ['pathType: Prefix, path: /a/.', 'path'],
        ['pathType: ImplementationSpecific, path: /a/../b'],
        ['pathType: ImplementationSpecific'],
        ['pathType: ImplementationSpecific, path: a', 'path'],
        ['pathType: Prefix, path: "{{ .path }}"'],
      ],
      (path) => `spec: {rules: [{http: {paths: [{${path}, backend: {${service}}}]}}]}`,
      'spec.rules[0].http.paths[0].',
    );
  });
  it('compares the class with the old annotation', () => {
    const body = (name: string) =>
      `metadata: {annotations: {kubernetes.io/ingress.class: nginx}}\nspec: {rules: [{}], ingressClassName: ${name}}\n`;
    const validate = KIND_VALIDATORS.get(kind);
    assert.deepEqual(refusedFields(body('nginx'), validate), []);
    assert.deepEqual(refusedFields(body('other'), validate), ['annotations.kubernetes.io/ingress.class']);
  });
});

describe('classes of Ingresses', () => {
  checkAll('networking.k8s.io/v1/IngressClass', [
    ['spec: {controller: example.com/a}'],
    ['spec: {}', 'spec.controller'],
    ['spec: {controller: example}', 'spec.controller'],
    [`spec: {controller: a.b/${'c'.repeat(250)}}`, 'spec.controller'],
    ['spec: {controller: a.b/c, parameters: {kind: A, name: b}}'],
    ['spec: {controller: a.b/c, parameters: {}}', 'spec.parameters.kind', 'spec.parameters.name'],
    ['spec: {controller: a.b/c, parameters: {kind: A, name: b, scope: Namespace}}', 'spec.parameters.namespace'],
    ['spec: {controller: a.b/c, parameters: {kind: A, name: b, namespace: c}}', 'spec.parameters.namespace'],
    ['spec: {controller: a.b/c, parameters: {kind: A, name: b, scope: All}}', 'spec.parameters.scope'],
  ]);
});

describe('EndpointSlices', () => {
  const one = (address: string, type = 'IPv4') => `{addressType: ${type}, endpoints: [{addresses: [${address}]}]}`;
  checkAll('discovery.k8s.io/v1/EndpointSlice', [
    [one('10.1.2.3')],
    [one('10.1.2.3').replace('addressType: IPv4, ', ''), 'addressType'],
    [one('10.1.2.3', 'ipv4'), 'addressType'],
    [one('10.1.2'), 'endpoints[0].addresses[0]'],
    [one('010.1.2.3')],
    [one('127.0.0.1'), 'endpoints[0].addresses[0]'],
    [one('"2001:db8::1"'), 'endpoints[0].addresses'],
    [one('"2001:db8::1"', 'IPv6')],
    [one('"2001:DB8::1"', 'IPv6'), 'endpoints[0].addresses[0]'],
    [one('a.example.com.', 'FQDN')],
    [one('localhost', 'FQDN'), 'endpoints[0].addresses[0]'],
    [one(''), 'endpoints[0].addresses'],
    ['{addressType: IPv4, ports: [{port: 0}, {port: 1}]}', 'ports[1].name'],
    ['{addressType: IPv4, ports: [{name: A, protocol: tcp}]}', 'ports[0].name', 'ports[0].protocol'],
    [
      one('10.1.2.3').replace('}]', ', hostname: a.b, nodeName: A, hints: {forZones: [{name: a}, {name: a}]}}]'),
      ...['nodeName', 'hostname', 'hints.forZones[1].name'].map((name) => `endpoints[0].${name}`),
    ],
    [`{addressType: IPv4, endpoints: [{addresses: [${'10.1.2.3, '.repeat(101)}]}]}`, 'endpoints[0].addresses'],
  ]);
});

describe('Endpoints', () => {
  checkAll('v1/Endpoints', [
    ['subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 80}]}]'],
    ['subsets: [{ports: [{port: 80}]}]', 'subsets[0]'],
    ['subsets: [{addresses: [{}]}]', 'subsets[0].addresses[0].ip'],
    ['subsets: [{notReadyAddresses: [{ip: 169.254.1.1}]}]', 'subsets[0].notReadyAddresses[0].ip'],
    ['subsets: [{addresses: [{ip: 10.1.2.3, hostname: a.b}]}]', 'subsets[0].addresses[0].hostname'],
    ['subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{}]}]', 'subsets[0].ports[0].port'],
    [
      'subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 1}, {port: 2}]}]',
      'subsets[0].ports[0].name',
      'subsets[0].ports[1].name',
    ],
  ]);
});

function exceptAt(index: number): string {
  return `.ipBlock.except[${index}]`;
}
