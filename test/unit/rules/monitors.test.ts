import { podmonitorPortUnknown } from '../../../server/src/core/rules/podmonitor-port-unknown.ts';
import { servicemonitorPortUnknown } from '../../../server/src/core/rules/servicemonitor-port-unknown.ts';
import { servicemonitorSelectsNothing } from '../../../server/src/core/rules/servicemonitor-selects-nothing.ts';
import { expectClean, expectFindings } from '../../check.ts';

const rules = [podmonitorPortUnknown, servicemonitorPortUnknown, servicemonitorSelectsNothing];

const service = (labels: string, ports: string, namespace = '') => `apiVersion: v1
kind: Service
metadata: {name: web, labels: {${labels}}${namespace}}
spec: {selector: {app: web}, ports: [${ports}]}
---
`;

const monitor = (selector: string, endpoint: string, more = '') => `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {${selector}}}, endpoints: [{${endpoint}}]${more}}
---
`;

describe('monitors', () => {
  it('may name a target port, or a port that one of several Services has', () => {
    expectClean(monitor('app: web', 'targetPort: 9090') + service('app: web', '{name: http, port: 80}'), rules);
    const other = service('app: web', '{name: metrics, port: 90}').replace('name: web', 'name: other');
    expectClean(monitor('app: web', 'port: metrics') + service('app: web', '{name: http, port: 80}') + other, rules);
  });

  it('look into every namespace where they say so', () => {
    const far = service('app: web', '{name: http, port: 80}', ', namespace: shop');
    expectClean(monitor('app: web', 'port: http', ', namespaceSelector: {any: true}') + far, rules);
    expectClean(monitor('app: web', 'port: http', ', namespaceSelector: {matchNames: [shop]}') + far, rules);
  });

  it('are not judged by what a template writes', () => {
    expectClean(monitor('app: web', 'port: "{{ .port }}"') + service('app: web', '{name: http, port: 80}'), rules);
    expectClean(monitor('app: web', 'port: metrics') + service('app: web', '{name: "{{ .name }}", port: 80}'), rules);
    expectClean(monitor('app: "{{ .app }}"', 'port: http') + service('app: web', '{name: http, port: 80}'), rules);
  });

  it('find a typo in the labels of Services', () => {
    expectFindings(
      `${monitor('app: orders', 'port: http').replace(
        /^spec: .*$/m,
        'spec:\n  selector:\n    matchLabels:\n      app: orderz\n           ^^^^^^\n  endpoints: [{port: http}]',
      )}${service('app: orders', '{name: http, port: 80}')}`,
      rules,
    );
  });

  it('keep silent where a Prometheus operator may make the Service', () => {
    const operator = 'apiVersion: ceph.rook.io/v1\nkind: CephCluster\nmetadata: {name: rook}\n---\n';
    expectClean(
      operator + monitor('app: orderz', 'port: http') + service('app: orders', '{name: http, port: 80}'),
      rules,
    );
  });
});
