import assert from 'node:assert/strict';
import { ANY_CLUSTER, type ClusterFacts, RUNNING } from '../../../server/src/core/cluster/clusterFacts.ts';
import { predictService, unattachedSlices } from '../../../server/src/core/cluster/endpoints.ts';
import { endpointsJson, sliceJson } from '../../../server/src/core/cluster/endpointsJson.ts';
import type { PredictedService } from '../../../server/src/core/cluster/prediction.ts';
import { whySelected } from '../../../server/src/core/cluster/servicePods.ts';
import { indexOf } from './manifests.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}}
`;

function service(spec: string, name = 'web'): string {
  return `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

function predict(text: string, facts: ClusterFacts = ANY_CLUSTER, name = 'web'): PredictedService {
  const index = indexOf(text);
  const [found] = index.services(name);
  assert.ok(found);
  return predictService(index, found, facts);
}

function namesOf(predicted: PredictedService): readonly (string | undefined)[] {
  return predicted.slices.flatMap(({ endpoints }) => endpoints.map(({ pod }) => pod?.reference));
}

describe('predictService', () => {
  it('lists the Pods that the selector takes, with their port and what makes them ready', () => {
    const { kind, slices, doubts } = predict(
      WEB + service('{selector: {app: web}, ports: [{port: 80, targetPort: http}]}'),
    );
    assert.equal(kind, 'selector');
    assert.deepEqual(doubts, []);
    assert.equal(slices.length, 1);
    assert.deepEqual(
      slices[0]?.ports.map(({ port }) => port),
      [8080],
    );
    const [first] = slices[0]?.endpoints ?? [];
    assert.equal(first?.pod?.reference, 'deployment/web#1');
    assert.equal(first?.readyWhen, 'GET /healthz on 8080 answers');
  });

  it('says why a Pod is taken, with the place', () => {
    const text = WEB + service('{selector: {app: web}, ports: [{port: 80}]}');
    const predicted = predict(text);
    const pod = predicted.slices[0]?.endpoints[0]?.pod;
    assert.ok(pod);
    const [reason] = whySelected(predicted.service, pod);
    assert.equal(reason?.text, 'the Pod template has `app: web`');
    assert.equal(text.slice(reason?.start, reason?.end), 'app: web');
  });

  it('keeps Pods without the port ready, in a slice without ports, and out of Endpoints', () => {
    const { slices, endpoints } = predict(
      WEB + service('{selector: {app: web}, ports: [{port: 80, targetPort: web}]}'),
    );
    assert.equal(slices.length, 1);
    assert.deepEqual(slices[0]?.ports, []);
    assert.equal(slices[0]?.endpoints.length, 2);
    assert.deepEqual(endpoints?.subsets, []);
  });

  it('makes an empty slice for a selector that takes nothing, one for each family', () => {
    const { slices } = predict(
      service('{ipFamilyPolicy: RequireDualStack, selector: {app: nobody}, ports: [{port: 80}]}'),
    );
    assert.deepEqual(
      slices.map(({ addressType, ports, endpoints }) => [addressType, ports.length, endpoints.length]),
      [
        ['IPv4', 0, 0],
        ['IPv6', 0, 0],
      ],
    );
  });

  it('takes an empty selector for none', () => {
    const { kind, slices, endpoints } = predict(WEB + service('{selector: {}, ports: [{port: 80}]}'));
    assert.deepEqual([kind, slices, endpoints], ['none', [], undefined]);
  });

  it('decides what labels that controllers add select', () => {
    const set = (selector: string) =>
      namesOf(
        predict(
          `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pg}
spec:
  replicas: 2
  ordinals: {start: 5}
  serviceName: web
  selector: {matchLabels: {app: pg}}
  template: {metadata: {labels: {app: pg}}, spec: {containers: [{name: c}]}}
${service(`{clusterIP: None, selector: ${selector}, ports: [{port: 80}]}`)}`,
        ),
      );
    assert.deepEqual(set('{apps.kubernetes.io/pod-index: "6"}'), ['statefulset/pg/pg-6']);
    assert.deepEqual(set('{statefulset.kubernetes.io/pod-name: pg-5}'), ['statefulset/pg/pg-5']);
    assert.deepEqual(set('{statefulset.kubernetes.io/pod-name: pg-0}'), []);
    assert.deepEqual(set('{app: pg, pod-template-hash: "1"}'), []);
  });

  it('names endpoints below the Service that the subdomain names alone', () => {
    const pod = (subdomain: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: web}}\nspec: {hostname: alpha, subdomain: ${subdomain}, containers: [{name: c}]}\n`;
    const own = (subdomain: string) =>
      predict(pod(subdomain) + service('{clusterIP: None, selector: {app: web}}')).slices[0]?.endpoints[0]?.hostname;
    assert.equal(own('web'), 'alpha');
    assert.equal(own('webs'), undefined);
  });

  it('counts bare Pods that a ReplicaSet adopts, and drops those that are too many', () => {
    const set = `apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: rs}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}
`;
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: bare, labels: {app: web}}\nspec: {containers: [{name: c}]}\n';
    const asked = service('{selector: {app: web}, ports: [{port: 80}]}');
    const before = predict(`${pod}---\n${set}${asked}`);
    assert.deepEqual(namesOf(before), ['replicaset/rs#1', 'replicaset/rs#2']);
    assert.equal(before.slices[0]?.endpoints[0]?.pod?.name, 'bare');
    const after = predict(`${set}---\n${pod}${asked}`);
    assert.deepEqual(namesOf(after), ['replicaset/rs#1', 'replicaset/rs#2']);
    assert.equal(after.slices[0]?.endpoints[0]?.pod?.name, undefined);
  });

  it('publishes Pods that are not ready as ready and not serving, where the Service asks for it', () => {
    const facts: ClusterFacts = { ...ANY_CLUSTER, stateOf: () => ({ ...RUNNING, ready: false }) };
    const asked = (publish: boolean) =>
      predict(
        WEB + service(`{publishNotReadyAddresses: ${publish}, selector: {app: web}, ports: [{port: 80}]}`),
        facts,
      );
    const [published] = asked(true).slices[0]?.endpoints ?? [];
    assert.deepEqual([published?.ready, published?.serving], [true, false]);
    const hidden = asked(false);
    assert.equal(hidden.slices[0]?.endpoints[0]?.ready, false);
    assert.deepEqual(hidden.endpoints && endpointsJson(hidden.endpoints), {
      subsets: [
        { notReadyAddresses: ['deployment/web#1', 'deployment/web#2'], ports: [{ port: 80, protocol: 'TCP' }] },
      ],
    });
  });

  it('mirrors hand-written Endpoints, one slice for each family', () => {
    const { slices } = predict(`apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets:
  - addresses: [{ip: 192.0.2.1, hostname: a}, {ip: "2001:db8:0::1"}]
    notReadyAddresses: [{ip: 192.0.2.2}]
    ports: [{port: 80}]
${service('{ports: [{port: 80}]}')}`);
    assert.deepEqual(
      slices.map(({ addressType, endpoints }) => [
        addressType,
        endpoints.map(({ addresses, ready }) => [...addresses, ready]),
      ]),
      [
        [
          'IPv4',
          [
            ['192.0.2.1', true],
            ['192.0.2.2', false],
          ],
        ],
        ['IPv6', [['2001:db8::1', true]]],
      ],
    );
  });

  it('serves hand-written slices beside the Pods, and knows those that belong to nobody', () => {
    const slice = (name: string, label: string) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, labels: {kubernetes.io/service-name: ${label}}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.7]}]
`;
    const text =
      WEB + service('{selector: {app: web}, ports: [{port: 80}]}') + slice('extra', 'web') + slice('lost', 'wed');
    assert.deepEqual(
      predict(text).slices.map(({ managedBy }) => managedBy),
      ['endpointslice-controller.k8s.io', ''],
    );
    assert.deepEqual(
      unattachedSlices(indexOf(text)).map(({ source, serviceName }) => [source.name?.value, serviceName]),
      [['lost', 'wed']],
    );
  });
});

describe('lists', () => {
  it('may name the kind of their items once', () => {
    const list = `apiVersion: v1
kind: ServiceList
items:
  - metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: DeploymentList
items:
  - metadata: {name: web}
    spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}
`;
    assert.deepEqual(namesOf(predict(list)), ['deployment/web#1']);
  });
});

describe('what endpoints do not decide', () => {
  it('is the number of Pods of a DaemonSet, and of a templated Deployment', () => {
    const asked = service('{selector: {app: web}, ports: [{port: 80}]}');
    const count = (text: string) => {
      const [endpoint] = predict(text + asked)
        .slices.map(sliceJson)
        .flatMap(({ endpoints }) => endpoints as readonly object[]);
      return endpoint && 'count' in endpoint ? endpoint.count : undefined;
    };
    assert.equal(count(WEB.replace('replicas: 2', 'replicas: ${N}')), 'unknown');
    assert.equal(count(WEB.replace('kind: Deployment', 'kind: DaemonSet')), 'unknown');
    assert.equal(count(WEB), undefined);
  });

  it('is the port of a name that a template may declare', () => {
    const text =
      WEB.replace('name: http', 'name: ${PORT}') +
      service('{selector: {app: web}, ports: [{port: 80, targetPort: http}]}');
    const [port] = predict(text).slices[0]?.ports ?? [];
    assert.equal(port?.port, undefined);
    assert.equal(port?.doubt?.text, 'whether its Pods have a port `http` is not decided');
  });

  it('is whether a selector that a template writes takes a Pod', () => {
    const { slices } = predict(WEB + service('{selector: {app: "${APP}"}, ports: [{port: 80}]}'));
    assert.deepEqual(
      slices[0]?.endpoints.map(({ doubts }) => doubts[0]?.about),
      ['existence', 'existence'],
    );
  });

  it('is what objects of one name come to, and what operators may add', () => {
    const twin = predict(`${WEB}---\n${WEB}${service('{selector: {app: web}, ports: [{port: 80}]}')}`);
    assert.ok(twin.slices[0]?.endpoints.some(({ doubts }) => doubts.some(({ about }) => about === 'existence')));
    const open = predict(WEB + service('{selector: {app: web}, ports: [{port: 80}]}'), {
      ...ANY_CLUSTER,
      whyMore: () => 'an operator may make Pods',
    });
    assert.deepEqual(
      open.doubts.map(({ text }) => text),
      ['an operator may make Pods'],
    );
  });
});
