import assert from 'node:assert/strict';
import { connectionsText, isEmptySet } from '../../../server/src/core/cluster/connectionSet.ts';
import { compareGroup, type Difference } from '../../../server/src/core/cluster/difference.ts';
import {
  type ChangedEnds,
  compareConnections,
  countPairs,
} from '../../../server/src/core/cluster/differenceConnections.ts';
import { groupForComparing } from '../../../server/src/core/cluster/differenceUnits.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import type { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { parseYaml } from '../../../server/src/core/yaml/parse.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

describe('the difference between two sets of manifests', () => {
  it('is nothing where nothing that counts changes', () => {
    const [difference] = compare(SHOP, SHOP.replaceAll('image: x', 'image: z'));
    assert.deepEqual(textOf(difference), []);
  });

  it('says what a policy takes from what is needed, and who needs it', () => {
    const [difference] = compare(SHOP, `${SHOP}${DENY}`);
    assert.deepEqual(textOf(difference), [
      'needed: shop/Deployment/web -> shop/Deployment/orders TCP 8080 (URL: http://orders): `NetworkPolicy/deny` isolates `Deployment/orders` for ingress, and no rule lets TCP 8080 from `Deployment/web` in',
      'lost: outside, shop/Deployment/web, shop/Deployment/orders -> shop/Deployment/orders everything',
    ]);
    assert.equal(countOf(difference, 'lost'), 3);
    assert.equal(countOf(difference, 'gained'), 0);
  });

  it('is gained the other way round', () => {
    const [difference] = compare(`${SHOP}${DENY}`, SHOP);
    assert.equal(countOf(difference, 'gained'), 3);
    assert.deepEqual(difference?.needs, []);
  });

  it('leaves what is not decided open', () => {
    const open = DENY.replace('{app: orders}', '{app: "{{ .Values.app }}"}');
    const [difference] = compare(SHOP, `${SHOP}${open}`);
    assert.deepEqual(
      textOf(difference).filter((text) => !text.startsWith('perhaps')),
      [],
    );
    assert.ok(textOf(difference).some((text) => text.startsWith('perhaps lost')));
  });

  it('speaks of endpoints and names that come and go', () => {
    const [difference] = compare(SHOP, SHOP.replace('selector: {app: orders}, ports', 'selector: {app: order}, ports'));
    assert.deepEqual(textOf(difference), [
      'needed: shop/Deployment/web -> shop/Deployment/orders TCP 8080 (URL: http://orders): `Service/orders` selects no Pods any more',
      'endpoints lost: shop/orders deployment/orders x2 8080/TCP',
    ]);
    const [renamed] = compare(
      SHOP,
      SHOP.replace('kind: Service\nmetadata: {name: orders', 'kind: Service\nmetadata: {name: order'),
    );
    assert.deepEqual(textOf(renamed), [
      'needed: shop/Deployment/web -> shop/Deployment/orders TCP 8080 (URL: http://orders): there is no Service `orders` any more',
      'endpoints gained: shop/order deployment/orders x2 8080/TCP',
      'endpoints lost: shop/orders deployment/orders x2 8080/TCP',
      "dns: order.shop.svc.cluster.local nothing -> the Service's address",
      "dns: orders.shop.svc.cluster.local the Service's address -> nothing",
    ]);
  });

  it('names a port of the Pods that changes, and a Service that becomes headless', () => {
    const [difference] = compare(
      SHOP,
      SHOP.replace('targetPort: 8080', 'targetPort: 8081').replace(
        'spec: {selector',
        'spec: {clusterIP: None, selector',
      ),
    );
    assert.deepEqual(textOf(difference), [
      'refused change: Service/orders spec.clusterIPs[0]',
      'endpoints lost: shop/orders deployment/orders x2 8080/TCP',
      'endpoints gained: shop/orders deployment/orders x2 8081/TCP',
      "dns: orders.shop.svc.cluster.local the Service's address -> the addresses of its Pods",
    ]);
  });

  it('knows what the API server refuses of a change, and of an object', () => {
    const [difference] = compare(
      SHOP,
      SHOP.replace('selector: {matchLabels: {app: web}}', 'selector: {matchLabels: {app: web, v: one}}')
        .replace('labels: {app: web}', 'labels: {app: web, v: one}')
        .replace('port: 80,', 'port: 80000,'),
    );
    assert.deepEqual(
      textOf(difference).filter((text) => text.startsWith('refused')),
      ['refused change: Deployment/web spec.selector', 'refused object: Service/orders spec.ports[0].port'],
    );
  });

  it('names an Ingress whose Service is gone, and workloads that come or go', () => {
    const [difference] = compare(
      `${SHOP}${INGRESS}`,
      `${SHOP.slice(0, SHOP.indexOf('---\napiVersion: v1'))}${INGRESS}`,
    );
    assert.ok(
      textOf(difference).includes(
        'needed: Ingress/shop -> shop/Deployment/orders TCP 8080 (orders:80): there is no Service `orders` any more',
      ),
    );
    const [removed] = compare(SHOP, SHOP.slice(SHOP.indexOf('---\n', 4)));
    assert.ok(textOf(removed).includes('removed: web'));
  });

  it('is of each variant by itself, and of units of one name', () => {
    const kustomized = (more: string, file: string) => `#- base/kustomization.yaml
resources: [all.yaml]
#- base/all.yaml
${SHOP}
#- dev/kustomization.yaml
resources: [../base]
#- prod/kustomization.yaml
resources: [../base${more}]
${file}`;
    const differences = compare(kustomized('', ''), kustomized(', deny.yaml', `#- prod/deny.yaml\n${DENY.slice(4)}`));
    assert.deepEqual(
      differences.map(({ group }) => group.labels),
      [['dev'], ['prod']],
    );
    assert.deepEqual(
      differences.map((difference) => countOf(difference, 'lost')),
      [0, 3],
    );
  });

  it('is given up where the policies tell too many workloads apart', () => {
    const [group] = groupsOf(SHOP, `${SHOP}${DENY}`);
    assert.ok(group !== undefined);
    assert.deepEqual(compareConnections(group, 2), { groups: 4, limit: 2 });
  });
});

const SHOP = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: x, env: [{name: URL, value: "http://orders"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: orders, image: x, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8080}]}
`;

const DENY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  policyTypes: [Ingress]
`;

const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {defaultBackend: {service: {name: orders, port: {number: 80}}}}
`;

function groupsOf(before: string, after: string) {
  const [old, now] = [before, after].map((text) => indexFixture(parseFixture(text).files));
  if (old === undefined || now === undefined) return [];
  return groupForComparing({ base: '/work', units: old.units }, { base: '/work', units: now.units });
}

function compare(before: string, after: string): readonly Difference[] {
  const sides = [before, after].map((text) => {
    const { files } = parseFixture(text);
    return { folder: indexFixture(files), files };
  });
  const [old, now] = sides;
  if (old === undefined || now === undefined) return [];
  const groups = groupForComparing(sideOf(old.folder), sideOf(now.folder));
  const treeOf =
    ({ files }: typeof old): Parameters<typeof compareGroup>[2]['before'] =>
    (_, resource) =>
      files
        .filter(({ path }) => path === resource.file)
        .flatMap(({ text }) => parseYaml(text).documents)
        .find(({ start, end }) => start <= resource.start && resource.end <= end)?.root;
  const settings = { before: DEFAULT_SETTINGS, after: DEFAULT_SETTINGS };
  return groups.map((group) => compareGroup(group, settings, { before: treeOf(old), after: treeOf(now) }));
}

function sideOf({ units }: WorkspaceFolder) {
  return { base: '/work', units };
}

function countOf(difference: Difference | undefined, side: 'lost' | 'gained'): number {
  if (difference === undefined || 'limit' in difference.connections) return -1;
  return countPairs(difference.connections.changes, side);
}

function textOf(difference: Difference | undefined): readonly string[] {
  if (difference === undefined || 'limit' in difference.connections) return ['nothing to compare'];
  const { needs, refused, connections, names } = difference;
  return [
    ...needs.map(({ from, to, port, evidence, reason }) => {
      const what = evidence.name === '' ? evidence.text : `${evidence.name}: ${evidence.text}`;
      return `needed: ${from} -> ${to} ${port} (${what}): ${reason}`;
    }),
    ...refused.map(({ kind, resource, field }) => `refused ${kind}: ${resource.kind}/${resource.name?.value} ${field}`),
    ...connections.removed.map(({ name }) => `removed: ${name?.value}`),
    ...connections.changes.flatMap(({ from, to, lost, gained, perhapsLost, perhapsGained }) =>
      Object.entries({ lost, gained, 'perhaps lost': perhapsLost, 'perhaps gained': perhapsGained }).flatMap(
        ([word, set]) =>
          isEmptySet(set) ? [] : [`${word}: ${endsText(from)} -> ${endsText(to)} ${connectionsText(set)}`],
      ),
    ),
    ...names.endpoints.flatMap(({ service, lost, gained }) =>
      Object.entries({ lost, gained }).flatMap(([word, list]) =>
        list.map(
          ({ who, count, ports, isCertain }) =>
            `${isCertain ? '' : 'perhaps '}endpoints ${word}: ${service} ${who} x${count} ${ports.join(', ')}`,
        ),
      ),
    ),
    ...names.dns.map(({ name, before, after }) => `dns: ${name} ${before ?? 'nothing'} -> ${after ?? 'nothing'}`),
  ];
}

function endsText(ends: readonly ChangedEnds[]): string {
  const texts = ends.flatMap((end) => (end.kind === 'outside' ? ['outside'] : end.workloads.map(({ name }) => name)));
  return [...texts].sort((a, b) => Number(a !== 'outside') - Number(b !== 'outside')).join(', ');
}
