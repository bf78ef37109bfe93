import type { Workload } from '../../k8s/workload.ts';
import { readSourceFile } from '../../sources/sourceFile.ts';

/**
 * The cluster's DNS as most clusters run it: Pods in `kube-system` with the label `k8s-app: kube-dns`, which listen on 53.
 * Source: https://github.com/coredns/deployment/blob/master/kubernetes/coredns.yaml.sed.
 */
export function usualDnsServer(): Workload | undefined {
  return readSourceFile('', MANIFEST, { intern: (text) => text }).resources.find(
    (resource) => resource.type === 'workload',
  );
}

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: coredns
  namespace: kube-system
spec:
  selector:
    matchLabels:
      k8s-app: kube-dns
  template:
    metadata:
      labels:
        k8s-app: kube-dns
    spec:
      containers:
        - name: coredns
          image: coredns
          ports:
            - name: dns
              containerPort: 53
              protocol: UDP
            - name: dns-tcp
              containerPort: 53
`;
