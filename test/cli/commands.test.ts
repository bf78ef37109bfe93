import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TEXT_CODES } from '../../server/src/core/ide/diagnostics.ts';
import { allCodes, findPage } from '../../server/src/core/rules/page.ts';
import { assertRefused, kubefathom, shop, temporaryFolder } from './run.ts';

describe('kubefathom', () => {
  const folder = temporaryFolder();

  it('explains itself', async () => {
    for (const args of [[], ['help'], ['--help'], ['-h']]) {
      const { code, out, err } = await kubefathom(args);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^ {2}check \[PATH…\]/m);
    }
    assert.match((await kubefathom(['check', '--help'])).out, /--fail-on SEVERITY.*Exit codes/s);
    assert.deepEqual(await kubefathom(['help', 'lsp']), await kubefathom(['lsp', '--help']));
    assert.doesNotMatch((await kubefathom(['lsp', '--help'])).out, /--format/);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(await kubefathom(['--version']), { code: 0, out: `${version}\n`, err: '' });
  });

  it('refuses commands and options that do not exist', async () => {
    await assertRefused(['chekc'], /`chekc`; did you mean `check`\?$/m);
    await assertRefused(['frobnicate'], /`frobnicate`; the commands are check, explain, [\w, ]+, lsp$/m);
    await assertRefused(['help', 'frobnicate'], /`frobnicate`/);
    await assertRefused(['frobnicate', '--help'], /`frobnicate`/);
    await assertRefused(['constructor'], /`constructor`/);
    await assertRefused([shop], /`kubefathom check .*shop`/);
    await assertRefused(['rules', '--fix'], /--fix/);
    await assertRefused(['rules', 'schema'], /`kubefathom explain schema`/);
    await assertRefused(['-x'], /-x/);
    await assertRefused(['check', '--formt=json'], /--formt; did you mean --format\?/);
    await assertRefused(['--fix'], /`kubefathom check --fix`/);
    await assertRefused(['lsp'], /--stdio/);
  });

  it('lists the rules', async () => {
    const { code, out } = await kubefathom(['rules']);
    assert.equal(code, 0);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      allCodes.map(({ id }) => id),
    );
    const { version, rules } = JSON.parse((await kubefathom(['rules', '--format', 'json'])).out);
    assert.equal(version, 1);
    assert.deepEqual(
      rules,
      JSON.parse(
        JSON.stringify(allCodes.map(({ id, severity, summary, source }) => ({ code: id, severity, summary, source }))),
      ),
    );
  });

  it('explains a place', async () => {
    const { code, out, err } = await kubefathom(['explain', 'examples/shop/frontend.yaml:8', 'examples/shop']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /selector/);
    assert.match(out, /Deployment\/frontend/);
    const { out: elsewhere } = await kubefathom(['explain', `${shop}/frontend.yaml:8:8`], { cwd: folder.root });
    assert.match(elsewhere, /Deployment\/frontend/);
    const { out: named } = await kubefathom(['explain', 'service.txt:7'], {
      cwd: path.dirname(folder.write('service.txt', readFileSync(`${shop}/payments.yaml`, 'utf8'))),
    });
    assert.match(named, /selector/);
  });

  it('explains an object', async () => {
    const { code, out } = await kubefathom(['explain', 'service/shop/database', shop]);
    assert.equal(code, 0);
    assert.match(out, /database\.yaml:\d+:\d+/);
    const { version, target, text } = JSON.parse(
      (await kubefathom(['explain', 'Service/shop/database', shop, '--format', 'json'])).out,
    );
    assert.deepEqual([version, target], [1, 'Service/shop/database']);
    assert.equal(`${text.trimEnd()}\n`, out);
  });

  it('explains as much as is asked', async () => {
    const length = async (detail: string) =>
      (await kubefathom(['explain', 'service/shop/frontend', shop, '--detail', detail])).out.length;
    const [short, full, interview] = [await length('short'), await length('full'), await length('interview')];
    assert.ok(short < full && full < interview, `${short} ${full} ${interview}`);
    await assertRefused(['explain', 'service/shop/frontend', shop, '--detail', 'all'], /`all`/);
  });

  it('explains an object by the names that kubectl takes', async () => {
    const { out } = await kubefathom(['explain', 'Service/shop/database', shop]);
    for (const name of ['svc/database', 'SVC/database', 'services/shop/database'])
      assert.equal((await kubefathom(['explain', name, shop])).out, out);
    assert.match(
      (await kubefathom(['explain', 'netpol/default-deny', shop])).out,
      /NetworkPolicy `shop\/default-deny`/,
    );
    assert.match((await kubefathom(['explain', 'ns/shop', shop])).out, /^namespace\.yaml:\d+:\d+\nNamespace `shop`/);
  });

  it('explains every code that a finding can have', async () => {
    for (const code of [...TEXT_CODES, 'configuration', ...allCodes.map(({ id }) => id)])
      assert.match(findPage(code) ?? '', /^# /, code);
    for (const target of ['service-selector-no-match', 'yaml-unreadable', 'unused-suppression']) {
      const { code, out } = await kubefathom(['explain', target]);
      assert.equal(code, 0);
      assert.ok(out.startsWith(`# ${target}\n`));
    }
  });

  it('says where there is nothing to explain', async () => {
    await assertRefused(['explain'], /FILE:LINE/);
    await assertRefused(['explain', 'nonsense'], /`nonsense`/);
    await assertRefused(['explain', 'yaml-unreadabl'], /did you mean `yaml-unreadable`\?/);
    await assertRefused(['explain', shop], /is a folder/);
    await assertRefused(['explain', 'README.md'], /`README\.md:12`/);
    await assertRefused(['explain', `${shop}/frontend.yaml:0`], /no line 0/);
    await assertRefused(['explain', `${shop}/frontend.yaml:3:0`], /columns count from 1/);
    await assertRefused(['explain', 'deploy/fronted', shop], /no Deployment `fronted`.*did you mean `frontend`\?/);
    await assertRefused(['explain', 'svc/other/frontend', shop], /in namespace `other`.*there is one in `shop`/);
    await assertRefused(['explain', 'svc/frontend', '-n', 'a/b', shop], /--namespace must be .*`a\/b`/);
    await assertRefused(['explain', 'none.yaml:3'], /`none\.yaml`/);
    await assertRefused(['explain', 'Service/shop/none', shop], /no Service `none` in namespace `shop`/);
    await assertRefused(['explain', `${shop}/frontend.yaml:9999`, shop], /no line 9999/);
    await assertRefused(['explain', `${shop}/frontend.yaml:1`, shop], /nothing to explain/);
  });

  it('serves editors', async () => {
    const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const send = (message: object) => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...message });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
    send({ id: 2, method: 'shutdown' });
    send({ method: 'exit' });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
    assert.match(out, /"serverInfo":\{"name":"kubefathom"/);
  });
});
