/** Testing Farm's addresses. */

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The request as the API shows it, for one that has no artifacts yet. */
export function requestPage(base: string, id: string): string {
  return `${base}/requests/${id}`;
}

/**
 * The request that an address is about: of the API (`.../v0.1/requests/ID`), of the artifacts (`https://artifacts.../ID/...`), or the
 * ID itself. Only the path counts.
 */
export function farmRequestIdIn(url: string): string | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const part = path.split('/').find((one) => ID.exec(one)?.[0] === one && one !== '');
  return part?.toLowerCase();
}
