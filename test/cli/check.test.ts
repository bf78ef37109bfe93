import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { assertRefused, kubefathom, shop, temporaryFolder } from './run.ts';

const FAULT = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: htpp # the name
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: web
      ports:
        - name: http
          containerPort: 8080
`;
const CODE = 'service-targetport-unresolved';

interface Findings {
  readonly version: number;
  readonly findings: readonly {
    readonly code: string;
    readonly file: string;
    readonly line: number;
    readonly units: readonly string[];
  }[];
  readonly files: { readonly read: number; readonly skipped: readonly { file: string; reason: string }[] };
  readonly resources: number;
}

async function findings(args: readonly string[], options?: Parameters<typeof kubefathom>[1]): Promise<Findings> {
  const { out, err } = await kubefathom(['check', '--format', 'json', ...args], options);
  assert.equal(err, '');
  return JSON.parse(out);
}

describe('kubefathom check', () => {
  const folder = temporaryFolder();

  it('shows findings with code frames, related places and fixes', async () => {
    const { out, err, code } = await kubefathom(['check', shop]);
    assert.equal(err, '');
    assert.equal(code, 1);
    assert.equal(out, readFileSync('test/cli/golden/shop.txt', 'utf8'));
  });

  it('finds in the example what its page says, and nothing else', async () => {
    const page = readFileSync(path.join(shop, 'README.md'), 'utf8');
    const planted = [...page.matchAll(/^\| (\S+\.yaml):(\d+) \| (\S+) \|/gm)].map(([, file, line, code]) => ({
      file,
      line: Number(line),
      code,
    }));
    assert.ok(planted.length >= 8);
    const { findings: found } = await findings([shop]);
    assert.deepEqual(
      found.map(({ file, line, code }) => ({ file, line, code })),
      planted,
    );
  });

  it('prints JSON as docs/cli.md promises', async () => {
    folder.write('web.yaml', FAULT);
    const { out, code } = await kubefathom(['check', '--format', 'json'], { cwd: folder.root });
    assert.equal(code, 1);
    const place = { file: 'web.yaml', line: 10, column: 19, endLine: 10, endColumn: 23 };
    const report = JSON.parse(out);
    const [finding] = report.findings;
    assert.deepEqual(report, {
      version: 1,
      findings: [
        {
          code: CODE,
          severity: 'error',
          message: finding.message,
          ...place,
          resource: { apiVersion: 'v1', kind: 'Service', name: 'web' },
          units: [],
          related: [
            { file: 'web.yaml', line: 23, column: 17, endLine: 23, endColumn: 21, message: finding.related[0].message },
          ],
          fixes: finding.fixes,
        },
      ],
      files: { read: 1, skipped: [] },
      resources: 2,
    });
    assert.match(finding.message, /`htpp`.*`http`/);
    assert.deepEqual(finding.fixes[0], { title: 'Change `htpp` to `http`', safe: true });
  });

  it('counts columns in UTF-16 units and knows every line end', async () => {
    folder.write(
      'web.yaml',
      FAULT.replace('      targetPort: htpp', '      "\\U0001F600": "😀", targetPort: htpp')
        .replace(
          '    - port: 80\n      "\\U0001F600": "😀", targetPort: htpp # the name',
          '    - {"😀": 1, port: 80, targetPort: htpp}',
        )
        .replaceAll('\n', '\r\n'),
    );
    const { out } = await kubefathom(['check', '--format', 'json'], { cwd: folder.root });
    const finding = JSON.parse(out).findings.find(({ message }: { message: string }) => message.includes('htpp'));
    assert.equal(finding.line, 9);
    assert.equal(finding.column, '    - {"😀": 1, port: 80, targetPort: '.length + 1);
  });

  it('names the units of a finding', async () => {
    folder.write('overlays/dev/kustomization.yaml', 'resources: [web.yaml]\n');
    folder.write('overlays/dev/web.yaml', FAULT);
    const [finding] = JSON.parse((await kubefathom(['check', '--format', 'json'], { cwd: folder.root })).out).findings;
    assert.deepEqual(finding.units, ['overlays/dev']);
  });

  it('exits 0 where nothing reaches --fail-on, else 1', async () => {
    folder.write('web.yaml', FAULT);
    const exit = async (...args: string[]) => (await kubefathom(['check', ...args], { cwd: folder.root })).code;
    assert.equal(await exit(), 1);
    assert.equal(await exit('--fail-on', 'error'), 1);
    assert.equal(await exit('--fail-on=never'), 0);
    folder.write('.kubefathom.yaml', `rules: { ${CODE}: info }\n`);
    assert.deepEqual([await exit(), await exit('--fail-on', 'info'), await exit('--fail-on', 'hint')], [0, 1, 1]);
    folder.write('.kubefathom.yaml', `rules: { ${CODE}: off }\n`);
    assert.equal(await exit('--fail-on', 'hint'), 0);
  });

  it('takes the configuration above PATH, or the one of --config', async () => {
    folder.write('.kubefathom.yaml', `rules: { ${CODE}: hint }\n`);
    folder.write('other.yaml', `rules: { ${CODE}: info }\n`);
    folder.write('apps/a/web.yaml', FAULT);
    folder.write('apps/b/empty.yaml', '');
    const severity = async (...args: string[]) =>
      JSON.parse((await kubefathom(['check', '--format', 'json', ...args], { cwd: folder.root })).out).findings[0]
        .severity;
    assert.equal(await severity('apps/a'), 'hint');
    assert.equal(await severity('apps/a', '--config', 'other.yaml'), 'info');
    folder.write('apps/a/.kubefathom.yaml', `rules: { ${CODE}: warning }\n`);
    assert.equal(await severity('apps/a', 'apps/b'), 'warning');
  });

  it('gives resources without a namespace the one of -n', async () => {
    folder.write('web.yaml', FAULT);
    const [finding] = JSON.parse(
      (await kubefathom(['check', '--format', 'json', '-n', 'shop'], { cwd: folder.root })).out,
    ).findings;
    assert.equal(finding.resource.namespace, 'shop');
  });

  it('lets an option win over the configuration', async () => {
    folder.write('web.yaml', FAULT);
    folder.write('.kubefathom.yaml', 'defaultNamespace: other\n');
    const namespaceOf = async (...args: string[]) =>
      JSON.parse((await kubefathom(['check', '--format', 'json', ...args], { cwd: folder.root })).out).findings[0]
        .resource.namespace;
    assert.equal(await namespaceOf(), 'other');
    assert.equal(await namespaceOf('-n', 'shop'), 'shop');
  });

  it('reads standard input, beside other PATHs too', async () => {
    const [service = '', pod = ''] = FAULT.split('---\n');
    const found = await findings(['-'], { input: FAULT, cwd: folder.root });
    assert.deepEqual(
      found.findings.map(({ file, line }) => [file, line]),
      [['<stdin>', 10]],
    );
    folder.write('pods/pod.yaml', pod);
    const both = await findings(['pods', '-'], { input: service, cwd: folder.root });
    assert.deepEqual(
      both.findings.map(({ code }) => code),
      [CODE],
    );
    assert.equal(both.files.read, 2);
    assert.match((await kubefathom(['check', '-'], { input: FAULT })).out, /<stdin>:10:19/);
    await assertRefused(['check', '-'], /standard input/, { input: Uint8Array.of(0, 1, 2) });
  });

  it('reads files of any name that are named, and several PATHs as one workspace', async () => {
    const [service = '', pod = ''] = FAULT.split('---\n');
    folder.write('a/service.txt', service);
    folder.write('b/pod.yaml', pod);
    folder.write('b/other.txt', 'not: read');
    const found = await findings(['a/service.txt', 'b'], { cwd: folder.root });
    assert.deepEqual(
      found.findings.map(({ file, code }) => [file, code]),
      [['service.txt', CODE]],
    );
    assert.equal(found.files.read, 2);
    const turned = await findings(['b', 'a/service.txt'], { cwd: folder.root });
    assert.deepEqual(
      turned.findings.map(({ file }) => file),
      ['../a/service.txt'],
    );
  });

  it('goes on behind what it cannot read, and says what that was', async () => {
    folder.write('web.yaml', FAULT);
    folder.write('binary.yaml', Uint8Array.of(0x61, 0, 0x62));
    folder.write('broken.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: x\n');
    truncateSync(folder.write('huge.yaml', ''), 50 << 20);
    const denied = process.platform !== 'win32' && process.getuid?.() !== 0;
    if (denied) chmodSync(folder.write('denied.yaml', FAULT), 0);
    const report = await findings([], { cwd: folder.root });
    assert.deepEqual(
      report.files.skipped.map(({ file }) => file),
      ['binary.yaml', ...(denied ? ['denied.yaml'] : []), 'huge.yaml'],
    );
    assert.ok(report.findings.some(({ file, code }) => file === 'broken.yaml' && code === 'yaml-unreadable'));
    assert.ok(report.findings.some(({ file, code }) => file === 'web.yaml' && code === CODE));
    const { err, out } = await kubefathom(['check', '--verbose'], { cwd: folder.root });
    assert.match(err, /^skipped binary\.yaml: binary content$/m);
    assert.match(out, denied ? /^3 files or folders skipped/m : /^2 files or folders skipped/m);
  });

  it('is quiet on request, and limits what it prints but not what it decides', async () => {
    folder.write('web.yaml', FAULT);
    const quiet = await kubefathom(['check', '--quiet'], { cwd: folder.root });
    assert.doesNotMatch(quiet.out, /objects/);
    const none = await kubefathom(['check', '--quiet', '--max-findings', '0'], { cwd: folder.root });
    assert.deepEqual(none, { code: 1, out: '', err: '' });
    folder.write('again.yaml', FAULT.replaceAll('web', 'again'));
    const one = await kubefathom(['check', '--max-findings', '1'], { cwd: folder.root });
    assert.equal(one.code, 1);
    assert.match(one.out, /^2 errors \(1 more not shown\) in 4 objects of 2 files$/m);
    assert.equal(one.out.match(/^error /gm)?.length, 1);
    const { out } = await kubefathom(['check', '--max-findings', '1', '--format', 'json'], { cwd: folder.root });
    assert.deepEqual([JSON.parse(out).findings.length, JSON.parse(out).omitted], [1, 1]);
  });

  it('says what it has not checked, and that it found nothing to check', async () => {
    folder.write('empty/notes.yaml', 'hello: world\n');
    folder.write('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
    folder.write('chart/values.yaml', 'port: 80\n');
    folder.write('chart/templates/service.yaml', FAULT.replace('htpp', '{{ .Values.port }}'));
    folder.write('one/web.yaml', FAULT);
    folder.write('one/binary.yaml', Uint8Array.of(0x61, 0, 0x62));
    mkdirSync(folder.at('bare'));
    const summary = async (...args: string[]) => {
      const { code, out, err } = await kubefathom(['check', ...args], { cwd: folder.root });
      assert.equal(err, '');
      return [code, out.slice(out.lastIndexOf('\n\n') + 1).trim()];
    };
    assert.deepEqual(await summary('bare'), [0, 'no Kubernetes manifests found in `bare`']);
    assert.deepEqual(await summary('empty'), [0, 'no Kubernetes manifests found in `empty` (1 file read)']);
    assert.deepEqual(await summary('-'), [0, 'no Kubernetes manifests found in standard input (1 file read)']);
    const [code, chart] = await summary('chart');
    assert.equal(code, 0);
    assert.match(String(chart), /\n1 file of a chart is a template: not checked without Helm; /);
    assert.deepEqual(await summary('one'), [
      1,
      '1 error in 2 objects of 1 file\nskipped `binary.yaml`: binary content',
    ]);
    const json = JSON.parse((await kubefathom(['check', 'chart', '--format', 'json'], { cwd: folder.root })).out);
    assert.equal(json.files.templates, 1);
  });

  it('refuses a PATH that cannot be read, rather than finding nothing in it', async () => {
    folder.write('binary.yaml', Uint8Array.of(0x61, 0, 0x62));
    await assertRefused(['check', 'binary.yaml'], /`binary\.yaml` cannot be read: binary content/, {
      cwd: folder.root,
    });
  });

  it('names a kustomization at the root of what is checked `.`', async () => {
    folder.write('kustomization.yaml', 'resources: [web.yaml]\n');
    folder.write('web.yaml', FAULT);
    const { findings: found } = await findings([], { cwd: folder.root });
    assert.deepEqual(
      found.map(({ units }) => units),
      [['.']],
    );
  });

  it('has nothing to fix where nothing is wrong', async () => {
    folder.write('web.yaml', FAULT.replace('htpp', 'http'));
    const { code, out, err } = await kubefathom(['check', '--fix'], { cwd: folder.root });
    assert.deepEqual([code, out, err], [0, 'no findings in 2 objects of 1 file\n', 'no safe fixes to apply\n']);
  });

  it('uses no colours where no terminal is', async () => {
    folder.write('web.yaml', FAULT);
    for (const env of [{}, { NO_COLOR: '1' }, { TERM: 'dumb' }])
      assert.ok(!(await kubefathom(['check'], { cwd: folder.root, env })).out.includes('\u001b'));
  });

  it('lets no control character of a manifest reach the terminal', async () => {
    folder.write('web.yaml', FAULT.replace('htpp', '"h\\e[31mtpp" # \u001b[2J\u009b'));
    const { out } = await kubefathom(['check'], { cwd: folder.root });
    assert.ok(!out.includes('\u001b') && !out.includes('\u009b'));
    assert.match(out, /tpp/);
  });

  it('shows a part of a line that is too long', async () => {
    const items = Array.from({ length: 3000 }, (_, at) => `{name: p${at}, port: ${at + 1}}`).join(', ');
    folder.write(
      'web.yaml',
      FAULT.replace(/ {4}- port: 80\n.*\n/, `    [${items}, {name: last, port: 9999, targetPort: htpp}]\n`),
    );
    const { out } = await kubefathom(['check'], { cwd: folder.root });
    assert.match(out, /htpp/);
    assert.ok(out.split('\n').every((line) => line.length < 250));
  });

  it('ends quietly when its reader goes away', async () => {
    for (let at = 0; at < 300; at++) folder.write(`${at}.yaml`, FAULT.replaceAll('web', `web${at}`));
    const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), 'check', folder.root], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((resolve) => child.on('close', resolve));
    assert.equal(err, '');
    assert.equal(child.signalCode, null);
  });

  describe('--fix', () => {
    it('applies safe fixes, and changes nothing else in the file', async () => {
      const file = folder.write('web.yaml', FAULT);
      const { code, err } = await kubefathom(['check', '--fix'], { cwd: folder.root });
      assert.equal(readFileSync(file, 'utf8'), FAULT.replace('htpp', 'http'));
      assert.deepEqual([code, err], [0, '1 fix applied in 1 file\n']);
    });

    it('applies all of a file in one run, however many', async () => {
      const many = Array.from({ length: 40 }, (_, at) => FAULT.replaceAll('web', `web${at}`)).join('---\n');
      const file = folder.write('web.yaml', many);
      const { err } = await kubefathom(['check', '--fix'], { cwd: folder.root });
      assert.equal(err, '40 fixes applied in 1 file\n');
      assert.equal(readFileSync(file, 'utf8'), many.replaceAll('htpp', 'http'));
    });

    it('leaves to people what is not safe', async () => {
      const copy = folder.copyShop();
      const before = readFileSync(path.join(copy, 'payments.yaml'), 'utf8');
      const { code, out } = await kubefathom(['check', '--fix', copy]);
      assert.equal(code, 1);
      assert.equal(readFileSync(path.join(copy, 'payments.yaml'), 'utf8'), before.replace('pci: yes', 'pci: "yes"'));
      assert.doesNotMatch(out, /--fix does it/);
    });

    it('keeps the encoding, and leaves a file alone that it would harm', async () => {
      const utf16 = folder.write('a/web.yaml', Buffer.from(`\uFEFF${FAULT}`, 'utf16le'));
      await kubefathom(['check', '--fix', 'a'], { cwd: folder.root });
      assert.equal(readFileSync(utf16).toString('utf16le'), `\uFEFF${FAULT.replace('htpp', 'http')}`);
      const latin = Buffer.from(FAULT.replace('the name', 'für'), 'latin1');
      const file = folder.write('b/web.yaml', latin);
      await assertRefused(['check', '--fix', 'b'], /no text/, { cwd: folder.root });
      assert.deepEqual(readFileSync(file), latin);
    });

    it('shows a unified diff with --dry-run, and changes nothing', async () => {
      const file = folder.write('sub/web.yaml', FAULT);
      const { out, err, code } = await kubefathom(['check', '--fix', '--dry-run'], { cwd: folder.root });
      assert.equal(readFileSync(file, 'utf8'), FAULT);
      assert.equal(
        out,
        `--- a/sub/web.yaml
+++ b/sub/web.yaml
@@ -7,7 +7,7 @@
     app: web
   ports:
     - port: 80
-      targetPort: htpp # the name
+      targetPort: http # the name
 ---
 apiVersion: v1
 kind: Pod
`,
      );
      assert.deepEqual([code, err], [1, '1 fix possible in 1 file\n']);
      const piped = await kubefathom(['check', '--fix', '--dry-run', '-'], { input: FAULT });
      assert.match(piped.out, /^\+ {6}targetPort: http # the name$/m);
    });

    it('says in one sentence what it cannot do', async () => {
      await assertRefused(['check', '--fix', '-'], /standard input/);
      await assertRefused(['check', '--dry-run'], /--fix/);
      if (process.platform === 'win32' || process.getuid?.() === 0) return;
      chmodSync(folder.write('web.yaml', FAULT), 0o444);
      await assertRefused(['check', '--fix'], /cannot be written/, { cwd: folder.root });
    });
  });

  it('refuses what it cannot answer', async () => {
    folder.write('web.yaml', FAULT);
    await assertRefused(['check', 'nowhere'], /`nowhere`$/m);
    await assertRefused(['check', '/dev/fd/none'], /pipe it to `kubefathom check -`/);
    await assertRefused(['check', '--no-such'], /--no-such/);
    await assertRefused(['check', '--format', 'xml'], /`xml`/);
    await assertRefused(['check', '--format'], /^kubefathom: --format needs a value$/m);
    await assertRefused(['check', '--max-findings', '-1'], /--max-findings needs a value/);
    await assertRefused(['check', '-n'], /--namespace|-n needs a value/);
    await assertRefused(['check', '--quiet=3'], /--quiet takes no value/);
    await assertRefused(
      ['check', '--kubernetes-version', 'latest'],
      /^kubefathom: --kubernetes-version must be .*`latest`$/m,
    );
    await assertRefused(['check', '--kubernetes-version', '1.35.2'], /`1\.35\.2`/);
    await assertRefused(['check', '--cluster-domain', 'my_cluster'], /--cluster-domain must be .*`my_cluster`/);
    await assertRefused(['check', '-n', 'Shop'], /--namespace must be .*`Shop`/);
    await assertRefused(['check', '--fail-on', 'panic'], /`panic`/);
    await assertRefused(['check', '--max-findings', 'x'], /`x`/);
    await assertRefused(['check', '--detail', 'full'], /--detail/);
    await assertRefused(['check', '--config', 'none.yaml'], /`none\.yaml`/);
    folder.write('.kubefathom.yaml', 'rules: 3\n');
    await assertRefused(['check', folder.root], /\.kubefathom\.yaml:1:8: /);
    await assertRefused(['check'], /^kubefathom: \.kubefathom\.yaml:1:8: /, { cwd: folder.root });
  });

  it('takes a configuration that names a rule of another version, and says so', async () => {
    folder.write('web.yaml', FAULT);
    folder.write('.kubefathom.yaml', `rules:\n  ${CODE}: hint\n  service-of-tomorrow: error\n`);
    const { code, err } = await kubefathom(['check'], { cwd: folder.root });
    assert.equal(code, 0);
    assert.match(err, /^kubefathom: \.kubefathom\.yaml:3:3: .*`service-of-tomorrow`.*\n$/);
  });

  it('says which path of an environment leads nowhere', async () => {
    folder.write('web.yaml', FAULT);
    folder.write('.kubefathom.yaml', 'environments:\n  - name: prod\n    roots: [web.yaml, wbe.yaml]\n');
    const { err } = await kubefathom(['check'], { cwd: folder.root });
    assert.match(err, /^kubefathom: environment `prod`: .*`wbe\.yaml`\n$/);
  });
});
