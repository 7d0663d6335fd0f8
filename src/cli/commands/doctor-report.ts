/** What the doctor found, for people: a table on 80 columns, cures below what needs them. */
import { printable } from '../../ui.ts';
import type { Area, Examination, Finding } from '../../workflows/doctor/index.ts';

const HEADINGS: Readonly<Record<Area, string>> = {
  programs: 'Programs',
  macros: 'Macros of rpm',
  logins: 'Logins',
  services: 'Services',
  project: 'This project',
  machine: 'This machine',
};
const WIDTH = 80;
const MORE = '      ';
const RATING_WIDTH = 'problem'.length;

export function doctorReport({ findings, problems, warnings }: Examination): string {
  const subjectWidth = Math.min(28, Math.max(...findings.map(({ subject }) => subject.length)));
  const areas = [...new Set(findings.map(({ area }) => area))];
  const parts = areas.map((area) =>
    [
      HEADINGS[area],
      ...findings.flatMap((finding) => (finding.area === area ? lines(finding, subjectWidth) : [])),
    ].join('\n'),
  );
  return printable([...parts, summary(problems, warnings)].join('\n\n'));
}

function lines(finding: Finding, subjectWidth: number): string[] {
  const { subject, rating, says, cure, neededBy = [] } = finding;
  const left = `  ${subject.padEnd(subjectWidth)}  ${rating.padEnd(RATING_WIDTH)}  `;
  const more = [
    ...(rating === 'ok' || neededBy.length === 0 ? [] : [`needed by: ${neededBy.join(', ')}`]),
    ...(cure === undefined ? [] : [`-> ${cure}`]),
  ];
  const said = wrap(says, WIDTH - left.length).map(
    (line, at) => (at === 0 ? left : ' '.repeat(left.length)) + line,
  );
  return [...said, ...more.flatMap((text) => wrap(text, WIDTH - MORE.length).map((line) => MORE + line))];
}

/** Breaks at blanks; a longer word, such as a command's argument, keeps a line of its own. */
function wrap(text: string, width: number): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...wrapped, line];
}

function summary(problems: number, warnings: number): string {
  const counts = [counted(problems, 'problem'), counted(warnings, 'warning')].filter((text) => text !== '');
  return counts.length === 0 ? 'All is well.' : `${counts.join(', ')}.`;
}

function counted(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
}
