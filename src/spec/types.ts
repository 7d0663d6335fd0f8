/**
 * The shapes of the spec file library. Everything is plain, immutable data: a document is a list of
 * lines, views are computed from it, edits return a new document.
 *
 * Line numbers (`line`, `firstLine`, ...) are indexes into `SpecDocument.lines`, counted from 0.
 * Messages for people add 1.
 */

export type LineEnding = '' | '\n' | '\r\n';

/** A spec file. `lines` are without their endings; a byte that is not UTF-8 is kept as U+DC00 + byte. */
export interface SpecDocument {
  readonly lines: readonly string[];
  /** The ending of each line; only the last one may be empty. */
  readonly endings: readonly LineEnding[];
}

/** A half-open range of lines. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface EvaluationRequest {
  /** The whole text of a spec. */
  text: Uint8Array;
  /** Expanded with the macro state at the end of the spec. */
  expressions: readonly string[];
  /** Macros to define (value) before the spec is read, as with `rpmspec --define`. */
  macros?: Record<string, string>;
}

export interface EvaluationProblem {
  /** Counted from 1, in the text of the request. */
  line?: number;
  message: string;
}

export interface EvaluationReply {
  /** False if rpm could not read the spec; every value is then undefined. */
  ok: boolean;
  /** One for each expression, in their order. */
  values: (string | undefined)[];
  problems: EvaluationProblem[];
}

/** What answers macro questions: one `rpmspec` call for each request, or anything that acts like it. */
export type Evaluate = (request: EvaluationRequest) => Promise<EvaluationReply>;

/** What rpm said of a document: expansions and which branches of conditions are in force. Plain data. */
export interface Evaluation {
  /** False if rpm could not read the spec: then nothing is known. */
  readonly ok: boolean;
  /** Complaints of rpm; `line` counts from 1 in the document that was evaluated. */
  readonly problems: readonly EvaluationProblem[];
  /** Expansion by expression. An expression that is not here was not asked for. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** For each branch of `branches(doc)`, in order, whether it is in force; then for each other place that was asked about. */
  readonly branches: readonly (boolean | undefined)[];
}

export interface Section {
  /** Lower case, without `%`; the preamble is `package`. */
  readonly name: string;
  /** Name and arguments as written, without `%`: `package devel`, `files -f %{name}.lang`. */
  readonly id: string;
  /** The arguments as written, without surrounding blanks. */
  readonly args: string;
  /** A macro at the end of the header whose expansion begins with a newline: it is content already. */
  readonly opening: string | undefined;
  /** The line of the header; -1 for the preamble. */
  readonly header: number;
  /** The lines below the header. */
  readonly content: LineRange;
}

export interface Comment {
  readonly line: number;
  /** Hash and blanks around it, as written. */
  readonly prefix: string;
  readonly text: string;
}

export interface Tag {
  /** As written: `Version`, `BuildRequires`, `Source0`, `Summary(cs)`. */
  readonly name: string;
  /** Lower case, without the qualifier or language: `version`, `source0`, `summary`. */
  readonly key: string;
  /** What stands in parentheses after the name: a language or qualifiers (`pre,post`). */
  readonly qualifier: string | undefined;
  /** As written; may hold newlines where a macro spans lines. */
  readonly value: string;
  /** The colon with the blanks around it. */
  readonly separator: string;
  /** What stands before the name: `%{?with_x:`. */
  readonly prefix: string;
  /** What follows the value: a closing brace, trailing blanks. */
  readonly suffix: string;
  readonly line: number;
  /** First line after the tag. */
  readonly end: number;
  /** The comment lines directly above. */
  readonly comments: readonly Comment[];
  /** Index into `sections(doc)`. */
  readonly section: number;
}

export type SourceKind = 'source' | 'patch';

export interface Source {
  readonly kind: SourceKind;
  readonly number: number;
  /** True if the number is written in the tag's name. */
  readonly numbered: boolean;
  /** As written. */
  readonly location: string;
  /** With macros expanded; undefined without an evaluation. */
  readonly expanded: string | undefined;
  /** Name of the file beside the spec, from the expanded location if there is one. */
  readonly filename: string;
  /** True if the (expanded) location is a URL. */
  readonly remote: boolean;
  /** False if it stands where rpm does not read: another branch, a `%{?name:...}`; undefined if that is not known. */
  readonly valid: boolean | undefined;
  readonly line: number;
  readonly end: number;
  readonly comments: readonly Comment[];
  /** The tag; undefined for a line of %sourcelist or %patchlist. */
  readonly tag: Tag | undefined;
}

/** How a macro definition was commented out: `%dnl %global`, `#global`, or `# text %%global`. */
export type CommentOutStyle = 'dnl' | 'hash' | 'other';

export interface MacroDefinition {
  readonly name: string;
  /** `(n:)` of a parametric macro; undefined for a plain one. */
  readonly parameters: string | undefined;
  /** As written, with newlines where it spans lines. */
  readonly body: string;
  readonly keyword: 'global' | 'define';
  readonly commentedOut: boolean;
  readonly commentOutStyle: CommentOutStyle;
  readonly line: number;
  readonly end: number;
  /** False in a branch that is not in force; undefined if that is not known. */
  readonly valid: boolean | undefined;
}

export interface PrepMacro {
  /** As written, with `%`: `%setup`, `%patch12`, `%autosetup`. */
  readonly name: string;
  readonly kind: 'setup' | 'autosetup' | 'patch' | 'autopatch';
  /** Options by letter; true for a flag. */
  readonly options: ReadonlyMap<string, string | true>;
  readonly positional: readonly string[];
  /** Of %patch: the patch it applies. */
  readonly number: number | undefined;
  readonly line: number;
}

export interface ChangelogEntry {
  /** The line that begins with `*`, in openSUSE's form the one below the dashes. */
  readonly header: string;
  /** `[epoch:]version[-release]` of the header, if it names one. */
  readonly evr: string | undefined;
  /** Day of the week, date and author of the header, if it reads as rpm wants it. */
  readonly weekday: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly date: string | undefined;
  readonly author: string | undefined;
  readonly content: readonly string[];
  readonly line: number;
  /** First line after the content; blank lines that follow belong to no entry. */
  readonly end: number;
}

export interface Branch {
  /** Index into `Evaluation.branches`. */
  readonly index: number;
  /** `%if`, `%ifarch`, `%elif`, `%else`, ... */
  readonly keyword: string;
  readonly expression: string;
  readonly line: number;
  /** The lines of the branch, without `%if` and `%endif`. */
  readonly content: LineRange;
}

export interface Condition {
  readonly branches: readonly Branch[];
  /** The line of `%if`. */
  readonly line: number;
  /** First line after `%endif` (or the end of the file). */
  readonly end: number;
  /** The branch this condition stands in. */
  readonly parent: number | undefined;
}
