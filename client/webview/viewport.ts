import type { Box } from './graphLayout.ts';

/** What of a picture is shown: an `svg` element that can be moved and magnified. */
export interface Viewport {
  /** The whole picture, never larger than it is. */
  showAll(): void;
  zoom(factor: number): void;
  /** In parts of what is shown. */
  pan(x: number, y: number): void;
  /** Moves as little as needed to show a part. */
  reveal(part: Box): void;
  readonly shown: Box;
  /** Whether the button that was pressed last moved the picture: its end is no click then. */
  readonly wasDragged: boolean;
}

/** Shows `size` in an element; `before` is what was shown of the same picture. Dragging moves, the wheel with Ctrl magnifies. */
export function createViewport(
  element: SVGSVGElement,
  size: { readonly width: number; readonly height: number },
  before: Box | undefined,
): Viewport {
  let shown: Box = { x: 0, y: 0, width: size.width, height: size.height };
  const show = (next: Box): void => {
    shown = next;
    element.setAttribute('viewBox', `${next.x} ${next.y} ${next.width} ${next.height}`);
  };
  const showAll = (): void => {
    const { width, height } = frameOf(element);
    const scale = Math.max(1, size.width / width, size.height / height);
    const [w, h] = [width * scale, height * scale];
    show({ x: (size.width - w) / 2, y: Math.min(0, (size.height - h) / 2), width: w, height: h });
  };
  const zoom = (factor: number): void => {
    const width = Math.min(Math.max(shown.width / factor, 80), 20_000);
    const height = (shown.height * width) / shown.width;
    show({ x: shown.x + (shown.width - width) / 2, y: shown.y + (shown.height - height) / 2, width, height });
  };
  const move = (x: number, y: number): void => show({ ...shown, x: shown.x + x, y: shown.y + y });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const scale = shown.width / frameOf(element).width;
      if (event.ctrlKey || event.metaKey) zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      else move(event.deltaX * scale, event.deltaY * scale);
    },
    { passive: false },
  );
  let dragged = 0;
  element.addEventListener('pointerdown', () => {
    dragged = 0;
  });
  element.addEventListener('pointermove', (event) => {
    if (event.buttons !== 1) return;
    dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
    const scale = shown.width / frameOf(element).width;
    move(-event.movementX * scale, -event.movementY * scale);
  });
  if (before === undefined) showAll();
  else show(before);
  return {
    showAll,
    zoom,
    pan: (x, y) => move(x * shown.width, y * shown.height),
    reveal: (part) => {
      const away = (low: number, high: number, from: number, to: number) =>
        low < from ? low - from : high > to ? high - to : 0;
      const x = away(part.x - 10, part.x + part.width + 10, shown.x, shown.x + shown.width);
      const y = away(part.y - 10, part.y + part.height + 10, shown.y, shown.y + shown.height);
      if (x !== 0 || y !== 0) move(x, y);
    },
    get shown() {
      return shown;
    },
    get wasDragged() {
      return dragged > 4;
    },
  };
}

function frameOf(element: Element): { readonly width: number; readonly height: number } {
  const { width, height } = element.getBoundingClientRect();
  return { width: Math.max(width, 1), height: Math.max(height, 1) };
}
