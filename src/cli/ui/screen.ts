/** A screen that is shown again and again, in the place of the one before where there is a terminal. */
import { printable } from '../../ui.ts';

export function showScreen(text: string): void {
  const isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
  // Home, then what is below it is taken away: less flicker than an empty screen first.
  process.stdout.write(isTerminal ? `\u001b[H\u001b[J${printable(text)}` : `${printable(text)}\n`);
}
