import { findNearest } from '../base/editDistance.ts';
import { lookUp } from '../cluster/lookup.ts';
import { matchNamespace } from '../cluster/namespaces.ts';
import { sameNamespace } from '../cluster/selection.ts';
import type { Gateway, Listener, ParentRef, Route } from '../k8s/gateway.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, replaceScalar } from './rule.ts';

export const httprouteParentMismatch = defineRule({
  id: 'httproute-parent-mismatch',
  types: ['route'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A route does not fit the Gateway that it attaches to',
  why: `A route is served by the listeners of its parent that have the section name and port it asks for, whose hostname has
something in common with its own, and that allow routes of its namespace (by default only the Gateway's own). Where none does, the
route is accepted by the API server and serves nothing.`,
  source: 'https://gateway-api.sigs.k8s.io/api-types/httproute/#attaching-to-gateways',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: edge
      sectionName: https
                   ^^^^^ \`Gateway/edge\` has no listener \`https\`, so the route serves nothing; it has \`web\`
  rules:
    - backendRefs: []
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: istio
  listeners:
    - name: web
      port: 80
      protocol: HTTP
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: edge
      sectionName: web
  hostnames:
    - shop.example.com
  rules:
    - backendRefs: []
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: istio
  listeners:
    - name: web
      hostname: '*.example.com'
      port: 80
      protocol: HTTP
`,
  *check(route, { unit }) {
    for (const parent of route.parents) {
      const name = parent.name?.value;
      if (name === undefined || (parent.kind !== undefined && parent.kind.value !== 'Gateway')) continue;
      const gateways = unit.index.named('Gateway', name).filter((found) => found.type === 'gateway');
      const { here } = lookUp(gateways, parent.namespace ?? route.namespace);
      const [gateway] = here;
      if (gateway === undefined || here.length > 1 || gateway.opaque || gateway.listenersOpen) continue;
      if (gateway.listeners.length === 0) continue;
      const finding = checkParent(route, parent, gateway, unit);
      if (finding === undefined) continue;
      const { start, end } = headSpan(gateway);
      yield {
        ...finding,
        related: [{ file: gateway.file, start, end, message: `\`${describeResource(gateway)}\` is defined here` }],
      };
    }
  },
});

function checkParent(route: Route, parent: ParentRef, gateway: Gateway, unit: Unit): Finding | undefined {
  const who = `\`${describeResource(gateway)}\``;
  const { sectionName, port, name } = parent;
  if (isUndecided(sectionName) || isUndecided(port)) return undefined;
  const named = gateway.listeners.filter(
    (listener) => sectionName === undefined || mayBe(listener.name, sectionName.value),
  );
  if (sectionName?.value !== undefined && named.length === 0)
    return noListener(route, parent, gateway, sectionName.value);
  const onPort = named.filter((listener) => port === undefined || mayBe(listener.port, port.value));
  if (port?.value !== undefined && onPort.length === 0)
    return { at: port, message: `${who} has no listener on port ${port.value}, so the route serves nothing` };
  const reaching = onPort.filter((listener) => admits(listener, route, gateway, unit) !== 'no');
  if (reaching.length === 0 && name !== undefined && route.namespace?.value !== undefined) {
    const message = `${who} takes no routes of namespace \`${route.namespace.value}\` (\`allowedRoutes\`), so the route serves nothing`;
    return { at: name, message };
  }
  const [host] = route.hostnames;
  if (host === undefined || reaching.some((listener) => shareHost(listener, route))) return undefined;
  const hosts = [...new Set(reaching.map(({ hostname }) => `\`${hostname?.value ?? ''}\``))].join(', ');
  const message = `no listener of ${who} serves \`${host.value ?? ''}\`, so the route serves nothing; it has ${hosts}`;
  return { at: host, message };
}

function noListener(route: Route, { sectionName }: ParentRef, gateway: Gateway, wanted: string): Finding | undefined {
  if (sectionName === undefined) return undefined;
  const names = gateway.listeners.flatMap(({ name }) => name?.value ?? []);
  const near = findNearest(wanted, names, (each) => each) ?? (names.length === 1 ? names[0] : undefined);
  const hint = names.map((each) => `\`${each}\``).join(', ');
  return {
    at: sectionName,
    message: `\`${describeResource(gateway)}\` has no listener \`${wanted}\`, so the route serves nothing; it has ${hint}`,
    ...(near !== undefined && {
      fixes: [
        {
          title: `Change \`${wanted}\` to \`${near}\``,
          safe: false,
          edits: [replaceScalar(route.file, sectionName, near)],
        },
      ],
    }),
  };
}

function admits({ from, namespaces }: Listener, route: Route, gateway: Gateway, unit: Unit): 'yes' | 'no' | 'unknown' {
  if (isUndecided(from)) return 'unknown';
  switch (from?.value ?? 'Same') {
    case 'Same':
      return sameNamespace(route.namespace, gateway.namespace);
    case 'None':
      return 'no';
    case 'Selector':
      return namespaces === undefined ? 'unknown' : matchNamespace(unit, namespaces, route.namespace);
    default:
      return 'yes';
  }
}

/** A listener or route without hostname takes all. */
function shareHost({ hostname }: Listener, { hostnames }: Route): boolean {
  if (hostname === undefined || hostname.value === undefined || hostname.value === '') return true;
  const own = hostname.value;
  return hostnames.some((host) => host?.value === undefined || overlap(own, host.value));
}

/** Of the Gateway API, a wildcard stands for one label or more: `*.example.com` takes `a.b.example.com`. */
function overlap(one: string, other: string): boolean {
  if (one === other) return true;
  const isWild = (host: string) => host.startsWith('*.');
  if (isWild(one) && isWild(other)) return one.endsWith(other.slice(1)) || other.endsWith(one.slice(1));
  if (isWild(one)) return other.endsWith(one.slice(1));
  return isWild(other) && one.endsWith(other.slice(1));
}

function mayBe<T>(field: { readonly value?: T | undefined } | undefined, value: T | undefined): boolean {
  return field !== undefined && (field.value === undefined || field.value === value);
}

function isUndecided(field: { readonly value?: unknown } | undefined): boolean {
  return field !== undefined && field.value === undefined;
}
