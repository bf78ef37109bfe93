import { type Disposable, extensions } from 'vscode';

/** Extensions that check manifests against the schemas of Kubernetes, or run one that does. */
const SCHEMA_EXTENSIONS = ['redhat.vscode-yaml', 'ms-kubernetes-tools.vscode-kubernetes-tools'];

/** Whether one of them is installed and switched on. */
export function hasSchemaExtension(): boolean {
  return SCHEMA_EXTENSIONS.some((id) => extensions.getExtension(id) !== undefined);
}

/** Tells when the answer changes. */
export function onSchemaExtensionChange(tell: () => void): Disposable {
  let known = hasSchemaExtension();
  return extensions.onDidChange(() => {
    if (hasSchemaExtension() === known) return;
    known = !known;
    tell();
  });
}
