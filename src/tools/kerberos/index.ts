export { parseKlist } from './klist.ts';
export type { KerberosTicket } from './klist.ts';
export { ensureTicket, findTicket, kinitWithKeytab, listTickets, loginCommand } from './tickets.ts';
export type { KerberosOptions, TicketRequest } from './tickets.ts';
