/** What a field of a kustomization is for, and what surprises in it, in a line or two of Markdown. */
export const FIELD_TEXTS: Readonly<Record<string, readonly string[]>> = {
  namespace: [
    'sets the namespace of every object that has one, and of the subjects of role bindings; the objects of bases included',
  ],
  namePrefix: ['stands before the name of every object but Namespaces and definitions; references by name follow'],
  nameSuffix: ['stands after the name of every object but Namespaces and definitions; references by name follow'],
  labels: [
    'labels objects; selectors and the labels of Pods only with `includeSelectors`, the latter alone with `includeTemplates`',
    'a selector of a Deployment cannot be changed once it is applied',
  ],
  commonLabels: [
    'labels objects, their Pods, and every selector: of Services, workloads and NetworkPolicies',
    'a selector of a Deployment cannot be changed once it is applied',
  ],
  commonAnnotations: ['annotates objects and the Pods that they make'],
  images: ['replaces name, tag or digest of the images called `name`, in all containers'],
  replicas: ['sets the number of replicas of the workloads called `name`'],
  patches: [
    'changes objects by a part of one that is merged into them, or by operations (JSON 6902); without a `target` the patch names its object',
  ],
  patchesStrategicMerge: ['changes objects by parts of them that are merged in'],
  patchesJson6902: ['changes an object by operations on its fields'],
  replacements: ['copies a value of one object into fields of others'],
  vars: ['puts a value of an object where `$(NAME)` stands'],
  components: ['brings in kustomizations that change what this one has gathered so far'],
  resources: ['lists files with objects, and folders with a kustomization of their own'],
  bases: ['lists folders with a kustomization of their own'],
  configMapGenerator: [
    'makes ConfigMaps; a hash of the content ends their names, and references follow, so that a change restarts Pods',
  ],
  secretGenerator: [
    'makes Secrets; a hash of the content ends their names, and references follow, so that a change restarts Pods',
  ],
  generatorOptions: ['holds for all generators of this file'],
  transformers: ['changes what this kustomization has gathered, after its own fields'],
};
