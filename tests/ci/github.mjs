// What GitHub would run of a workflow file, by GitHub's own parser and evaluator.
//
// Each line of standard input: {path, content, folder, github, secrets, vars, results}; for each, a
// line of standard output: {errors, on, jobs}. Each job is given once per combination of its matrix.
// `results` are those of jobs, success where it does not say. Each condition is given for what has
// succeeded before (`runs`), and for what has failed (`failed`): the order is for the caller.
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";
import { validate } from "@actions/languageservice";
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";

let folder; // in which expressions hash files
let count = 0;
let succeeds = true; // has all before succeeded?

// Functions that the runner adds to the language.
const OWN = [
  ["always", 0, () => new data.BooleanData(true)],
  ["success", 0, () => new data.BooleanData(succeeds)],
  ["failure", 0, () => new data.BooleanData(!succeeds)],
  ["cancelled", 0, () => new data.BooleanData(false)],
  ["hashFiles", 255, hashFiles],
].map(([name, maxArgs, call]) => ({ name, minArgs: 0, maxArgs, call }));

function hashFiles(...patterns) {
  const found = patterns.flatMap((one) => globSync(one.coerceString(), { cwd: folder }));
  const sum = createHash("sha256");
  for (const path of [...new Set(found)].sort()) {
    const full = `${folder}/${path}`;
    if (statSync(full).isFile()) sum.update(path).update(readFileSync(full));
  }
  return new data.StringData(found.length ? sum.digest("hex") : "");
}

function asData(value) {
  return JSON.parse(JSON.stringify(value), data.reviver);
}

function evaluate(expression, contexts) {
  const names = Object.keys(contexts);
  const tree = new Parser(new Lexer(expression).lex().tokens, names, OWN).parse();
  const functions = new Map(OWN.map((one) => [one.name.toLowerCase(), one]));
  return new Evaluator(tree, asData(contexts), functions).evaluate();
}

// A value of the file, with every ${{ … }} in it evaluated. One that is nothing but an expression
// keeps its type.
function filled(value, contexts) {
  if (typeof value === "string") {
    const whole = value.match(/^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s);
    if (whole) return plain(evaluate(whole[1], contexts));
    return value.replace(/\$\{\{(.*?)\}\}/gs, (_, one) => evaluate(one, contexts).coerceString());
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, contexts));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, contexts)]));
  return value;
}

function plain(result) {
  return JSON.parse(JSON.stringify(result, data.replacer));
}

// A condition of the parser's own model: it has added the `success()` that GitHub adds.
function holds(condition, contexts) {
  const result = evaluate(condition.expr ?? condition.expression, contexts);
  return !(["", "false", "0"].includes(result.coerceString()) || result.coerceString() === "null");
}

function holdsAfterFailure(condition, contexts) {
  succeeds = false;
  try {
    return holds(condition, contexts);
  } finally {
    succeeds = true;
  }
}

function combinations(matrix, contexts) {
  if (!matrix) return [{}];
  if (matrix.include || matrix.exclude) throw new Error("include and exclude: not read here");
  return Object.entries(filled(matrix, contexts)).reduce(
    (all, [name, values]) => all.flatMap((one) => values.map((v) => ({ ...one, [name]: v }))),
    [{}],
  );
}

async function read(given) {
  const parsed = parseWorkflow(
    { name: given.path, content: given.content },
    new NoOperationTraceWriter(),
  );
  // The language service keeps what it has read by address, so each file has one of its own.
  const address = `file:///${++count}/${given.path}`;
  const document = TextDocument.create(address, "yaml", 1, given.content);
  const said = await validate(document, {});
  const errors = [
    ...parsed.context.errors.getErrors().map((one) => one.message),
    ...said.map((one) => `line ${one.range.start.line + 1}: ${one.message}`),
  ];

  const jobs = [];
  if (!errors.length) {
    const model = await convertWorkflowTemplate(parsed.context, parsed.value);
    const written = parse(given.content);
    for (const job of model.jobs) {
      const name = job.id.value;
      const own = written.jobs[name];
      const contexts = {
        github: given.github,
        secrets: given.secrets,
        runner: { os: "Linux" },
        vars: given.vars,
        env: {},
        steps: Object.fromEntries(
          own.steps.map((as) => [as.id, { outcome: "success", outputs: {} }]),
        ),
        needs: Object.fromEntries(
          [own.needs ?? []].flat().map((other) => [
            other,
            { result: given.results[other] ?? "success", outputs: {} },
          ]),
        ),
      };
      const runs = job.if ? holds(job.if, contexts) : true;
      const failed = job.if ? holdsAfterFailure(job.if, contexts) : false;
      for (const matrix of combinations(own.strategy?.matrix, contexts)) {
        const here = { ...contexts, matrix };
        jobs.push({
          name,
          needs: (job.needs ?? []).map((one) => one.value),
          runs,
          failed,
          on: filled(own["runs-on"], here),
          matrix,
          permissions: own.permissions ?? written.permissions,
          timeout: own["timeout-minutes"] ?? null,
          env: filled({ ...written.env, ...own.env }, here),
          steps: job.steps.map((step, number) => {
            const as = own.steps[number];
            return {
              id: as.id ?? null,
              uses: as.uses ?? null,
              with: filled(as.with ?? {}, here),
              run: as.run === undefined ? null : filled(as.run, here),
              env: filled(as.env ?? {}, here),
              runs: holds(step.if, here),
              failed: holdsAfterFailure(step.if, here),
              lenient: as["continue-on-error"] ?? false,
            };
          }),
        });
      }
    }
  }
  return { errors, on: parse(given.content).on, jobs };
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  folder = given.folder;
  console.log(JSON.stringify(await read(given)));
}
