import assert from 'node:assert/strict';
import type { Detail } from '../../../server/src/core/explain/card.ts';
import { renderLinks } from '../../../server/src/core/explain/link.ts';
import { type Hover, hover } from '../../../server/src/core/ide/hover.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

export interface HoverOptions {
  readonly detail?: Detail;
  readonly settings?: Partial<Settings>;
  /** Whether no list of problems is beside it. */
  readonly alone?: boolean;
}

/** The hover at a fixture's `$0`. */
export function hoverAt(
  source: string,
  { detail = 'full', settings = {}, alone = false }: HoverOptions = {},
): Hover | undefined {
  const { files, cursor } = parseFixture(source);
  assert.ok(cursor, 'the fixture has a cursor');
  const text = files.find(({ path }) => path === cursor.path)?.text ?? '';
  const folder = indexFixture(files);
  return hover({ folder, text, ...cursor, detail, alone, settings: { ...DEFAULT_SETTINGS, ...settings } });
}

/** The hover's text at `$0`, links as their text alone. */
export function textAt(source: string, options?: HoverOptions): string {
  const found = hoverAt(source, options);
  assert.ok(found, 'there is a hover');
  return renderLinks(found.markdown, () => undefined);
}

/** The title line at `$0`. */
export function titleAt(source: string, options?: HoverOptions): string {
  return textAt(source, options).split('\n')[0] ?? '';
}

/** Asserts that the hover at `$0` has each of the texts. */
export function expectHover(source: string, ...parts: readonly string[]): void {
  const text = textAt(source);
  for (const part of parts) assert.ok(text.includes(part), `no ${JSON.stringify(part)} in\n${text}`);
}

/** A Service of namespace `shop`; `spec` is indented by two. */
export function service(spec: string, name = 'orders'): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n${spec}\n`;
}

/** A Deployment of namespace `shop` whose Pods have the label `app`, one container `api` and the given port lines. */
export function deployment(name: string, ports = '[{name: http, containerPort: 8080}]', more = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        tier: back
    spec:
      containers:
        - name: api
          image: example/api:1
          ports: ${ports}
${more}`;
}
