import assert from 'node:assert/strict';
import { type ConnectionNext, nextChoice } from '../../../server/src/core/ide/connectionChoices.ts';
import { type ConnectionDraft, questionOf } from '../../../server/src/core/ide/connectionEnds.ts';
import { startConnection } from '../../../server/src/core/ide/connectionStart.ts';
import type { WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const SHOP = `
#- web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web
          ports: [{containerPort: 3000}, {containerPort: 9000, name: metrics}]
          env:
            - name: ORDERS_URL
              value: http://orders:8080/api
          envFrom: [{configMapRef: {name: env}}]
#- tool.yaml
apiVersion: v1
kind: Pod
metadata: {name: tool, namespace: shop, labels: {app: tool}}
spec: {containers: [{name: tool, image: tool, envFrom: [{configMapRef: {name: env}}]}]}
#- env.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: env, namespace: shop}
data:
  DB: db:5432
#- orders.yaml
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec:
  selector: {app: orders}
  ports:
    - {name: http, port: 8080}
    - {name: admin, port: 9090, targetPort: 1}
#- ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: orders, port: {name: http}}}
`;

interface Started {
  readonly folder: WorkspaceFolder;
  readonly drafts: readonly ConnectionDraft[];
}

/** What the cursor before `marker` says. */
function startAt(marker: string, source = SHOP): Started {
  const { files, cursor } = parseFixture(source.replace(marker, `$0${marker}`));
  assert.ok(cursor, `there is no ${marker}`);
  const folder = indexFixture(files);
  const text = files.find(({ path }) => path === cursor.path)?.text ?? '';
  return { folder, drafts: startConnection({ folder, text, ...cursor }).map(({ draft }) => draft) };
}

/** `web → orders:8080`, `? → orders`. */
function shown({ from, to, port }: ConnectionDraft): string {
  const name = (end: ConnectionDraft['from']) =>
    end === undefined ? '?' : end.kind === 'object' ? end.name : end.kind === 'host' ? end.host : 'outside';
  return `${name(from)} → ${name(to)}${port === undefined ? '' : `:${port}`}`;
}

const labels = ({ choices }: ConnectionNext) =>
  choices.map(({ label, detail }) => (detail === '' ? label : `${label} (${detail})`));

describe('choosing a connection', () => {
  it('takes both ends from a host, wherever on its line the cursor is', () => {
    for (const marker of ['http://orders', 'orders:8080/api', 'value:'])
      assert.deepEqual(startAt(marker).drafts.map(shown), ['web → orders:8080'], marker);
  });

  it('offers each workload that takes the value', () => {
    assert.deepEqual(startAt('db:5432').drafts.map(shown), ['web → db:5432', 'tool → db:5432']);
  });

  it('takes a Service as called, with the port under the cursor', () => {
    assert.deepEqual(startAt('name: orders, name').drafts.map(shown), ['? → orders']);
    assert.deepEqual(startAt('port: 9090').drafts.map(shown), ['? → orders:9090']);
  });

  it('takes a workload as caller, and as called at a port of its own', () => {
    assert.deepEqual(startAt('kind: Deployment').drafts.map(shown), ['web → ?']);
    assert.deepEqual(startAt('containerPort: 9000').drafts.map(shown), ['? → web:9000']);
  });

  it('takes both ends from a backend', () => {
    assert.deepEqual(startAt('service: {name').drafts.map(shown), ['shop → orders:http']);
    assert.deepEqual(startAt('kind: Ingress').drafts.map(shown), ['shop → ?']);
  });

  it('takes nothing from anything else', () => {
    assert.deepEqual(startAt('kind: ConfigMap').drafts, []);
  });

  it('names the callers that say so first, each once, and those outside last', () => {
    const { folder, drafts } = startAt('port: 9090');
    const next = nextChoice(folder, drafts[0] ?? {}, 'cluster.local');
    assert.equal(next.ask, 'from');
    assert.deepEqual(labels(next), [
      'Deployment/web (declared: ORDERS_URL http://orders:8080)',
      'Ingress/shop (declared: orders:http)',
      'Pod/tool',
      'Outside of the cluster (any client, by the address of a node or of a load balancer)',
    ]);
  });

  it('names the goals that are declared first, then Services, then Pods', () => {
    const { folder, drafts } = startAt('kind: Deployment');
    const next = nextChoice(folder, drafts[0] ?? {}, 'cluster.local');
    assert.equal(next.ask, 'to');
    assert.deepEqual(labels(next), [
      'ORDERS_URL: http://orders:8080 (declared)',
      'DB: db:5432 (declared)',
      'Service/orders (ClusterIP · http 8080, admin 9090)',
      'Deployment/web (its Pods, without a Service)',
      'Pod/tool (its Pods, without a Service)',
    ]);
    assert.deepEqual(
      next.choices.slice(0, 2).map(({ draft }) => shown(draft)),
      ['web → orders:8080', 'web → db:5432'],
    );
  });

  it('asks for the port where there are several, and for nothing more', () => {
    const { folder, drafts } = startAt('kind: Deployment');
    const [draft] = nextChoice(folder, drafts[0] ?? {}, 'cluster.local').choices.flatMap((choice) =>
      choice.label === 'Service/orders' ? [choice.draft] : [],
    );
    const next = nextChoice(folder, draft ?? {}, 'cluster.local');
    assert.equal(next.ask, 'port');
    assert.deepEqual(
      next.choices.map(({ label, description }) => `${label} ${description}`),
      ['8080 http', '9090 admin → 1'],
    );
    assert.equal(nextChoice(folder, next.choices[0]?.draft ?? {}, 'cluster.local').ask, undefined);
  });

  it('offers the version of each unit', () => {
    const { drafts } = startAt(
      'name: web}',
      `
#- base/web.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
#- base/kustomization.yaml
resources: [web.yaml]
#- dev/kustomization.yaml
namespace: dev
resources: [../base]
#- prod/kustomization.yaml
namespace: prod
resources: [../base]
`,
    );
    assert.deepEqual(
      drafts.map(({ to }) => to?.kind === 'object' && to.namespace),
      ['dev', 'prod'],
    );
  });

  it('says why a draft is no question', () => {
    const { folder, drafts } = startAt('kind: Deployment');
    const problemOf = (draft: ConnectionDraft) => {
      const question = questionOf(folder, draft);
      return 'problem' in question ? question.problem : undefined;
    };
    const from = drafts[0]?.from;
    assert.ok(from?.kind === 'object');
    assert.match(problemOf({ from }) ?? '', /not chosen/);
    assert.match(problemOf({ from, to: { kind: 'outside' } }) ?? '', /can be connected to/);
    assert.match(problemOf({ from: { ...from, name: 'gone' }, to: from }) ?? '', /no Deployment `gone` now/);
    assert.match(problemOf({ from: { kind: 'outside' }, to: { kind: 'host', host: 'orders' } }) ?? '', /From outside/);
    assert.match(
      problemOf({ from: { kind: 'outside', address: '1.2.3' }, to: from }) ?? '',
      /`1\.2\.3` is no IP address/,
    );
    assert.equal(problemOf({ from: { kind: 'outside', address: '1.2.3.4' }, to: from }), undefined);
    assert.equal(problemOf({ from, to: { kind: 'host', host: '10.0.0.1' } }), undefined);
  });
});
