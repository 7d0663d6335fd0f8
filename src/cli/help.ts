/** How every help looks: at most 80 columns where the terminal is not wider, names on the left, one form of usage. */
import { Help } from 'commander';
import type { Command as Commander, HelpConfiguration } from 'commander';

/** What is wider than this gets its description on the next line. */
export const TERM_WIDTH = 34;

/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

const ITEM_INDENT = '  ';
const TERM_GAP = '  ';

export const helpConfiguration: HelpConfiguration = {
  minWidthToWrap: 20,
  prepareContext(context) {
    this.helpWidth = Math.min(context.helpWidth ?? 80, WIDEST);
  },
  subcommandTerm: (command) => command.name(),
  commandUsage(command) {
    const path = [command.name()];
    for (let at = command.parent; at !== null; at = at.parent) path.unshift(at.name());
    const usage = [...path, command.usage()].join(' ');
    const label = 'Usage: '.length;
    return indentRest(wrap(usage, widthOf(this) - label), ' '.repeat(label));
  },
  commandDescription(command) {
    const aliases = command.aliases();
    if (aliases.length === 0) return command.description();
    return `${command.description()}\n\nAlso called ${aliases.join(', ')}.`;
  },
  padWidth(command, helper) {
    return Math.min(TERM_WIDTH, Help.prototype.padWidth.call(this, command, helper));
  },
  formatItem(term, termWidth, description, helper) {
    const shown = helper.displayWidth(term);
    if (shown <= termWidth) {
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    }
    const left = ITEM_INDENT + ' '.repeat(termWidth) + TERM_GAP;
    const text = wrap(description, widthOf(this) - left.length);
    return description === ''
      ? ITEM_INDENT + term
      : `${ITEM_INDENT}${term}\n${left}${indentRest(text, left)}`;
  },
};

/** What a help other than the program's own ends with. */
export function globalOptionsHint(command: Commander): string {
  return command.parent === null
    ? ''
    : '\nOptions of every command, such as --json and --config: packit --help';
}

function widthOf(help: { helpWidth?: number | undefined }): number {
  return help.helpWidth ?? 80;
}

/** Breaks a text at blanks; a longer word gets a line of its own. */
function wrap(text: string, width: number): string {
  return Help.prototype.boxWrap.call(Object.assign(new Help(), { minWidthToWrap: 1 }), text, width);
}

function indentRest(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`);
}
