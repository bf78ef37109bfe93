import { defineRule } from './rule.ts';

/** The most characters of a label's value (k8s.io/apimachinery pkg/util/validation). */
const MAX_LABEL = 63;

/**
 * Of `controller-revision-hash`: a hyphen and the hash, a number of 32 bits: ten characters as a rule, fewer than eight once in
 * 400 (kubernetes pkg/controller/history).
 */
const USUAL_HASH = 11;
const SHORT_HASH = 9;

export const statefulsetNameTooLong = defineRule({
  id: 'statefulset-name-too-long',
  types: ['workload'],
  severity: 'error',
  reads: 'resource',
  summary: 'The name of a StatefulSet leaves no room for the label of its Pods',
  why: `Each Pod of a StatefulSet carries the label \`controller-revision-hash\`, whose value is the StatefulSet's name, a hyphen
and a hash of up to ten characters. With a name of more than 52 characters it does not fit into the 63 characters of a label's value.
The API server accepts the StatefulSet, but refuses every Pod: none ever comes.`,
  source: 'https://github.com/kubernetes/kubernetes/issues/64023',
  bad: `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: payments-ledger-of-the-european-subsidiary-read-replica
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the name has 55 characters; with more than 52 the label \`controller-revision-hash\` of its Pods is too long and the API server refuses them all
spec:
  serviceName: ledger
  selector:
    matchLabels:
      app: ledger
  template:
    metadata:
      labels:
        app: ledger
    spec:
      containers:
        - name: ledger
          image: ledger:3.0
`,
  good: `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ledger-eu-replica
spec:
  serviceName: ledger
  selector:
    matchLabels:
      app: ledger
  template:
    metadata:
      labels:
        app: ledger
    spec:
      containers:
        - name: ledger
          image: ledger:3.0
`,
  *check(workload) {
    const { maker, name } = workload;
    if (maker !== 'StatefulSet' || name?.value === undefined || name.value.length <= MAX_LABEL - USUAL_HASH) return;
    yield {
      at: name,
      severity: name.value.length > MAX_LABEL - SHORT_HASH ? 'error' : 'warning',
      message: `the name has ${name.value.length} characters; with more than ${MAX_LABEL - USUAL_HASH} the label \`controller-revision-hash\` of its Pods is too long and the API server refuses them all`,
    };
  },
});
