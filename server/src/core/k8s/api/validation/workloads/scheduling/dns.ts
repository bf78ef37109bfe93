import { parseIpAddress } from '../../../../ipAddress.ts';
import { dns1123SubdomainFault } from '../../../../validity.ts';
import { child, isAbsent, items, type Place, type Report, refuse } from '../../../place.ts';
import { isWholeList, textAt } from '../../values.ts';
import { type Fault, validateText } from '../checks.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LENGTH = 2048;

/** `dnsConfig` beside `dnsPolicy`. Source: kubernetes pkg/apis/core/validation, `validatePodDNSConfig`. */
export function validateDnsConfig(config: Place, report: Report, policy: string | undefined): void {
  const servers = child(config, 'nameservers');
  if (policy === 'None') {
    if (isAbsent(config)) {
      refuse(report, config, 'FieldValueRequired', '`dnsPolicy: None` needs a `dnsConfig`');
      return;
    }
    if (isWholeList(servers) && items(servers).length === 0) {
      refuse(report, servers, 'FieldValueRequired', '`dnsPolicy: None` needs a name server');
      return;
    }
  }
  if (isWholeList(servers) && items(servers).length > MAX_NAMESERVERS) {
    refuse(
      report,
      servers,
      'FieldValueInvalid',
      `${items(servers).length} name servers: ${MAX_NAMESERVERS} are the most`,
    );
  }
  for (const server of items(servers)) validateText(server, report, addressFault);
  validateSearches(child(config, 'searches'), report);
  for (const option of items(child(config, 'options'))) {
    if (textAt(child(option, 'name')) === '') refuse(report, option, 'FieldValueRequired', 'the option has no name');
  }
}

/** Entries of `/etc/hosts`. Source: as above, `ValidateHostAliases`. */
export function validateHostAliases(aliases: Place, report: Report): void {
  for (const alias of items(aliases)) {
    validateText(child(alias, 'ip'), report, addressFault);
    for (const name of items(child(alias, 'hostnames'))) validateText(name, report, dns1123SubdomainFault);
  }
}

function validateSearches(searches: Place, report: Report): void {
  const places = items(searches);
  if (isWholeList(searches) && places.length > MAX_SEARCHES) {
    refuse(report, searches, 'FieldValueInvalid', `${places.length} search domains: ${MAX_SEARCHES} are the most`);
  }
  const length = places.map((place) => textAt(place)?.length ?? 0).reduce((sum, of) => sum + of + 1, -1);
  if (length > MAX_SEARCH_LENGTH) {
    const message = `the search domains have ${length} characters with the blanks between: ${MAX_SEARCH_LENGTH} are the most`;
    refuse(report, searches, 'FieldValueInvalid', message);
  }
  for (const place of places) validateText(place, report, searchFault);
}

/** As an IP address in a field that has long taken leading zeros. */
const addressFault: Fault = (text) => (parseIpAddress(text) === undefined ? 'is no IP address' : undefined);

/** A DNS name that may hold underscores, the root alone, or a name that ends with a dot. */
const searchFault: Fault = (text) => {
  if (text === '.') return undefined;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name === '') return 'is empty';
  if (name.length > 253) return `is ${name.length} characters long; 253 is the most`;
  return SEARCH.test(name)
    ? undefined
    : 'may hold only lower-case letters, digits, `-`, `_` and `.`, and each part starts with `_`, a letter or digit, and ends with a letter or digit';
};

const SEARCH_LABEL = '_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?';
const SEARCH = new RegExp(`^${SEARCH_LABEL}(?:\\.${SEARCH_LABEL})*$`);
