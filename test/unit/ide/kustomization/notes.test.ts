import assert from 'node:assert/strict';
import { diagnose } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

const pod = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: ${image}}]}\n`;

/** A component that two overlays include, whose Pods run these images. */
function overlays(dev: string, prod: string): string {
  const overlay = 'resources: [pod.yaml]\ncomponents: [../parts]\n';
  return `#- parts/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
images: [{name: web, newTag: v2}]
#- dev/kustomization.yaml
${overlay}#- dev/pod.yaml
${pod(dev)}#- prod/kustomization.yaml
${overlay}#- prod/pod.yaml
${pod(prod)}`;
}

describe('lines of kustomizations that do nothing', () => {
  const codes = (source: string) => diagnose(parseFixture(source), []).map(({ code, units }) => [code, ...units]);

  it('do nothing in any unit', () => {
    assert.deepEqual(codes(overlays('other', 'another')), [['kustomize-no-effect', 'dev', 'prod']]);
    assert.deepEqual(codes(overlays('other', 'web')), []);
  });
});
