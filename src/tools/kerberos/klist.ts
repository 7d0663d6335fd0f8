/** A ticket-granting ticket in one of the user's credential caches. */
export interface KerberosTicket {
  /** `jane@EXAMPLE.ORG` */
  principal: string;
  /** The realm the ticket is good for. */
  realm: string;
  /** `FILE:/tmp/krb5cc_1000`, `KCM:1000` */
  cache: string;
  expires: Date;
  renewUntil?: Date;
}

const TICKET = /^(\S+) (\S+)\s+(\S+) (\S+)\s+(krbtgt\/(\S+)@\S+)$/;

/** Reads what MIT's `klist -A` prints with `LC_ALL=C` and `TZ=UTC`. Caches without a ticket-granting ticket give nothing. */
export function parseKlist(output: string): KerberosTicket[] {
  const tickets: KerberosTicket[] = [];
  let cache = '';
  let principal = '';
  for (const line of output.split('\n')) {
    const [, cacheName] = /^Ticket cache: (.+)$/.exec(line) ?? [];
    const [, principalName] = /^Default principal: (.+)$/.exec(line) ?? [];
    if (cacheName !== undefined) cache = cacheName.trim();
    if (principalName !== undefined) principal = principalName.trim();
    const [, , , day, time, , realm] = TICKET.exec(line.trimEnd()) ?? [];
    const expires = parseTime(day, time);
    if (realm !== undefined && expires !== undefined) tickets.push({ principal, realm, cache, expires });

    const [, renewDay, renewTime] = /^\s+renew until (\S+) (\S+?),?(?:\s|$)/.exec(line) ?? [];
    const last = tickets.at(-1);
    const renewUntil = parseTime(renewDay, renewTime);
    if (last?.cache === cache && last.renewUntil === undefined && renewUntil !== undefined) {
      last.renewUntil = renewUntil;
    }
  }
  return tickets;
}

/** `11/23/26`, `11/23/2026` or `2026-11-23`, and `14:00:00`, in UTC. */
function parseTime(day = '', time = ''): Date | undefined {
  const [, month, date, year] = /^(\d\d)\/(\d\d)\/(\d\d|\d{4})$/.exec(day) ?? [];
  const iso = year === undefined ? day : `${year.length === 2 ? `20${year}` : year}-${month}-${date}`;
  const parsed = new Date(`${iso}T${time}Z`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}
