import assert from 'node:assert/strict';
import { serviceTargetportUnresolved } from '../../../server/src/core/rules/service-targetport-unresolved.ts';
import { diagnose, expectClean, expectFindings } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';
import { container, deployment, service } from './portFixtures.ts';

const rules = [serviceTargetportUnresolved];
const asksForHttp = ['- port: 80', '  targetPort: http'];

function find(source: string) {
  return diagnose(parseFixture(source), rules);
}

describe('service-targetport-unresolved', () => {
  it('takes numbers, absent and empty targets as they are', () => {
    for (const target of ['  targetPort: 9999', '  name: a', '  targetPort: ""', '  targetPort: 0', '  targetPort: ~'])
      expectClean(service(['- port: 80', target]) + deployment('web', container('http 8080')), rules);
  });

  it('leaves names that the API server refuses to the rules about them', () => {
    for (const target of ['"8080"', 'HTTP', 'a_b', 'a-name-of-more-than-15'])
      expectClean(
        service(['- port: 80', `  targetPort: ${target}`]) + deployment('web', container('http 8080')),
        rules,
      );
  });

  it('says nothing about a Service that certainly selects nothing', () => {
    expectClean(service(asksForHttp), rules);
    expectClean(service(asksForHttp, ['type: ExternalName']) + deployment('web', container()), rules);
  });

  it('finds a name in an ordinary container or in a sidecar, not in an init container that ends', () => {
    const init = (policy: readonly string[]) => [
      'initContainers:',
      '  - name: proxy',
      '    image: proxy:1',
      ...policy,
      '    ports:',
      '      - name: http',
      '        containerPort: 8080',
      ...container('grpc 9000'),
    ];
    expectClean(service(asksForHttp) + deployment('web', init(['    restartPolicy: Always'])), rules);
    const [finding] = find(service(asksForHttp) + deployment('web', init([])));
    assert.equal(
      finding?.message,
      'only an init container of `Deployment/web`, ended before traffic comes, has a TCP port named `http`, so connections to port 80 fail',
    );
  });

  it('is silent while one selected workload has the port', () => {
    expectClean(
      service(asksForHttp) + deployment('web', container('http 8080')) + deployment('worker', container('grpc 9000')),
      rules,
    );
  });

  it('names what lacks the port among several workloads', () => {
    const [finding] = find(
      service(asksForHttp) + deployment('web', container('web 8080')) + deployment('worker', container('grpc 9000')),
    );
    assert.equal(
      finding?.message,
      'no container of `Deployment/web` or `Deployment/worker` has a TCP port named `http`, so connections to port 80 fail',
    );
    assert.deepEqual(
      finding?.related?.map(({ message }) => message),
      ['`Deployment/web` names its TCP ports `web`', '`Deployment/worker` names its TCP ports `grpc`'],
    );
  });

  it('knows nothing of templated names, targets and port lists', () => {
    const templated = container('http 8080').map((line) => line.replace('name: http', 'name: "{{ .port }}"'));
    expectClean(service(asksForHttp) + deployment('web', templated), rules);
    expectClean(service(['- port: 80', '  targetPort: "{{ .port }}"']) + deployment('web', container('web 80')), rules);
    expectClean(
      service([...asksForHttp, '  protocol: "{{ .protocol }}"']) + deployment('web', container('web 80')),
      rules,
    );
  });

  it('does not look into another namespace, nor from an unspecified one into a written one', () => {
    const elsewhere = deployment('web', container('web 8080'), ['namespace: other']);
    expectClean(service(asksForHttp, [], ['namespace: shop']) + elsewhere, rules);
    expectClean(service(asksForHttp) + elsewhere, rules);
  });

  it('waits where a workload that may be selected may have the port', () => {
    const sure = deployment('web', container('web 8080'));
    expectClean(service(asksForHttp) + sure + deployment('web2', container('http 80'), ['namespace: shop']), rules);
    assert.equal(
      find(service(asksForHttp) + sure + deployment('web2', container('grpc 80'), ['namespace: shop'])).length,
      1,
    );
  });

  it('believes that another controller or a mesh adds ports', () => {
    const custom = deployment('web', container('web 8080')).replace('apps/v1', 'example.com/v1');
    expectClean(service(asksForHttp) + custom.replace('kind: Deployment', 'kind: Application'), rules);
    const rollout = deployment('web', container('web 8080')).replace('apps/v1', 'argoproj.io/v1alpha1');
    assert.equal(find(service(asksForHttp) + rollout.replace('kind: Deployment', 'kind: Rollout')).length, 1);
    expectClean(
      service(['- port: 15090', '  targetPort: http-envoy-prom']) + deployment('web', container('http 80')),
      rules,
    );
  });

  it('weighs less for a headless Service, whose Pods are reached by address', () => {
    const [finding] = find(service(asksForHttp, ['clusterIP: None']) + deployment('web', container('web 8080')));
    assert.equal(finding?.severity, 'warning');
    assert.match(finding?.message ?? '', /SRV records/);
  });

  it('weighs less where an operator may make further Pods', () => {
    const operator = 'apiVersion: example.com/v1\nkind: Database\nmetadata:\n  name: db\n';
    const [finding] = find(service(asksForHttp) + deployment('web', container('web 8080')) + operator);
    assert.equal(finding?.severity, 'warning');
  });

  it('is a hint where another kustomization beside has Pods with the port', () => {
    const [finding] = find(`
#- one/kustomization.yaml
resources: [all.yaml]
#- one/all.yaml
${service(asksForHttp)}${deployment('web', container('web 8080'))}
#- two/kustomization.yaml
resources: [all.yaml]
#- two/all.yaml
${deployment('web', container('http 8080'))}`);
    assert.equal(finding?.severity, 'hint');
  });

  it('finds the fault in a kustomization and in an item of a List', () => {
    assert.equal(
      find(`
#- kustomization.yaml
namespace: shop
resources: [service.yaml, deployment.yaml]
#- service.yaml
${service(asksForHttp)}
#- deployment.yaml
${deployment('web', container('web 8080'))}`).length,
      1,
    );
    expectFindings(
      `
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {selector: {app: web}, ports: [{port: 80, targetPort: wbe}]}
                                                                ^^^ no container of \`Pod/web\` has a TCP port named \`wbe\`, so connections to port 80 fail; did you mean \`web\`?
  - apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {app: web}}
    spec: {containers: [{name: web, image: web:1, ports: [{name: web, containerPort: 80}]}]}
`,
      rules,
    );
  });

  it('offers the number of an only port without a name, and the name for it', () => {
    const [finding] = find(service(asksForHttp) + deployment('web', container('- 8080')));
    assert.deepEqual(
      finding?.fixes?.map(({ title, safe }) => [title, safe]),
      [
        ['Change `http` to `8080`', false],
        ['Name port 8080 of `Deployment/web` `http`', false],
      ],
    );
  });

  it('tells the copies of other folders from the Pods of its own', () => {
    const misspelt = service(['- port: 80', '  targetPort: htpp']);
    const right = service(['- port: 80', '  targetPort: htpp']).replace(/name: \w+/, 'name: another');
    const own = deployment('web', container('http 8080'));
    const files = (other: string) => `#- a/all.yaml\n${misspelt}${own}\n#- b/all.yaml\n${other}`;
    assert.equal(find(files(deployment('web', container('htpp 8080')))).length, 1, 'a twin');
    assert.equal(find(files(right + deployment('old', container('htpp 8080')))).length, 1, 'served beside it');
    assert.equal(find(files(deployment('canary', container('htpp 8080')))).length, 0, 'may be a part of it');
  });

  it('is safe to fix only where the name is a slip of one port that nothing else leads to', () => {
    const source = service([
      '- name: a',
      '  port: 80',
      '  targetPort: htpp',
      '- name: b',
      '  port: 81',
      '  targetPort: http',
    ]);
    const [finding] = find(source + deployment('web', container('http 8080')));
    assert.deepEqual(
      finding?.fixes?.map(({ safe }) => safe),
      [false],
    );
  });
});
