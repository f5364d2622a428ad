/** The forms of a provider's name. */
export interface ProviderNames {
  /** `acme_cloud`: in code, in the database. */
  readonly key: string;
  /** `acme-cloud`: of folders, files and addresses. */
  readonly slug: string;
  /** `acmeCloud`: of variables. */
  readonly variable: string;
  /** `Acme Cloud`: for people. */
  readonly title: string;
}

/**
 * Derives the forms from either spelling.
 *
 * @throws Error for a name that no provider key can have
 */
export function namesOf(given: string): ProviderNames {
  const key = given.replaceAll('-', '_');
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(key) || key.length > 40) {
    throw new Error(
      `"${given}" cannot be a provider: use lower-case words of letters and digits, such as acme or acme-cloud.`,
    );
  }
  const words = key.split('_');
  const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const [first = '', ...rest] = words;
  return {
    key,
    slug: key.replaceAll('_', '-'),
    variable: first + rest.map(capitalize).join(''),
    title: words.map(capitalize).join(' '),
  };
}
