import type { Ui } from '../../ui.ts';
import { splitList } from './settings.ts';
import type { SettingsInput } from './settings.ts';

/** Asks the person at the terminal for what no option says. */
export async function askQuestions(input: SettingsInput, ui: Ui): Promise<SettingsInput> {
  ui.info('Return takes the answer in brackets; "none" leaves a setting out.');
  const answers: SettingsInput = { ...input };
  if (input.upstreamGitUrl === undefined && input.upstreamGitUrlCommand === undefined) {
    answers.upstreamGitUrl = await optional(ui, 'URL of the upstream git repository:', 'none');
  }
  if (input.upstreamTagTemplate === undefined && answers.upstreamGitUrl !== undefined) {
    const template = await optional(ui, 'Tags are made from versions as:', '{version}');
    if (template !== '{version}') answers.upstreamTagTemplate = template;
  }
  if (input.distGitBranches === undefined && input.distGitBranchesMapping === undefined) {
    const branches = await ui.ask(
      'Branches a release is proposed to (separated by commas):',
      'fedora-rawhide',
    );
    const into = await optional(ui, 'Branches it is then merged into:', 'fedora-branched');
    const mergedInto = splitList(into);
    answers.distGitBranchesMapping = JSON.stringify(
      Object.fromEntries(splitList(branches).map((branch) => [branch, mergedInto])),
    );
  }
  answers.pull ??= await ui.confirm('Shall Packit propose every release?', true);
  answers.kojiBuild ??= await ui.confirm('Shall Packit build in Koji after a merge?', true);
  answers.bodhiUpdate ??= await ui.confirm('Shall Packit create Bodhi updates?', true);
  return answers;
}

async function optional(ui: Ui, question: string, offered: string): Promise<string | undefined> {
  const answer = (await ui.ask(question, offered)).trim();
  return answer === 'none' || answer === '' ? undefined : answer;
}
