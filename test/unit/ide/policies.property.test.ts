import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DeclaredNeed, declaredNeedsOf } from '../../../server/src/core/cluster/declaredNeeds.ts';
import { answerFor, judgeConnection } from '../../../server/src/core/cluster/reach.ts';
import type { Ternary } from '../../../server/src/core/k8s/labels.ts';
import { describeResource } from '../../../server/src/core/k8s/resourceBase.ts';
import { netpolEgressBlocksDns } from '../../../server/src/core/rules/netpol-egress-blocks-dns.ts';
import type { Unit } from '../../../server/src/core/sources/unit.ts';
import { diagnose, indexFixture } from '../../check.ts';
import type { FixtureFile } from '../../fixture.ts';
import { apply } from './policiesFixture.ts';

interface App {
  readonly name: string;
  readonly namespace: string;
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly named: boolean;
  readonly service: '' | 'clusterIP: None, ' | 'type: NodePort, ';
  readonly calls: readonly { readonly to: number; readonly by: 'url' | 'pair' | 'full' | 'word' | 'arg' | 'config' }[];
}

const NAMES = ['web', 'api', 'db', 'mail'];

const app = (at: number): fc.Arbitrary<App> =>
  fc.record({
    name: fc.constant(NAMES[at] ?? 'x'),
    namespace: fc.constantFrom('shop', 'shop', 'post'),
    kind: fc.constantFrom('Deployment' as const, 'Deployment' as const, 'StatefulSet' as const),
    port: fc.constantFrom(80, 8080, 5432),
    protocol: fc.constantFrom('TCP' as const, 'TCP' as const, 'UDP' as const),
    named: fc.boolean(),
    service: fc.constantFrom('' as const, '' as const, 'clusterIP: None, ' as const, 'type: NodePort, ' as const),
    calls: fc.array(
      fc.record({
        to: fc.nat({ max: NAMES.length - 1 }),
        by: fc.constantFrom(
          'url' as const,
          'pair' as const,
          'full' as const,
          'word' as const,
          'arg' as const,
          'config' as const,
        ),
      }),
      { maxLength: 3 },
    ),
  });

/** Objects of a policy that stands there before. */
const policy = fc.record({
  namespace: fc.constantFrom('shop', 'post'),
  pods: fc.constantFrom('{}', '{matchLabels: {app: db}}', '{matchLabels: {app: web}}'),
  types: fc.constantFrom('[Ingress]', '[Egress]', '[Ingress, Egress]'),
  rule: fc.constantFrom('', '- {}', '- ports: [{port: 8080}, {port: 53, protocol: UDP}]'),
});

const kustomization = fc.constantFrom(
  undefined,
  'resources: [all.yaml]\n',
  'resources: [all.yaml]\nnamePrefix: p-\n',
  'resources: [all.yaml]\nnamespace: prod\ncommonLabels: {env: prod}\n',
  'resources: [all.yaml]\nlabels: [{pairs: {env: prod}, includeSelectors: true}]\n',
);

describe('policies for declared needs', () => {
  it('take nothing away that manifests declare, whatever the workspace', () => {
    const apps = fc.tuple(app(0), app(1), app(2), app(3));
    const all = fc.tuple(apps, fc.array(policy, { maxLength: 2 }), kustomization, fc.boolean());
    fc.assert(
      fc.property(all, ([some, policies, built, isSplit]) => {
        let files = write(some, policies, built, isSplit);
        const before = answers(files);
        const dns = blockedFromDns(files);
        let count = 0;
        for (const { name } of some) {
          const place = files.find(({ text }) => text.includes(`# ${name}\n`));
          const offset = place === undefined ? -1 : place.text.indexOf('kind', place.text.indexOf(`# ${name}\n`));
          const after = place && apply(files, place.path, offset);
          if (after !== undefined) count++;
          files = after ?? files;
        }
        const now = answers(files);
        for (const [key, was] of before) {
          const is = now.get(key);
          assert.ok(is !== undefined, `${key} is declared no more`);
          assert.ok(
            was === 'no' || is === was || (was === 'unknown' && is === 'yes'),
            `${key}: ${was} became ${is}\n${show(files)}`,
          );
        }
        assert.ok(blockedFromDns(files) <= dns);
        fc.pre(count > 0);
      }),
      { numRuns: 60 },
    );
  });
});

function write(
  apps: readonly App[],
  policies: readonly {
    readonly namespace: string;
    readonly pods: string;
    readonly types: string;
    readonly rule: string;
  }[],
  built: string | undefined,
  isSplit: boolean,
): readonly FixtureFile[] {
  const objects = apps.flatMap((one) => [workloadText(one, apps), serviceText(one), configText(one, apps)]);
  const rules = policies.map(
    ({ namespace, pods, types, rule }, at) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: old-${at}, namespace: ${namespace}}\nspec:\n  podSelector: ${pods}\n  policyTypes: ${types}\n${rule === '' ? '' : `  ingress:\n  ${rule}\n  egress:\n  ${rule}\n`}`,
  );
  const texts = [...objects, ...rules];
  if (isSplit && built !== undefined) {
    const names = texts.map((_, at) => `${at}.yaml`);
    const list = built.replace('all.yaml', names.join(', '));
    return [
      ...texts.map((text, at) => ({ path: `/work/${at}.yaml`, text })),
      { path: '/work/kustomization.yaml', text: list },
    ];
  }
  const files = [{ path: '/work/all.yaml', text: texts.join('---\n') }];
  return built === undefined ? files : [...files, { path: '/work/kustomization.yaml', text: built }];
}

function workloadText({ name, namespace, kind, port, protocol, calls }: App, apps: readonly App[]): string {
  const variables = calls.flatMap(({ to, by }, at) => {
    const host = hostOf(apps[to], namespace);
    if (by === 'url') return [`{name: URL${at}, value: "http://${host}:81"}`];
    if (by === 'pair') return [`{name: PAIR${at}, value: "${host}:81"}`];
    if (by === 'full') return [`{name: FULL${at}, value: "http://${apps[to]?.name}.${apps[to]?.namespace}.svc:81"}`];
    if (by === 'word') return [`{name: A${at}_HOST, value: "${host}"}`];
    if (by === 'config') return [`{name: C${at}, valueFrom: {configMapKeyRef: {name: ${name}-config, key: C${at}}}}`];
    return [];
  });
  const words = calls.flatMap(({ to, by }) => (by === 'arg' ? [`"--peer=${hostOf(apps[to], namespace)}:81"`] : []));
  const more = kind === 'StatefulSet' ? `  serviceName: ${name}\n  replicas: 3\n` : '';
  return `# ${name}
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
${more}  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, tier: t}}
    spec: {containers: [{name: c, image: c, args: [${words.join(', ')}], env: [${variables.join(', ')}], ports: [{name: main, containerPort: ${port}, protocol: ${protocol}}]}]}
`;
}

function hostOf(target: App | undefined, from: string): string {
  return target?.namespace === from ? target.name : `${target?.name}.${target?.namespace}`;
}

function serviceText({ name, namespace, port, protocol, named, service }: App): string {
  const target = service === 'clusterIP: None, ' ? 81 : named ? 'main' : port;
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${service}selector: {app: ${name}}, ports: [{port: 81, protocol: ${protocol}, targetPort: ${target}}]}\n`;
}

function configText({ name, namespace, calls }: App, apps: readonly App[]): string {
  const data = calls.map(({ to }, at) => `C${at}: "${hostOf(apps[to], namespace)}:81"`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}-config, namespace: ${namespace}}\ndata: {${data.join(', ')}}\n`;
}

function answers(files: readonly FixtureFile[]): ReadonlyMap<string, Ternary> {
  const folder = indexFixture(files);
  const units = new Set(files.flatMap(({ path }) => folder.unitsOf(path)));
  return new Map([...units].flatMap((unit) => declaredNeedsOf(unit).all.flatMap((need) => answer(unit, need))));
}

function answer(
  unit: Unit,
  { from, to, protocol, port, evidence }: DeclaredNeed,
): readonly (readonly [string, Ternary])[] {
  if (from.kind !== 'pods' || to.kind !== 'pods' || protocol === undefined || port === undefined) return [];
  const end = (workload: typeof from.workload) => ({ kind: 'pods' as const, workload, unit });
  const connection = judgeConnection(end(from.workload), end(to.workload));
  const key = `${unit.id} ${describeResource(from.workload)} -> ${describeResource(to.workload)} ${protocol} ${port} by ${evidence.name} ${evidence.text}`;
  return [[key, answerFor(connection, protocol, port).allowed]];
}

function blockedFromDns(files: readonly FixtureFile[]): number {
  return diagnose({ files, expected: [], cursor: undefined }, [netpolEgressBlocksDns]).length;
}

function show(files: readonly FixtureFile[]): string {
  return files.map(({ path, text }) => `#- ${path}\n${text}`).join('\n');
}
