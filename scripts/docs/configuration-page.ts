/** `docs/configuration.md`, made from the tables that also validate. */
import { DIST_GIT_INSTANCES } from '../../src/project/config/index.ts';
import {
  DEFAULT_JOBS,
  JOB_FIELDS,
  JOB_TRIGGERS,
  PACKAGE_FIELDS,
  REMOVED_KEYS,
} from '../../src/project/config/schema.ts';
import type { Field, FieldType } from '../../src/project/config/schema.ts';
import { JOB_DOCS, JOB_TYPE_DOCS, PACKAGE_DOCS } from '../../src/project/config/schema-docs.ts';

/** The text of the page. */
export function configurationPage(): string {
  const keys = Object.keys(PACKAGE_FIELDS) as (keyof typeof PACKAGE_FIELDS)[];
  const groups = [...new Set(keys.map((key) => PACKAGE_DOCS[key].group))];
  const sections = groups.map((group) => {
    const inGroup = keys.filter((key) => PACKAGE_DOCS[key].group === group);
    return `### ${group}\n\n${inGroup.map((key) => keySection(key, PACKAGE_FIELDS[key])).join('\n')}`;
  });
  return [
    INTRODUCTION,
    jobs(),
    '## Keys of a package\n',
    PACKAGE_INTRODUCTION,
    ...sections,
    removed(),
    '',
  ].join('\n');
}

const INTRODUCTION = `<!-- Made by \`npm run docs\` from src/project/config/schema.ts and schema-docs.ts: change those. -->
# Configuration

\`packit\` reads the first of \`.packit.yaml\`, \`.packit.yml\`, \`packit.yaml\` and \`packit.yml\` in the repository's root, then in the
current directory, then \`.distro/source-git.yaml\` in the root; \`-c FILE\` names another. The file is YAML 1.1 as PyYAML's safe loader reads it: \`yes\`, \`on\` and \`off\` are truth
values and \`1.10\` is a number unless they are quoted; anchors and merge keys (\`<<\`) work; of two equal keys the later counts. The
top-level key \`_\` is a place for anchors and is not read. An empty file is valid: one package, the default jobs.

\`packit config validate\` checks the file, \`packit config show\` prints it as it is understood, with where each value came from.

## Editors

\`packit config schema > packit.schema.json\` writes a JSON Schema (draft 2020-12).

- VS Code with the YAML extension, in \`settings.json\`:
  \`"yaml.schemas": {"./packit.schema.json": [".packit.yaml", ".packit.yml", "packit.yaml", "packit.yml"]}\`
- Every editor with yaml-language-server (Neovim, Emacs, Helix, Kate), as the first line of the file:
  \`# yaml-language-server: $schema=./packit.schema.json\`
- JetBrains: Settings, Languages & Frameworks, Schemas and DTDs, JSON Schema Mappings.

The schema cannot say that a spec file must be found, that jobs may name only packages there are, or that no key of \`metadata\` may
stand beside it: \`packit config validate\` can.

## Several packages

Without \`packages\` the file is about one package, and the keys of a package stand at the top level. With it, each entry is a package:

\`\`\`yaml
upstream_project_url: https://github.com/example/project
srpm_build_deps: [make]
packages:
  library:
    paths: [./library]
    specfile_path: library.spec
    downstream_package_name: project-library
  tool:
    paths: [./tool]
    specfile_path: tool.spec
    downstream_package_name: project-tool
\`\`\`

Top-level keys are the defaults of every package, a package's own keys win, and a job's keys win over both. Values are replaced as a
whole: \`actions\` are not merged. Four keys are different, as they are in the Python Packit:

- \`specfile_path\`, \`upstream_package_name\` and \`downstream_package_name\` do not come from the top level. A package without them gets
  \`<downstream_package_name>.spec\` (or the spec file that is found) and the repository's name.
- \`upstream_project_url\` at the top level wins over that of a package.
`;

const PACKAGE_INTRODUCTION =
  'They stand at the top level, in an entry of `packages`, or in a job, which then uses its own value. Where null is allowed it means the default.\n';

function jobs(): string {
  const own = Object.entries(JOB_FIELDS).map(([key, field]) => {
    const words = JOB_DOCS[key as keyof typeof JOB_DOCS];
    return `| \`${key}\` | ${typeName(field.type)} | ${field.required === true ? 'required' : defaultText(field)} | ${words.replaceAll('|', '\\|')} |`;
  });
  const types = Object.entries(JOB_TYPE_DOCS).map(([name, words]) => `| \`${name}\` | ${words} |`);
  return [
    '## Jobs\n',
    'What Packit’s service does, and when. The command line takes one thing from them: the `dist_git_branches` of the first',
    'matching job. Without `jobs` there are these; `jobs: []` is for none:\n',
    `\`\`\`yaml\njobs:\n${DEFAULT_JOBS.map((job) => `- ${yamlLine(job)}`).join('\n')}\n\`\`\`\n`,
    'A job has the keys below and every key of a package. `targets` and `dist_git_branches` may be one text here.\n',
    '| key | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...own,
    '',
    '| job | does |',
    '| --- | --- |',
    ...types,
    '',
    `Triggers: ${JOB_TRIGGERS.map((name) => `\`${name}\``).join(', ')}.\n`,
  ].join('\n');
}

function keySection(key: keyof typeof PACKAGE_FIELDS, field: Field): string {
  const { text, examples = [] } = PACKAGE_DOCS[key];
  const lines = [
    `#### \`${key}\`\n`,
    `${typeName(field.type)}, default ${defaultText(field)}\n`,
    `${text}\n`,
  ];
  if (key === 'pkg_tool') {
    lines.push('| tool | server | namespace |', '| --- | --- | --- |');
    for (const [tool, { url, namespace }] of Object.entries(DIST_GIT_INSTANCES)) {
      lines.push(`| \`${tool}\` | ${url} | \`${namespace}\` |`);
    }
    lines.push('');
  }
  if (examples.length > 0) {
    lines.push(
      `\`\`\`yaml\n${examples.map((example) => `${key}: ${yamlLine(example)}`).join('\n# or\n')}\n\`\`\`\n`,
    );
  }
  return lines.join('\n');
}

function removed(): string {
  const rows = Object.entries(REMOVED_KEYS).map(([key, { hint }]) => `| \`${key}\` | ${hint} |`);
  return [
    '## Keys of earlier versions\n',
    'They are errors. `packit config validate --fix` mends what can be mended without asking, comments and layout stay.\n',
    '| key | today |',
    '| --- | --- |',
    ...rows,
    '',
    'The job key `metadata` still works, with a warning: its keys belong directly into the job.',
  ].join('\n');
}

function typeName(type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'whole number';
    case 'enum':
      return `one of ${type.values.map((value) => `\`${value}\``).join(', ')}`;
    case 'list':
      return type.items.kind === 'string' ? 'list of texts' : 'list';
    case 'string-or-list':
      return 'text or list of texts';
    case 'files':
      return 'list of texts and mappings';
    case 'targets':
    case 'branches':
      return 'list of texts, or mapping';
    case 'source-id':
      return 'number or text';
    case 'packages':
      return 'list of texts, or mapping';
    case 'mapping':
    case 'object':
    case 'actions':
      break;
  }
  return 'mapping';
}

function defaultText(field: Field): string {
  if (field.default === null || field.default === undefined) return 'none';
  return `\`${yamlLine(field.default)}\``;
}

/** A value on one line of YAML, read back the same. */
function yamlLine(value: unknown): string {
  if (typeof value === 'string')
    return isPlain(value)
      ? value
      : value.includes('\n')
        ? JSON.stringify(value)
        : `'${value.replaceAll("'", "''")}'`;
  if (Array.isArray(value)) return `[${value.map(yamlLine).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${yamlLine(key)}: ${yamlLine(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function isPlain(text: string): boolean {
  return (
    /^[A-Za-z./][\w./@-]*(?:\/\/[\w./@-]+)?$/.test(text) &&
    !/^(?:yes|no|on|off|true|false|null|y|n)$/i.test(text)
  );
}
