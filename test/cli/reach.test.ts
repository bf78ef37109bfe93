import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assertRefused, kubefathom, shop, temporaryFolder } from './run.ts';

const CLUSTER = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: tool, labels: {app: "=1"}}
spec: {containers: [{name: tool, image: tool}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
      ports: [{port: sql}]
`;

const db = ['--to', 'shop/Pod/db', '--port', '5432'];

describe('kubefathom reach', () => {
  const folder = temporaryFolder();

  it('answers a single question, with the deciding policies, and exit code 1 for no', async () => {
    const file = folder.write('cluster.yaml', CLUSTER);
    const yes = await kubefathom(['reach', '--from', 'shop/deploy/web', ...db, file]);
    assert.equal(yes.code, 0, yes.err);
    assert.equal(
      yes.out,
      `allowed: shop/deploy/web to shop/Pod/db, TCP 5432
  no policy isolates \`Deployment/web\` for egress; rule 1 of \`NetworkPolicy/db\` lets it in
  ingress: shop/db, rule 1, allows  cluster.yaml:30
`,
    );
    const no = await kubefathom(['reach', '--format', 'json', '--from', 'default/Pod/tool', ...db, file]);
    assert.equal(no.code, 1);
    assert.deepEqual(JSON.parse(no.out), {
      version: 1,
      from: 'default/Pod/tool',
      to: 'shop/Pod/db',
      protocol: 'TCP',
      port: 5432,
      allowed: false,
      ingressAllowed: false,
      egressAllowed: true,
      decidedBy: [
        {
          direction: 'ingress',
          policy: { namespace: 'shop', name: 'db' },
          effect: 'denies',
          file: 'cluster.yaml',
          line: 29,
        },
      ],
      reason:
        '`NetworkPolicy/db` isolates `Pod/db` for ingress, and no rule lets TCP 5432 from `Pod/tool` in; rule 1 of `NetworkPolicy/db` allows this port, but from other peers',
    });
  });

  it('answers many questions in their order, whatever the answers', async () => {
    folder.write('cluster.yaml', CLUSTER);
    const questions = [
      { from: 'shop/Deployment/web', to: 'shop/Pod/db', protocol: 'TCP', port: 5432 },
      { from: 'shop/Deployment/web', to: 'shop/Pod/db', protocol: 'UDP', port: 5432 },
      { from: 'ip:203.0.113.7', to: 'default/Pod/tool', protocol: 'TCP', port: 1 },
      { from: 'shop/Deployment/wbe', to: 'shop/Pod/db', protocol: 'TCP', port: 5432 },
    ];
    const input = `${questions.map((question) => JSON.stringify(question)).join('\n\n')}\n`;
    const { code, out } = await kubefathom(['reach', '--queries', '-', folder.root], { input });
    assert.equal(code, 0);
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      answers.map(({ from, to, protocol, port }) => ({ from, to, protocol, port })),
      questions,
    );
    assert.deepEqual(
      answers.map(({ allowed }) => allowed),
      [true, false, true, 'unknown'],
    );
    assert.equal('egressAllowed' in answers[2], false);
    assert.match(answers[3].reason, /did you mean `shop\/Deployment\/web`/);
  });

  it('puts what names no namespace where -n says', async () => {
    const file = folder.write('cluster.yaml', CLUSTER);
    const { code, out } = await kubefathom(['reach', '-n', 'shop', '--from', 'shop/Pod/tool', ...db, file]);
    assert.equal(code, 1, out);
  });

  it('shows all connections, alike ends once', async () => {
    const file = folder.write('cluster.yaml', CLUSTER);
    const pretty = await kubefathom(['reach', file]);
    assert.equal(
      pretty.out,
      `from shop/Deployment/web
  TCP 5432      shop/Pod/db
  everything    default/Pod/tool, addresses outside the cluster

from shop/Pod/db
  everything    shop/Deployment/web, default/Pod/tool, addresses outside the cluster

from default/Pod/tool
  everything    shop/Deployment/web, addresses outside the cluster
  nothing       shop/Pod/db

from addresses outside the cluster
  everything    shop/Deployment/web, default/Pod/tool
  nothing       shop/Pod/db
`,
    );
    const json = JSON.parse((await kubefathom(['reach', '--format', 'json', file])).out);
    assert.deepEqual(json.units[0].groups[1], { id: 1, members: ['shop/Pod/db'] });
    assert.deepEqual(
      json.units[0].connections.find(({ from, to }: { from: number; to: number }) => from === 0 && to === 1),
      { from: 0, to: 1, allowed: { TCP: '5432' } },
    );
  });

  it('exports a table and graphs', async () => {
    const file = folder.write('cluster.yaml', CLUSTER);
    const show = async (format: string) => (await kubefathom(['reach', '--format', format, file])).out;
    assert.match(
      await show('csv'),
      /^unit,from,to,allowed,unknown\n\.,shop\/Deployment\/web,shop\/Pod\/db,TCP 5432,\n/,
    );
    const mermaid = await show('mermaid');
    assert.match(mermaid, /^flowchart LR\n {2}subgraph s0_0\["shop"\]\n {4}n0_0\["shop\/Deployment\/web"\]/);
    assert.match(mermaid, / {2}n0_0 -->\|"TCP 5432"\| n0_1\n/);
    assert.match(await show('dot'), /^digraph reach \{[\s\S]*n0_0 -> n0_1 \[label="TCP 5432"\];[\s\S]*\}\n$/);
  });

  it('keeps apart what is not applied together', async () => {
    const base = folder.write('base/kustomization.yaml', 'resources: [all.yaml]\n');
    folder.write('base/all.yaml', CLUSTER);
    folder.write('prod/kustomization.yaml', 'resources: [../base]\n');
    folder.write(
      'dev/kustomization.yaml',
      'resources: [../base]\npatches: [{target: {kind: NetworkPolicy}, patch: "$patch: delete\\nkind: NetworkPolicy\\nmetadata: {name: db}\\n"}]\n',
    );
    assert.ok(base);
    const { out } = await kubefathom(['reach', '--format', 'json', '--from', 'default/Pod/tool', ...db, folder.root]);
    const { allowed, reason } = JSON.parse(out);
    assert.equal(allowed, 'unknown', reason);
    assert.match(reason, /they differ/);
  });

  it('refuses what it does not understand', async () => {
    const file = folder.write('cluster.yaml', CLUSTER);
    const from = ['--from', 'shop/Deployment/web'];
    await assertRefused(['reach', ...from, file], /--from and --to go together/);
    await assertRefused(['reach', ...from, '--to', 'shop/Pod/db', file], /need --port/);
    await assertRefused(['reach', ...from, '--to', 'shop/Pod/db', '--port', '0', file], /from 1 to 65535/);
    await assertRefused(['reach', ...from, ...db, '--protocol', 'ICMP', file], /TCP, UDP or SCTP/);
    await assertRefused(['reach', '--from', 'web', ...db, file], /not NAMESPACE\/KIND\/NAME/);
    await assertRefused(['reach', '--from', 'ip:1.2.3', ...db, file], /not an IP address/);
    await assertRefused(
      ['reach', '--from', 'ip:1.2.3.4', '--to', 'ip:1.2.3.5', '--port', '1', file],
      /must be a workload/,
    );
    await assertRefused(['reach', '--port', '1', file], /go with --from/);
    await assertRefused(['reach', '--format', 'xml', file], /`mermaid` or `dot`/);
    await assertRefused(['reach', '--format', 'dot', ...from, ...db, file], /shows all connections/);
    await assertRefused(['check', '--from', 'x', file], /`check` has no option --from/);
    await assertRefused(['reach', '--queries', folder.write('q', '{"from": 1}'), file], /q:1: a question has/);
    await assertRefused(['reach', '--queries', folder.write('r', '\nnope'), file], /r:2: this is no JSON object/);
    await assertRefused(['reach', '--queries', 'missing', file], /cannot be read/);
    await assertRefused(['reach', '--queries', '-', '-'], /either the manifests or the questions/);
  });

  it('knows no more than the example says', async () => {
    const { code, out } = await kubefathom(['reach', shop]);
    assert.equal(code, 0);
    assert.match(out, /from addresses outside the cluster\n.*\n {2}TCP 8080 {6}shop\/Deployment\/frontend/);
  });

  it('agrees with recorded answers of policy engines', async function () {
    const recorded = path.resolve('../shared/oracle/network-policy.jsonl');
    if (!existsSync(recorded)) this.skip();
    const lines = readFileSync(recorded, 'utf8').trimEnd().split('\n');
    for (const line of lines.filter((_, at) => at % 140 === 7)) {
      const { id, manifests, queries } = JSON.parse(line);
      const file = folder.write('cluster.yaml', manifests);
      const input = queries
        .map(({ from, to, protocol, port }: Record<string, unknown>) => JSON.stringify({ from, to, protocol, port }))
        .join('\n');
      const { out } = await kubefathom(['reach', '--queries', '-', file], { input });
      const answers = out
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text));
      for (const [at, query] of queries.entries()) {
        const { allowed, ingressAllowed, egressAllowed } = answers[at];
        assert.equal(allowed, query.allowed, id);
        if ('ingressAllowed' in query) assert.equal(ingressAllowed, query.ingressAllowed, id);
        if ('egressAllowed' in query) assert.equal(egressAllowed, query.egressAllowed, id);
      }
    }
  });

  describe('--explain', () => {
    const from = ['reach', '--explain', '--from', 'shop/deploy/frontend'];

    it('walks every link to a host as a program is told it, and fails where one does', async () => {
      const found = await kubefathom([...from, '--to', 'orders:80', shop]);
      assert.equal(found.code, 1, found.err);
      assert.match(found.out, /^Deployment\/frontend → orders:80\n\nProblem: refused or timeout, /);
      assert.match(found.out, /^Problem: endpoints and readiness$/m);
      assert.match(found.out, /^- the selector `app=orders`: orders\.yaml:8$/m);
      assert.match(found.out, /^kubectl -n shop get endpointslices -l kubernetes\.io\/service-name=orders$/m);
    });

    it('takes Services, Pods and addresses as ends', async () => {
      const service = await kubefathom([...from, '--to', 'shop/svc/orders', '--format', 'json', shop]);
      const { connections } = JSON.parse(service.out);
      assert.equal(connections.length, 1);
      assert.equal(connections[0].to, 'Service/orders:80');
      assert.deepEqual(connections[0].verdict.seen, ['refused', 'timeout']);
      const evidence = connections[0].steps.find(({ id }: { id: string }) => id === 'selector').evidence;
      assert.deepEqual(evidence[0], { text: 'the selector `app=orders`', file: 'orders.yaml', line: 8 });
      const pods = await kubefathom([...from, '--to', 'shop/deploy/orders', '--port', '8080', shop]);
      assert.match(pods.out, /^Problem: timeout, because of egress of Deployment\/frontend/m);
      const outside = ['reach', '--explain', '--from', 'ip:203.0.113.7', '--to', 'shop/svc/frontend', shop];
      assert.match((await kubefathom(outside)).out, /ClusterIP has no address outside of the cluster/);
    });

    it('says that a name does not exist in what is given', async () => {
      const found = await kubefathom([...from, '--to', 'nosuch:80', shop]);
      assert.match(found.out, /^Problem: name error, because of name: `nosuch` does not resolve/m);
    });

    it('refuses what it cannot answer', async () => {
      await assertRefused(['reach', '--explain', shop], /--explain goes with --from and --to/);
      await assertRefused([...from, '--to', 'shop/svc/nosuch', shop], /no manifest has the Service/);
      await assertRefused([...from, '--to', 'orders:99999', shop], /--port is a number/);
      const plain = ['reach', '--from', 'shop/deploy/frontend', '--to', 'shop/svc/orders', '--port', '80', shop];
      await assertRefused(plain, /is a Service, and policies count Pods/);
    });
  });
});
