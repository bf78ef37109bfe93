import { byteLength, dns1123SubdomainFault } from '../../../../validity.ts';
import { child, type Place, type Report } from '../../../place.ts';
import { isSet, validateWrittenText } from '../checks.ts';

/** Source: kubernetes pkg/apis/core/validation, `validateWindowsSecurityContextOptions`. */
export function validateWindowsOptions(options: Place, report: Report): void {
  if (!isSet(options)) return;
  validateWrittenText(child(options, 'gmsaCredentialSpecName'), report, dns1123SubdomainFault);
  validateWrittenText(child(options, 'gmsaCredentialSpec'), report, credentialFault);
  validateWrittenText(child(options, 'runAsUserName'), report, userNameFault);
}

const MAX_CREDENTIAL_SIZE = 64 * 1024;

function credentialFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  return byteLength(text) > MAX_CREDENTIAL_SIZE ? 'is larger than 64 KiB' : undefined;
}

/** `USER` or `DOMAIN\USER`. */
function userNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'may not hold control characters';
  const parts = name.split('\\');
  if (parts.length > 2) return 'may hold one backslash, between domain and user';
  const user = parts[parts.length - 1] ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  if (domain !== undefined) {
    if (byteLength(domain) >= 256) return 'has a domain of more than 255 characters';
    if (!NETBIOS.test(domain) && !DNS.test(domain)) return 'has no valid domain';
  }
  if (user === '') return 'names no user';
  if (byteLength(user) > 104) return 'has a user of more than 104 characters';
  if (/^[. ]+$/.test(user)) return 'may not be made of periods and blanks alone';
  return /["/\\:;|=,+*?<>@[\]]/.test(user) ? 'may not hold any of "/\\:;|=,+*?<>@[]' : undefined;
}

const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/u;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);
