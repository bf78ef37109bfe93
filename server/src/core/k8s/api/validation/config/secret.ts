import { byteLength } from '../../../validity.ts';
import { child, entries, entry, isDecided, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { textAt } from '../values.ts';
import { descend } from '../workloads/checks.ts';
import { base64Size, decodeBase64 } from './base64.ts';
import { MAX_DATA_SIZE, validateKeys } from './configMap.ts';

/** Source: kubernetes pkg/apis/core/validation, `ValidateSecret`. `stringData` becomes a part of `data` before. */
export const validateSecret: Validator = (object, report) => {
  const data = child(object, 'data');
  const stringData = { ...child(object, 'stringData'), path: data.path };
  const texts = new Set(entries(stringData).map(({ key }) => key));
  const size =
    entries(data).reduce((sum, { key, value }) => sum + (texts.has(key) ? 0 : base64Size(textAt(value) ?? '')), 0) +
    entries(stringData).reduce((sum, { value }) => sum + byteLength(textAt(value) ?? ''), 0);
  validateKeys(stringData, report, byteLength);
  validateKeys(data, report, base64Size);
  if (size > MAX_DATA_SIZE) {
    const message = `the values are ${size} bytes together; ${MAX_DATA_SIZE} is the most`;
    refuse(report, data, 'FieldValueTooLong', message);
  }
  validateType(object, { data, stringData }, report);
};

interface SecretData {
  readonly data: Place;
  readonly stringData: Place;
}

const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

function validateType(object: Place, values: SecretData, report: Report): void {
  switch (textAt(child(object, 'type'))) {
    case 'kubernetes.io/service-account-token': {
      const annotation = entry(descend(object, 'metadata', 'annotations'), SERVICE_ACCOUNT_NAME);
      if (textAt(annotation) !== '') return;
      refuse(
        report,
        annotation,
        'FieldValueRequired',
        'a token needs this annotation: the ServiceAccount that it is for',
      );
      return;
    }
    case 'kubernetes.io/dockercfg':
      validateJson(values, '.dockercfg', report);
      return;
    case 'kubernetes.io/dockerconfigjson':
      validateJson(values, '.dockerconfigjson', report);
      return;
    case 'kubernetes.io/basic-auth':
      if (![isMissing(values, 'username'), isMissing(values, 'password')].every(Boolean)) return;
      requireKey(values, 'username', report);
      requireKey(values, 'password', report);
      return;
    case 'kubernetes.io/ssh-auth':
      if (isMissing(values, 'ssh-privatekey') || textOf(values, 'ssh-privatekey') === '') {
        requireKey(values, 'ssh-privatekey', report);
      }
      return;
    case 'kubernetes.io/tls':
      for (const key of ['tls.crt', 'tls.key']) if (isMissing(values, key)) requireKey(values, key, report);
  }
}

function validateJson(values: SecretData, key: string, report: Report): void {
  if (isMissing(values, key)) {
    requireKey(values, key, report);
    return;
  }
  const text = textOf(values, key);
  if (text === undefined || isJsonObject(text)) return;
  refuse(report, placeOf(values, key), 'FieldValueInvalid', `the value of \`${key}\` is no JSON object`);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Certainly; a key with an empty value is there. */
function isMissing({ data, stringData }: SecretData, key: string): boolean {
  return [data, stringData].every((map) => isDecided(map) && !map.open && entry(map, key).node === undefined);
}

/** `stringData` wins. */
function placeOf({ data, stringData }: SecretData, key: string): Place {
  const text = entry(stringData, key);
  return text.node === undefined ? entry(data, key) : text;
}

function textOf(values: SecretData, key: string): string | undefined {
  const text = textAt(placeOf(values, key));
  if (text === undefined || !isDecided(values.stringData)) return undefined;
  return entry(values.stringData, key).node === undefined ? decodeBase64(text) : text;
}

function requireKey(values: SecretData, key: string, report: Report): void {
  refuse(report, entry(values.data, key), 'FieldValueRequired', `a Secret of this type needs the key \`${key}\``);
}
