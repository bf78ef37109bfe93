import type { Severity } from '../workspace/config.ts';

/** A code of diagnostics that no rule makes: they speak of a text, a build or a comment to us, not of an object. */
export interface TextCode {
  readonly id: string;
  readonly severity: Severity;
  /** One line for tables. */
  readonly summary: string;
  /** Markdown: what it means for a cluster, and for the other findings. */
  readonly why: string;
  readonly source?: string;
  /** A text with caret lines, as in the example of a rule. */
  readonly bad: string;
  readonly good: string;
  /** What silences it: as with a rule, a comment or the configuration; the configuration alone; nothing. */
  readonly silence: 'comment' | 'setting' | 'none';
}

/** Every such code, sorted by id. */
export const textCodes: readonly TextCode[] = [
  {
    id: 'configuration',
    severity: 'warning',
    summary: 'An entry of `.kubefathom.yaml` that has no effect',
    why: `What a configuration does not say as it is meant is ignored: a setting that does not exist, a value of another type, a rule
that is called otherwise. The editor marks it and goes on; the command line stops at it, but for a rule that it does not
know.`,
    bad: `
# .kubefathom.yaml
rules:
  service-selector-no-mach: off
  ^^^^^^^^^^^^^^^^^^^^^^^^ no rule is called \`service-selector-no-mach\`; did you mean \`service-selector-no-match\`?
`,
    good: `
# .kubefathom.yaml
rules:
  service-selector-no-match: off
`,
    silence: 'none',
  },
  {
    id: 'expectation-fails',
    severity: 'error',
    summary: 'An expectation about a connection that does not hold',
    why: `A comment \`# kubefathom-expect: web -> orders:80 allow; * -> db:5432 deny\` states what is to hold, and is checked with
everything else. A source is a workload (\`web\`, \`shop/web\`, \`shop/Deployment/web\`), \`ip:ADDRESS\`, \`shop/*\` for all Pods of a
namespace, or \`*\` for everybody but those that another expectation of the file names for the same end and port. The end is a
Service, or a workload where no Service has the name; the port is that of the end, by number or name.

It is an error where NetworkPolicies certainly decide otherwise, and where a name or port does not exist; it is information
where the manifests do not decide it. A name without namespace is looked for in that of the object below the comment first.`,
    bad: `
# kubefathom-expect: web -> orders:80 alow
                                      ^^^^ an expectation ends with \`allow\` or \`deny\`, not \`alow\`
`,
    good: `
# kubefathom-expect: web -> orders:80 allow
`,
    silence: 'setting',
  },
  {
    id: 'helm-renders-nothing',
    severity: 'info',
    summary: 'A chart that Helm does not render with the values at hand',
    why: `What a chart comes to is known only once Helm has rendered it: where it refuses, because a value is required, a template
has a fault or a chart that it needs is missing, its templates are not checked. It is no fault where the values come from
elsewhere: \`environments\` in \`.kubefathom.yaml\` names files of values with which the chart is rendered too.`,
    source: 'https://helm.sh/docs/helm/helm_template/',
    bad: `
# templates/ingress.yaml
spec:
  rules:
    - host: {{ required "set a host" .Values.host }}
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    good: `
# values.yaml
host: shop.example.com
`,
    silence: 'setting',
  },
  {
    id: 'kustomize-build-fails',
    severity: 'error',
    summary: 'A kustomization that `kustomize build` refuses',
    why: `Nothing of a kustomization is applied when a part of it cannot be built: a resource file that is not there, a patch whose
target does not exist, two objects with one name. Until it builds, its objects are unknown: nothing is said about them, and
nothing that they could provide is called missing.

It is a warning where kustomize builds only when it is told to read files outside of the kustomization's folder. A file that is
not there and that Git ignores is not reported: each machine makes its own.`,
    source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/',
    bad: `
# kustomization.yaml, beside web.yaml alone
resources:
  - web.yaml
  - databse.yaml
    ^^^^^^^^^^^^ there is neither a file nor a folder with a kustomization at \`databse.yaml\`
`,
    good: `
resources:
  - web.yaml
`,
    silence: 'setting',
  },
  {
    id: 'kustomize-deprecated-field',
    severity: 'hint',
    summary: 'A field of a kustomization that kustomize has replaced by another one',
    why: `It still works; a later version of kustomize may drop it. The editor offers to rewrite \`bases\`, \`commonLabels\`,
\`imageTags\`, \`patchesJson6902\` and \`patchesStrategicMerge\` where that is proved to change no object: what includes the
kustomization is built with both texts. \`vars\` and charts are left to you.`,
    source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/',
    bad: `
# kustomization.yaml
bases:
^^^^^ \`bases\` is deprecated: \`resources\` takes the same entries
  - ../base
`,
    good: `
resources:
  - ../base
`,
    silence: 'setting',
  },
  {
    id: 'kustomize-no-effect',
    severity: 'info',
    summary: 'A part of a kustomization that changes no object',
    why: `A patch that selects nothing, or an image that no container uses, is built without a word: what it was meant to change
stays as it was. A part that several kustomizations use is reported only when it does nothing in any of them, and nothing is
said where objects may exist that are not known.`,
    source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/',
    bad: `
# kustomization.yaml; the containers of web.yaml use the image shop/web
resources:
  - web.yaml
images:
  - name: shop/wbe
          ^^^^^^^^ no object of this build uses the image \`shop/wbe\`
    newTag: v2
`,
    good: `
resources:
  - web.yaml
images:
  - name: shop/web
    newTag: v2
`,
    silence: 'setting',
  },
  {
    id: 'unused-suppression',
    severity: 'hint',
    summary: 'A comment or annotation that silences nothing, or names no code',
    why: `A comment that silences a finding stays behind when the fault is mended, and would hide the next one at its place. One
that misspells a code, or a directive, has never silenced anything.`,
    bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  # kubefathom-ignore-next-line service-selector-no-mach -- made by an operator
                                ^^^^^^^^^^^^^^^^^^^^^^^^ no rule is called \`service-selector-no-mach\`; did you mean \`service-selector-no-match\`?
  ports:
    - port: 80
`,
    good: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
`,
    silence: 'setting',
  },
  {
    id: 'yaml-unreadable',
    severity: 'info',
    summary: 'A document that kubectl refuses to read',
    why: `kubectl stops at a document that is no YAML, or that has no JSON form, and applies nothing of it. What was read of such a
document is unknown: nothing in it is checked, and nothing that it could provide is called missing elsewhere. Where a single
value is at fault (a number that JSON does not know, an alias without an anchor) the rest of the document is checked all the
same.`,
    source: 'https://github.com/kubernetes-sigs/yaml',
    bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector
  ^^^^^^^^ a key needs \`:\` after it; kubectl refuses this document, and what it holds is not checked and counts as unknown elsewhere
  ports:
    - port: 80
`,
    good: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
    silence: 'comment',
  },
];
