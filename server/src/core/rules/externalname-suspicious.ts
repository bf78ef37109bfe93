import { parseIpAddress } from '../k8s/ipAddress.ts';
import { type Service, serviceTypeOf } from '../k8s/service.ts';
import { dns1123SubdomainFault } from '../k8s/validity.ts';
import { defineRule, type Finding, type Fix, replaceScalar } from './rule.ts';

export const externalnameSuspicious = defineRule({
  id: 'externalname-suspicious',
  types: ['service'],
  severity: 'warning',
  reads: 'resource',
  summary: 'An ExternalName Service whose name leads nowhere, or that asks for more than a name',
  why: `An ExternalName Service is a DNS alias and nothing else: clients get a CNAME record to \`externalName\`. So it must be a
host name, without scheme, port or path (the API server refuses those). An IPv4 address is accepted, but is then a host
name made of digits that nobody resolves; the Service's own name is a circle; a selector is ignored.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#externalname',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: https://billing.example.com:8443/v1
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`externalName\` is a host name alone, without scheme, port and path; the API server refuses it
---
apiVersion: v1
kind: Service
metadata:
  name: legacy-db
spec:
  type: ExternalName
  externalName: 192.0.2.10
                ^^^^^^^^^^ \`192.0.2.10\` is used as a host name, not as an address, and does not resolve; a Service without selector and an EndpointSlice lead to an address
---
apiVersion: v1
kind: Service
metadata:
  name: search
  namespace: shop
spec:
  type: ExternalName
  externalName: search.shop.svc.cluster.local
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`search.shop.svc.cluster.local\` is this Service's own name, so the alias leads to itself
  selector:
  ^^^^^^^^ an ExternalName Service selects no Pods; this selector is ignored
    app: search
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: billing
spec:
  type: ExternalName
  externalName: billing.example.com.
---
apiVersion: v1
kind: Service
metadata:
  name: search
  namespace: shop
spec:
  type: ExternalName
  externalName: search.platform.svc.cluster.local
`,
  *check(service, { settings }) {
    if (serviceTypeOf(service) !== 'ExternalName') return;
    yield* checkName(service, settings.clusterDomain);
    yield* checkSelector(service);
  },
});

function* checkName(service: Service, clusterDomain: string): Iterable<Finding> {
  const field = service.externalName;
  if (field?.value === undefined || field.value === '') return;
  const name = field.value.replace(/\.$/, '');
  const fault = name === '' ? undefined : dns1123SubdomainFault(name);
  if (fault !== undefined) {
    const host = hostOf(field.value);
    const fixes: Fix[] =
      host === undefined
        ? []
        : [{ title: `Change it to \`${host}\``, safe: false, edits: [replaceScalar(service.file, field, host)] }];
    const problem = isDecorated(field.value)
      ? '`externalName` is a host name alone, without scheme, port and path'
      : `\`${field.value.slice(0, 80)}\` is no host name: it ${fault}`;
    yield { at: field, severity: 'error', message: `${problem}; the API server refuses it`, fixes };
    return;
  }
  if (parseIpAddress(name)?.family === 4) {
    yield {
      at: field,
      message: `\`${name}\` is used as a host name, not as an address, and does not resolve; a Service without selector and an EndpointSlice lead to an address`,
    };
  } else if (isOwnName(service, name, clusterDomain)) {
    yield { at: field, message: `\`${name}\` is this Service's own name, so the alias leads to itself` };
  }
}

function* checkSelector(service: Service): Iterable<Finding> {
  if (service.selector === undefined || service.selector.requirements.length === 0) return;
  const key = service.specKeys.find(({ value }) => value === 'selector');
  if (key === undefined) return;
  yield {
    at: key,
    message: 'an ExternalName Service selects no Pods; this selector is ignored',
    fixes: [
      {
        title: 'Remove the selector',
        safe: false,
        edits: [{ file: service.file, edit: { kind: 'delete-pair', key } }],
      },
    ],
    tag: 'unnecessary',
  };
}

function isOwnName(service: Service, name: string, clusterDomain: string): boolean {
  const own = service.name?.value;
  const namespace = service.namespace?.value;
  if (own === undefined || namespace === undefined) return false;
  return name === `${own}.${namespace}.svc.${clusterDomain}`;
}

function isDecorated(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^:/]+(?::\d+(?:\/.*)?|\/.*)$/.test(text);
}

/** The host in `scheme://host:port/path`, where it is a valid one. */
function hostOf(text: string): string | undefined {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^:/?#]+)/i.exec(text.trim())?.[1]?.toLowerCase();
  return host === undefined || host === text || dns1123SubdomainFault(host) !== undefined ? undefined : host;
}
