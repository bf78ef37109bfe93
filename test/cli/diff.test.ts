import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { assertRefused, kubefathom, temporaryFolder } from './run.ts';

const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, env: [{name: ORDERS_URL, value: "http://orders"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: orders, image: orders, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8080}]}
`;

const policy = (peer: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: orders, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  ingress: [{from: [{podSelector: {matchLabels: {app: ${peer}}}}]}]
`;

describe('kubefathom check', () => {
  const folder = temporaryFolder();

  it('fails on an expectation that does not hold', async () => {
    const check = (expectation: string) =>
      kubefathom(['check', '--quiet', '-'], {
        input: `# kubefathom-expect: ${expectation}\n${SHOP}---\n${policy('worker')}`,
        cwd: folder.root,
      });
    const { code, out } = await check('web -> orders:80 allow');
    assert.equal(code, 1);
    assert.match(out, /error this connection is denied: .* \[expectation-fails\]\n {2}<stdin>:1:22\n/);
    assert.doesNotMatch((await check('web -> orders:80 deny')).out, /expectation/);
  });
});

describe('kubefathom check with expectations in the configuration', () => {
  const folder = temporaryFolder();

  it('reports those that do not hold at their lines', async () => {
    folder.write('shop.yaml', `${SHOP}---\n${policy('worker')}`);
    folder.write(
      '.kubefathom.yaml',
      'expect:\n  - "* -> shop/orders:80 deny"\n  - web -> orders:80 allow\n  - wbe -> web:80 deny\n',
    );
    const { code, out } = await kubefathom(['check', '--format', 'json', '.'], { cwd: folder.root });
    assert.equal(code, 1);
    const found = JSON.parse(out).findings.filter(({ code: id }: { code: string }) => id === 'expectation-fails');
    assert.deepEqual(
      found.map(({ file, line, column }: { file: string; line: number; column: number }) => [file, line, column]),
      [
        ['.kubefathom.yaml', 3, 5],
        ['.kubefathom.yaml', 4, 5],
      ],
    );
  });
});

describe('kubefathom diff', () => {
  const folder = temporaryFolder();

  it('says what is lost, first what is needed, with exit code 1', async () => {
    for (const [side, peer] of [
      ['old', 'web'],
      ['new', 'worker'],
    ] as const) {
      folder.write(`${side}/shop.yaml`, SHOP);
      folder.write(`${side}/policy.yaml`, policy(peer));
    }
    const { code, out, err } = await kubefathom(['diff', 'old', 'new'], { cwd: folder.root });
    assert.equal(err, '');
    assert.equal(code, 1);
    const [needed = '', connections = '', findings = '', summary = ''] = out.split('\n\n');
    assert.equal(
      needed,
      `Needed and lost
  warning shop/Deployment/web → shop/Deployment/orders TCP 8080: \`NetworkPolicy/orders\` isolates \`Deployment/orders\` for ingress, and no rule lets TCP 8080 from \`Deployment/web\` in; rule 1 of \`NetworkPolicy/orders\` allows this port, but from other peers
      needed by ORDERS_URL: http://orders  shop.yaml:8:89
      denied by NetworkPolicy/orders  policy.yaml:6
`.trimEnd(),
    );
    assert.equal(connections, 'Connections\n  - shop/Deployment/web → shop/Deployment/orders  everything');
    assert.match(findings, /^Findings\n {2}\+ warning .*\[netpol-blocks-declared-dependency\]/);
    assert.match(summary, /^1 needed connection lost, 1 set of connections lost, \d new findings?\n$/);
    const back = await kubefathom(['diff', '--quiet', '--fail-on', 'never', 'new', 'old'], { cwd: folder.root });
    assert.equal(back.code, 0);
    assert.match(back.out, /\+ shop\/Deployment\/web → shop\/Deployment\/orders {2}everything/);
  });

  it('prints JSON', async () => {
    folder.write('old/shop.yaml', SHOP);
    folder.write(
      'new/shop.yaml',
      SHOP.replace('name: orders, namespace: shop}\nspec: {sel', 'name: order, namespace: shop}\nspec: {sel'),
    );
    const { code, out } = await kubefathom(['diff', '--format', 'json', 'old', 'new'], { cwd: folder.root });
    assert.equal(code, 1);
    const answer = JSON.parse(out);
    assert.deepEqual(answer.dns.lost, [
      {
        name: 'orders.shop.svc.cluster.local',
        before: "the Service's address",
        after: null,
        isCertain: true,
        file: 'shop.yaml',
        line: 21,
        column: 18,
      },
    ]);
    assert.deepEqual(answer.endpoints.lost, [
      {
        service: 'shop/orders',
        who: 'deployment/orders',
        count: 1,
        ports: ['8080/TCP'],
        isCertain: true,
        counts: { before: 1, after: 0 },
      },
    ]);
    assert.deepEqual(
      answer.needs.map(({ reason }: { reason: string }) => reason),
      ['there is no Service `orders` any more'],
    );
    assert.deepEqual(answer.connections, { lost: [], gained: [] });
    assert.ok(answer.findings.gained.length > 0);
  });

  it('says that nothing changes, with exit code 0', async () => {
    folder.write('old.yaml', SHOP);
    folder.write('new/more.yaml', SHOP.replace('image: web', 'image: web:2'));
    const same = await kubefathom(['diff', 'old.yaml', '-'], { cwd: folder.root, input: SHOP });
    assert.deepEqual(same, { code: 0, out: 'nothing that a cluster would do changes\n', err: '' });
    const { code, out } = await kubefathom(['diff', 'old.yaml', 'new'], { cwd: folder.root });
    assert.equal(code, 0, out);
  });

  it('names edits that an apply refuses', async () => {
    folder.write('old.yaml', SHOP);
    folder.write('new.yaml', SHOP.replaceAll('{app: web}', '{app: web, v: one}'));
    const { code, out } = await kubefathom(['diff', 'old.yaml', 'new.yaml'], { cwd: folder.root });
    assert.equal(code, 1);
    assert.match(out, /^Refused by the API server\n {2}refused shop\/Deployment\/web spec\.selector: /);
    assert.match(out, /as an update of what was applied before {2}new\.yaml:5:3/);
  });

  it('reads revisions of a repository', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder.root });
    git('init', '-q');
    folder.write('deploy/shop.yaml', SHOP);
    folder.write('deploy/policy.yaml', policy('web'));
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    folder.write('deploy/policy.yaml', policy('worker'));
    for (const [old, now] of [
      ['HEAD', 'deploy'],
      ['HEAD:deploy', 'deploy'],
      ['HEAD:./deploy', 'deploy/'],
      ['HEAD:', '.'],
    ] as const) {
      const { code, out, err } = await kubefathom(['diff', old, now], { cwd: folder.root });
      assert.equal(err, '');
      assert.equal(code, 1, `${old} ${now}`);
      assert.match(out, /- shop\/Deployment\/web → shop\/Deployment\/orders {2}everything/);
    }
    git('commit', '-q', '-a', '-m', 'two');
    rmSync(folder.at('deploy'), { recursive: true });
    const { out } = await kubefathom(['diff', 'HEAD~1:deploy', 'HEAD:deploy'], { cwd: folder.root });
    assert.match(out, /- shop\/Deployment\/web → shop\/Deployment\/orders {2}everything/);
    await assertRefused(['diff', 'HEAD:other', 'HEAD'], /`HEAD` has no file or folder `other`/, { cwd: folder.root });
    await assertRefused(['diff', 'nowhere', 'HEAD'], /there is no revision `nowhere`/, { cwd: folder.root });
  });

  it('refuses what it cannot answer', async () => {
    folder.write('a.yaml', SHOP);
    await assertRefused(['diff', 'a.yaml'], /OLD and NEW/, { cwd: folder.root });
    await assertRefused(['diff', '-', '-'], /only one/, { cwd: folder.root });
    await assertRefused(['diff', 'gone', 'a.yaml'], /there is no file or folder `gone`/, { cwd: folder.root });
    await assertRefused(['diff', '--fail-on', 'high', 'a.yaml', 'a.yaml'], /--fail-on/, { cwd: folder.root });
  });
});
