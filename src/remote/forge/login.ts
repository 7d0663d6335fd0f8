/** Names of accounts, as they are compared. */

/** Of ASCII alone: no forge has other letters in logins, and some of those become ASCII in lower case. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Logins differ in case between answers of one forge; accounts do not. */
export function sameLogin(one: string, other: string): boolean {
  return lowerCase(one) === lowerCase(other);
}
