import assert from 'node:assert/strict';
import { answerDns, type RecordType } from '../../../server/src/core/cluster/dns.ts';
import { recordsJson } from '../../../server/src/core/cluster/dnsText.ts';
import { createDnsWorld, type DnsFacts } from '../../../server/src/core/cluster/dnsWorld.ts';
import { ResourceIndex } from '../../../server/src/core/sources/resourceIndex.ts';
import { readSourceFile } from '../../../server/src/core/sources/sourceFile.ts';

const FACTS: DnsFacts = { families: ['IPv4', 'IPv6'], clusterDomain: 'cluster.local', namespace: 'shop' };

function ask(text: string, facts: DnsFacts = FACTS) {
  const index = new ResourceIndex();
  const file = readSourceFile('/work/a.yaml', text, { intern: (each) => each });
  for (const resource of file.resources) index.add(resource);
  const world = createDnsWorld(index, facts);
  return (name: string, type: RecordType = 'A') => {
    const answer = answerDns(world, name, type);
    const records = recordsJson(answer.name, answer.answers, facts.namespace);
    const texts = records.map((each) =>
      [each.name, each.type, each.to, each.port].filter((part) => part !== undefined).join(' '),
    );
    return [answer.rcode, ...texts];
  };
}

const SERVICE = (name: string, spec: string, metadata = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${metadata}}\nspec: ${spec}\n---\n`;
const SET = (name: string, serviceName: string, replicas = '2') => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  serviceName: ${serviceName}
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: pg, ports: [{name: sql, containerPort: 15432}]}]}
---
`;

describe('DNS', () => {
  it('answers for a Service with a cluster IP', () => {
    const dns = ask(SERVICE('web', '{selector: {app: web}, ports: [{name: http, port: 80}]}'));
    assert.deepEqual(dns('web.shop.svc.cluster.local'), ['NOERROR', 'A clusterIP of shop/web']);
    assert.deepEqual(dns('WEB.shop.SVC.cluster.local.'), ['NOERROR', 'A clusterIP of shop/web']);
    assert.deepEqual(dns('web.shop.svc.cluster.local', 'AAAA'), ['NOERROR']);
    assert.deepEqual(dns('web.shop.svc.cluster.local', 'CNAME'), ['NOERROR']);
    assert.deepEqual(dns('_http._tcp.web.shop.svc.cluster.local', 'SRV'), [
      'NOERROR',
      'SRV web.shop.svc.cluster.local 80',
    ]);
    assert.deepEqual(dns('_http._udp.web.shop.svc.cluster.local', 'SRV'), ['NXDOMAIN']);
    assert.deepEqual(dns('pod.web.shop.svc.cluster.local'), ['NXDOMAIN']);
    assert.deepEqual(dns('a.b.c.web.shop.svc.cluster.local'), ['NXDOMAIN']);
  });

  it('answers for a headless Service with its Pods, and their names', () => {
    const dns = ask(
      SERVICE('pg', '{clusterIP: None, selector: {app: pg}, ports: [{port: 5432, targetPort: sql}]}') + SET('pg', 'pg'),
    );
    assert.deepEqual(dns('pg.shop.svc.cluster.local'), [
      'NOERROR',
      'A shop/statefulset/pg/pg-0',
      'A shop/statefulset/pg/pg-1',
    ]);
    assert.deepEqual(dns('pg-1.pg.shop.svc.cluster.local'), ['NOERROR', 'A shop/statefulset/pg/pg-1']);
    assert.deepEqual(dns('pg-2.pg.shop.svc.cluster.local'), ['NXDOMAIN']);
    assert.deepEqual(dns('pg.shop.svc.cluster.local', 'SRV'), [
      'NOERROR',
      'SRV pg-0.pg.shop.svc.cluster.local 15432',
      'SRV pg-1.pg.shop.svc.cluster.local 15432',
    ]);
  });

  it('follows names that lead into the cluster, not in circles', () => {
    const dns = ask(
      SERVICE('out', '{type: ExternalName, externalName: db.example.com}') +
        SERVICE('in', '{type: ExternalName, externalName: web.shop.svc.cluster.local}') +
        SERVICE('a', '{type: ExternalName, externalName: b.shop.svc.cluster.local}') +
        SERVICE('b', '{type: ExternalName, externalName: a.shop.svc.cluster.local}') +
        SERVICE('lost', '{type: ExternalName, externalName: gone.shop.svc.cluster.local}') +
        SERVICE('web', '{ports: [{port: 80}]}'),
    );
    assert.deepEqual(dns('out.shop.svc.cluster.local'), ['NOERROR', 'CNAME db.example.com']);
    assert.deepEqual(dns('out.shop.svc.cluster.local', 'CNAME'), ['NOERROR', 'CNAME db.example.com']);
    assert.deepEqual(dns('out.shop.svc.cluster.local', 'SRV'), ['NOERROR']);
    assert.deepEqual(dns('in.shop.svc.cluster.local'), [
      'NOERROR',
      'CNAME web.shop.svc.cluster.local',
      'web.shop.svc.cluster.local A clusterIP of shop/web',
    ]);
    assert.deepEqual(dns('a.shop.svc.cluster.local'), ['NOERROR']);
    assert.deepEqual(dns('lost.shop.svc.cluster.local'), ['NOERROR']);
  });

  it('tells a name that holds nothing from one that does not exist', () => {
    const dns = ask('', { ...FACTS, closed: true });
    for (const name of [
      'cluster.local',
      'svc.cluster.local',
      'shop.svc.cluster.local',
      'kube-system.svc.cluster.local',
    ])
      assert.deepEqual(dns(name), ['NOERROR'], name);
    for (const name of ['gone.svc.cluster.local', 'web.shop.cluster.local', 'web.shop.svc.cluster.local'])
      assert.deepEqual(dns(name), ['NXDOMAIN'], name);
    assert.deepEqual(dns('10-1-2-3.shop.pod.cluster.local'), ['NOERROR', 'A 10.1.2.3']);
    assert.deepEqual(dns('10-1-2-3.gone.pod.cluster.local'), ['NXDOMAIN']);
    assert.deepEqual(dns('fd00--9.shop.pod.cluster.local', 'AAAA'), ['NOERROR', 'AAAA fd00::9']);
    assert.deepEqual(dns('web-0.shop.pod.cluster.local'), ['NXDOMAIN']);
    assert.deepEqual(dns('kubernetes.default.svc.cluster.local'), ['NOERROR', 'A clusterIP of default/kubernetes']);
  });

  it('does not know what the manifests do not decide', () => {
    const templated = SERVICE('web', '{clusterIP: "${IP}", ports: [{port: 80}]}');
    assert.deepEqual(ask(templated)('web.shop.svc.cluster.local'), ['unknown']);
    assert.deepEqual(ask(SERVICE('"${NAME}"', '{ports: [{port: 80}]}'))('web.shop.svc.cluster.local'), ['unknown']);
    assert.deepEqual(
      ask(SERVICE('web', '{ports: [{port: 80}]}', ', namespace: "${NS}"'))('web.shop.svc.cluster.local'),
      ['unknown'],
    );
    const more = { ...FACTS, whyMore: () => 'an operator may make it' };
    assert.deepEqual(ask('', more)('web.shop.svc.cluster.local'), ['unknown']);
    assert.deepEqual(ask('')('example.com'), ['unknown']);
  });

  it('gives back the name of an address that a manifest writes', () => {
    const dns = ask(SERVICE('web', '{clusterIP: 10.96.0.88, ports: [{port: 80}]}'));
    assert.deepEqual(dns('88.0.96.10.in-addr.arpa', 'PTR'), ['NOERROR', 'PTR web.shop.svc.cluster.local']);
    assert.deepEqual(dns('89.0.96.10.in-addr.arpa', 'PTR'), ['NXDOMAIN']);
  });
});
