import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Detail, MAX_LINES } from '../../../server/src/core/explain/card.ts';
import { findDefinitions } from '../../../server/src/core/ide/definition.ts';
import { documentSymbols } from '../../../server/src/core/ide/documentSymbols.ts';
import { hover } from '../../../server/src/core/ide/hover.ts';
import { findReferences } from '../../../server/src/core/ide/references.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../check.ts';
import { deployment, hoverAt, service, textAt, titleAt } from '../explain/hoverAt.ts';

const APPLICATION = [
  service(
    '  type: NodePort\n  externalTrafficPolicy: Local\n  selector: {app: orders, tier: back}\n  ports:\n    - {name: http, port: 80, targetPort: http, nodePort: 30080}\n    - name: dns\n      port: 53\n      protocol: UDP\n',
  ),
  deployment(
    'orders',
    '[{name: http, containerPort: 8080}]',
    '          readinessProbe: {httpGet: {path: /healthz, port: http}}\n      hostNetwork: true\n      dnsPolicy: ClusterFirst\n',
  ),
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector: {matchLabels: {team: a}}
        - podSelector: {matchExpressions: [{key: tier, operator: In, values: [front]}]}
        - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
      ports: [{port: 8080, endPort: 8090}, {port: http}]
`,
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: orders, port: {name: http}}}}]}}]
`,
  `apiVersion: v1
kind: List
items:
  - apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: orders, namespace: shop}
    spec: {minAvailable: "50%", selector: {matchLabels: {app: orders}}}
  - apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: orders, namespace: shop}
    spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}}
`,
].join('---\n');

const PATH = '/work/test.yaml';

/** Asks everything that takes an offset; nothing of it may throw. */
function askAt(text: string, offsets: Iterable<number>): readonly string[] {
  const folder = indexFixture([{ path: PATH, text }]);
  const found: string[] = [];
  for (const offset of offsets) {
    const request = { folder, text, path: PATH, offset };
    const hovered = hover({ ...request, detail: 'interview', settings: DEFAULT_SETTINGS });
    if (hovered !== undefined) {
      assert.ok(hovered.span.start <= offset && offset <= hovered.span.end);
      found.push(hovered.markdown);
    }
    findDefinitions(request);
    findReferences({ ...request, includeDeclaration: true });
  }
  documentSymbols(folder, PATH);
  return found;
}

describe('hover', () => {
  it('keeps to the lines of each detail, at every offset', () => {
    const folder = indexFixture([{ path: PATH, text: APPLICATION }]);
    for (const detail of ['short', 'full', 'interview'] satisfies readonly Detail[]) {
      let count = 0;
      for (let offset = 0; offset <= APPLICATION.length; offset++) {
        const found = hover({ folder, text: APPLICATION, path: PATH, offset, detail, settings: DEFAULT_SETTINGS });
        if (found === undefined) continue;
        count++;
        const lines = found.markdown.split('\n');
        assert.ok(lines.length <= MAX_LINES[detail], `${lines.length} lines at ${offset}:\n${found.markdown}`);
        assert.match(lines[0] ?? '', /^\*\*.+\*\* — (OK$|Problem: .|Unknown: .)/);
        assert.doesNotMatch(found.markdown, /\bactual/i);
        assert.equal(found.markdown.includes('**Q**'), detail === 'interview');
        assert.equal(found.markdown.includes('**Path**'), detail !== 'short');
      }
      assert.ok(count > 500, `${count} offsets have a hover`);
    }
  });

  it('answers in half-typed text, at every length of a manifest', () => {
    for (let length = 0; length <= APPLICATION.length; length += 3) {
      const text = APPLICATION.slice(0, length);
      askAt(text, [length, length - 1, Math.floor(length / 2)]);
    }
  });

  it('survives any edit', () => {
    const junk = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('{{ .Values.x }}', '${X}', '- ', ': ', '\n', '*a', '&a ', '<<: ', '[', '}', '\ud800'),
    );
    fc.assert(
      fc.property(
        fc.nat(APPLICATION.length),
        fc.nat(12),
        junk,
        fc.nat(APPLICATION.length),
        (at, removed, inserted, offset) => {
          const text = APPLICATION.slice(0, at) + inserted + APPLICATION.slice(at + removed);
          askAt(text, [at, at + inserted.length, Math.min(offset, text.length)]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('explains the items of a List by their own fields', () => {
    const source = APPLICATION.replace('scaleTargetRef', 'scaleTarg$0etRef');
    assert.match(titleAt(source), /HorizontalPodAutoscaler `shop\/orders` · scales `Deployment\/orders`\*\* — OK/);
  });

  it('is silent where nothing is computed', () => {
    assert.equal(hoverAt(APPLICATION.replace('image:', 'im$0age:')), undefined);
    assert.equal(hoverAt(APPLICATION.replace('apiVersion', 'api$0Version')), undefined);
    assert.equal(hoverAt('# a com$0ment\nkind: Service\napiVersion: v1\n'), undefined);
    assert.equal(hoverAt('apiVersion: v1\nkind: Conf$0igMap\nmetadata: {name: a}\n'), undefined);
    assert.equal(hoverAt(APPLICATION.replace('spec:\n', 'spec:\n$0\n')), undefined);
  });

  it('is silent where the index has another text', () => {
    const folder = indexFixture([{ path: PATH, text: APPLICATION }]);
    const text = `# a new line\n${APPLICATION}`;
    const offset = text.indexOf('NodePort') + 2;
    assert.equal(hover({ folder, text, path: PATH, offset, detail: 'full', settings: DEFAULT_SETTINGS }), undefined);
    assert.equal(
      hover({ folder, text, path: '/work/other.yaml', offset, detail: 'full', settings: DEFAULT_SETTINGS }),
      undefined,
    );
  });

  it('writes no name into a command that a shell could run', () => {
    const source =
      'apiVersion: v1\nki$0nd: Service\nmetadata: {name: "a; rm -rf ~", namespace: "$(id)"}\nspec: {selector: {app: "x\'; id"}, ports: [{port: 80}]}\n';
    const commands = /```sh\n([\s\S]*?)```/.exec(textAt(source))?.[1] ?? '';
    assert.match(commands, /kubectl get svc NAME/);
    assert.doesNotMatch(commands, /rm -rf|\$\(id\)/);
  });

  it('shows names with Markdown in them as they are', () => {
    const text = textAt(
      'apiVersion: v1\nki$0nd: Service\nmetadata: {name: "a`b](x)\\n# c"}\nspec: {ports: [{port: 80}]}\n',
    );
    assert.match(text.split('\n')[0] ?? '', /Service `` a`b\]\(x\) # c ``/);
  });
});

describe('hover over several units', () => {
  const base = `#- base/kustomization.yaml
resources: [app.yaml]
#- base/app.yaml
apiVersion: v1
kind: Service
metadata: {name: orders}
spec: {sele$0ctor: {app: orders}, ports: [{port: 80}]}
`;
  const overlay = (name: string, more: string) => `#- overlays/${name}/kustomization.yaml
namespace: ${name}
resources: [../../base, extra.yaml]
#- overlays/${name}/extra.yaml
${more}`;
  const pods =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: one, labels: {app: orders}}\nspec: {containers: [{name: a}]}\n';
  const none = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n';

  it('names the units that differ', () => {
    const text = textAt(base + overlay('dev', pods) + overlay('prod', none));
    assert.match(text, /— Unknown/);
    assert.match(text, /units disagree: shown is `overlays\/prod`; `overlays\/dev` is OK/);
  });

  it('names the units that agree', () => {
    const text = textAt(base + overlay('dev', pods) + overlay('prod', pods));
    assert.match(text, /`overlays\/dev`/);
    assert.match(text, /`overlays\/prod`/);
    assert.doesNotMatch(text, /disagree/);
  });

  it('says that a chart is not rendered, and nothing certain against it', () => {
    const text = textAt(`#- chart/Chart.yaml
name: chart
#- chart/templates/app.yaml
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}-web"}
spec:
  type: Cluster$0IP
  selector: {app: nothing}
  ports: [{port: 80, nodePort: 30080}]
`);
    assert.match(text, /a chart that is not rendered/);
    assert.doesNotMatch(text, /Problem:/);
  });
});
