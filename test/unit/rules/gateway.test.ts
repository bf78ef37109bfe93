import assert from 'node:assert/strict';
import { httprouteBackendInvalid } from '../../../server/src/core/rules/httproute-backend-invalid.ts';
import { httprouteParentMismatch } from '../../../server/src/core/rules/httproute-parent-mismatch.ts';
import { referencegrantMissing } from '../../../server/src/core/rules/referencegrant-missing.ts';
import { diagnose } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const rules = [httprouteBackendInvalid, httprouteParentMismatch, referencegrantMissing];

const find = (source: string): readonly string[] =>
  diagnose(parseFixture(source), rules).map(({ severity, code }) => `${severity} ${code}`);

const route = (spec: string, namespace = '') => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop${namespace}}
spec: {${spec}}
---
`;

const gateway = (listener: string, namespace = '') => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge${namespace}}
spec: {gatewayClassName: x, listeners: [{name: web, port: 80, protocol: HTTP${listener}}]}
---
`;

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: orders}\nspec: {selector: {app: orders}, ports: [{port: 80}]}\n---\n';
const parent = 'parentRefs: [{name: edge}]';
const backend = (ref: string) => `rules: [{backendRefs: [{${ref}}]}]`;

describe('routes of the Gateway API', () => {
  it('may lead to something else than a Service, and to ports that a template writes', () => {
    assert.deepEqual(find(SERVICE + route(backend('name: x, kind: ServiceImport, group: multicluster.x-k8s.io'))), []);
    assert.deepEqual(find(SERVICE + route(backend('name: orders, port: "{{ .port }}"'))), []);
    assert.deepEqual(find(SERVICE + route(backend('name: "{{ .name }}", port: 80'))), []);
    assert.deepEqual(find(SERVICE + route(backend('name: orders, port: 80'))), []);
  });

  it('need a port, and a Service that exists', () => {
    assert.deepEqual(find(SERVICE + route(backend('name: orders'))), ['error httproute-backend-invalid']);
    assert.deepEqual(find(SERVICE + route(backend('name: ordesr, port: 80'))), ['error httproute-backend-invalid']);
    assert.deepEqual(find(SERVICE + route(backend('name: orders, port: 81'))), ['warning httproute-backend-invalid']);
  });

  it('are looked for behind mirrors, too', () => {
    const mirror = 'rules: [{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: orders, port: 81}}}]}]';
    assert.deepEqual(find(SERVICE + route(mirror)), ['warning httproute-backend-invalid']);
  });

  it('fit a Gateway by name, port, hostname and namespace', () => {
    assert.deepEqual(find(gateway('') + route(`${parent}, hostnames: [shop.example.com]`)), []);
    const wild = gateway(", hostname: '*.example.com'");
    assert.deepEqual(find(wild + route(`${parent}, hostnames: [a.b.example.com]`)), []);
    assert.deepEqual(find(wild + route(`${parent}, hostnames: [example.com]`)), ['warning httproute-parent-mismatch']);
    assert.deepEqual(find(gateway('') + route('parentRefs: [{name: edge, port: 81}]')), [
      'warning httproute-parent-mismatch',
    ]);
    const far = route('parentRefs: [{name: edge, namespace: infra}]', ', namespace: shop');
    assert.deepEqual(find(gateway('', ', namespace: infra') + far), ['warning httproute-parent-mismatch']);
    const open = gateway(', allowedRoutes: {namespaces: {from: All}}', ', namespace: infra');
    assert.deepEqual(find(open + far), []);
  });

  it('say nothing of a Gateway that is not here, nor of one that a template writes', () => {
    assert.deepEqual(find(route('parentRefs: [{name: elsewhere, sectionName: x}]')), []);
    assert.deepEqual(
      find(
        gateway('').replace('name: web', 'name: "{{ .web }}"') + route('parentRefs: [{name: edge, sectionName: x}]'),
      ),
      [],
    );
  });

  it('cross namespaces only with a grant, which certainly lacks where the namespace is shown', () => {
    const far = route(backend('name: orders, namespace: shop, port: 80'), ', namespace: edge');
    const there = SERVICE.replace('name: orders', 'name: orders, namespace: shop');
    assert.deepEqual(find(there + far), ['error referencegrant-missing']);
    assert.deepEqual(
      find(far).filter((line) => !line.startsWith('hint')),
      [],
    );
    const grant = (name: string) => `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: g, namespace: shop}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}], to: [{group: "", kind: Service, name: ${name}}]}
---
`;
    assert.deepEqual(find(there + far + grant('orders')), []);
    assert.deepEqual(find(there + far + grant('other')), ['error referencegrant-missing']);
    assert.deepEqual(find(there + far + grant('"{{ .name }}"')), []);
  });
});
