import assert from 'node:assert/strict';
import fc from 'fast-check';
import { edgesFrom } from '../../../server/src/core/cluster/references.ts';
import { prepareRename } from '../../../server/src/core/ide/rename/rename.ts';
import { indexFixture } from '../../check.ts';
import type { FixtureFile } from '../../fixture.ts';
import { applyRename, findings, renameIn } from './renameCheck.ts';

type Labels = Readonly<Record<string, string>>;

/** Workloads with labels of few words, and what refers to them: every reference finds something, some find several. */
interface Plan {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly port: string;
}

const word = fc.constantFrom('a', 'b', 'c');
const labels = fc.record({ app: word, tier: word }, { requiredKeys: ['app'] });
const NAMES = ['x', 'y', 'z'];
const plans = fc
  .array(fc.record({ namespace: fc.constantFrom('', '', 'one'), labels, port: word }), { minLength: 1, maxLength: 3 })
  .map((list) => list.map((each, at): Plan => ({ ...each, name: NAMES[at] ?? '' })));

/** A selector that takes a workload: in one form or another, by all of its labels or some. */
function selectorOf({ labels: own }: Plan): fc.Arbitrary<string> {
  const pairs = Object.entries(own);
  const some = fc.subarray(pairs, { minLength: 1 }).map((each) => toFlow(Object.fromEntries(each)));
  const [key = '', value = ''] = pairs[0] ?? [];
  const expressions = [
    `{key: ${key}, operator: In, values: [${value}]}`,
    `{key: ${key}, operator: In, values: [${value}, ${value === 'a' ? 'b' : 'a'}]}`,
    `{key: ${key}, operator: NotIn, values: [${value === 'c' ? 'b' : 'c'}]}`,
    `{key: ${key}, operator: Exists}`,
  ];
  return fc.oneof(
    some.map((each) => `{matchLabels: ${each}}`),
    fc.constantFrom(...expressions).map((each) => `{matchExpressions: [${each}]}`),
    fc
      .tuple(some, fc.constantFrom(...expressions))
      .map(([each, other]) => `{matchLabels: ${each}, matchExpressions: [${other}]}`),
  );
}

const meta = (name: string, { namespace }: Plan) =>
  `metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}`;

function objectsOf(plan: Plan): fc.Arbitrary<readonly string[]> {
  const { labels: own, port, name } = plan;
  const selector = selectorOf(plan);
  const workload = selector.map(
    (near) => `apiVersion: apps/v1
kind: Deployment
${meta(name, plan)}
spec:
  selector: {matchLabels: ${toFlow(own)}}
  template:
    metadata: {labels: ${toFlow(own)}}
    spec:
      affinity:
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: ${near}}]
      containers:
        - name: main
          ports: [{name: ${port}, containerPort: 80}]
          readinessProbe: {httpGet: {port: ${port}}}
          env: [{name: URL, value: "http://s${name}:80"}, {name: OTHER, value: "s${name}.one:80"}]
`,
  );
  const service = fc.subarray(Object.entries(own), { minLength: 1 }).map(
    (some) => `apiVersion: v1
kind: Service
${meta(`s${name}`, plan)}
spec: {selector: ${toFlow(Object.fromEntries(some))}, ports: [{name: ${port}, port: 80, targetPort: ${port}}]}
`,
  );
  const policy = fc.tuple(selector, selector).map(
    ([pods, peer]) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
${meta(`p${name}`, plan)}
spec: {podSelector: ${pods}, ingress: [{from: [{podSelector: ${peer}}], ports: [{port: ${port}}]}]}
`,
  );
  const ingress = fc.constant(`apiVersion: networking.k8s.io/v1
kind: Ingress
${meta(`i${name}`, plan)}
spec: {defaultBackend: {service: {name: s${name}, port: {name: ${port}}}}}
`);
  return fc.tuple(workload, service, policy, ingress);
}

const workspace = fc
  .tuple(
    plans.chain((list) => fc.tuple(...list.map(objectsOf))),
    fc.constantFrom(
      '',
      '',
      'namePrefix: n-\n',
      'namespace: one\n',
      'labels: [{pairs: {part: b}, includeSelectors: true}]\n',
    ),
  )
  .map(([files, overlay]): readonly FixtureFile[] => {
    const manifests = files.map((objects, at) => ({ path: `/work/f${at}.yaml`, text: objects.join('---\n') }));
    if (overlay === '') return manifests;
    const list = manifests.map(({ path }) => path.slice('/work/'.length)).join(', ');
    return [...manifests, { path: '/work/kustomization.yaml', text: `${overlay}resources: [${list}]\n` }];
  });

describe('rename in any workspace', () => {
  it('brings no finding and leaves every reference as it was, or refuses', async () => {
    let renamed = 0;
    await fc.assert(
      fc.asyncProperty(
        workspace,
        fc.nat(),
        fc.constantFrom('a', 'b', 'd', 'tier', 'layer', 'new', 'sx'),
        async (files, at, to) => {
          const places = renameable(files);
          const cursor = places[at % Math.max(places.length, 1)];
          if (cursor === undefined) return;
          const found = await renameIn(files, cursor, to);
          assert.ok(found !== undefined);
          if ('refused' in found) return;
          const after = applyRename(files, found);
          renamed++;
          // A fault may go where nothing near shows it any more.
          assert.deepEqual(missing(findings(after), findings(files)), []);
          assert.deepEqual(missing(references(files), references(after)), []);
        },
      ),
      { numRuns: 250 },
    );
    assert.ok(renamed > 30, `only ${renamed} were renamed`);
  });
});

/** What of a list another list lacks; equal items count. */
function missing(wanted: readonly string[], present: readonly string[]): readonly string[] {
  const rest = [...present];
  return wanted.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** The offsets at which something can be renamed, one a word. */
function renameable(files: readonly FixtureFile[]): readonly { readonly path: string; readonly offset: number }[] {
  const folder = indexFixture(files);
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:[a-c]|s?[xyz]|app|tier|part)\b/g)].flatMap(({ index: offset }) => {
      const found = prepareRename({ folder, path, offset });
      return found === undefined || 'refused' in found ? [] : [{ path, offset }];
    }),
  );
}

/** What refers to what, in the order of the files. */
function references(files: readonly FixtureFile[]): readonly string[] {
  const folder = indexFixture(files);
  return folder.units.flatMap((unit) =>
    [...unit.index.all].flatMap((resource) =>
      edgesFrom(unit, resource).map(
        ({ from, to, role, sure }) =>
          `${role} ${from.file} ${lineOf(files, from)} ${to.file} ${lineOf(files, to)} ${sure}`,
      ),
    ),
  );
}

function lineOf(files: readonly FixtureFile[], { file, span }: { file: string; span: { start: number } }): number {
  return (
    files
      .find(({ path }) => path === file)
      ?.text.slice(0, span.start)
      .split('\n').length ?? 0
  );
}

function toFlow(pairs: Readonly<Record<string, string>>): string {
  return `{${Object.entries(pairs)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')}}`;
}
