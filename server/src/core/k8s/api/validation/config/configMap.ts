import { byteLength, configMapKeyFault } from '../../../validity.ts';
import { child, entries, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { pointingAt, textAt } from '../values.ts';
import { base64Size } from './base64.ts';

/** The most that the values of a ConfigMap or Secret may come to, in bytes. */
export const MAX_DATA_SIZE = 1024 * 1024;

/** Source: kubernetes pkg/apis/core/validation, `ValidateConfigMap`. */
export const validateConfigMap: Validator = (object, report) => {
  const data = child(object, 'data');
  const binaryData = child(object, 'binaryData');
  const binaryKeys = new Set(entries(binaryData).map(({ key }) => key));
  for (const { key, keySpan, value } of entries(data)) {
    if (!binaryKeys.has(key)) continue;
    const message = `the key \`${key}\` stands in \`binaryData\` too`;
    refuse(report, pointingAt(value, keySpan), 'FieldValueInvalid', message);
  }
  const size = validateKeys(data, report, byteLength) + validateKeys(binaryData, report, base64Size);
  if (size > MAX_DATA_SIZE) {
    const message = `the values are ${size} bytes together; ${MAX_DATA_SIZE} is the most`;
    refuse(report, { ...data, path: '' }, 'FieldValueTooLong', message);
  }
};

/** The keys of a map that may become files. Returns the size of the values. */
export function validateKeys(map: Place, report: Report, sizeOf: (text: string) => number): number {
  let size = 0;
  for (const { key, keySpan, value } of entries(map)) {
    const fault = configMapKeyFault(key);
    if (fault !== undefined) {
      refuse(report, pointingAt(value, keySpan), 'FieldValueInvalid', `the key \`${key}\` ${fault}`);
    }
    size += sizeOf(textAt(value) ?? '');
  }
  return size;
}
