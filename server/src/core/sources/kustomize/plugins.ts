import { noteUnknown } from './accumulate.ts';
import type { Accumulator, Layer } from './context.ts';
import { items } from './fields.ts';

export function runGenerators(layer: Layer, accumulator: Accumulator, above: readonly string[]): void {
  void above;
  for (const entry of items(layer.root, 'generators')) {
    noteUnknown(layer, accumulator, entry, 'what a plugin generates is not known', 'resources');
  }
}

export function runTransformerFiles(layer: Layer, accumulator: Accumulator, above: readonly string[]): void {
  void above;
  for (const entry of items(layer.root, 'transformers')) {
    noteUnknown(layer, accumulator, entry, 'what a plugin changes is not known', 'all');
  }
}

export function runValidators(layer: Layer, accumulator: Accumulator): void {
  for (const entry of items(layer.root, 'validators')) {
    void accumulator;
    layer.build.unknown.push({
      file: layer.file,
      start: entry.start,
      end: entry.end,
      message: 'what a validator accepts is not known',
      touches: 'resources',
    });
  }
}
