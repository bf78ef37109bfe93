import type { Random } from './random.ts';

/** A custom resource definition of about so many bytes, nearly all of them its schema, as code generators write it. */
export function generateDefinition(random: Random, group: string, number: number, bytes: number): string {
  const kind = `Widget${number}`;
  const plural = kind.toLowerCase();
  const head = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.16.1
  name: ${plural}s.${group}
spec:
  group: ${group}
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${plural}s
    singular: ${plural}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
    schema:
      openAPIV3Schema:
        description: ${kind} asks the operator for one widget and says how it is run.
        type: object
        properties:
          apiVersion:
            type: string
          kind:
            type: string
          metadata:
            type: object
          spec:
            type: object
            properties:
`;
  const parts = [head];
  let length = head.length;
  for (let property = 0; length < bytes; property++) {
    const part = random.pick(PROPERTIES)(`field${property}`);
    parts.push(part);
    length += part.length;
  }
  return parts.join('');
}

const PROPERTIES: readonly ((name: string) => string)[] = [
  (name) => `              ${name}:
                description: |-
                  How the operator treats the part of this name. Left out, the value of the operator's own configuration
                  holds, and a later change of that configuration is taken over when the widget is reconciled next.
                  Setting it to an empty text switches the treatment off.
                type: string
                maxLength: 253
                pattern: ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
`,
  (name) => `              ${name}:
                description: Terms that a node must meet, each with the operator that relates the key to its values.
                items:
                  description: One requirement; all of them must hold.
                  properties:
                    key:
                      description: The label key that the requirement applies to.
                      type: string
                    operator:
                      description: Relates the key to the values. One of In, NotIn, Exists, DoesNotExist.
                      enum:
                      - In
                      - NotIn
                      - Exists
                      - DoesNotExist
                      type: string
                    values:
                      description: Must not be empty for In and NotIn, and must be empty for the others.
                      items:
                        type: string
                      type: array
                      x-kubernetes-list-type: atomic
                  required:
                  - key
                  - operator
                  type: object
                type: array
                x-kubernetes-list-type: atomic
`,
  (name) => `              ${name}:
                anyOf:
                - type: integer
                - type: string
                description: |-
                  How many replicas may be missing while a new version is rolled out, as a number or as a percentage of
                  the wanted ones, rounded down. It cannot be zero when no surplus replica is allowed.
                x-kubernetes-int-or-string: true
`,
  (name) => `              ${name}:
                description: A part that is given to the container as an environment variable or as a mounted file.
                properties:
                  configMapKeyRef:
                    description: Takes the value from a ConfigMap of the same namespace.
                    properties:
                      key:
                        type: string
                      name:
                        default: ""
                        description: The name of the object that is referred to.
                        type: string
                      optional:
                        type: boolean
                    required:
                    - key
                    type: object
                    x-kubernetes-map-type: atomic
                  seconds:
                    default: 30
                    format: int32
                    maximum: 3600
                    minimum: 1
                    type: integer
                type: object
`,
];
