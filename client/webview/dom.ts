export type Child = Node | string | undefined;

/** An element with attributes (`undefined`: none), and children; text is never read as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** A button; `key` names it across renderings, so that it keeps the focus. */
export function button(
  text: Child,
  key: string,
  onPress: () => void,
  attributes: Readonly<Record<string, string>> = {},
) {
  const element = el('button', { type: 'button', 'data-key': key, ...attributes }, text);
  element.addEventListener('click', onPress);
  return element;
}

/** Renders anew, and gives the focus back to the element of the same key. */
export function keepFocus(render: () => void): void {
  const key = document.activeElement?.getAttribute('data-key');
  render();
  if (key === null || key === undefined) return;
  const again = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus({ preventScroll: true });
}

/** `1 workload`, `3 workloads`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== undefined) element.append(child);
}
